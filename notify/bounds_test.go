package notify_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// told are the notices of the kind that use cases have asked to be told to webhooks, and forgets them.
func (w *world) told(kind release.NoticeKind) []release.Notice {
	w.t.Helper()
	rows, err := w.db.Pool.Query(w.t.Context(), `
		DELETE FROM river_job WHERE kind = 'tell_webhooks' AND args -> 'notice' ->> 'kind' = $1 RETURNING args -> 'notice'`, kind)
	w.ok(err)
	texts, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	w.ok(err)
	all := make([]release.Notice, len(texts))
	for i, text := range texts {
		w.ok(json.Unmarshal(text, &all[i]))
	}
	return all
}

// reports says of North's attachment what its agent does.
func (w *world) reports(r release.Release, status release.ObservedStatus) {
	w.t.Helper()
	_, err := w.svc.ReportObserved(w.t.Context(), w.north, w.attachment.ID, release.ObservedReport{Release: r.ID, Status: status, Detail: "disk full"})
	w.ok(err)
}

// An agent that tries, goes back and tries again is one piece of news an hour, for each release that it can't install.
func TestFailuresAreToldOnceAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.state().Current.clone(), w.release("")
	told := func(at time.Time, want int, what string) {
		t.Helper()
		w.clock.set(at)
		for range 60 { // more than the history keeps
			w.reports(first, release.Installed)
			w.reports(second, release.InstallFailed)
		}
		if got := len(w.told(release.NoticeDeliveryFailed)); got != want {
			t.Errorf("%s: told %d times, want %d", what, got, want)
		}
	}
	start := monday.Add(time.Hour)
	told(start, 1, "at first")
	told(start.Add(50*time.Minute), 0, "within the hour")
	told(start.Add(61*time.Minute), 1, "an hour after what was told, not after what was not")
	told(start.Add(100*time.Minute), 0, "within the next hour")
	w.reports(first, release.InstallFailed)
	if news := w.told(release.NoticeDeliveryFailed); len(news) != 1 || news[0].Release != first.ID {
		t.Errorf("another release that fails: %+v", news)
	}
	w.ok(w.svc.Uninstall(t.Context(), w.north, w.attachment.ID))
	if n := w.number(`SELECT count(*) FROM failure_told`); n != 0 {
		t.Errorf("%d marks stay of what is uninstalled", n)
	}
}

