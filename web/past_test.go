package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// newPastEstate makes an estate whose release in testing was withdrawn since, whose first desk was uninstalled, and where one came.
func newPastEstate(t *testing.T) (e *estate, then time.Time) {
	t.Helper()
	e = newEstate(t)
	then = e.clock.Now().Add(time.Minute)
	e.clock.advance(24 * time.Hour)
	e.done(e.service.Withdraw(t.Context(), e.actor(thePublisher), e.pending, "too slow"))
	e.upload("Desk Part", "2.0.0")
	e.done(e.service.TakeUpdates(t.Context(), e.actor(thePublisher), e.desk.ID))
	e.releaseNow(e.desk.ID, "2.0.0")
	rows := must(e.db.Reader.InstallBase(t.Context(), e.actor(theOtherAdmin), release.InstallBaseFilter{Pack: e.desk.ID}))(t)
	e.done(e.service.Uninstall(t.Context(), e.actor(theOtherAdmin), rows[0].ID))
	e.clock.advance(time.Hour)
	e.install(theOtherAdmin, e.desk.ID, "Newcomer")
	e.clock.advance(time.Hour)
	return e, then
}

func momentQuery(at time.Time, more url.Values) string {
	q := url.Values{"at": {at.UTC().Format("2006-01-02T15:04")}, "at_zone": {"UTC"}}
	maps.Copy(q, more)
	return q.Encode()
}

// R32: the whole page turns into the past, its filters, its links and its export too.
func TestInstallBaseAsItWas(t *testing.T) {
	t.Parallel()
	e, then := newPastEstate(t)
	visitor := e.as(theSupport)
	for name, c := range map[string]struct {
		more url.Values
		rows int
		ran  string // of each
	}{
		"all":          {nil, 59, ""},
		"a pack":       {url.Values{"pack": {e.desk.ID.String()}}, 58, ""},
		"trying":       {url.Values{"state": {"trying"}}, 3, "1.1.0"},
		"waiting":      {url.Values{"state": {"waiting"}}, 55, "1.0.0"},
		"a release":    {url.Values{"release": {e.pending.String()}}, 3, "1.1.0"},
		"a text":       {url.Values{"q": {"mesa"}}, 5, "1.0.0"},
		"the account":  {url.Values{"account": {e.aurora.ID.String()}}, 6, ""},
		"not then":     {url.Values{"q": {"newcomer"}}, 0, ""},
		"other letter": {url.Values{"q": {"BANCO"}, "state": {"trying"}}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := "/install-base?" + momentQuery(then, c.more)
			p := visitor.get(path).wants(http.StatusOK).says(".band", "You look at")
			if got := attrOf(p.one(".band a"), "href"); got != strings.TrimSuffix("/install-base?"+c.more.Encode(), "?") {
				t.Errorf("back to now leads to %s", got)
			}
			names := map[string]bool{}
			for _, a := range p.all("tbody th a") {
				names[textOf(a)] = true
				if href := attrOf(a, "href"); !strings.Contains(href, "at=") {
					t.Errorf("%s leads to the present", href)
				}
			}
			if len(p.all("tbody tr")) != min(c.rows, pageSize) {
				t.Errorf("shows %d rows, want %d", len(p.all("tbody tr")), c.rows)
			}
			if c.rows == 0 {
				p.says("main", "no attachment fitted")
			}
			head, rows := visitor.table("/install-base.csv?" + momentQuery(then, c.more))
			if len(rows) != c.rows {
				t.Errorf("exports %d rows, want %d", len(rows), c.rows)
			}
			for _, ran := range column(head, rows, "ran") {
				if c.ran != "" && ran != c.ran {
					t.Errorf("ran %s, want %s", ran, c.ran)
				}
			}
		})
	}
}

// A moment that can't be looked at is told of beside its field, and kept; so is a clock that nobody has.
func TestMomentsThatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visitor := w.as(theSupport)
	for _, at := range []string{"x", "2026-02-30T10:00", "2030-01-01T00:00", "2026-03-29T02:30"} {
		q := url.Values{"at": {at}, "at_zone": {"Europe/Berlin"}}.Encode() // on 29 March clocks went from 02:00 to 03:00
		p := visitor.get("/install-base?" + q).wants(http.StatusUnprocessableEntity)
		if p.text("#f-at-error") == "" || p.value("at") != at || p.value("at_zone") != "Europe/Berlin" || p.has(".band") {
			t.Errorf("%s: says %q, holds %q", at, p.text("#f-at-error"), p.value("at"))
		}
		visitor.get("/install-base.csv?" + q).wants(http.StatusUnprocessableEntity)
		if p := visitor.get("/install-base/compare?at_zone=Europe/Berlin&from=" + at).wants(http.StatusUnprocessableEntity); p.text("#f-from-error") == "" || p.value("from") != at {
			t.Errorf("compare from %s: says %q, holds %q", at, p.text("#f-from-error"), p.value("from"))
		}
		visitor.get("/install-base/compare.csv?at_zone=Europe/Berlin&from=" + at).wants(http.StatusUnprocessableEntity)
	}
	visitor.get("/install-base?at=2026-03-01T10:00&at_zone=Mars/Olympus").wants(http.StatusUnprocessableEntity).says("#f-at_zone-error", "time zone")
	visitor.get("/install-base/compare?from=2026-03-02T10:00&to=2026-03-01T10:00").wants(http.StatusUnprocessableEntity).says("#f-to-error", "later")
	visitor.get("/install-base/compare?to=2026-03-01T10:00").wants(http.StatusUnprocessableEntity).says("#f-from-error", "compare from")
	visitor.get("/install-base?at=2026-03-01T10:00&state=detached").wants(http.StatusNotFound)
	visitor.get("/install-base/compare?change=x").wants(http.StatusNotFound)
	visitor.get("/install-base/compare").wants(http.StatusOK).says("main", "Choose two moments")
}

