package notify_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"packtide/notify"
	"packtide/release"
)

var errRefused = errors.New("refused at the last moment")

// A use case that rolls back leaves no job; one that commits leaves its own, and nobody is told twice when a page is told again.
func TestJobsComeWithTheirTransaction(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.db.Store.Queueing(notify.Enqueue).InTx(t.Context(), func(ctx context.Context, tx release.Tx) error {
		w.ok(tx.Enqueue(ctx, release.TellJob{Notice: release.Notice{ID: w.pack.ID}}))
		return errRefused
	})
	if n := w.number(`SELECT count(*) FROM river_job`); !errors.Is(err, errRefused) || n != 0 {
		t.Fatalf("%v, %d jobs", err, n)
	}
	w.webhook(w.acme, "https://hooks.example.com", release.NoticeOpened)
	w.release("2027-02-01")
	var args []byte
	w.ok(w.db.Pool.QueryRow(t.Context(), `SELECT args FROM river_job WHERE args ->> 'after' IS NOT NULL AND args -> 'notice' ->> 'kind' = 'release.opened'`).Scan(&args))
	var job release.TellJob
	w.ok(json.Unmarshal(args, &job))
	for range 2 { // as after a kill between the commit and the note that the job is done
		w.ok(w.svc.TellWebhooks(t.Context(), job))
	}
	if n, jobs := w.number(`SELECT count(*) FROM webhook_delivery`), w.number(`SELECT count(*) FROM river_job WHERE kind = 'deliver_webhook'`); n != 1 || jobs != 1 {
		t.Errorf("%d deliveries, %d jobs", n, jobs)
	}
}

// Everything that happens to a release reaches exactly those whom it concerns: its publisher, with the account named, and the
// accounts that have the pack, which hear nothing of each other. // R16, R20, R27, R31
func TestExactlyTheRightAccountsHear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	peers := map[string]*peer{}
	for name, by := range map[string]release.Actor{"acme": w.acme, "bolt": w.bolt, "north": w.north, "south": w.south} {
		peers[name] = newPeer(t, nil)
		w.webhook(by, peers[name].URL)
	}
	w.run()
	ctx := t.Context()
	step := func(what string, do func(), want map[string]string) {
		t.Helper()
		before := map[string]int{}
		for name, p := range peers {
			before[name] = len(p.received())
		}
		do()
		w.settled()
		for name, p := range peers {
			var got []string
			for _, g := range p.received()[before[name]:] {
				got = append(got, g.Type)
			}
			slices.Sort(got)
			if strings.Join(got, " ") != want[name] {
				t.Errorf("%s: %s heard %q, want %q", what, name, got, want[name])
			}
		}
	}
	var pending release.Release
	step("schedule", func() { pending = w.release("2027-02-01") }, map[string]string{"acme": "release.opened version.available", "north": "release.opened"})
	step("reschedule", func() { w.ok(w.svc.Reschedule(ctx, w.acme, pending.ID, "2027-02-02", "later")) },
		map[string]string{"acme": "release.date_moved", "north": "release.date_moved"})
	step("opt in", func() { w.ok(w.svc.OptIn(ctx, w.north, w.attachment.ID, pending.ID, "")) },
		map[string]string{"acme": "attachment.opted_in", "north": "attachment.opted_in"})
	step("feedback", func() {
		w.ok(w.svc.GiveFeedback(ctx, w.north, w.attachment.ID, pending.ID, release.VerdictBlocked, "It stops.", nil))
	}, map[string]string{"acme": "feedback.given", "north": "feedback.given"})
	step("go back", func() { w.ok(w.svc.GoBack(ctx, w.north, w.attachment.ID, "")) },
		map[string]string{"acme": "attachment.went_back", "north": "attachment.went_back"})
	step("failed", func() {
		_, err := w.svc.ReportObserved(ctx, w.north, w.attachment.ID, release.ObservedReport{Release: pending.ID, Status: release.InstallFailed, Detail: "disk full"})
		w.ok(err)
	}, map[string]string{"acme": "delivery.failed", "north": "delivery.failed"})
	step("install", func() { w.install(w.south) }, nil)
	step("withdraw", func() { w.ok(w.svc.Withdraw(ctx, w.acme, pending.ID, "no good")) },
		map[string]string{"acme": "release.withdrawn", "north": "release.withdrawn", "south": "release.withdrawn"})
	step("at once", func() { w.release("") },
		map[string]string{"acme": "release.applied version.available", "north": "release.applied", "south": "release.applied"})
	step("again", func() { pending = w.release("2027-02-03") },
		map[string]string{"acme": "release.opened version.available", "north": "release.opened", "south": "release.opened"})
	step("supersede", func() { w.release("") }, map[string]string{
		"acme": "release.applied release.superseded version.available", "north": "release.applied release.superseded", "south": "release.applied release.superseded",
	})
	for _, name := range []string{"north", "south"} {
		for _, g := range peers[name].received() {
			other := map[string]release.Actor{"north": w.south, "south": w.north}[name]
			if strings.Contains(string(g.body), other.Account.String()) || strings.Contains(string(g.body), "Bolt") {
				t.Errorf("%s reads of others: %s", name, g.body)
			}
		}
	}
	for _, g := range peers["acme"].received() {
		if account, _ := g.Data["account"].(map[string]any); g.Type == "feedback.given" && (account["name"] != "North" || g.Data["text"] != "It stops.") {
			t.Errorf("the publisher reads %s", g.body)
		}
	}
}

