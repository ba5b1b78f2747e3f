package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// formula is what somebody may call an attachment to make a spreadsheet run it.
const formula = `=HYPERLINK("http://evil.example","x")`

// estate is an install base of more than one page: Ticket Desk, which is in testing, many times in Nordlys and some in
// Aurora; Alarm Bell once in Aurora, which may not install it any more.
type estate struct {
	*world
	desk, bell       release.Pack
	current, pending release.ID
	tried            []string // names
	removed          string   // the name of the uninstalled one
}

func newEstate(t *testing.T) *estate {
	t.Helper()
	w := newWorld(t)
	e := &estate{world: w, desk: w.pack("Ticket Desk", true, w.upload("Desk Part", "1.0.0")), bell: w.pack("Alarm Bell", false, w.upload("Bell Part", "1.0.0"))}
	e.current = w.releaseNow(e.desk.ID, "1.0.0")
	w.releaseNow(e.bell.ID, "3.0.0")
	var desks []release.Attachment
	for i := range 54 {
		desks = append(desks, w.install(theAdmin, e.desk.ID, fmt.Sprintf("Desk %02d", i)))
	}
	for i := range 5 {
		w.install(theOtherAdmin, e.desk.ID, fmt.Sprintf("Mesa %02d", i))
	}
	w.install(theOtherAdmin, e.bell.ID, formula)
	ctx, publisher := t.Context(), w.actor(thePublisher)
	_, err := w.service.RemovePackFromGroup(ctx, publisher, w.everyone(), e.bell.ID) // R30
	w.done(err)
	w.upload("Desk Part", "1.1.0")
	w.done(w.service.TakeUpdates(ctx, publisher, e.desk.ID))
	e.pending = w.schedule(e.desk.ID, "1.1.0", "2026-12-01")
	for _, a := range desks[:3] {
		w.done(w.service.OptIn(ctx, w.actor(theAdmin), a.ID, e.pending, ""))
		e.tried = append(e.tried, a.Name)
	}
	w.done(w.service.Uninstall(ctx, w.actor(theAdmin), desks[53].ID))
	e.removed = desks[53].Name
	return e
}

// rows are the attachments of a list from its first page to its last: id → name, and the ids in their order.
func (c *client) rows(path string) (names map[string]string, ids []string) {
	c.t.Helper()
	names = map[string]string{}
	for path != "" {
		p := c.get(path).wants(http.StatusOK)
		found := p.all("tbody th a[href^=/attachments/]")
		if len(found) > pageSize {
			c.t.Fatalf("%s shows %d rows", path, len(found))
		}
		for _, a := range found {
			id := strings.TrimPrefix(attrOf(a, "href"), "/attachments/")
			if names[id] != "" {
				c.t.Fatalf("%s repeats %s", path, names[id])
			}
			names[id] = textOf(a)
			ids = append(ids, id)
		}
		path = ""
		if next := p.all(".pager a[rel=next]"); len(next) > 0 {
			path = attrOf(next[0], "href")
		}
	}
	return names, ids
}

// table is a CSV answer: its head and its rows.
func (c *client) table(path string) (head []string, rows [][]string) {
	c.t.Helper()
	p := c.get(path).wants(http.StatusOK)
	for header, want := range map[string]string{"Content-Type": "text/csv; charset=utf-8", "Cache-Control": "no-store"} {
		if got := p.header.Get(header); got != want {
			c.t.Errorf("%s: %s is %q, want %q", path, header, got, want)
		}
	}
	if !strings.HasPrefix(p.header.Get("Content-Disposition"), "attachment; filename=") {
		c.t.Errorf("%s: Content-Disposition is %q", path, p.header.Get("Content-Disposition"))
	}
	all, err := csv.NewReader(strings.NewReader(p.body)).ReadAll()
	if err != nil || len(all) == 0 {
		c.t.Fatalf("%s is no table: %v", path, err)
	}
	return all[0], all[1:]
}

// column is one column of a table.
func column(head []string, rows [][]string, name string) []string {
	var cells []string
	for _, r := range rows {
		cells = append(cells, r[slices.Index(head, name)])
	}
	return cells
}

