package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// events reads an audit from its first page to its last: "action subject" of each row.
func (c *client) events(path string) []string {
	c.t.Helper()
	var all []string
	for path != "" {
		p := c.get(path).wants(http.StatusOK)
		rows := p.all("main tbody tr")
		if len(rows) > pageSize {
			c.t.Fatalf("%s shows %d rows", path, len(rows))
		}
		for _, row := range rows {
			head := selectAll(row, "th")[0]
			all = append(all, strings.Join(strings.Fields(textOf(head)), " "))
		}
		path = ""
		if next := p.all(".pager a[rel=next]"); len(next) > 0 {
			path = attrOf(next[0], "href")
		}
	}
	return all
}

// busyYear is a world with more than one page of events, on three days.
func busyYear(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	v := w.upload("Desk Part", "1.0.0")
	w.clock.advance(24 * time.Hour) // Saturday, 28 November
	pack := w.pack("Ticket Desk", true, v)
	w.releaseNow(pack.ID, "1.0.0")
	for i := range 60 {
		w.clock.advance(time.Second)
		w.install(theAdmin, pack.ID, fmt.Sprintf("Desk %02d", i))
	}
	w.clock.advance(24 * time.Hour) // Sunday, 29 November
	w.install(theOtherAdmin, pack.ID, "Mesa")
	return w
}

func TestAuditFilters(t *testing.T) {
	t.Parallel()
	w := busyYear(t)
	pack := must(w.db.Reader.Packs(t.Context(), w.actor(thePublisher), "", "", release.ID{}, 1))(t)[0]
	jonas, ana := w.people[theAdmin].person.ID.String(), w.people[theOtherAdmin].person.ID.String()
	var installs []string
	for i := range 60 {
		installs = append(installs, fmt.Sprintf("installed a pack Ticket Desk · Desk %02d", 59-i))
	}
	for name, c := range map[string]struct {
		query url.Values
		want  []string
		chips []string
	}{
		"a noun":            {url.Values{"action": {"attachment"}}, append([]string{"installed a pack Ticket Desk · Mesa"}, installs...), nil},
		"one action":        {url.Values{"action": {"release.released"}}, []string{"released at once Ticket Desk 1.0.0"}, nil},
		"a person":          {url.Values{"actor": {jonas}}, append(slices.Clone(installs), "joined Jonas Weber"), []string{"By: Jonas Weber"}},
		"an account":        {url.Values{"account": {w.aurora.ID.String()}, "action": {"attachment"}}, []string{"installed a pack Ticket Desk · Mesa"}, []string{"Account: Banco Aurora"}},
		"a pack and a noun": {url.Values{"pack": {pack.ID.String()}, "action": {"pack"}}, nil, []string{"Pack: Ticket Desk"}},
		"a subject":         {url.Values{"subject": {ana}, "actor": {ana}}, []string{"joined Ana Souza"}, []string{"About: Ana Souza"}},
		"a day":             {url.Values{"from": {"2026-11-29"}}, []string{"installed a pack Ticket Desk · Mesa"}, nil},
		"the last day":      {url.Values{"from": {"2026-11-28"}, "to": {"2026-11-28"}, "action": {"attachment"}}, installs, nil},
		"for ever":          {url.Values{"from": {"0001-01-01"}, "to": {"9999-12-31"}, "action": {"attachment.installed"}, "actor": {ana}}, []string{"installed a pack Ticket Desk · Mesa"}, nil},
		"before all":        {url.Values{"to": {"1969-01-01"}}, []string{}, nil},
		"the wrong way":     {url.Values{"from": {"2026-11-29"}, "to": {"2026-11-27"}}, []string{}, nil},
		"a source":          {url.Values{"source": {"ui"}, "account": {w.aurora.ID.String()}, "action": {"attachment"}}, []string{"installed a pack Ticket Desk · Mesa"}, nil},
		"source and noun":   {url.Values{"source": {"ui"}, "action": {"release.released"}}, []string{"released at once Ticket Desk 1.0.0"}, nil},
		"another source":    {url.Values{"source": {"scheduler"}, "action": {"release"}}, []string{}, nil},
		"a source alone":    {url.Values{"source": {"api"}}, []string{}, nil},
		"an unknown action": {url.Values{"action": {"pack.eaten"}}, []string{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			visitor, path := w.as(theSupport), "/audit?"+c.query.Encode()
			first := visitor.get(path).wants(http.StatusOK)
			for _, chip := range c.chips {
				first.says(".chips", chip)
			}
			if c.query.Has("action") && first.value("action") != c.query.Get("action") {
				t.Errorf("the form shows the action %q", first.value("action"))
			}
			if len(c.want) == 0 && c.want != nil {
				first.says("main", "No event fits these filters")
			}
			got := visitor.events(path)
			if c.want != nil && strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("%s shows (-want +got)\n%s", path, cmp.Diff(c.want, got))
			}
			head, rows := visitor.table("/audit.csv?" + c.query.Encode())
			if len(rows) != len(got) {
				t.Errorf("exports %d events, the pages show %d", len(rows), len(got))
			}
			for i, subject := range column(head, rows, "subject") {
				if !strings.HasSuffix(got[i], subject) {
					t.Errorf("row %d is about %q in the export, and %q on the page", i, subject, got[i])
				}
			}
		})
	}
}