// Of failures that are reported at once, one is told.
func TestRaceOfFailures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := w.state().Current.clone(), w.release("")
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			r, status := second, release.InstallFailed
			if i%2 == 0 {
				r, status = first, release.Installed
			}
			if _, err := w.svc.ReportObserved(t.Context(), w.north, w.attachment.ID, release.ObservedReport{Release: r.ID, Status: status}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := len(w.told(release.NoticeDeliveryFailed)); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// The end of a pack is told in words of its own to every account that had it, also in a testing period: nothing goes back to a
// current release. // R11
func TestDeletedPackIsTold(t *testing.T) {
	t.Parallel()
	for _, date := range []string{"", "2027-02-01"} {
		w := newWorld(t)
		north, south := newPeer(t, nil), newPeer(t, nil)
		w.webhook(w.north, north.URL)
		w.webhook(w.south, south.URL) // which has not installed it
		var pending release.Release
		if date != "" {
			pending = w.release(date)
			w.ok(w.svc.OptIn(t.Context(), w.north, w.attachment.ID, pending.ID, ""))
		}
		w.exec(`DELETE FROM river_job`)
		_, err := w.svc.DeletePack(t.Context(), w.acme, w.pack.ID, w.pack.Name)
		w.ok(err)
		w.run()
		w.until("North hears of it", func() bool { return north.types() != "" })
		w.settled()
		if north.types() != "pack.deleted" || south.types() != "" {
			t.Errorf("%q: North heard %q, South %q", date, north.types(), south.types())
		}
		got := north.received()[0].Data
		if _, tested := got["release"]; tested != (date != "") || (tested && got["release"].(map[string]any)["id"] != pending.ID.String()) {
			t.Errorf("%q: %v", date, got)
		}
	}
}

// A webhook that hears of little is not paused by one late failure, days after another; only by a message that was tried for
// hours. One that says that it is gone is paused at once, in other words.
func TestQuietWebhookIsNotPausedByOneFailure(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	quiet, _ := w.webhook(w.acme, "https://quiet.example.com", release.NoticeOpened)
	gone, _ := w.webhook(w.acme, "https://gone.example.com", release.NoticeOpened)
	fail := func(hook release.Webhook, attempts int, answer release.Answer) release.WebhookRow {
		t.Helper()
		d, err := w.svc.TestWebhook(t.Context(), w.acme, hook.ID)
		w.ok(err)
		for attempt := 1; attempt <= attempts; attempt++ {
			_, err = w.svc.BeginDelivery(t.Context(), d.ID, attempt)
			w.ok(err)
			_, err = w.svc.EndDelivery(t.Context(), d.ID, attempt, answer)
			w.ok(err)
		}
		row, err := w.db.Reader.Webhook(t.Context(), w.acme, hook.ID)
		w.ok(err)
		return row
	}
	nobody := release.Answer{Failure: "nobody there"}
	fail(quiet, release.MaxDeliveryAttempts, nobody)
	w.clock.set(monday.Add(100 * time.Hour))
	if row := fail(quiet, 1, nobody); row.PausedAt != nil {
		t.Error("one late failure pauses")
	}
	if row := fail(quiet, 7, nobody); row.PausedAt != nil {
		t.Error("seven attempts, within two hours, pause")
	}
	if row := fail(quiet, 8, nobody); row.PausedAt == nil || row.SaidGone() {
		t.Errorf("after hours of trying: %+v", row)
	}
	w.exec(`DELETE FROM river_job WHERE kind <> 'tell_webhooks'`)
	if row := fail(gone, 1, release.Answer{Status: 410, Failure: "It answered 410."}); row.PausedAt == nil || !row.SaidGone() {
		t.Errorf("gone: %+v", row)
	}
	news := w.told(release.NoticeWebhookPaused)
	slices.SortFunc(news, func(a, b release.Notice) int { return strings.Compare(a.Subject, b.Subject) })
	if len(news) != 2 || !news[0].Gone || news[1].Gone || !strings.Contains(news[0].Text, "410") {
		t.Errorf("told %+v", news)
	}
}

// Whoever sends messages again leaves an event that says how many and to which webhook; all of them go, batch by batch. // R33
func TestSendingAgainIsAudited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hook, _ := w.webhook(w.acme, "https://hooks.example.com/secret-path", release.NoticeOpened)
	other, _ := w.webhook(w.acme, "https://other.example.com", release.NoticeOpened)
	d, err := w.svc.TestWebhook(ctx, w.acme, hook.ID)
	w.ok(err)
	_, err = w.svc.EndDelivery(ctx, d.ID, release.MaxDeliveryAttempts, release.Answer{Failure: "nobody there"})
	w.ok(err)
	const many = 1201
	for _, id := range []release.ID{hook.ID, other.ID} {
		w.exec(`INSERT INTO webhook_delivery (id, webhook_id, account_id, notice_id, kind, payload, state, created_at, ended_at)
			SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), 'test', '{}', 'dead', now(), now() FROM generate_series(1, $3)`, id, w.acme.Account, many)
	}
	w.exec(`DELETE FROM river_job`)
	w.ok(w.svc.Resend(ctx, w.acme, d.ID))
	n, err := w.svc.ResendAll(ctx, w.acme, hook.ID)
	w.ok(err)
	if jobs := w.number(`SELECT count(DISTINCT args) FROM river_job`); n != many || jobs != many+1 {
		t.Errorf("%d were sent again, by %d jobs", n, jobs)
	}
	if n, err := w.svc.ResendAll(ctx, w.acme, hook.ID); err != nil || n != 0 {
		t.Errorf("again %d, %v", n, err)
	}
	if left := w.number(`SELECT count(*) FROM webhook_delivery WHERE state = 'dead' AND webhook_id = $1`, other.ID); left != many {
		t.Errorf("%d of another webhook's %d stay", left, many)
	}
	events, err := w.db.Pool.Query(ctx, `SELECT concat_ws(' ', actor_name, subject_name, after) FROM audit_event WHERE action = $1 ORDER BY id`, release.ActWebhookResent)
	w.ok(err)
	said, err := pgx.CollectRows(events, pgx.RowTo[string])
	w.ok(err)
	want := []string{`Acme's person hooks.example.com {"messages": 1}`, `Acme's person hooks.example.com {"messages": 1201}`}
	if !slices.Equal(said, want) {
		t.Errorf("the audit says %q", said)
	}
}
