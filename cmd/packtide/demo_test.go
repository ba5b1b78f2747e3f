package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"packtide/packfile"
	"packtide/release"
	"packtide/store"
	"packtide/store/storetest"
)

// demo starts a demo and waits until it is ready.
func demo(t *testing.T, args ...string) (*command, demoGreeting) {
	t.Helper()
	storetest.Empty(t) // skips where there is no PostgreSQL
	env := map[string]string{"DATABASE_URL": "postgres://somebody@192.0.2.1/theirs"}
	c := launch(t, env, append([]string{"demo", "--addr", "127.0.0.1:0", "--json"}, args...)...)
	var g demoGreeting
	if err := json.Unmarshal([]byte(c.says(t, &c.out, `(?s)^(\{.*\})\n`)), &g); err != nil {
		t.Fatal(err)
	}
	return c, g
}

// A visitor watches a release apply at its midnight: R18 by way of the demo's clock.
func TestDemoMovesOverMidnight(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	c, g := demo(t, "--data-dir", dir)
	g.tokensWork(t)
	for role, want := range map[string]string{"admin": "/home", "support": "/install-base", "operator": "/install-base"} {
		if _, path := visit(t, g, role); path != want {
			t.Errorf("the %s arrives at %s, want %s", role, path, want)
		}
	}
	publisher, path := visit(t, g, "publisher")
	if path != "/packs" {
		t.Errorf("the publisher arrives at %s", path)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	page := publisher.move(t, "before")
	before := clockOf(t, page)
	if row := rowOf(t, page, "Incident Desk"); !strings.Contains(row, "1.3.0") || !strings.Contains(row, "2.0.0") {
		t.Errorf("before midnight: %s", row)
	}
	if local := before.In(paris); local.Format("15:04") != "23:59" {
		t.Errorf("just before midnight it is %s in Paris", local)
	}
	page = publisher.move(t, "after")
	after := clockOf(t, page)
	if row := rowOf(t, page, "Incident Desk"); strings.Contains(row, "1.3.0") || !strings.Contains(row, "2.0.0") {
		t.Errorf("after midnight: %s", row)
	}
	if local := after.In(paris); local.Format("15:04") != "00:00" || after.Sub(before) > 10*time.Minute {
		t.Errorf("just past midnight it is %s in Paris", local)
	}
	if now := clockOf(t, publisher.move(t, "hour")); now.Sub(after) < 59*time.Minute {
		t.Errorf("an hour later it is %s, before it was %s", now, after)
	}
	if c.stop(t); !strings.Contains(c.err.String(), "DATABASE_URL is not used") {
		t.Error("does not say that the database of the environment is not used")
	}

	earlier := g
	c, g = demo(t, "--data-dir", dir)
	g.tokensWork(t)
	if status := g.asks(t, earlier.Users[0].Token, "/me", new(any)); status != 401 {
		t.Errorf("a token of an earlier visit is answered %d", status)
	}
	publisher, _ = visit(t, g, "publisher")
	page, _ = publisher.get(t, "/packs")
	if now := clockOf(t, page); now.Before(after.Truncate(time.Minute)) { // the midnight itself
		t.Errorf("started again, the clock has gone back from %s to %s", after, now)
	}
	rowOf(t, page, "2.0.0")
	c.stop(t)
}

func TestDemoLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	c, _ := demo(t, "--log-level", "info")
	folder := c.says(t, &c.err, `initialising the embedded database" folder=(\S+)`)
	c.stop(t)
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", folder, err)
	}
}

func TestDemoTellsPeopleWhatToDo(t *testing.T) {
	t.Parallel()
	g := demoGreeting{URL: "http://127.0.0.1:8080", Users: demoUsers()}
	for _, want := range []string{"ready at http://127.0.0.1:8080", "publisher: Camille Laurent", "admin: Grace Okafor", "support: Jonas Weber"} {
		if !strings.Contains(g.text(), want) {
			t.Errorf("%q is not in\n%s", want, g.text())
		}
	}
}