// Access is told to the account and to the publisher whose group it is; how the group is called, to the publisher alone. // R25, R30
func TestAccessIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	acme, north := newPeer(t, nil), newPeer(t, nil)
	w.webhook(w.acme, acme.URL)
	w.webhook(w.north, north.URL)
	g, err := w.svc.CreateGroup(t.Context(), w.acme, "Slow payers")
	w.ok(err)
	w.run()
	w.ok(w.svc.AddAccountToGroup(t.Context(), w.acme, g.ID, w.north.Account))
	_, _, err = w.svc.InvitePerson(t.Context(), release.Operator(), release.Invite{Email: "new@example.org", Name: "Newt", Account: w.north.Account, Managed: release.RoleManagedViewer})
	w.ok(err)
	w.settled()
	if acme.types() != "access.changed" || north.types() != "access.changed access.changed" {
		t.Fatalf("acme heard %s, north %s", acme.types(), north.types())
	}
	if acme.received()[0].Data["subject"] != "Slow payers" {
		t.Errorf("the publisher reads %s", acme.received()[0].body)
	}
	for _, g := range north.received() {
		if strings.Contains(string(g.body), "Slow payers") {
			t.Errorf("the account reads how the publisher calls it: %s", g.body)
		}
	}
}

// A notice to more accounts than a page holds reaches each once, page by page, while two replicas work.
func TestManyAccountsPageByPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const accounts = 1203
	w.fill(accounts)
	w.run()
	w.run()
	w.release("2027-02-01")
	w.until("every account has its delivery", func() bool {
		return w.number(`SELECT count(*) FROM webhook_delivery WHERE kind = 'release.opened'`) == accounts
	})
	if pages := w.number(`SELECT count(*) FROM river_job WHERE kind = 'tell_webhooks' AND args -> 'notice' ->> 'kind' = 'release.opened'`); pages != 3 {
		t.Errorf("%d pages", pages)
	}
	if n := w.number(`SELECT count(DISTINCT account_id) FROM webhook_delivery`); n != accounts {
		t.Errorf("%d accounts", n)
	}
}

// fill gives the pack to that many more accounts, each with an attachment and a webhook that nothing answers: off to begin
// with would be no test.
func (w *world) fill(n int) {
	w.t.Helper()
	w.exec(`INSERT INTO account (id, name, zone, publisher, managed, created_at)
		SELECT gen_random_uuid(), 'Filled ' || i, 'UTC', false, true, now() FROM generate_series(1, $1) i`, n)
	w.exec(`INSERT INTO attachment (id, pack_id, account_id, multiple, name, environment, attached_at, attached_by)
		SELECT x.id, $1, x.account, true, 'A', '', uuid_instant(x.id), $2
		  FROM (SELECT overlay(gen_random_uuid()::text placing '0193b5c0-0000-7' from 1 for 15)::uuid AS id, id AS account FROM account WHERE name LIKE 'Filled %') x`,
		w.pack.ID, w.acme.Person)
	w.exec(`INSERT INTO webhook (id, account_id, url, as_publisher, as_managed, kinds, secret, created_at, created_by)
		SELECT gen_random_uuid(), a.id, 'https://127.0.0.1:1/', false, true, '{release.opened}', '\x00', now(), $1 FROM account a WHERE name LIKE 'Filled %'`, w.acme.Person)
}

