package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

func TestAttachmentRoundTrip(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(true)
	want := w.attachment(pack, w.managed.ID, "north")
	want.AttachedAt = start.Add(123 * time.Microsecond) // its id tells the millisecond
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddAttachment(ctx, want) })
	want.AttachedAt = start
	check := func(when string) {
		t.Helper()
		var read, locked release.Attachment
		w.do(func(ctx context.Context, tx release.Tx) (err error) {
			if read, err = tx.Attachment(ctx, want.ID); err != nil {
				return err
			}
			locked, err = tx.LockAttachment(ctx, want.ID)
			return err
		})
		if diff := cmp.Diff(want, read); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
		if diff := cmp.Diff(want, locked); diff != "" {
			t.Errorf("%s, locked (-want +got):\n%s", when, diff)
		}
	}
	check("attached")
	at := start.Add(time.Hour)
	if err := w.detach(want, at); err != nil {
		t.Fatal(err)
	}
	want.DetachedAt, want.DetachedBy = &at, w.person
	check("detached")
	if err := w.detach(want, at); !errors.Is(err, release.ErrDetached) {
		t.Errorf("detaching twice: %v, want ErrDetached", err)
	}
	w.truth()
}

func TestAttachmentRefusals(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	single, multiple := w.newPack(false), w.newPack(true)
	w.attach(single, w.managed.ID, "same")
	w.attach(multiple, w.managed.ID, "North")
	foreign := single
	foreign.Multiple = true
	for _, tc := range []struct {
		name string
		a    release.Attachment
		want error
	}{
		{"a single-attachment pack twice, by its name", w.attachment(single, w.managed.ID, "same"), release.ErrAttachedAlready},
		{"a single-attachment pack twice, by another name", w.attachment(single, w.managed.ID, "other"), release.ErrAttachedAlready},
		{"one name twice, in another case", w.attachment(multiple, w.managed.ID, "NORTH"), release.ErrAttachmentNameTaken},
		{"no name", w.attachment(multiple, w.managed.ID, "  "), release.ErrAttachmentName},
		{"a pack that never was", w.attachment(release.Pack{ID: release.NewID(start)}, w.managed.ID, "n"), release.ErrNotFound},
		{"an account that never was", w.attachment(multiple, release.NewID(start), "n"), release.ErrNotFound},
		{"a single-attachment pack as a multiple one", w.attachment(foreign, w.managed.ID, "n"), release.ErrNotFound},
	} {
		if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddAttachment(ctx, tc.a) }); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	w.truth()
}

// R27, R29: an opt-in begins, is undone, begins again, and ends with the attachment.
func TestOptIn(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(true)
	a := w.attach(pack, w.managed.ID, "a")
	r := w.pending(pack.ID, 1, start.Add(time.Hour))
	other := w.pending(w.newPack(true).ID, 1, start.Add(time.Hour))
	running := func() (o release.OptIn, err error) {
		err = w.try(func(ctx context.Context, tx release.Tx) (err error) {
			o, err = tx.RunningOptIn(ctx, a.ID, r.ID)
			return err
		})
		return o, err
	}
	o := w.optIn(a, r.ID, start)
	if got, err := running(); err != nil || !cmp.Equal(o, got) {
		t.Errorf("running: %+v, %v; want %+v", got, err, o)
	}
	again := o
	again.Began = start.Add(time.Second)
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddOptIn(ctx, again) }); !errors.Is(err, release.ErrOptedInAlready) {
		t.Errorf("a second opt-in: %v, want ErrOptedInAlready", err)
	}
	foreign := o
	foreign.Release = other.ID
	if err := w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddOptIn(ctx, foreign) }); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("opting in to another pack's release: %v, want ErrNotFound", err)
	}
	end := start.Add(time.Minute)
	o.Ended, o.EndedBy = &end, w.person
	undo := func(ctx context.Context, tx release.Tx) error { return tx.EndOptIn(ctx, o) }
	w.do(undo)
	if err := w.try(undo); !errors.Is(err, release.ErrNotOptedIn) {
		t.Errorf("going back twice: %v, want ErrNotOptedIn", err)
	}
	if _, err := running(); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("running after going back: %v, want ErrNotFound", err)
	}
	w.optIn(a, r.ID, end)
	w.truth()
	if err := w.detach(a, end.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := running(); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("running after detaching: %v, want ErrNotFound", err)
	}
	if n := w.number(`SELECT sum(n) FROM opt_in_count`); n != 0 {
		t.Errorf("%d opt-ins are counted, want 0", n)
	}
	w.truth()
}

// TestDetachKeepsEarlierOptIns: what an attachment tried before stays told as it was (R32).
func TestDetachKeepsEarlierOptIns(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(true)
	a := w.attach(pack, w.managed.ID, "a")
	r := w.pending(pack.ID, 1, start)
	w.optIn(a, r.ID, start)
	r.State, r.ReleasedAt, r.TestingUntil = release.Released, &start, &start
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.SaveApplied(ctx, []release.Release{r}) })
	if err := w.detach(a, start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := w.number(`SELECT count(*) FROM opt_in WHERE ended IS NULL`); n != 1 {
		t.Error("the opt-in to a release that is applied was ended")
	}
	w.truth()
}

// R6: of many who attach a single-attachment pack to one account at once, one succeeds.
func TestAttachSingleRace(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(false)
	var all sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		a := w.attachment(pack, w.managed.ID, pack.Name)
		all.Go(func() {
			errs[i] = w.try(func(ctx context.Context, tx release.Tx) error { return tx.AddAttachment(ctx, a) })
		})
	}
	all.Wait()
	kept := 0
	for _, err := range errs {
		if err == nil {
			kept++
		} else if !errors.Is(err, release.ErrAttachedAlready) {
			t.Errorf("got %v, want ErrAttachedAlready", err)
		}
	}
	if kept != 1 {
		t.Errorf("%d attachments, want 1", kept)
	}
	w.truth()
}
