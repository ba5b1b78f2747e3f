# One static binary on a slim base, run by a user without rights.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags='-s -w' -o /out/packtide ./cmd/packtide

FROM debian:12-slim
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/packtide /usr/local/bin/packtide
USER 65532:65532
ENV PACKTIDE_ADDR=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["packtide"]
CMD ["serve"]
