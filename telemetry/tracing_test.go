package telemetry

import (
	"context"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	tracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"packtide/release"
	"packtide/store"
	"packtide/store/storetest"
	"packtide/web/watch"
)

// collector is a real peer that speaks OTLP over HTTP.
type collector struct {
	url string

	mu    sync.Mutex
	spans []*trace.Span
	said  string
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var sent tracepb.ExportTraceServiceRequest
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(body, &sent) != nil {
			t.Errorf("%s: %v, not what the protocol says", r.URL.Path, err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.said += sent.String()
		for _, resource := range sent.GetResourceSpans() {
			for _, scope := range resource.GetScopeSpans() {
				c.spans = append(c.spans, scope.GetSpans()...)
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// named is the only span of the name.
func (c *collector) named(t *testing.T, name string) *trace.Span {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []*trace.Span
	var names []string
	for _, s := range c.spans {
		names = append(names, s.GetName())
		if s.GetName() == name {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d spans are called %q, among %q", len(found), name, names)
	}
	return found[0]
}

// traced is a product of one route that reads and writes the database, traced to the collector.
func traced(t *testing.T, to string, proxies []*net.IPNet) (url string, tracing *Tracing) {
	t.Helper()
	tracing, err := StartTracing(t.Context(), TracingConfig{Endpoint: to, Service: "packtide", Version: "test", Proxies: proxies, Log: silent})
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.New(t)
	pool, err := store.Open(t.Context(), db.URL, store.Options{Tracer: tracing.Queries(store.Attempt)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	reader := store.NewReader(pool)
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		watch.Route(r.Context(), "/welcome/:secret")
		if _, err := reader.PersonByEmail(r.Context(), "open-sesame@packs.example"); err == nil {
			t.Error("found somebody")
		}
		if _, err := reader.Backlog(r.Context(), release.Operator(), noon); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusTeapot)
	})
	server := httptest.NewServer(tracing.Handler(watch.Handler(inner, watch.Config{Log: silent, Clock: func() time.Time { return noon }, Ended: tracing.RequestEnded})))
	t.Cleanup(server.Close)
	return server.URL, tracing
}

// ask follows a parent's trace.
func ask(t *testing.T, url string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Traceparent", "00-"+parentTrace+"-00f067aa0ba902b7-01")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusTeapot {
		t.Errorf("answered %s", answer.Status)
	}
}

const parentTrace = "4bf92f3577b34da6a3ce929d0e0e4736"

// A request is a span by its route, its statements are spans below it by what was attempted; no secret is in any of them.
func TestRequestsAndStatementsAreTraced(t *testing.T) {
	t.Parallel()
	peer := newCollector(t)
	url, tracing := traced(t, peer.url, nil)
	ask(t, url+"/welcome/open-sesame?next=open-sesame")
	ask(t, url+"/healthz") // not traced
	if err := tracing.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole, statement := peer.named(t, "GET /welcome/:secret"), peer.named(t, "read what waits for the clock")
	if string(statement.GetParentSpanId()) != string(whole.GetSpanId()) || string(statement.GetTraceId()) != string(whole.GetTraceId()) {
		t.Errorf("the statement is not below its request: %v, %v", statement, whole)
	}
	if text := whole.String(); !strings.Contains(text, `"http.route"`) || !strings.Contains(text, "418") || !strings.Contains(text, "packtide.request_id") {
		t.Errorf("the request's span lacks route, status or id: %s", text)
	}
	if strings.Contains(peer.said, "open-sesame") || strings.Contains(peer.said, "SELECT") {
		t.Errorf("a secret or a statement was told: %s", peer.said)
	}
	if len(whole.GetLinks()) != 1 || len(whole.GetParentSpanId()) != 0 {
		t.Errorf("a stranger's trace is continued, or not referred to: %v", whole)
	}
}

// A trace that begins in a proxy of ours goes on.
func TestProxysTraceGoesOn(t *testing.T) {
	t.Parallel()
	peer := newCollector(t)
	_, loopback, err := net.ParseCIDR("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	url, tracing := traced(t, peer.url, []*net.IPNet{loopback})
	ask(t, url+"/welcome/x")
	if err := tracing.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole := peer.named(t, "GET /welcome/:secret")
	if got := hex.EncodeToString(whole.GetTraceId()); got != parentTrace {
		t.Errorf("the trace is %s, want %s", got, parentTrace)
	}
}

// Without a collector nothing is put around requests and statements; an address that is none is refused, and not repeated.
func TestTracingIsOffByDefault(t *testing.T) {
	t.Parallel()
	off, err := StartTracing(t.Context(), TracingConfig{})
	if off != nil || err != nil {
		t.Fatal(off, err)
	}
	next := &bare{}
	if off.Handler(next) != http.Handler(next) || off.Queries(store.Attempt) != nil {
		t.Error("something is traced")
	}
	off.RequestEnded(t.Context(), watch.Request{})
	if err := off.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"collector:4318", "ftp://collector", "http://", "http://me:open-sesame@collector:4318", "http://[::1"} {
		if tracing, err := StartTracing(t.Context(), TracingConfig{Endpoint: bad, Log: silent}); err == nil || tracing != nil || strings.Contains(err.Error(), "open-sesame") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// bare is a handler that can be compared.
type bare struct{ http.Handler }

// A collector that is away holds up no request, and losing the traces is told at the end only.
func TestCollectorThatIsAway(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	url, tracing := traced(t, gone.URL, nil)
	ask(t, url+"/welcome/x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tracing.Stop(ctx); err == nil {
		t.Error("the traces were sent to nobody")
	}
}
