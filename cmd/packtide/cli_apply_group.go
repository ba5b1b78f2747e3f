package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"packtide/client"
)

// group plans one group: itself, its accounts, its packs.
func (p *planner) group(ctx context.Context, w *wishedGroup) error {
	planned, err := p.groupOf(ctx, w.name)
	if err != nil {
		return err
	}
	if planned == nil {
		planned = &client.Group{Name: w.name}
		p.add("+", func(ctx context.Context) error {
			made, err := p.CreateGroup(ctx, w.name)
			*planned = made
			return err
		}, "group %s", w.name)
	}
	if planned.Everyone && w.hasAccounts {
		return w.at.refuse("group %s always holds every account: leave accounts: out", planned.Name)
	}
	if err := p.groupAccounts(ctx, w, planned); err != nil {
		return err
	}
	return p.groupPacks(ctx, w, planned)
}

func (p *planner) groupOf(ctx context.Context, name string) (*client.Group, error) {
	for one, err := range p.Groups(ctx) {
		if err != nil || strings.EqualFold(one.Name, name) {
			return &one, err
		}
	}
	return nil, nil //nolint:nilnil // none is an answer
}

func (p *planner) groupAccounts(ctx context.Context, w *wishedGroup, planned *client.Group) error {
	if !w.hasAccounts {
		return nil
	}
	has := map[string]string{} // id → name
	if planned.ID != "" {
		for a, err := range p.GroupAccounts(ctx, planned.ID) {
			if err != nil {
				return err
			}
			has[a.ID] = a.Name
		}
	}
	for _, wished := range w.accounts {
		a, err := p.findAccount(ctx, wished.name)
		if err != nil {
			return fmt.Errorf("%s: %w", wished.at, err)
		}
		if _, there := has[a.ID]; !there {
			p.add("+", func(ctx context.Context) error { return p.AddGroupAccount(ctx, planned.ID, a.ID) },
				"group %s: account %s", w.name, firstOf(a.Name, a.ID))
		}
		delete(has, a.ID)
	}
	if !p.prunes(pruneGroupAccounts) {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(has)) {
		p.add("-", func(ctx context.Context) error {
			_, err := p.RemoveGroupAccount(ctx, planned.ID, id)
			return err
		}, "group %s: account %s", w.name, has[id])
	}
	return nil
}

func (p *planner) groupPacks(ctx context.Context, w *wishedGroup, planned *client.Group) error {
	if !w.hasPacks {
		return nil
	}
	has := map[string]string{} // id → name
	if planned.ID != "" {
		for one, err := range p.GroupPacks(ctx, planned.ID) {
			if err != nil {
				return err
			}
			has[one.ID] = one.Name
		}
	}
	for _, wished := range w.packs {
		pack := p.packs[strings.ToLower(wished.name)]
		if pack == nil {
			found, err := p.findPack(ctx, wished.name)
			if err != nil {
				return fmt.Errorf("%s: %w", wished.at, err)
			}
			pack = &plannedPack{Pack: found}
		}
		if _, there := has[pack.ID]; pack.ID == "" || !there {
			p.add("+", func(ctx context.Context) error { return p.AddGroupPack(ctx, planned.ID, pack.ID) },
				"group %s: pack %s", w.name, pack.Name)
		}
		delete(has, pack.ID)
	}
	if !p.prunes(pruneGroupPacks) {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(has)) {
		p.add("-", func(ctx context.Context) error {
			_, err := p.RemoveGroupPack(ctx, planned.ID, id)
			return err
		}, "group %s: pack %s", w.name, has[id])
	}
	return nil
}
