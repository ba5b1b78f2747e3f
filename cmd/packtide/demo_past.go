package main

import (
	"context"
	"slices"

	"packtide/release"
)

// planPast lets a few accounts give up their test installation two weeks ago, so that a comparison of then and now has
// something that is gone.
func (w *world) planPast(p demoPublisher) {
	w.plan(16, 15, 10, p.zone, func(ctx context.Context) error {
		left := 0
		for _, d := range p.packs {
			for _, a := range demoAccounts() {
				if left == 3 || a.name == demoFirstAccount || a.name == demoMovedAccount {
					continue
				}
				gone, err := w.giveUpTest(ctx, d, a)
				if err != nil {
					return err
				}
				if gone {
					left++
				}
			}
		}
		return nil
	})
}

// giveUpTest uninstalls the account's test installation of the pack where it has another one.
func (w *world) giveUpTest(ctx context.Context, d demoPack, a demoAccount) (bool, error) {
	key := d.name + "/" + a.name
	test := slices.IndexFunc(w.attached[key], func(at release.Attachment) bool { return at.Environment == "Test" })
	if test < 0 || len(w.attached[key]) < 2 {
		return false, nil
	}
	err := w.service.Uninstall(ctx, w.people[mailOf(a)], w.attached[key][test].ID)
	w.attached[key] = slices.Delete(w.attached[key], test, test+1)
	return err == nil, err
}
