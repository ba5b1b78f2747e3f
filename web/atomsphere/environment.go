package atomsphere

import (
	"packtide/release"
	"packtide/store"
)

var environments = queryable{
	properties: map[string]kind{"id": aText, "name": aText, "classification": aText},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		var id release.ID
		if asked := f.equal("id"); asked != "" {
			var err error
			if id, err = release.ParseID(asked); err != nil {
				return nil, nil // nothing has such an id
			}
		}
		found, err := c.reader.Environments(c.ctx, c.by, id, f.equal("name"), after, limit)
		rows := make([]row, len(found))
		for i, e := range found {
			rows[i] = row{e.Name, environmentThing(e)}
		}
		return rows, err
	},
}

func environmentThing(e store.EnvironmentRow) thing {
	return thing{"Environment", fields{{"id", e.ID.String()}, {"name", e.Name}, {"classification", string(e.Classification)}}}
}

func (c *call) oneEnvironment(id string) (store.EnvironmentRow, error) {
	environment, err := release.ParseID(id)
	if err != nil || environment.IsZero() {
		return store.EnvironmentRow{}, release.ErrNotFound
	}
	found, err := c.reader.Environments(c.ctx, c.by, environment, "", "", 1)
	if err == nil && len(found) == 0 {
		err = release.ErrNotFound
	}
	if err != nil {
		return store.EnvironmentRow{}, err
	}
	return found[0], nil
}

func (c *call) environment(id string) (thing, error) {
	e, err := c.oneEnvironment(id)
	return environmentThing(e), err
}

func (c *call) createEnvironment(p payload) (thing, error) {
	name, err := p.text("name")
	if err != nil {
		return thing{}, err
	}
	classification, err := p.text("classification")
	if err != nil {
		return thing{}, err
	}
	e, err := c.service.CreateEnvironment(c.ctx, c.by, name, release.Classification(classification))
	if err != nil {
		return thing{}, err
	}
	return environmentThing(store.EnvironmentRow{ID: environmentID(e.Account, e.Name), Name: e.Name, Classification: e.Classification}), nil
}
