package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"packtide/release"
)

// TestRefusalsStaySmall: however much a request gets wrong, and at whatever length, the answer to it stays small.
func TestRefusalsStaySmall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	many := func(n int, value string) string {
		var all []string
		for i := range n {
			all = append(all, fmt.Sprintf(`"%05d":%s`, i, value))
		}
		return strings.Join(all, ",")
	}
	long := strings.Repeat("ü/", 30_000)
	sevens := strings.Repeat("7,", 60) + "7"
	for name, r := range map[string]*http.Request{
		"settings":         p.request(http.MethodPut, "/settings/checks", `{"values":{`+many(50_000, `"x"`)+`}}`),
		"fewer settings":   p.request(http.MethodPut, "/settings/checks", `{"values":{`+many(maxNames, `"x"`)+`}}`),
		"a long setting":   p.request(http.MethodPut, "/settings/checks", `{"values":{"`+long+`":"x"}}`),
		"filters":          p.request(http.MethodPost, "/install-base/views", `{"name":"x","filter":{`+many(50_000, `["x"]`)+`}}`),
		"fewer filters":    p.request(http.MethodPost, "/install-base/views", `{"name":"x","filter":{`+many(maxNames, `["x"]`)+`}}`),
		"below a long one": p.request(http.MethodPost, "/install-base/views", `{"name":"x","filter":{"`+long+`":[`+sevens+`]}}`),
		"unknown fields":   p.request(http.MethodPatch, "/settings", `{`+many(50_000, `1`)+`}`),
		"a long field":     p.request(http.MethodPatch, "/settings", `{"`+long+`":1}`),
		"parameters":       p.request(http.MethodGet, "/me?"+strings.Repeat("&a=1&b=1&c=1", 100)+"&"+url.Values{strings.Repeat("x", 20_000): {"1"}}.Encode(), nil),
		"kinds":            p.request(http.MethodPut, "/me/notifications", `{"kinds":{`+many(50_000, `"daily"`)+`}}`),
	} {
		got := p.do(r)
		if told := got.problem(http.StatusUnprocessableEntity); len(got.body) > 32<<10 || len(told.Errors) > maxRefusals || told.Field == "" {
			t.Errorf("%s: %d things are told in %d bytes, first at %q", name, len(told.Errors), len(got.body), told.Field)
		}
	}
	var checklist []fields
	for n := range 20_000 {
		checklist = append(checklist, fields{"label": fmt.Sprint(n)})
	}
	if told := p.send(http.MethodPut, "/settings/evidence", fields{"items": checklist}).problem(http.StatusUnprocessableEntity); told.Rule != "R35" || told.Field != "/items" || told.Detail != release.ErrEvidenceFull.Message {
		t.Errorf("a long checklist is told %+v", told) // R35
	}
}

// TestTooManyDays: what is told to do is possible: there are no fewer days than one.
func TestTooManyDays(t *testing.T) {
	t.Parallel()
	day := release.Date{Year: 2026, Month: 12, Day: 20}
	several, one := tooManyDays(day, day.AddDays(1)).Error(), tooManyDays(day, day).Error()
	if !strings.Contains(several, "fewer days") || strings.Contains(one, "fewer days") || !strings.Contains(one, "/packs/{pack_id}/releases") {
		t.Errorf("of several days: %q; of one: %q", several, one)
	}
}
