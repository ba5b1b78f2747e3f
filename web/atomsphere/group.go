package atomsphere

import (
	"packtide/release"
	"packtide/store"
)

var accountGroups = queryable{
	properties: map[string]kind{"id": aText, "accountId": aText, "name": aText, "defaultGroup": aFlag, "autoSubscribeAlertLevel": aText},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		if id := f.equal("id"); id != "" {
			t, err := c.accountGroup(id)
			return onlyOne(after, t, err)
		}
		key, _, err := idKey(after)
		if err != nil {
			return nil, err
		}
		groups, err := c.reader.GroupsByID(c.ctx, c.by, key, limit)
		if err != nil {
			return nil, err
		}
		things, err := c.groupThings(groups)
		rows := make([]row, len(things))
		for i, t := range things {
			rows[i] = row{groups[i].ID.String(), t}
		}
		return rows, err
	},
}

// mostPacks is how many packs are read of a page of groups at once.
const mostPacks = 1000

// groupThings tells groups with the packs that they hold.
func (c *call) groupThings(groups []release.Group) ([]thing, error) {
	ids := make([]release.ID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	resources := map[release.ID][]thing{}
	for after := (store.GroupPack{}); ; {
		packs, err := c.reader.GroupPacks(c.ctx, c.by, ids, release.ID{}, after, mostPacks)
		if err != nil {
			return nil, err
		}
		for _, p := range packs {
			resources[p.Group] = append(resources[p.Group], thing{"Resource", fields{
				{"resourceId", p.Pack.String()}, {"resourceName", p.Name}, {"objectType", "Integration Pack"},
			}})
			after = p
		}
		if len(packs) < mostPacks {
			break
		}
	}
	things := make([]thing, len(groups))
	for i, g := range groups {
		things[i] = thing{"AccountGroup", fields{
			{"id", g.ID.String()},
			{"accountId", g.Publisher.String()},
			{"name", g.Name},
			{"autoSubscribeAlertLevel", "none"},
			{"defaultGroup", g.Everyone},
			{"Resources", thing{"Resources", fields{{"Resource", resources[g.ID]}}}},
		}}
	}
	return things, nil
}

func (c *call) accountGroup(id string) (thing, error) {
	group, err := release.ParseID(id)
	if err != nil {
		return thing{}, err
	}
	g, err := c.reader.Group(c.ctx, c.by, group)
	if err != nil {
		return thing{}, err
	}
	things, err := c.groupThings([]release.Group{g.Group})
	if err != nil {
		return thing{}, err
	}
	return things[0], nil
}

func (c *call) createGroup(p payload) (thing, error) {
	name, err := p.text("name")
	if err != nil {
		return thing{}, err
	}
	g, err := c.service.CreateGroup(c.ctx, c.by, name)
	if err != nil {
		return thing{}, err
	}
	return c.accountGroup(g.ID.String())
}

// renameGroup is all that a group can be changed by here; what belongs to it has objects of its own.
func (c *call) renameGroup(id string, p payload) (thing, error) {
	name, err := p.text("name")
	if err != nil {
		return thing{}, err
	}
	group, err := release.ParseID(id)
	if err != nil {
		return thing{}, err
	}
	if g, err := c.reader.Group(c.ctx, c.by, group); err != nil || g.Name == name {
		if err != nil {
			return thing{}, err
		}
		return c.accountGroup(id)
	}
	if err := c.service.RenameGroup(c.ctx, c.by, group, name); err != nil {
		return thing{}, err
	}
	return c.accountGroup(id)
}

// pairKey reads the id, or the page key, of something that joins two others: both ids with _ between.
func pairKey(key string) (a, b release.ID, err error) {
	if key == "" {
		return a, b, nil
	}
	a, rest, err := idKey(key)
	if err == nil && (len(rest) == 0 || rest[0] != '_') {
		err = errToken
	}
	if err != nil {
		return a, b, err
	}
	if b, err = release.ParseID(rest[1:]); err != nil {
		return a, b, errToken
	}
	return a, b, nil
}

// pairID is pairKey for an id that a client gives.
func pairID(id string) (a, b release.ID, err error) {
	if a, b, err = pairKey(id); err != nil || id == "" {
		return a, b, release.ErrNotFound
	}
	return a, b, nil
}

// idIn is the id that a filter demands of a property; ok is false where nothing can have it.
func idIn(f filter, property string) (id release.ID, ok bool) {
	asked := f.equal(property)
	if asked == "" {
		return id, true
	}
	id, err := release.ParseID(asked)
	return id, err == nil
}

var groupAccounts = queryable{
	properties: map[string]kind{"id": aText, "accountGroupId": aText, "accountId": aText},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		group, known := idIn(f, "accountGroupId")
		account, alsoKnown := idIn(f, "accountId")
		if !known || !alsoKnown {
			return nil, nil
		}
		lastGroup, lastAccount, err := pairKey(after)
		if err != nil {
			return nil, err
		}
		found, err := c.reader.GroupAccounts(c.ctx, c.by, group, account, store.GroupAccount{Group: lastGroup, Account: lastAccount}, limit)
		rows := make([]row, len(found))
		for i, m := range found {
			t := memberThing(m)
			rows[i] = row{text(t.get("id")), t}
		}
		return rows, err
	},
}

func memberThing(m store.GroupAccount) thing {
	return thing{"AccountGroupAccount", fields{
		{"id", m.Group.String() + "_" + m.Account.String()}, {"accountGroupId", m.Group.String()}, {"accountId", m.Account.String()},
	}}
}

// pairIn are the two ids of a body that joins two things.
func pairIn(p payload, a, b string) (first, second release.ID, err error) {
	for name, into := range map[string]*release.ID{a: &first, b: &second} {
		said, err := p.text(name)
		if err != nil {
			return first, second, err
		}
		if *into, err = release.ParseID(said); err != nil {
			return first, second, bad("%s: the id %.80q names nothing that this account can see.", name, said)
		}
	}
	return first, second, nil
}

func (c *call) addToGroup(p payload) (thing, error) {
	group, account, err := pairIn(p, "accountGroupId", "accountId")
	if err != nil {
		return thing{}, err
	}
	if err := c.service.AddAccountToGroup(c.ctx, c.by, group, account); err != nil {
		return thing{}, err
	}
	return memberThing(store.GroupAccount{Group: group, Account: account}), nil
}

func (c *call) takeFromGroup(id string) error {
	group, account, err := pairID(id)
	if err != nil {
		return err
	}
	there, err := c.reader.GroupAccounts(c.ctx, c.by, group, account, store.GroupAccount{}, 1)
	if err == nil && len(there) == 0 {
		err = release.ErrNotFound
	}
	if err != nil {
		return err
	}
	_, err = c.service.RemoveAccountFromGroup(c.ctx, c.by, group, account)
	return err
}
