package web

import (
	"context"
	"encoding/csv"
	"errors"
	"net/http"
	"strings"
	"testing"

	"packtide/release"
)

// rehearsing is a pack in two accounts, one of which tries what is in testing, with a draft beside it that is to be released
// at once, and the path of the draft's rehearsal.
func rehearsing(t *testing.T) (w *world, pack release.Pack, pending release.ID, path string) {
	t.Helper()
	w, pack, path = drafted(t)
	pending = w.schedule(pack.ID, "1.1.0", "2026-12-01")
	rio := w.install(theOtherAdmin, pack.ID, "Rio two")
	w.done(w.service.OptIn(t.Context(), w.actor(theOtherAdmin), rio.ID, pending, ""))
	w.upload("Slack", "2.0.0")
	by := w.actor(thePublisher)
	draft := must(w.service.DraftRelease(t.Context(), by, pack.ID))(t)
	contents := release.Contents{} // the current Jira and the newest Slack
	for _, row := range must(w.db.Reader.PackPackages(t.Context(), by, pack.ID))(t) {
		contents[row.PackageID] = row.Current.ID
		if row.DisplayName == "Slack" {
			contents[row.PackageID] = row.Newest.ID
		}
	}
	w.done(w.service.ChooseVersions(t.Context(), by, draft.ID, draft.Revision, contents))
	return w, pack, pending, path + "/rehearsal"
}

// R15, R22, R28: the draft is an upgrade for those who run the current release, and takes those who try the other one back.
func TestRehearsalOfADraft(t *testing.T) {
	t.Parallel()
	w, pack, _, path := rehearsing(t)
	claire := w.as(thePublisher)
	page := claire.get("/packs/" + pack.ID.String())
	if got := page.link("Rehearse it"); got != path {
		t.Errorf("the draft's rehearsal is at %s", got)
	}
	page = claire.get(path).wants(http.StatusOK)
	page.says("h1", "What would the next release change for whom?").says(".lede", "3 attachments in 2 accounts")
	page.says(".lede", "While 1.1.0 is in testing it can only be released at once")
	page.says("main", "This release is a downgrade").says("main", "Back to lower versions: Jira.")
	page.says(".banner", "1.1.0 is in its testing period").says(".banner", "The 1 attachment that tries it runs this release like all others")
	list := func(query string) string { return claire.get(path + query).wants(http.StatusOK).text("#attachments") }
	for query, want := range map[string][2]string{ // says, does not say
		"":                                  {"Rio two", ""},
		"?runs=trying":                      {"Rio two", "Oslo"},
		"?runs=current":                     {"Oslo", "Rio two"},
		"?does=downgrade":                   {"Rio two", "Oslo"},
		"?does=upgrade":                     {"Oslo", "Rio two"},
		"?does=unchanged":                   {"means “Unchanged” for nobody", "Oslo"},
		"?q=banco":                          {"Rio two", "Oslo"},
		"?q=nobody+here":                    {"No attachment or account among these", "Rio two"},
		"?runs=current&does=downgrade":      {"for nobody among these", "Rio two"},
		"?q=Oslo&runs=current&does=upgrade": {"Oslo", "Rio"},
	} {
		got := list(query)
		if !strings.Contains(got, want[0]) || (want[1] != "" && strings.Contains(got, want[1])) {
			t.Errorf("%s shows %s", query, got)
		}
	}
	claire.get(path + "?runs=strange").wants(http.StatusNotFound)
	claire.get(path + "?does=offer").wants(http.StatusNotFound)
	claire.get(path + "?before=strange").wants(http.StatusNotFound)
	page = claire.get(path + "?does=unchanged&q=x")
	if got := page.link("Clear the filters"); got != path+"#attachments" {
		t.Errorf("the filters are cleared by %s", got)
	}
}

