package release_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"packtide/release"
)

// One view has one address, whoever wrote the query string.
func TestViewAddress(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"":                        "",
		"state=trying&q=a":        "q=a&state=trying",
		"q=a&state=trying&before": "q=a&state=trying",
		"zone=B&zone=A&zone=B":    "zone=A&zone=B",
		"q=+&evil=1&acting=x":     "",
		"zone=" + strings.Join(strings.Split("abcdefghijkl", ""), "&zone="): "zone=" + strings.Join(strings.Split("abcdefghij", ""), "&zone="),
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if got := release.ViewAddress(q); got != want {
			t.Errorf("%q becomes %q, want %q", query, got, want)
		}
	}
}

// Two saves at once come one after the other: the last place and a name are given once. // R33
func TestRaceToSaveViews(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	by := w.acmeViewer
	save := func(name string) error {
		_, err := w.svc.SaveView(context.WithoutCancel(t.Context()), by, name, nil)
		return err
	}
	for i := range release.MaxSavedViews - 2 {
		if err := save(fmt.Sprint("view ", i)); err != nil {
			t.Fatal(err)
		}
	}
	together := func(names ...string) (kept int, refusals []error) {
		errs := make([]error, len(names))
		var all sync.WaitGroup
		for i, name := range names {
			all.Go(func() { errs[i] = save(name) })
		}
		all.Wait()
		for _, err := range errs {
			if err == nil {
				kept++
			} else {
				refusals = append(refusals, err)
			}
		}
		return kept, refusals
	}
	if kept, refusals := together("Same", "same"); kept != 1 || !errors.Is(refusals[0], release.ErrSavedViewNameTaken) {
		t.Errorf("%d of two views of one name were kept: %v", kept, refusals)
	}
	kept, refusals := together("a", "b", "c", "d")
	if kept != 1 || len(refusals) != 3 {
		t.Fatalf("%d views were kept in the last place: %v", kept, refusals)
	}
	for _, err := range refusals {
		if !errors.Is(err, release.ErrSavedViewsMany) {
			t.Errorf("one view too many: %v", err)
		}
	}
}

// savedViewSteps are those of a person's own names: whoever signs in may keep some, and nobody touches those of another.
func (w *world) savedViewSteps() []step {
	ctx, s := w.t.Context(), w.svc
	var kept release.SavedView
	notOwn := map[string]error{
		"north": release.ErrNotFound, "acme": release.ErrNotFound, "south": release.ErrNotFound, "support": release.ErrNotFound,
		"operator": release.ErrNotFound, "nobody": release.ErrNotFound,
	}
	rename := func(by release.Actor) error { return s.RenameView(ctx, by, kept.ID, "Left behind") }
	return []step{
		{"SaveView", w.northViewer, func(by release.Actor) error {
			v, err := s.SaveView(ctx, by, "Waiting", url.Values{"state": {"waiting"}})
			if err == nil {
				kept = v
			}
			return err
		}, []string{release.ActViewSaved}, map[string]error{"nobody": release.ErrNotFound}},
		{"RenameView", w.northViewer, rename, []string{release.ActViewRenamed}, notOwn},
		{"RenameView", w.northViewer, rename, nil, nil},
		{"DeleteView", w.northViewer, func(by release.Actor) error { return s.DeleteView(ctx, by, kept.ID) }, []string{release.ActViewDeleted}, notOwn},
	}
}
