package main

import (
	"context"
	"iter"
	"net/url"
)

// searchedFlags are those of a list that can be narrowed by a text.
type searchedFlags struct {
	clientFlags
	jsonFlag

	Query string `short:"q" help:"Those whose name contains this." placeholder:"TEXT"`
}

// lister shows things of one kind: to people as a table, to programs as the server gives them.
type lister[T rawJSON] struct {
	head  []string
	line  func(T) ([]string, error)
	empty string // what to do where there is nothing
	most  int    // rows for people; 0 is all
}

// show prints all of them, or to people the first ones with a word that there are more.
func (l lister[T]) show(s *session, items iter.Seq2[T, error], asJSON bool) error {
	if asJSON {
		return printList(s, items)
	}
	t := table{head: l.head}
	for item, err := range items {
		if err != nil {
			return err
		}
		if l.most > 0 && len(t.lines) == l.most {
			rowsLeft(s, l.most)
			break
		}
		cells, err := l.line(item)
		if err != nil {
			return err
		}
		t.add(cells...)
	}
	return s.printOr(t, l.empty)
}

// eachOf finds the one thing and all others that are named before it does anything; then it does it for each, and says so.
func eachOf[O, T any](ctx context.Context, s *session,
	one string, findOne func(context.Context, string) (O, error), names []string, find func(context.Context, string) (T, error),
	do func(O, T) (done string, err error),
) error {
	of, err := findOne(ctx, one)
	if err != nil {
		return err
	}
	found := make([]T, len(names))
	for i, name := range names {
		if found[i], err = find(ctx, name); err != nil {
			return err
		}
	}
	for _, thing := range found {
		done, err := do(of, thing)
		if err != nil {
			return err
		}
		if err := s.say("%s\n", done); err != nil {
			return err
		}
	}
	return nil
}

// packAndAccount puts the ids of what is named into filters.
func (s *session) packAndAccount(ctx context.Context, filters url.Values, pack, account string) error {
	if pack != "" {
		found, err := s.findPack(ctx, pack)
		if err != nil {
			return err
		}
		filters.Set("pack", found.ID)
	}
	if account != "" {
		found, err := s.findAccount(ctx, account)
		if err != nil {
			return err
		}
		filters.Set("account", found.ID)
	}
	return nil
}
