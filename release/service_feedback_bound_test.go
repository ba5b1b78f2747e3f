package release_test

import (
	"errors"
	"testing"

	"packtide/release"
)

// TestFeedbackOfADayIsBounded: the last place of a day is given once, also to two who send at once. // R31
func TestFeedbackOfADayIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r, a, _ := w.trial()
	give := func() error {
		return w.svc.GiveFeedback(t.Context(), w.north, a.ID, r.ID, release.VerdictWorks, "", nil)
	}
	for range release.MaxFeedbackADay - 1 {
		w.ok(give())
	}
	const atOnce = 4
	answers := make(chan error, atOnce)
	for range atOnce {
		go func() { answers <- give() }()
	}
	kept := 0
	for range atOnce {
		switch err := <-answers; {
		case err == nil:
			kept++
		case !errors.Is(err, release.ErrFeedbackMany):
			t.Error(err)
		}
	}
	if n := w.number(`SELECT count(*) FROM feedback`); kept != 1 || n != release.MaxFeedbackADay {
		t.Errorf("%d of the last were kept, %d in all", kept, n)
	}
	w.unchanged("on the same day", release.ErrFeedbackMany, give)
}