// Each reminder goes once, whoever asks at once, also when the date is moved away and back; the nearest alone after downtime. // R20
func TestRemindersGoOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	north := newPeer(t, nil)
	w.webhook(w.north, north.URL, release.NoticeDueInWeek, release.NoticeDueInDay)
	w.run()
	ctx := t.Context()
	pending := w.release("2027-02-01")
	midnight := *pending.DueAt
	remind := func(at time.Time, want int) {
		t.Helper()
		w.clock.set(at)
		var all sync.WaitGroup
		sums := make([]int, 4)
		for i := range sums {
			all.Go(func() {
				n, err := w.svc.Remind(ctx, at)
				if err != nil {
					t.Error(err)
				}
				sums[i] = n
			})
		}
		all.Wait()
		if sum := sums[0] + sums[1] + sums[2] + sums[3]; sum != want {
			t.Errorf("at %s went %v, want %d", at, sums, want)
		}
	}
	week := midnight.Add(-7 * 24 * time.Hour)
	remind(week.Add(-time.Second), 0)
	remind(week, 1)
	remind(week.Add(time.Minute), 0)
	w.ok(w.svc.Reschedule(ctx, w.acme, pending.ID, "2027-02-20", "later"))
	w.ok(w.svc.Reschedule(ctx, w.acme, pending.ID, "2027-02-01", "not later"))
	remind(week.Add(time.Hour), 0)
	remind(midnight.Add(-24*time.Hour), 1)
	w.settled()
	if north.types() != "release.due_in_7_days release.due_in_24_hours" {
		t.Errorf("North heard %s", north.types())
	}
	w.ok(w.svc.Reschedule(ctx, w.acme, pending.ID, "2027-02-20", "later"))
	remind(w.state().Pending.DueAt.Add(-time.Hour), 1) // both are due after downtime: the nearest goes
	w.settled()
	if !strings.HasSuffix(north.types(), "24_hours release.due_in_24_hours") {
		t.Errorf("North heard %s", north.types())
	}
	w.ok(w.svc.Withdraw(ctx, w.acme, pending.ID, "no"))
	// Scheduled for in three days: nobody is reminded of a week that has begun already.
	w.clock.set(time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC))
	short := w.release("2027-03-04")
	remind(time.Date(2027, 3, 1, 13, 0, 0, 0, time.UTC), 0)
	remind(short.DueAt.Add(-20*time.Hour), 1)
	remind(short.DueAt.Add(time.Hour), 0)
}

// A release that applies at its midnight leaves one job for each way on which people are told, whatever its install base.
func TestApplyingLeavesOneJobForEachWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.release("2027-02-01")
	w.exec(`DELETE FROM river_job`)
	at := r.DueAt.Add(time.Second)
	w.clock.set(at)
	done, err := w.svc.ApplyDue(t.Context(), at)
	w.ok(err)
	if n := w.number(`SELECT count(*) FROM river_job WHERE args -> 'notice' ->> 'kind' = 'release.applied'`); done.Releases != 1 || n != 2 {
		t.Errorf("%+v, %d jobs", done, n)
	}
}

// A worker that is killed in the middle of a delivery leaves it to another one, which sends the same message.
func TestKilledWorkerIsTakenOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := newPeer(t, nil)
	hook, _ := w.webhook(w.acme, p.URL)
	d, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID)
	w.ok(err)
	// As it stands after a kill between the first attempt's beginning and its end.
	_, err = w.svc.BeginDelivery(t.Context(), d.ID, 1)
	w.ok(err)
	w.exec(`UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now() - interval '1 hour', attempted_by = '{gone}'`)
	w.run()
	w.until("it is rescued and arrives", func() bool { w.hurry(); return len(p.received()) == 1 })
	if g := p.received()[0]; g.id != d.MessageID() {
		t.Errorf("as %s", g.id)
	}
}

// A name that leads inside is refused when the connection is made, whatever it led to before; nothing of the inside is told.
func TestNamesThatLeadInside(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := newPeer(t, nil)
	_, port, _ := strings.Cut(strings.TrimPrefix(p.URL, "http://"), ":")
	// Added while 127.0.0.0/8 was allowed; the runner of this site allows nothing.
	for _, url := range []string{"http://localhost:" + port, "https://localhost:" + port, "https://127.0.0.1:" + port, "http://127.0.0.1:" + port} {
		hook, _ := w.webhook(w.acme, url, release.NoticeOpened)
		_, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID)
		w.ok(err)
	}
	r, err := notify.New(notify.Config{
		Pool: w.db.Pool, Service: w.svc, Clock: time.Now, Log: slog.New(slog.DiscardHandler), Version: "test", Poll: 20 * time.Millisecond,
	})
	w.ok(err)
	w.ok(r.Start(t.Context()))
	w.until("all were tried", func() bool { return w.number(`SELECT count(*) FROM webhook_delivery WHERE failure <> ''`) == 4 })
	w.ok(r.Stop(t.Context()))
	if n := w.number(`SELECT count(*) FROM webhook_delivery WHERE failure = 'The address does not lead to the public internet, so nothing was sent.'`); n != 4 {
		t.Errorf("%d of 4 were refused at the door", n)
	}
	if got := p.received(); len(got) != 0 {
		t.Errorf("reached: %s", fmt.Sprint(got))
	}
}