// TestAuditDaysAreTheReaders: a day begins at the reader's midnight, and the export cuts it at the same place.
func TestAuditDaysAreTheReaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.advance(9 * time.Hour) // 23:30 UTC on the 27th: already the 28th in Paris, still the 27th in New York
	w.upload("Late Part", "1.0.0")
	for zone, want := range map[string]int{"Europe/Paris": 1, "America/New_York": 0, "UTC": 0} {
		visitor := w.as(theSupport).inZone(url.QueryEscape(zone))
		if got := len(visitor.events("/audit?action=version&from=2026-11-28")); got != want {
			t.Errorf("%s: the 28th has %d uploads, want %d", zone, got, want)
		}
		if _, rows := visitor.table("/audit.csv?action=version&from=2026-11-28"); len(rows) != want {
			t.Errorf("%s: the export of the 28th has %d uploads, want %d", zone, len(rows), want)
		}
	}
}

func TestAuditRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := w.as(theSupport)
	p := visitor.get("/audit?from=yesterday&to=2026-02-30&action=release").wants(http.StatusUnprocessableEntity)
	if p.errorOn("from") == "" || p.errorOn("to") == "" || p.value("from") != "yesterday" || p.value("action") != "release" {
		t.Errorf("the refused filter shows %q", p.text("main form"))
	}
	if p.has("main table") {
		t.Error("rows are shown beside a filter that was refused")
	}
	visitor.get("/audit.csv?from=yesterday").wants(http.StatusUnprocessableEntity)
	for _, query := range []string{"subject=x", "actor=x", "account=x", "publisher=x", "pack=x", "before=x"} {
		visitor.get("/audit?" + query).wants(http.StatusNotFound)
	}
}

// TestAuditShowsChanges: an event says field by field what was before and what is now (R33).
func TestAuditShowsChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.clock.advance(time.Minute)
	account := w.nordlys.ID.String()
	w.as(theOperator).post("/accounts/"+account+"/edit", url.Values{"name": {"Nordlys <b>Group</b>"}, "zone": {"Europe/Oslo"}}).wants(http.StatusUnprocessableEntity)
	w.as(theOperator).post("/accounts/"+account+"/edit", url.Values{"name": {"Nordlys <b>Group</b>"}, "zone": {"Europe/Oslo"}, "purpose": {"managed"}}).wants(http.StatusSeeOther)
	p := w.as(theSupport).get("/audit?action=account.edited&subject=" + account).wants(http.StatusOK)
	if rows := p.all("main tbody tr"); len(rows) != 1 {
		t.Fatalf("shows %d rows", len(rows))
	}
	p.says(".changes del", "Nordlys Insurance").says(".changes ins", "Nordlys <b>Group</b>").says("main tbody", "in the browser").says(".changes dt", "name").saysNot(".changes dt", "zone")
	if p.has(".changes b") {
		t.Error("a name is read as HTML")
	}
}
