package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"packtide/release"
	"packtide/web/watch"
)

// Tracing sends traces to a collector. The nil one costs nothing and sends nothing.
type Tracing struct {
	provider *sdk.TracerProvider
	proxies  []*net.IPNet
}

// TracingConfig says where traces go. What else OpenTelemetry's environment variables say (headers, certificates, sampler) is read
// by its own library.
type TracingConfig struct {
	Endpoint string // the collector's base address, http://…:4318
	Service  string // "packtide"
	Version  string
	Proxies  []*net.IPNet // whose traceparent is believed: a stranger could have every request of theirs traced
	Log      *slog.Logger // hears when traces can't be sent
}

// StartTracing makes ready to send; without an endpoint it returns nil. A collector that does not answer holds up nothing.
func StartTracing(ctx context.Context, c TracingConfig) (*Tracing, error) {
	if c.Endpoint == "" {
		return nil, nil //nolint:nilnil // the nil Tracing is the one that does nothing
	}
	u, err := url.Parse(c.Endpoint)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil {
		return nil, errors.New("the address of the traces' collector must be http:// or https:// with a host, like http://127.0.0.1:4318; a password goes into OTEL_EXPORTER_OTLP_HEADERS")
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(u.JoinPath("v1", "traces").String()))
	if err != nil {
		return nil, fmt.Errorf("prepare to send traces: %w", err)
	}
	attrs, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithHost(),
		resource.WithAttributes(attribute.String("service.name", c.Service), attribute.String("service.version", c.Version)), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("describe the process for traces: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { // the library knows no other way to tell
		c.Log.Warn("traces could not be sent", "error", err)
	}))
	return &Tracing{
		provider: sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(attrs), sdk.WithSpanProcessor(withoutPaths{})),
		proxies:  c.Proxies,
	}, nil
}

// Stop sends what is left.
func (t *Tracing) Stop(ctx context.Context) error {
	if t == nil {
		return nil
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}

// untraced are asked by machines every few seconds, or are files.
func untraced(r *http.Request) bool {
	switch r.URL.Path {
	case "/healthz", "/readyz", Route, "/favicon.ico":
		return true
	default:
		return strings.HasPrefix(r.URL.Path, "/static/")
	}
}

// Handler traces the requests that next answers.
func (t *Tracing) Handler(next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return otelhttp.NewHandler(next, "request",
		otelhttp.WithTracerProvider(t.provider),
		otelhttp.WithMeterProvider(noop.NewMeterProvider()), // measured by Metrics
		otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithFilter(func(r *http.Request) bool { return !untraced(r) }),
		otelhttp.WithPublicEndpointFn(t.strange),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return watch.Method(r.Method) }),
	)
}

// strange tells that a request comes from no proxy of ours: its trace is its own affair, and ours only refers to it.
func (t *Tracing) strange(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return true
	}
	ip := net.ParseIP(host)
	for _, network := range t.proxies {
		if network.Contains(ip) {
			return false
		}
	}
	return true
}

// RequestEnded names the request's span, in the manner of watch.Config: only then is its route known.
func (t *Tracing) RequestEnded(ctx context.Context, r watch.Request) {
	if t == nil {
		return
	}
	span := trace.SpanFromContext(ctx)
	span.SetName(watch.Method(r.Method) + " " + r.Route)
	attrs := []attribute.KeyValue{attribute.String("http.route", r.Route), attribute.String("packtide.request_id", r.ID)}
	for name, id := range map[string]release.ID{"packtide.person": r.Person, "packtide.account": r.Account} {
		if !id.IsZero() {
			attrs = append(attrs, attribute.String(name, id.String()))
		}
	}
	span.SetAttributes(attrs...)
}

// withoutPaths keeps paths out of traces: those of invitations and calendar feeds are secrets. The route tells the rest.
type withoutPaths struct{}

// OnStart blanks what otelhttp has put there.
func (withoutPaths) OnStart(_ context.Context, span sdk.ReadWriteSpan) {
	for _, a := range span.Attributes() {
		if a.Key == "url.path" || a.Key == "url.query" || a.Key == "url.full" {
			span.SetAttributes(attribute.String(string(a.Key), ""))
		}
	}
}

// OnEnd has nothing to do.
func (withoutPaths) OnEnd(sdk.ReadOnlySpan) {}

// Shutdown has nothing to do.
func (withoutPaths) Shutdown(context.Context) error { return nil }

// ForceFlush has nothing to do.
func (withoutPaths) ForceFlush(context.Context) error { return nil }

// Queries traces statements below the requests that ask them, named by what attempt says of the context; nil where nothing is traced.
// Neither the statement's text nor its arguments are told.
func (t *Tracing) Queries(attempt func(context.Context) string) pgx.QueryTracer {
	if t == nil {
		return nil
	}
	return queries{t.provider.Tracer("packtide/store"), attempt}
}

type queries struct {
	tracer  trace.Tracer
	attempt func(context.Context) string
}

// TraceQueryStart begins a span where a request is traced; the pool's own statements and the timetable's have no trace to be in.
func (q queries) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if !trace.SpanContextFromContext(ctx).IsSampled() {
		return ctx
	}
	name := q.attempt(ctx)
	if name == "" {
		name, _, _ = strings.Cut(strings.TrimSpace(data.SQL), " ") // begin, commit: the first word says it
	}
	ctx, _ = q.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attribute.String("db.system.name", "postgresql")))
	return context.WithValue(ctx, ours{}, true)
}

type ours struct{}

// TraceQueryEnd ends the span that TraceQueryStart has begun.
func (queries) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	if ctx.Value(ours{}) == nil {
		return
	}
	span := trace.SpanFromContext(ctx)
	span.SetAttributes(attribute.Int64("db.response.returned_rows", data.CommandTag.RowsAffected()))
	if data.Err != nil {
		span.SetAttributes(attribute.String("error.type", fmt.Sprintf("%T", data.Err))) // its text can quote what was sent
	}
	span.End()
}
