package main

import (
	"context"
	"fmt"
	"iter"
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
	if planned.ID != "" && !planned.Everyone && planned.Name != w.name { // in capitals or small letters
		p.add("~", func(ctx context.Context) error {
			_, err := p.RenameGroup(ctx, planned.ID, w.name)
			return err
		}, "group %s: name", w.name)
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

// groupAccounts plans which accounts the group holds. One that the line before has named by another of its names is one.
func (p *planner) groupAccounts(ctx context.Context, w *wishedGroup, planned *client.Group) error {
	if !w.hasAccounts {
		return nil
	}
	has, err := membersOf(planned, p.GroupAccounts(ctx, planned.ID), func(a client.Account) (string, string) { return a.ID, a.Name })
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for _, wished := range w.accounts {
		if id := has.find(wished.name); id != "" { // no question for each of perhaps thousands
			named[id] = true
			continue
		}
		a, err := p.findAccount(ctx, wished.name)
		if err != nil {
			return fmt.Errorf("%s: %w", wished.at, err)
		}
		if !named[a.ID] {
			p.add("+", func(ctx context.Context) error { return p.AddGroupAccount(ctx, planned.ID, a.ID) },
				"group %s: account %s", w.name, firstOf(a.Name, a.ID))
		}
		named[a.ID] = true
	}
	if p.prunes(pruneGroupAccounts) {
		p.pruneGroup(w, "account", has, named, func(ctx context.Context, id string) (int, error) { return p.RemoveGroupAccount(ctx, planned.ID, id) })
	}
	return nil
}

// groupPacks plans which packs the group's accounts may install.
func (p *planner) groupPacks(ctx context.Context, w *wishedGroup, planned *client.Group) error {
	if !w.hasPacks {
		return nil
	}
	has, err := membersOf(planned, p.GroupPacks(ctx, planned.ID), func(one client.Pack) (string, string) { return one.ID, one.Name })
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for _, wished := range w.packs {
		if id := has.find(wished.name); id != "" {
			named[id] = true
			continue
		}
		pack, err := p.groupPack(ctx, wished)
		if err != nil {
			return err
		}
		key := firstOf(pack.ID, strings.ToLower(pack.Name)) // one that is yet to be made has no id
		if has.names[key] == "" && !named[key] {
			p.add("+", func(ctx context.Context) error { return p.AddGroupPack(ctx, planned.ID, pack.ID) },
				"group %s: pack %s", w.name, pack.Name)
		}
		named[key] = true
	}
	if p.prunes(pruneGroupPacks) {
		p.pruneGroup(w, "pack", has, named, func(ctx context.Context, id string) (int, error) { return p.RemoveGroupPack(ctx, planned.ID, id) })
	}
	return nil
}

// groupPack finds a pack, among those that are yet to be made too.
func (p *planner) groupPack(ctx context.Context, w wishedName) (*plannedPack, error) {
	if pack := p.packs[strings.ToLower(w.name)]; pack != nil {
		return pack, nil
	}
	found, err := p.findPack(ctx, w.name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.at, err)
	}
	return &plannedPack{Pack: found}, nil
}

// members are what a group holds.
type members struct{ names, ids map[string]string } // id → name, lower-case name → id

// membersOf reads them, if the group is there already.
func membersOf[T any](group *client.Group, items iter.Seq2[T, error], idName func(T) (id, name string)) (members, error) {
	m := members{map[string]string{}, map[string]string{}}
	if group.ID == "" {
		return m, nil
	}
	for item, err := range items {
		if err != nil {
			return m, err
		}
		id, name := idName(item)
		m.names[id], m.ids[strings.ToLower(name)] = name, id
	}
	return m, nil
}

// find is the id of the member of that name or id; nothing if there is none.
func (m members) find(wished string) string {
	wished, isID := canonical(wished)
	if isID && m.names[wished] != "" {
		return wished
	}
	return m.ids[strings.ToLower(wished)]
}

// pruneGroup plans to take out of the group what the file does not name.
func (p *planner) pruneGroup(w *wishedGroup, what string, has members, named map[string]bool, take func(context.Context, string) (int, error)) {
	for _, id := range slices.Sorted(maps.Keys(has.names)) {
		if named[id] {
			continue
		}
		p.add("-", func(ctx context.Context) error {
			_, err := take(ctx, id)
			return err
		}, "group %s: %s %s", w.name, what, has.names[id])
	}
}
