package atomsphere

import (
	"packtide/release"
	"packtide/store"
)

var groupPacks = queryable{
	properties: map[string]kind{"id": aText, "accountGroupId": aText, "integrationPackId": aText, "integrationPackName": aText, "installationType": aText},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		group, known := idIn(f, "accountGroupId")
		pack, alsoKnown := idIn(f, "integrationPackId")
		if !known || !alsoKnown {
			return nil, nil
		}
		lastGroup, lastPack, err := pairKey(after)
		if err != nil {
			return nil, err
		}
		found, err := c.reader.GroupPacks(c.ctx, c.by, oneOrAll(group), pack, store.GroupPack{Group: lastGroup, Pack: lastPack}, limit)
		rows := make([]row, len(found))
		for i, g := range found {
			t := groupPackThing(g)
			rows[i] = row{text(t.get("id")), t}
		}
		return rows, err
	},
}

// oneOrAll narrows to one group, or to none in particular.
func oneOrAll(group release.ID) []release.ID {
	if group.IsZero() {
		return nil
	}
	return []release.ID{group}
}

func groupPackThing(g store.GroupPack) thing {
	return thing{"AccountGroupIntegrationPack", fields{
		{"id", g.Group.String() + "_" + g.Pack.String()},
		{"accountGroupId", g.Group.String()},
		{"integrationPackId", g.Pack.String()},
		{"integrationPackName", g.Name},
		{"installationType", installationType(g.Multiple)},
	}}
}

func (c *call) oneGroupPack(group, pack release.ID) (store.GroupPack, error) {
	found, err := c.reader.GroupPacks(c.ctx, c.by, oneOrAll(group), pack, store.GroupPack{}, 1)
	if err == nil && len(found) == 0 {
		err = release.ErrNotFound
	}
	if err != nil {
		return store.GroupPack{}, err
	}
	return found[0], nil
}

func (c *call) groupPack(id string) (thing, error) {
	group, pack, err := pairID(id)
	if err != nil {
		return thing{}, err
	}
	g, err := c.oneGroupPack(group, pack)
	return groupPackThing(g), err
}

func (c *call) addPackToGroup(p payload) (thing, error) {
	group, pack, err := pairIn(p, "accountGroupId", "integrationPackId")
	if err != nil {
		return thing{}, err
	}
	if err := c.service.AddPackToGroup(c.ctx, c.by, group, pack); err != nil {
		return thing{}, err
	}
	g, err := c.oneGroupPack(group, pack)
	return groupPackThing(g), err
}

func (c *call) takePackFromGroup(id string) error {
	group, pack, err := pairID(id)
	if err != nil {
		return err
	}
	if _, err := c.oneGroupPack(group, pack); err != nil {
		return err
	}
	_, err = c.service.RemovePackFromGroup(c.ctx, c.by, group, pack)
	return err
}