// A folder with other data is not turned into a demo.
func TestDemoRefusesOtherData(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	if _, err := release.NewService(db.Store, time.Now).CreateAccount(t.Context(), release.Operator(), release.NewAccount{Name: "A", Zone: "UTC", Managed: true}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := release.NewService(db.Store, time.Now).InvitePerson(t.Context(), release.Operator(),
		release.Invite{Email: "a@example.com", Name: "A", Site: release.RoleSupport}); err != nil {
		t.Fatal(err)
	}
	if _, err := prepareDemo(t.Context(), db.Store, db.Reader, time.Now, t.TempDir()); err == nil || !strings.Contains(err.Error(), "--data-dir") {
		t.Errorf("%v", err)
	}
}

// The demo's package files are read as those of customers are, without errors, and are the same at each start.
func TestDemoPackages(t *testing.T) {
	t.Parallel()
	for _, p := range demoPublishers() {
		for _, pkg := range p.packages {
			for i, v := range pkg.versions {
				up, err := pkg.upload(i)
				if err != nil {
					t.Fatal(err)
				}
				want, _ := packfile.ParsePlatform(v.version)
				if packfile.HasErrors(up.Findings) != (demoFaultOf(pkg.name, v.version).file != nil) || up.Manifest.Platform != pkg.platform || up.Manifest.Version != want || up.Manifest.DisplayName != pkg.name {
					t.Errorf("%s %s is read as %+v with findings %+v", pkg.name, v.version, up.Manifest, up.Findings)
				}
				again, err := pkg.upload(i)
				if err != nil || again.SHA256 != up.SHA256 {
					t.Errorf("%s %s differs from one start to the next: %v", pkg.name, v.version, err)
				}
			}
		}
	}
}

// TestDemoWorld: the story is whole at any hour of the day and any day of the year, also across changes of the clocks.
func TestDemoWorld(t *testing.T) {
	t.Parallel()
	for _, now := range []time.Time{
		time.Date(2026, 1, 31, 23, 59, 59, 0, time.UTC),
		time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC),
		time.Date(2026, 11, 1, 5, 0, 0, 0, time.UTC),
		time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC),
	} {
		t.Run(now.Format(time.RFC3339), func(t *testing.T) {
			t.Parallel()
			db := storetest.New(t)
			if err := newWorld(db.Store, db.Reader, now).build(t.Context()); err != nil {
				t.Fatal(err)
			}
			checkWorld(t, db.Reader, now)
			checkDemoAgents(t, db.Reader)
			var shared, held int // in spite of errors; as not shareable because of them (R4)
			if err := db.Pool.QueryRow(t.Context(), `
				SELECT count(*) FILTER (WHERE override_reason <> ''), count(*) FILTER (WHERE NOT shareable)
				  FROM package_version`).Scan(&shared, &held); err != nil || shared != 1 || held != 1 {
				t.Errorf("%d versions are shared in spite of errors, %d are not shareable (%v), want one of each", shared, held, err)
			}
		})
	}
}

func checkWorld(t *testing.T, reader *store.Reader, now time.Time) {
	t.Helper()
	rows, err := reader.Packs(t.Context(), release.Operator(), "", "", release.ID{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	packs := map[string]release.PackRow{}
	for _, row := range rows {
		packs[row.Name] = row
	}
	desk := packs["Incident Desk"]
	switch {
	case desk.Pending == nil || desk.Pending.Version.String() != "2.0.0" || desk.Current.Version.String() != "1.3.0":
		t.Fatalf("Incident Desk: %+v", desk)
	case desk.Pending.DueAt.Sub(now) < 24*time.Hour || desk.Pending.DueAt.Sub(now) > 5*24*time.Hour:
		t.Errorf("its midnight is at %s", desk.Pending.DueAt)
	case desk.OptIns < 10 || desk.Attachments < desk.OptIns+3:
		t.Errorf("%d of %d try it", desk.OptIns, desk.Attachments)
	}
	if p := packs["Partner Hub"]; p.Current != nil || p.DraftID == nil {
		t.Errorf("Partner Hub: %+v", p)
	}
	if p := packs["Sheet Reports"]; p.Updates == 0 || p.Current.Number != 5 {
		t.Errorf("Sheet Reports: %+v", p)
	}
	outside, err := reader.InstallBase(t.Context(), release.Operator(), release.InstallBaseFilter{State: release.StateOutside, Limit: 10})
	if err != nil || len(outside) == 0 || outside[0].AccountName != demoMovedAccount { // R30
		t.Errorf("%v: outside their groups are %+v", err, outside)
	}
	newest, err := reader.Events(t.Context(), release.Operator(), release.EventFilter{Limit: 1})
	if err != nil || len(newest) != 1 || newest[0].At.After(now) {
		t.Errorf("%v: the newest event is of the future: %+v", err, newest)
	}
	checkDemoBoomi(t, reader, packs)
	checkOnTime(t, reader, packs)
	accounts, err := reader.Accounts(t.Context(), release.Operator(), store.AccountFilter{Limit: 100})
	if err != nil || len(accounts) != 43 {
		t.Errorf("%v: %d accounts, want 40 managed ones and 3 publishers", err, len(accounts))
	}
}

// checkOnTime: in the story nothing applied late (R18).
func checkOnTime(t *testing.T, reader *store.Reader, packs map[string]release.PackRow) {
	t.Helper()
	for _, row := range packs {
		releases, err := reader.Releases(t.Context(), release.Operator(), row.ID, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range releases {
			if r.Late {
				t.Errorf("%s %s was late", row.Name, r.Version)
			}
		}
	}
}

func TestDemoAddressTaken(t *testing.T) {
	t.Parallel()
	_, g := demo(t, "--data-dir", filepath.Clean(dataFolder(t)))
	_, _, err := call(t, nil, "demo", "--addr", strings.TrimPrefix(g.URL, "http://"))
	if err == nil || !strings.Contains(err.Error(), "--addr") {
		t.Errorf("%v, want what to do", err)
	}
}
