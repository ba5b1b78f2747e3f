# Everything a developer runs; `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

TOOL := go tool -modfile=tools/go.mod

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: build ## a believable world on a database of its own, with sign-in links (ARGS="--addr 127.0.0.1:9000")
	@tools/ensure.sh postgres
	@exec bin/packtide demo $(ARGS)

.PHONY: run
run: build ## an empty product; its data stays for the next start (ARGS=…)
	@tools/ensure.sh postgres
	@exec bin/packtide serve $(ARGS)

.PHONY: build
build: ## bin/packtide
	CGO_ENABLED=0 go build -trimpath -o bin/packtide ./cmd/packtide

.PHONY: generate
generate: ## the Go code of the templ pages
	go tool templ generate

.PHONY: test
test: ## all tests with the race detector, the browser's included (ARGS="-run Midnight")
	@tools/ensure.sh postgres chromium gcc
	CGO_ENABLED=1 go test -race -shuffle=on -timeout 60m $(ARGS) ./...

.PHONY: screenshots
screenshots: ## the pictures of README and docs, taken anew from the demo's world
	@tools/ensure.sh postgres chromium
	PACKTIDE_PICTURES=$(CURDIR)/docs/images go test -count 1 -run '^TestPictures$$' ./cmd/packtide

.PHONY: lighthouse
lighthouse: ## Lighthouse's scores of five main pages, at least 98 each (needs npm; quiet machine)
	@tools/ensure.sh postgres chromium
	PACKTIDE_LIGHTHOUSE=$$(tools/lighthouse.sh) go test -count 1 -v -timeout 20m -run '^TestLighthouse$$' ./cmd/packtide

.PHONY: lint
lint: ## generated code fresh, formatting, vet, golangci-lint, modules tidy, migrations paired
	@tools/fresh.sh
	@tools/migrations.sh
	@unformatted=$$($(TOOL) gofumpt -l .); \
	if grep -v '_templ\.go$$' <<<"$$unformatted" | grep .; then echo 'these are not in the format of gofumpt: make fmt'; exit 1; fi
	go vet ./...
	$(MAKE) --no-print-directory platforms
	$(TOOL) golangci-lint run ./...
	go mod tidy -diff
	go -C tools mod tidy -diff

.PHONY: platforms
platforms: ## vet what runs beside platforms, for Windows and macOS (the whole program: ARGS=./cmd/packtide, which takes minutes)
	for os in windows darwin; do GOOS=$$os go vet ./agent ./client ./packfile $(ARGS); done

.PHONY: fmt
fmt: ## format the Go code
	$(TOOL) golangci-lint fmt ./...
	$(TOOL) gofumpt -w .

.PHONY: check
check: lint test ## lint and test: what has to pass before a change lands

.PHONY: bench
bench: ## all benchmarks (ARGS="-run xxx -count 6")
	@tools/ensure.sh postgres
	go test -run '^$$' -bench . -benchmem $(ARGS) ./...

FUZZTIME ?= 60s

.PHONY: fuzz
fuzz: ## every reader of packages on made-up input, a minute each (FUZZTIME=10s)
	@tools/fuzz.sh $(FUZZTIME)