func TestInstallBaseFilters(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	var desks, mesas []string
	for i := range 53 {
		desks = append(desks, fmt.Sprintf("Desk %02d", i))
	}
	for i := range 5 {
		mesas = append(mesas, fmt.Sprintf("Mesa %02d", i))
	}
	all := slices.Concat(desks, mesas, []string{formula})
	desk, bell, aurora := e.desk.ID.String(), e.bell.ID.String(), e.aurora.ID.String()
	for name, c := range map[string]struct {
		query url.Values
		want  []string
		chips []string
	}{
		"nothing":                   {url.Values{}, all, nil},
		"a text":                    {url.Values{"q": {"esk 1"}}, desks[10:20], nil},
		"in other letters":          {url.Values{"q": {"MESA"}}, mesas, nil},
		"an account's name":         {url.Values{"q": {"banco"}}, append(slices.Clone(mesas), formula), nil},
		"a pack's name":             {url.Values{"q": {"alarm"}}, []string{formula}, nil},
		"a wildcard is a text":      {url.Values{"q": {"%"}}, nil, nil},
		"quotes":                    {url.Values{"q": {`x" onfocus="alert(1)`}}, nil, nil},
		"a pack":                    {url.Values{"pack": {bell}}, []string{formula}, []string{"Pack: Alarm Bell"}},
		"an account":                {url.Values{"account": {aurora}}, append(slices.Clone(mesas), formula), []string{"Account: Banco Aurora"}},
		"the publisher":             {url.Values{"publisher": {e.meridian.ID.String()}}, all, []string{"Publisher: Meridian Connect"}},
		"who runs the current":      {url.Values{"release": {e.current.String()}}, slices.Concat(desks[3:], mesas), []string{"Runs: Ticket Desk 1.0.0"}},
		"who runs the pending":      {url.Values{"release": {e.pending.String()}}, e.tried, []string{"Runs: Ticket Desk 1.1.0"}},
		"trying":                    {url.Values{"state": {"trying"}}, e.tried, nil},
		"waiting":                   {url.Values{"state": {"waiting"}}, slices.Concat(desks[3:], mesas), nil},
		"outside (R30)":             {url.Values{"state": {"outside"}}, []string{formula}, nil},
		"uninstalled":               {url.Values{"state": {"detached"}}, []string{e.removed}, nil},
		"a pack and a state":        {url.Values{"pack": {desk}, "state": {"current"}}, slices.Concat(desks[3:], mesas), []string{"Pack: Ticket Desk"}},
		"pack, account and a text":  {url.Values{"pack": {desk}, "account": {aurora}, "q": {"3"}}, mesas[3:4], []string{"Account: Banco Aurora", "Pack: Ticket Desk"}},
		"a state, a text, a page":   {url.Values{"state": {"waiting"}, "q": {"desk 0"}}, desks[3:10], nil},
		"what excludes each other":  {url.Values{"pack": {bell}, "release": {e.current.String()}}, nil, nil},
		"an account that is not":    {url.Values{"account": {release.NewID(worldBegins).String()}}, nil, []string{"Account: unknown"}},
		"a publisher without packs": {url.Values{"publisher": {e.hudson.ID.String()}}, nil, []string{"Publisher: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, who := range []string{thePublisher, theSupport} {
				checkInstallBase(t, e.as(who), c.query, c.want, c.chips)
			}
		})
	}
}

// checkInstallBase compares the pages of a filter, their chips and the export with what is wanted.
func checkInstallBase(t *testing.T, visitor *client, query url.Values, want, chips []string) {
	t.Helper()
	path := "/install-base?" + query.Encode()
	first := visitor.get(path).wants(http.StatusOK)
	if len(want) == 0 {
		first.says("main", "No attachment fits these filters")
	}
	for _, c := range chips {
		first.says(".chips", c)
	}
	if first.value("q") != query.Get("q") || first.value("pack") != query.Get("pack") || first.value("state") != query.Get("state") {
		t.Errorf("the form shows %q, %q, %q", first.value("q"), first.value("pack"), first.value("state"))
	}
	names, ids := visitor.rows(path)
	var got []string
	for _, id := range ids {
		got = append(got, names[id])
	}
	slices.Sort(got)
	sorted := slices.Clone(want)
	slices.Sort(sorted)
	if diff := cmp.Diff(sorted, got); diff != "" {
		t.Errorf("%s shows (-want +got)\n%s", path, diff)
	}
	if !slices.IsSortedFunc(ids, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Error("the newest do not come first")
	}
	head, rows := visitor.table("/install-base.csv?" + query.Encode())
	if diff := cmp.Diff(ids, column(head, rows, "attachment_id")); diff != "" {
		t.Errorf("the export differs from the pages (-pages +export)\n%s", diff)
	}
}