// R18: at its midnight the release in testing comes to all who do not run it yet, on everybody's clock.
func TestRehearsalOfTheReleaseInTesting(t *testing.T) {
	t.Parallel()
	w, pack, pending, _ := rehearsing(t)
	claire := w.as(thePublisher).inZone("America/New_York")
	page := claire.get("/releases/" + pending.String())
	path := page.link("Rehearse 1.1.0")
	page = claire.get(path).wants(http.StatusOK)
	page.says("h1", "What happens to whom on Tue 1 Dec?").says(".lede", "Tue 1 Dec, 00:00 Paris · Mon 30 Nov, 18:00 your time")
	page.says("main", "They run it already, and go on.").says("main", "1 attachment has opted in to 1.1.0")
	page.says("#attachments", "Mon 30 Nov, 20:00 Sao Paulo").says("#attachments", "2026-11-30 23:00:00 UTC").says("#attachments", "runs it already")
	page.says("main", "Whoever has uninstalled it gets nothing")

	by := w.actor(thePublisher)
	must(w.service.RemovePackFromGroup(t.Context(), by, w.everyone(), pack.ID))(t)
	page = claire.get(path)
	page.says("main", "3 attachments belong to accounts outside the pack's groups").says("#attachments", "gets it all the same") // R30

	w.done(w.service.Withdraw(t.Context(), by, pending, "not yet"))
	claire.follow(claire.get(path)).says(".flash", "not in testing any more").says("h1", "CRM Connector 1.1.0")
}

// A draft that can't be released says what is missing, and leads there.
func TestRehearsalSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := w.pack("Empty", true, w.upload("Jira", "1.0.0"))
	w.releaseNow(pack.ID, "1.0.0")
	by, base := w.actor(thePublisher), packPath(pack.ID)
	w.done(w.service.EditPack(t.Context(), by, pack.ID, release.PackTexts{Name: "Empty"}))
	must(w.service.DraftRelease(t.Context(), by, pack.ID))(t)
	w.demandEvidence("Impact assessed") // R35
	page := w.as(thePublisher).get(base + "/release/rehearsal").wants(http.StatusOK)
	page.says(".banner", "Nothing changes yet").says("main", "Nobody has Empty installed yet").says("main", "2 accounts of the pack's groups get nothing") // R24
	for words, want := range map[string]string{"Choose versions": base + "/release/versions", "Add a contact": base + "/edit#f-support_contact", "Tick it off": base + "/release/evidence"} {
		if got := page.link(words); got != want {
			t.Errorf("%s leads to %s", words, got)
		}
	}
	viewer := w.as(thePublisherViewer).get(base+"/release/rehearsal").wants(http.StatusOK).says(".banner", "Nothing changes yet")
	if viewer.saysNot("main", "Choose versions"); viewer.has("main .button.primary") {
		t.Error("a viewer is offered what a publisher does")
	}
	w.done(w.service.DiscardDraft(t.Context(), by, must(w.service.DraftRelease(t.Context(), by, pack.ID))(t).ID, 1))
	claire := w.as(thePublisher)
	claire.follow(claire.get(base+"/release/rehearsal")).says(".flash", "Nothing is being prepared")
}

// Publishers, viewers and staff see the same; nobody else sees anything.
func TestRehearsalIsReadByItsPublisherAndStaff(t *testing.T) {
	t.Parallel()
	w, _, pending, path := rehearsing(t)
	testing := "/releases/" + pending.String() + "/rehearsal"
	for _, path := range []string{path, path + ".csv", testing, testing + ".csv"} {
		for key, want := range map[string]int{
			thePublisher: http.StatusOK, thePublisherViewer: http.StatusOK, theSupport: http.StatusOK, theOperator: http.StatusOK,
			theRival: http.StatusNotFound, theAdmin: http.StatusForbidden, theManagedViewer: http.StatusForbidden,
		} {
			p := w.as(key).get(path).wants(want)
			if want == http.StatusOK && !strings.HasSuffix(path, ".csv") {
				p.says("#attachments", "Rio two").says("#attachments", "Oslo")
			}
		}
	}
}