func TestReadMoment(t *testing.T) {
	t.Parallel()
	berlin := must(release.LoadZone("Europe/Berlin"))(t)
	for text, want := range map[string]string{
		"2026-03-03T14:00":          "2026-03-03T13:00:00Z",
		"2026-03-03 14:00":          "2026-03-03T13:00:00Z",
		"2026-03-03T14:00:05.1239":  "2026-03-03T13:00:05.123Z",
		"2026-03-03T14:00+05:30":    "2026-03-03T08:30:00Z",
		"2026-03-03T14:00 05:30":    "2026-03-03T08:30:00Z", // the plus became a space on the way
		"2026-03-03T14:00Z":         "2026-03-03T14:00:00Z",
		"2026-10-25T02:30":          "2026-10-25T00:30:00Z", // twice: the first
		"2026-10-25T02:30+01:00":    "2026-10-25T01:30:00Z",
		"2026-03-29T02:30":          "", // never
		"2026-03-03T14:00:00-03:00": "2026-03-03T17:00:00Z",
		"yesterday":                 "",
	} {
		at, note, refusal := readMoment(text, berlin)
		got := ""
		if refusal == "" {
			got = at.UTC().Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%s is %q (%s), want %q", text, got, refusal, want)
		}
		if (note != "") != (text == "2026-10-25T02:30") {
			t.Errorf("%s notes %q", text, note)
		}
	}
}

// Who changed between two moments: the numbers lead to exactly those that they count, and the export holds the same.
func TestCompareInstallBase(t *testing.T) {
	t.Parallel()
	e, then := newPastEstate(t)
	visitor := e.as(thePublisher)
	path := "/install-base/compare?from=" + then.UTC().Format("2006-01-02T15:04") + "&at_zone=UTC"
	p := visitor.get(path).wants(http.StatusOK)
	for i, want := range []string{"57", "1", "1", "1"} { // changed, appeared, gone, unchanged: the bell
		if got := textOf(p.all(".stat dd")[i]); !strings.HasPrefix(got, want) {
			t.Errorf("figure %d is %q, want %s", i, got, want)
		}
	}
	counted := map[string]string{}
	for _, a := range p.all("td.num a") {
		counted[attrOf(a, "href")] = textOf(a)
	}
	if len(counted) != 4 {
		t.Errorf("%d ways of changing: %v", len(counted), counted)
	}
	for href, n := range counted {
		_, ids := visitor.rows(href)
		if got := len(ids); n != map[int]string{54: "54", 3: "3", 1: "1"}[got] {
			t.Errorf("%s leads to %d attachments, and says %s", href, got, n)
		}
	}
	_, ids := visitor.rows(path)
	head, rows := visitor.table(strings.Replace(path, "compare?", "compare.csv?", 1))
	if diff := cmp.Diff(ids, column(head, rows, "attachment_id")); diff != "" || len(ids) != 59 {
		t.Errorf("%d rows; the export differs from the pages (-pages +export)\n%s", len(ids), diff)
	}
	changes := column(head, rows, "change")
	slices.Sort(changes)
	if got := slices.Compact(changes); !slices.Equal(got, []string{"appeared", "changed", "gone"}) {
		t.Errorf("changes are %v", got)
	}
	visitor.get(path+"&q=newcomer").wants(http.StatusOK).says("main", "newly installed").says("main", "The numbers above count all")
}

func TestPastTenancy(t *testing.T) {
	t.Parallel()
	e, then := newPastEstate(t)
	rival := e.as(theRival)
	from := "from=" + then.UTC().Format("2006-01-02T15:04") + "&at_zone=UTC"
	for _, more := range []url.Values{nil, {"pack": {e.desk.ID.String()}}, {"account": {e.nordlys.ID.String()}}, {"release": {e.current.String()}}, {"publisher": {e.meridian.ID.String()}}, {"q": {"desk"}}} {
		rival.get("/install-base?"+momentQuery(then, more)).wants(http.StatusOK).saysNot("main", "Ticket Desk")
		if _, rows := rival.table("/install-base.csv?" + momentQuery(then, more)); len(rows) > 0 {
			t.Errorf("%v exports %d attachments of another publisher", more, len(rows))
		}
		rival.get("/install-base/compare?"+from+"&"+more.Encode()).wants(http.StatusOK).saysNot("main", "Ticket Desk")
		if _, rows := rival.table("/install-base/compare.csv?" + from + "&" + more.Encode()); len(rows) > 0 {
			t.Errorf("%v compares %d attachments of another publisher", more, len(rows))
		}
	}
	for _, who := range []string{theAdmin, theManagedViewer} {
		e.as(who).get("/install-base/compare").wants(http.StatusForbidden)
	}
	e.as(thePublisherViewer).get("/install-base?"+momentQuery(then, nil)).wants(http.StatusOK).says("main table", "Ticket Desk")
}