func TestInstallBaseChipsGoAway(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	q := url.Values{"pack": {e.desk.ID.String()}, "account": {e.aurora.ID.String()}, "state": {"waiting"}, "before": {release.MaxID.String()}}
	p := e.as(theSupport).get("/install-base?" + q.Encode()).wants(http.StatusOK)
	chips := p.all(".chips a")
	if len(chips) != 3 {
		t.Fatalf("shows %d chips: %s", len(chips), p.text(".chips"))
	}
	if textOf(chips[2]) == "" || strings.Contains(attrOf(chips[2], "href"), "state=") {
		t.Errorf("the state stays: %s", attrOf(chips[2], "href"))
	}
	for i, param := range []string{"account", "pack"} {
		left, err := url.Parse(attrOf(chips[i], "href"))
		if err != nil {
			t.Fatal(err)
		}
		if left.Query().Has(param) || left.Query().Has("before") || left.Query().Get("state") != "waiting" {
			t.Errorf("without the %s: %s", param, left)
		}
	}
	if p.value("account") != e.aurora.ID.String() { // sending the form again keeps what a link has chosen
		t.Error("the form forgets the account")
	}
}

func TestInstallBaseRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, query := range []string{"state=x", "pack=x", "account=1", "publisher=-", "release=latest", "before=0"} {
		w.as(theSupport).get("/install-base?" + query).wants(http.StatusNotFound)
		w.as(theSupport).get("/install-base.csv?" + query).wants(http.StatusNotFound)
	}
}

func TestInstallBaseTenancy(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	rival := e.as(theRival)
	rival.get("/install-base").wants(http.StatusOK).says("main", "Nothing is installed yet")
	for _, query := range []url.Values{
		{"pack": {e.desk.ID.String()}},
		{"account": {e.nordlys.ID.String()}},
		{"release": {e.current.String()}},
		{"publisher": {e.meridian.ID.String()}},
		{"q": {"desk"}},
		{"state": {"trying"}},
	} {
		if _, ids := rival.rows("/install-base?" + query.Encode()); len(ids) > 0 {
			t.Errorf("%s shows %d attachments of another publisher", query.Encode(), len(ids))
		}
		if _, rows := rival.table("/install-base.csv?" + query.Encode()); len(rows) > 0 {
			t.Errorf("%s exports %d attachments of another publisher", query.Encode(), len(rows))
		}
		rival.get("/install-base?"+query.Encode()).saysNot("main", "Ticket Desk")
	}
	e.as(thePublisherViewer).get("/install-base").wants(http.StatusOK).says("main table", "Ticket Desk")
}

func TestInstallBaseExport(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	head, rows := e.as(theSupport).table("/install-base.csv?account=" + e.aurora.ID.String() + "&pack=" + e.bell.ID.String())
	got := map[string]string{}
	for i, name := range head {
		got[name] = rows[0][i]
	}
	delete(got, "attachment_id")
	at := e.clock.Now().UTC().Format("2006-01-02T15:04:05Z")
	if diff := cmp.Diff(map[string]string{
		"attachment":  "'" + formula, // a spreadsheet shows it and does not run it
		"environment": "production", "account": "Banco Aurora", "account_zone": "America/Sao_Paulo", "publisher": "Meridian Connect",
		"pack": "Alarm Bell", "runs": "3.0.0", "state": "Current", "current": "3.0.0", "pending": "", "pending_applies_at": "",
		"attached_at": at, "opted_in_at": "", "detached_at": "", "outside_groups": "yes",
		"agent_says": "never reported", "agent_release": "", "agent_seen_at": "",
	}, got); diff != "" {
		t.Errorf("exports (-want +got)\n%s", diff)
	}
	head, rows = e.as(theSupport).table("/install-base.csv?state=trying")
	for _, cells := range [][]string{column(head, rows, "runs"), column(head, rows, "pending"), column(head, rows, "state")} {
		if len(cells) != 3 {
			t.Errorf("trying: %v", cells)
		}
	}
	if due := column(head, rows, "pending_applies_at")[0]; due != "2026-11-30T23:00:00Z" { // midnight of 1 December in Paris
		t.Errorf("applies at %s", due)
	}
}
