package release_test

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// note is a small file that somebody adds.
func note(name, content string) *release.FileUpload {
	return &release.FileUpload{
		Name: name, Size: int64(len(content)), SHA256: sha256.Sum256([]byte(content)), Content: strings.NewReader(content),
	}
}

// feedbackOf is the newest feedback on a release.
func (w *world) feedbackOf(rel release.ID) release.ID {
	w.t.Helper()
	var id release.ID
	err := w.db.Pool.QueryRow(w.t.Context(), `SELECT id FROM feedback WHERE release_id = $1 ORDER BY id DESC LIMIT 1`, rel).Scan(&id)
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// trial is a pack with a release in testing that North's attachment tries and South's does not.
func (w *world) trial() (pending release.Release, north, south release.Attachment) {
	w.t.Helper()
	p := w.pack(w.acme, "Alpha", true)
	w.released(w.acme, p.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	north, south = w.install(w.north, p.ID, "n"), w.install(w.south, p.ID, "s")
	pending = w.pending(w.acme, p.ID, "2.0.0", "2027-01-12", w.upload(w.acme, "Mail", "2.0.0"))
	w.ok(w.svc.OptIn(w.t.Context(), w.north, north.ID, pending.ID, ""))
	return pending, north, south
}

// TestGiveFeedback: who tries the release says of it what they will, as often as they will, until its midnight. // R31
func TestGiveFeedback(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, a, waiting := w.trial()
	give := func(by release.Actor, a release.Attachment, v release.Verdict, text string, file *release.FileUpload) error {
		return w.svc.GiveFeedback(t.Context(), by, a.ID, r.ID, v, text, file)
	}
	long := strings.Repeat("é", release.MaxFeedback+1)
	for name, tc := range map[string]struct {
		want error
		do   func() error
	}{
		"without trying":   {release.ErrFeedbackNotTrying, func() error { return give(w.south, waiting, release.VerdictWorks, "", nil) }},
		"no verdict":       {release.ErrVerdictMissing, func() error { return give(w.north, a, "", "fine", nil) }},
		"another verdict":  {release.ErrVerdictMissing, func() error { return give(w.north, a, "great", "fine", nil) }},
		"blocked by what?": {release.ErrFeedbackTextMissing, func() error { return give(w.north, a, release.VerdictBlocked, " \n", nil) }},
		"too long":         {release.ErrFeedbackLong, func() error { return give(w.north, a, release.VerdictWorks, long, nil) }},
		"an empty file":    {release.ErrAddedFileEmpty, func() error { return give(w.north, a, release.VerdictWorks, "", note("x", "")) }},
		"all at once":      {release.ErrAddedFileEmpty, func() error { return give(w.north, a, "", long, note("x", "")) }},
		"all at once, too": {release.ErrVerdictMissing, func() error { return give(w.north, a, "", long, note("x", "")) }},
		"another release": {release.ErrFeedbackTooLate, func() error {
			return w.svc.GiveFeedback(t.Context(), w.north, a.ID, release.NewID(monday), release.VerdictWorks, "", nil)
		}},
		"another account": {release.ErrNotFound, func() error { return give(w.south, a, release.VerdictWorks, "", nil) }},
		"a viewer":        {release.ErrForbidden, func() error { return give(w.northViewer, a, release.VerdictWorks, "", nil) }},
		"support":         {release.ErrReadOnly, func() error { return give(w.support, a, release.VerdictWorks, "", nil) }},
	} {
		w.unchanged(name, tc.want, tc.do)
	}
	w.ok(give(w.north, a, release.VerdictBlocked, " mails stay\naway ", note("mail.log", "nothing")))
	w.ok(give(w.north, a, release.VerdictWorks, "", nil))
	w.ok(give(w.north, a, release.VerdictWorks, long[:2*release.MaxFeedback], nil))
	if n := w.number(`SELECT count(*) FROM feedback WHERE text = E'mails stay\naway' AND file_id IS NOT NULL AND by_id = $1`, w.north.Person); n != 1 {
		t.Errorf("%d feedbacks with their text and file", n)
	}
	w.ok(w.svc.GoBack(t.Context(), w.north, a.ID, ""))
	w.unchanged("after going back", release.ErrFeedbackNotTrying, func() error { return give(w.north, a, release.VerdictWorks, "", nil) })
	w.ok(w.svc.OptIn(t.Context(), w.north, a.ID, r.ID, ""))
	w.clock.set(parisMidnight)
	w.unchanged("at midnight", release.ErrFeedbackTooLate, func() error { return give(w.north, a, release.VerdictWorks, "", nil) })
	must(w.svc.ApplyDue(t.Context(), parisMidnight))(t)
	w.unchanged("after midnight", release.ErrFeedbackTooLate, func() error { return give(w.north, a, release.VerdictWorks, "", nil) })
	w.ok(w.svc.Uninstall(t.Context(), w.north, a.ID))
	w.unchanged("uninstalled", release.ErrDetached, func() error { return give(w.north, a, release.VerdictWorks, "", nil) })
}

// TestNewestFeedbackCounts also where a clock stands still, or another server's is behind. // R31
func TestNewestFeedbackCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, a, _ := w.trial()
	verdicts := []release.Verdict{release.VerdictWorks, release.VerdictBlocked, release.VerdictWorks, release.VerdictBlocked}
	at := w.clock.now()
	for _, v := range verdicts {
		w.clock.set(at)
		w.ok(w.svc.GiveFeedback(t.Context(), w.north, a.ID, r.ID, v, string(v), nil))
	}
	rows, err := w.db.Pool.Query(t.Context(), `SELECT verdict FROM feedback ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []release.Verdict
	for rows.Next() {
		var v release.Verdict
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		got = append(got, v)
	}
	if rows.Err() != nil || !slices.Equal(got, verdicts) {
		t.Errorf("kept in the order %v (%v), given as %v", got, rows.Err(), verdicts)
	}
}

// TestAnswerFeedback: the publisher answers, also when the testing period is over. // R31
func TestAnswerFeedback(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, a, _ := w.trial()
	w.ok(w.svc.GiveFeedback(t.Context(), w.north, a.ID, r.ID, release.VerdictBlocked, "no mail", nil))
	f := w.feedbackOf(r.ID)
	answer := func(by release.Actor, id release.ID, text string) func() error {
		return func() error { return w.svc.AnswerFeedback(t.Context(), by, id, text) }
	}
	w.unchanged("nothing said", release.ErrAnswerMissing, answer(w.acme, f, " \t"))
	w.unchanged("too much said", release.ErrAnswerMissing, answer(w.acme, f, strings.Repeat("x", release.MaxFeedback+1)))
	w.unchanged("another publisher", release.ErrNotFound, answer(w.bolt, f, "hello"))
	w.unchanged("no feedback", release.ErrNotFound, answer(w.acme, r.ID, "hello"))
	w.unchanged("the account itself", release.ErrForbidden, answer(w.north, f, "hello"))
	w.unchanged("support", release.ErrReadOnly, answer(w.support, f, "hello"))
	w.ok(answer(w.acme, f, "which server?")())
	w.ok(w.svc.Withdraw(t.Context(), w.acme, r.ID, "broken"))
	w.ok(answer(w.acme2, f, "mended in the next one")())
	if n := w.number(`SELECT count(*) FROM feedback_answer WHERE feedback_id = $1`, f); n != 2 {
		t.Errorf("%d answers", n)
	}
	must(w.svc.DeletePack(t.Context(), w.acme, r.Pack, "Alpha"))(t)
	w.unchanged("a deleted pack", release.ErrPackDeleted, answer(w.acme, f, "hello"))
}

// TestFeedbackIsAppendOnly also for whoever holds the application's rights. // R31
func TestFeedbackIsAppendOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, a, _ := w.trial()
	w.ok(w.svc.GiveFeedback(t.Context(), w.north, a.ID, r.ID, release.VerdictWorks, "", nil))
	w.ok(w.svc.AnswerFeedback(t.Context(), w.acme, w.feedbackOf(r.ID), "thanks"))
	w.ok(w.svc.NoteLook(t.Context(), w.north, r.ID))
	for _, table := range []string{"feedback", "feedback_answer", "release_look"} {
		for _, sql := range []string{"UPDATE " + table + " SET at = at", "DELETE FROM " + table, "TRUNCATE " + table + " CASCADE"} {
			if _, err := w.db.Owner(t).Exec(t.Context(), sql); err == nil {
				t.Errorf("%s went through", sql)
			}
		}
	}
}

// TestNoteLook: the first look of an account counts, of those whom the release concerns. // R31
func TestNoteLook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, _, _ := w.trial()
	look := func(by release.Actor, id release.ID) func() error {
		return func() error { return w.svc.NoteLook(t.Context(), by, id) }
	}
	for name, by := range map[string]release.Actor{"publisher": w.acme, "support": w.support, "not attached": w.west, "nobody": {}} {
		w.unchanged(name, nil, look(by, r.ID))
	}
	w.unchanged("no release", nil, look(w.north, release.NewID(monday)))
	w.unchanged("who tries it has looked", nil, look(w.northViewer, r.ID))
	reads := w.south
	reads.Managed = release.RoleManagedViewer
	w.ok(look(reads, r.ID)())
	w.unchanged("a second look", nil, look(w.south, r.ID))
	for name, by := range map[string]release.Actor{"North": w.north, "South": w.south} {
		if n := w.number(`SELECT count(*) FROM release_look WHERE release_id = $1 AND account_id = $2 AND by_id = $3`, r.ID, by.Account, by.Person); n != 1 {
			t.Errorf("%d looks of %s", n, name)
		}
	}
	w.ok(w.svc.Withdraw(t.Context(), w.acme, r.ID, "broken"))
	w.unchanged("withdrawn", nil, look(w.south, r.ID))
}

// TestRaceOfFeedback against whatever else may end the trial: it is kept as of a time at which the attachment tried the
// release, or refused. // R31
func TestRaceOfFeedback(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.arenas(func(a *arena, v []release.PackageVersion) {
		p := w.pending(w.acme, a.pack.ID, "2.0.0", "2027-01-12", v[1])
		w.ok(w.svc.OptIn(t.Context(), w.north, a.north.ID, p.ID, ""))
		w.ok(w.svc.OptIn(t.Context(), w.south, a.south.ID, p.ID, ""))
		w.clock.set(parisMidnight.Add(-3 * time.Millisecond)) // some look just before the instant, some just after
		before := w.number(`SELECT count(*) FROM feedback`)
		errs := w.race(
			func() error {
				return w.svc.GiveFeedback(t.Context(), w.north, a.north.ID, p.ID, release.VerdictWorks, "", note("a", "same bytes"))
			},
			func() error {
				return w.svc.GiveFeedback(t.Context(), w.north, a.north.ID, p.ID, release.VerdictBlocked, "no", note("b", "same bytes"))
			},
			func() error {
				return w.svc.GiveFeedback(t.Context(), w.south, a.south.ID, p.ID, release.VerdictWorks, "", nil)
			},
			func() error { return w.svc.GoBack(t.Context(), w.south, a.south.ID, "") },
			func() error { return w.svc.Withdraw(t.Context(), w.acme, p.ID, "broken") },
			func() error { _, err := w.svc.ApplyDue(t.Context(), parisMidnight); return err },
		)
		w.outcomes(errs, release.ErrTestingEnded, release.ErrFeedbackTooLate, release.ErrFeedbackNotTrying)
		kept := 0
		for _, err := range errs[:3] {
			if err == nil {
				kept++
			}
		}
		if n := w.number(`SELECT count(*) FROM feedback`) - before; n != kept {
			t.Errorf("%d feedbacks are kept, %d were taken: %v", n, kept, errors.Join(errs...))
		}
	})
}
