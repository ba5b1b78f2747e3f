package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"packtide/store/storetest"
	"packtide/web"
)

// metrics is where the command serves them.
func (c *command) metrics(t *testing.T) string {
	t.Helper()
	return c.says(t, &c.err, `msg="metrics are served" url=(\S+)`)
}

// scraped is what Prometheus reads, by name.
type scraped map[string]*dto.MetricFamily

// scrape reads the metrics as Prometheus does.
func scrape(t *testing.T, url, token string) scraped {
	t.Helper()
	status, body := ask(t, url, http.Header{"Authorization": {"Bearer " + token}})
	if status != http.StatusOK {
		t.Fatalf("%s answers %d: %s", url, status, body)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	all, err := parser.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// ask is get with headers.
func ask(t *testing.T, url string, header http.Header) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// value is that of the metric with all these labels, given as name, value, …
func (s scraped) value(t *testing.T, name string, labels ...string) float64 {
	t.Helper()
	for _, m := range s[name].GetMetric() {
		has := map[string]string{}
		for _, l := range m.GetLabel() {
			has[l.GetName()] = l.GetValue()
		}
		fits := true
		for i := 0; i < len(labels); i += 2 {
			fits = fits && has[labels[i]] == labels[i+1]
		}
		if fits {
			return m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	t.Fatalf("no %s with %v", name, labels)
	return 0
}

var metricInDocs = regexp.MustCompile("(?m)^\\| `(packtide_[a-z_]+)` \\|")

// A running server is scraped on an address of its own after real requests; the guide lists the very metrics that it tells.
func TestMetricsOfARunningServer(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	if _, err := db.Pool.Exec(t.Context(), `INSERT INTO river_job (queue, kind, args, max_attempts) VALUES ('notices', 'mail', '{}', 3)`); err != nil {
		t.Fatal(err)
	}
	c := launch(t, map[string]string{"DATABASE_URL": db.URL}, "serve", "--addr", "127.0.0.1:0", "--metrics-addr", "127.0.0.1:0")
	base := c.ready(t)
	get(t, base+"/sign-in")
	get(t, base+"/sign-in")
	get(t, base+"/no/such/page")
	get(t, base+"/api/v1/me")
	if status, _ := get(t, base+"/metrics"); status != http.StatusNotFound {
		t.Errorf("/metrics beside the pages answers %d without a token, want 404", status)
	}
	told := scrape(t, c.metrics(t), "")
	for _, want := range []struct {
		name   string
		labels []string
		value  float64
	}{
		{"packtide_http_requests_total", []string{"method", "GET", "route", "/sign-in", "code", "2xx"}, 2},
		{"packtide_http_requests_total", []string{"route", "(none)", "code", "4xx"}, 2},
		{"packtide_http_requests_total", []string{"route", "/api/v1/me", "code", "4xx"}, 1},
		{"packtide_http_request_duration_seconds", []string{"route", "/sign-in"}, 2},
		{"packtide_timetable_runs_total", []string{"job", "apply due releases", "result", "failed"}, 0},
		{"packtide_database_up", nil, 1},
		{"packtide_message_attempts_total", []string{"way", "mail", "outcome", "dead"}, 0},
		{"packtide_message_attempts_total", []string{"way", "webhook", "outcome", "snoozed"}, 0},
		{"packtide_releases_pending", nil, 0},
		{"packtide_attachments", []string{"state", "silent"}, 0},
	} {
		if got := told.value(t, want.name, want.labels...); got != want.value {
			t.Errorf("%s %v is %g, want %g", want.name, want.labels, got, want.value)
		}
	}
	if told.value(t, "packtide_timetable_runs_total", "job", "apply due releases", "result", "done") < 1 || told.value(t, "packtide_database_pool_connections_limit") < 1 {
		t.Error("the timetable or the pool is not told")
	}
	if n := told.value(t, "packtide_jobs", "kind", "mail"); n < 1 {
		t.Errorf("%g jobs", n)
	}
	documented := map[string]bool{"packtide_release_next_due_timestamp_seconds": true} // nothing is pending here
	for name := range told {
		documented[name] = documented[name] || strings.HasPrefix(name, "packtide_")
	}
	maps.DeleteFunc(documented, func(_ string, ours bool) bool { return !ours })
	var listed []string
	for _, m := range metricInDocs.FindAllStringSubmatch(projectFile(t, "docs/operators.md"), -1) {
		listed = append(listed, m[1])
	}
	slices.Sort(listed)
	if want := slices.Sorted(maps.Keys(documented)); !slices.Equal(listed, want) {
		t.Errorf("docs/operators.md lists\n%v, the server tells\n%v", listed, want)
	}
	c.stop(t)
}

// Alerts and the board ask for metrics that there are.
func TestAlertsAskForMetricsThatAreDocumented(t *testing.T) {
	t.Parallel()
	guide := projectFile(t, "docs/operators.md")
	part := regexp.MustCompile(`_(bucket|sum|count)$`) // of a histogram
	for _, file := range []string{"prometheus-rules.yml", "grafana-packtide.json"} {
		asked := regexp.MustCompile(`packtide_[a-z_]+`).FindAllString(projectFile(t, "docs/examples/"+file), -1)
		if len(asked) < 8 {
			t.Errorf("%s: only %v are asked for", file, asked)
		}
		for _, name := range asked {
			if !strings.Contains(guide, "`"+part.ReplaceAllString(name, "")+"`") {
				t.Errorf("%s asks for %s, which docs/operators.md does not list", file, name)
			}
		}
	}
}

// The board is whole: each panel has a place of its own, a title and something to show, of the data source that one chooses.
func TestBoardIsWhole(t *testing.T) {
	t.Parallel()
	var board struct {
		Title      string
		UID        string
		Templating struct {
			List []struct{ Name, Type, Query string }
		}
		Panels []struct {
			ID         int
			Title      string
			Type       string
			Datasource struct{ Type, UID string }
			GridPos    struct{ H, W, X, Y int }
			Targets    []struct{ Expr, RefID string }
		}
	}
	if err := json.Unmarshal([]byte(projectFile(t, "docs/examples/grafana-packtide.json")), &board); err != nil {
		t.Fatal(err)
	}
	if board.Title == "" || board.UID == "" || len(board.Panels) < 10 || len(board.Templating.List) != 1 || board.Templating.List[0].Type != "datasource" {
		t.Errorf("%+v", board)
	}
	taken, ids := map[[2]int]string{}, map[int]bool{}
	for _, p := range board.Panels {
		if p.Title == "" || ids[p.ID] || p.Datasource.UID != "${"+board.Templating.List[0].Name+"}" || len(p.Targets) == 0 || p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("%+v", p)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other, lies := taken[[2]int{x, y}]; lies {
					t.Errorf("%q lies over %q", p.Title, other)
				}
				taken[[2]int{x, y}] = p.Title
			}
		}
		for _, target := range p.Targets {
			if !strings.Contains(target.Expr, "packtide_") || target.RefID == "" {
				t.Errorf("%s asks %+v", p.Title, target)
			}
		}
	}
}

// With a token the metrics stand beside the pages too, and the token is in no log.
func TestMetricsByToken(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	const token = "a-token-for-metrics-0123456789"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := launch(t, map[string]string{"DATABASE_URL": db.URL, "PACKTIDE_METRICS_TOKEN_FILE": file, "PACKTIDE_METRICS_ADDR": "127.0.0.1:0"},
		"--log-level", "debug", "serve", "--addr", "127.0.0.1:0")
	base := c.ready(t)
	for _, url := range []string{base + "/metrics", c.metrics(t)} {
		if status, body := ask(t, url, http.Header{"Authorization": {"Bearer " + token + "x"}}); status != http.StatusUnauthorized || strings.Contains(body, "packtide") {
			t.Errorf("%s answers %d to another token: %s", url, status, body)
		}
		scrape(t, url, token)
	}
	c.stop(t)
	if strings.Contains(c.err.String()+c.out.String(), token) {
		t.Error("the token was told")
	}
}

func TestObservingRefuses(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"a short token":          {[]string{"--metrics-token", "open-sesame"}, "openssl rand"},
		"two tokens":             {[]string{"--metrics-token", "open-sesame-open-sesame", "--metrics-token-file", empty}, "one of them"},
		"an empty file":          {[]string{"--metrics-token-file", empty}, "openssl rand"},
		"no file":                {[]string{"--metrics-token-file", empty + "er"}, "emptyer"},
		"a collector that isn't": {[]string{"--otlp-endpoint", "collector"}, "http://127.0.0.1:4318"},
		"an address that isn't":  {[]string{"--metrics-addr", "nowhere"}, "--metrics-addr"},
	} {
		_, stderr, err := call(t, nil, append([]string{"serve", "--addr", "127.0.0.1:0", "--database-url", db.URL}, test.args...)...)
		if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error()+stderr, "open-sesame") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is missing is said, for people and for programs; a newer schema is no reason to turn visitors away.
func TestReadiness(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	c := launch(t, map[string]string{"DATABASE_URL": db.URL}, "serve", "--addr", "127.0.0.1:0")
	base := c.ready(t)
	for _, step := range []struct {
		sql    string
		status int
		says   string
	}{
		{`SELECT 1`, http.StatusOK, "schema: at migration"},
		{`UPDATE schema_migrations SET version = version + 1000`, http.StatusOK, "newer than"},
		{`UPDATE schema_migrations SET version = 3`, http.StatusServiceUnavailable, "not ready\nschema: at migration 3, this program needs"},
		{`UPDATE schema_migrations SET dirty = true`, http.StatusServiceUnavailable, "failed half-way"},
	} {
		if _, err := db.Owner(t).Exec(t.Context(), step.sql); err != nil {
			t.Fatal(err)
		}
		if status, body := get(t, base+"/readyz"); status != step.status || !strings.Contains(body, step.says) || !strings.Contains(body, "timetable: looked for due releases") {
			t.Errorf("%s: %d %s", step.sql, status, body)
		}
	}
	_, body := ask(t, base+"/readyz", http.Header{"Accept": {"application/json"}})
	var answer struct {
		Ready  *bool
		Checks []web.Check
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Ready == nil || *answer.Ready || len(answer.Checks) != 4 {
		t.Errorf("%v: %s", err, body)
	}
	if _, _, err := call(t, nil, "healthcheck", "--url", base+"/readyz"); err == nil || !strings.Contains(err.Error(), "half-way") {
		t.Errorf("the health check says %v", err)
	}
	if status, _ := get(t, base+"/healthz"); status != http.StatusOK {
		t.Errorf("/healthz: %d, want 200: a restart would mend nothing", status)
	}
	c.stop(t)
}

// Who is told to stop says so before it stops to answer; a database that has ended is not waited for.
func TestStoppingIsNotReady(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	s := newSite(db.Pool, time.Now, slog.New(slog.DiscardHandler), "http://packs.example")
	ended := make(chan struct{})
	s.ended, s.drain = ended, time.Hour
	well := func() bool {
		return !slices.ContainsFunc(s.checks(t.Context()), func(c web.Check) bool { return !c.OK })
	}
	if !well() {
		t.Errorf("not ready: %v", s.checks(t.Context()))
	}
	turned := make(chan struct{})
	go func() {
		defer close(turned)
		s.turnAway(context.WithoutCancel(t.Context()))
	}()
	for deadline := time.Now().Add(limit); well(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("still ready")
		}
	}
	select {
	case <-turned:
		t.Error("did not wait")
	default:
	}
	close(ended)
	<-turned
}