// The export holds the rows of the filter with all that the page says of each.
func TestRehearsalCSV(t *testing.T) {
	t.Parallel()
	w, _, pending, path := rehearsing(t)
	claire := w.as(thePublisher)
	read := func(path string) []map[string]string {
		t.Helper()
		response, err := claire.http.Do(claire.request(http.MethodGet, path, ""))
		w.done(err)
		defer response.Body.Close()
		all, err := csv.NewReader(response.Body).ReadAll()
		w.done(err)
		var rows []map[string]string
		for _, cells := range all[1:] {
			row := map[string]string{}
			for i, name := range all[0] {
				row[name] = cells[i]
			}
			rows = append(rows, row)
		}
		return rows
	}
	all := read("/releases/" + pending.String() + "/rehearsal.csv")
	of := map[string]map[string]string{}
	for _, row := range all {
		of[row["attachment"]] = row
	}
	oslo, rio, tries := of["Oslo"], of["Rio"], of["Rio two"]
	if len(all) != 3 || tries["what_happens"] != "runs it already" || tries["applies_at"] != "" || rio["account_clock"] != "2026-11-30 20:00 -03:00" {
		t.Fatalf("%v", all)
	}
	for name, want := range map[string]string{
		"from": "1.0.0", "to": "1.1.0", "what_happens": "upgrade", "applies_at": "2026-11-30T23:00:00Z", "account": "Nordlys Insurance",
		"publisher_clock": "2026-12-01 00:00 +01:00", "account_clock": "2026-12-01 00:00 +01:00", "settings_to_fill_in": "0", "outside_groups": "no",
	} {
		if oslo[name] != want {
			t.Errorf("%s is %q, want %q", name, oslo[name], want)
		}
	}
	back := read(path + ".csv?runs=trying")
	if len(back) != 1 || back[0]["what_happens"] != "downgrade" || back[0]["from"] != "1.1.0" || back[0]["applies_at"] != "at the click" {
		t.Errorf("%v", back)
	}
	if none := read(path + ".csv?does=unchanged"); none != nil {
		t.Errorf("%v", none)
	}
}

// A visitor who leaves an export ends its query: the database has nothing left to do for it.
func TestRehearsalExportLeftBehind(t *testing.T) {
	t.Parallel()
	w, _, _, path := rehearsing(t)
	ctx, leave := context.WithCancel(t.Context())
	visitor := w.as(thePublisher)
	tx, err := w.db.Owner(t).Begin(t.Context())
	w.done(err)
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	_, err = tx.Exec(t.Context(), `LOCK TABLE opt_in IN ACCESS EXCLUSIVE MODE`) // what only the rows of the export need
	w.done(err)
	gone := make(chan error, 1)
	go func() {
		response, err := visitor.http.Do(visitor.request(http.MethodGet, path+".csv", "").WithContext(ctx))
		if err == nil {
			err = response.Body.Close()
		}
		gone <- err
	}()
	count := func(sql string) (n int) { // on the server's own connections: a role sees what its own backends do
		w.done(w.db.Pool.QueryRow(t.Context(), sql).Scan(&n))
		return n
	}
	const waiting = `SELECT count(*) FROM pg_locks WHERE relation = 'opt_in'::regclass AND NOT granted`
	const working = `SELECT count(*) FROM pg_stat_activity
		WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() AND state <> 'idle'`
	eventually(t, "the export waits for the lock", func() bool { return count(waiting) == 1 && count(working) > 0 })
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatalf("the visitor left with %v", err)
	}
	eventually(t, "the export's query has ended", func() bool { return count(waiting) == 0 })
	eventually(t, "no backend works for it any more", func() bool { return count(working) == 0 })
	eventually(t, "its connection is free", func() bool { return w.db.Pool.Stat().AcquiredConns() == 0 })
}

// The wizard's second step is the rehearsal: its list is searched and paged without leaving the step.
func TestRehearsalInTheWizard(t *testing.T) {
	t.Parallel()
	w, _, path := drafted(t)
	for range pageSize {
		w.install(theOtherAdmin, must(w.db.Reader.Packs(t.Context(), w.actor(thePublisher), "", "", release.ID{}, 1))(t)[0].ID, "site "+release.NewID(w.clock.Now()).String())
	}
	claire := w.as(thePublisher)
	page := claire.get(path+"/impact").wants(http.StatusOK).says("h1", "What changes for whom?").says("#attachments", "50 of 52 attachments")
	if n := len(page.all("main .button.primary")); n != 1 {
		t.Errorf("%d primary buttons", n)
	}
	older := page.link("Older")
	if !strings.HasPrefix(older, path+"/impact?before=") {
		t.Fatalf("older ones are at %s", older)
	}
	page = claire.get(older).wants(http.StatusOK).says("#attachments", "2 of 52 attachments")
	if got := page.link("Newer"); got != path+"/impact#attachments" {
		t.Errorf("the newest are at %s", got)
	}
	page = claire.get(path+"/impact?q=oslo").says("#attachments", "Oslo").says(".chips", "oslo")
	if got := page.link("Export as CSV"); got != path+"/rehearsal.csv?q=oslo" {
		t.Errorf("the export is at %s", got)
	}
}
