package atomsphere

import (
	"crypto/md5" //nolint:gosec // names things, as the database does; keeps no secret
	"fmt"

	"packtide/release"
	"packtide/store"
)

var integrationPacks = queryable{
	properties: map[string]kind{"id": aText, "name": aText, "installationType": aText, "Description": aText},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		if id := f.equal("id"); id != "" {
			t, err := c.integrationPack(id)
			return onlyOne(after, t, err)
		}
		id, name, err := idKey(after)
		if err != nil {
			return nil, err
		}
		packs, err := c.reader.Catalogue(c.ctx, c.by, f.part("name"), name, id, limit)
		rows := make([]row, len(packs))
		for i, p := range packs {
			rows[i] = row{p.PackID.String() + p.Name, availableThing(p.PackID, p.Name, p.Multiple, p.Description)}
		}
		return rows, err
	},
}

func availableThing(id release.ID, name string, multiple bool, description string) thing {
	return thing{"IntegrationPack", fields{
		{"id", id.String()}, {"name", name}, {"installationType", installationType(multiple)}, {"Description", description},
	}}
}

func (c *call) integrationPack(id string) (thing, error) {
	pack, err := release.ParseID(id)
	if err != nil {
		return thing{}, err
	}
	view, err := c.reader.CataloguePack(c.ctx, c.by, pack)
	return availableThing(view.ID, view.PackRow.Name, view.Multiple, view.Description), err
}

var instances = queryable{
	properties: map[string]kind{"id": aText, "integrationPackId": aText, "integrationPackName": aText, "integrationPackOverrideName": aText},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		if id := f.equal("id"); id != "" {
			t, err := c.instance(id)
			return onlyOne(after, t, err)
		}
		narrow := release.InstallBaseFilter{}
		if pack := f.equal("integrationPackId"); pack != "" {
			var err error
			if narrow.Pack, err = release.ParseID(pack); err != nil {
				return nil, nil // nothing has such an id
			}
		}
		attached, err := c.attached(narrow, after, limit)
		if err != nil {
			return nil, err
		}
		things, err := c.instanceThings(attached)
		rows := make([]row, len(things))
		for i, t := range things {
			rows[i] = row{attached[i].ID.String(), t}
		}
		return rows, err
	},
}

// attached are the live attachments of the account, the newest first.
func (c *call) attached(narrow release.InstallBaseFilter, after string, limit int) ([]release.AttachmentRow, error) {
	before, _, err := idKey(after)
	if err != nil {
		return nil, err
	}
	narrow.Account, narrow.Before, narrow.Limit = c.by.Account, before, limit
	return c.reader.InstallBase(c.ctx, c.by, narrow)
}

// attachment is a live attachment of the account: what its publisher sees of others is not meant here.
func (c *call) attachment(id string) (release.AttachmentRow, error) {
	attachment, err := release.ParseID(id)
	if err != nil {
		return release.AttachmentRow{}, err
	}
	a, err := c.reader.Attachment(c.ctx, c.by, attachment)
	if err == nil && (a.Account != c.by.Account || a.DetachedAt != nil) {
		err = release.ErrNotFound
	}
	return a, err
}

// instanceThings reads the processes of all that the attachments run at once.
func (c *call) instanceThings(attached []release.AttachmentRow) ([]thing, error) {
	var releases []release.ID
	for _, a := range attached {
		if a.Runs != nil {
			releases = append(releases, a.Runs.ID)
		}
	}
	mains, err := c.reader.ReleaseMains(c.ctx, c.by, releases)
	if err != nil {
		return nil, err
	}
	things := make([]thing, len(attached))
	for i, a := range attached {
		processes := []thing{}
		if a.Runs != nil {
			processes = processesOf(mains[a.Runs.ID])
		}
		var name any
		if a.Multiple {
			name = a.Name
		}
		things[i] = thing{"IntegrationPackInstance", fields{
			{"id", a.ID.String()},
			{"integrationPackId", a.Pack.String()},
			{"integrationPackName", a.PackName},
			{"integrationPackOverrideName", name},
			{"ProcessId", processes},
		}}
	}
	return things, nil
}

// processesOf are the processes of an installed pack. packtide wraps none, so that each is its own wrapper.
func processesOf(mains []store.MainComponent) []thing {
	processes := make([]thing, len(mains))
	for i, m := range mains {
		processes[i] = thing{"ProcessId", fields{{"originalProcessId", m.ID}, {"wrapperProcessId", m.ID}, {"name", m.Name}}}
	}
	return processes
}

func (c *call) instance(id string) (thing, error) {
	a, err := c.attachment(id)
	if err != nil {
		return thing{}, err
	}
	things, err := c.instanceThings([]release.AttachmentRow{a})
	if err != nil {
		return thing{}, err
	}
	return things[0], nil
}

// install attaches a pack; only one that may be installed several times is given a name.
func (c *call) install(p payload) (thing, error) {
	id, err := p.text("integrationPackId")
	if err != nil {
		return thing{}, err
	}
	name, err := p.text("integrationPackOverrideName")
	if err != nil {
		return thing{}, err
	}
	pack, err := release.ParseID(id)
	if err != nil {
		return thing{}, badID("IntegrationPack", id, err)
	}
	view, err := c.reader.CataloguePack(c.ctx, c.by, pack)
	if err != nil {
		return thing{}, badID("IntegrationPack", id, err)
	}
	if !view.Multiple {
		name = ""
	}
	a, err := c.service.InstallPack(c.ctx, c.by, release.Install{Pack: pack, Name: name})
	if err != nil {
		return thing{}, badID("IntegrationPack", id, err)
	}
	return c.instance(a.ID.String())
}

func (c *call) uninstall(id string) error {
	a, err := c.attachment(id)
	if err != nil {
		return err
	}
	return c.service.Uninstall(c.ctx, c.by, a.ID)
}

// environmentID is the id of an account's environment, as the database function environment_id makes it.
func environmentID(account release.ID, name string) release.ID {
	return release.ID(md5.Sum([]byte("environment " + account.String() + " " + name))) //nolint:gosec // as above
}

var environmentAttachments = queryable{
	properties: map[string]kind{"id": aText, "environmentId": aText, "integrationPackInstanceId": aText},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		if id := f.equal("integrationPackInstanceId"); id != "" {
			a, err := c.attachment(id)
			if err == nil && a.Environment == "" {
				err = release.ErrNotFound
			}
			return onlyOne(after, environmentAttachment(a.Attachment), err)
		}
		narrow := release.InstallBaseFilter{}
		if id := f.equal("environmentId"); id != "" {
			e, err := c.oneEnvironment(id)
			if err != nil {
				return onlyOne(after, thing{}, err)
			}
			narrow.Environments = []string{e.Name}
		}
		attached, err := c.attached(narrow, after, limit)
		rows := make([]row, len(attached))
		for i, a := range attached {
			rows[i] = row{a.ID.String(), environmentAttachment(a.Attachment)}
		}
		return rows, err
	},
}

// environmentAttachment tells where an attachment is. Its id is that of the attachment and the beginning of the environment's:
// an attachment is in one at most. One that is nowhere has no id, and no filter lets it through.
func environmentAttachment(a release.Attachment) thing {
	if a.Environment == "" {
		return thing{}
	}
	e := environmentID(a.Account, a.Environment)
	return thing{"IntegrationPackEnvironmentAttachment", fields{
		{"id", fmt.Sprintf("%s-%x", a.ID, e[:4])}, {"environmentId", e.String()}, {"integrationPackInstanceId", a.ID.String()},
	}}
}

func (c *call) attachEnvironment(p payload) (thing, error) {
	environment, err := p.text("environmentId")
	if err != nil {
		return thing{}, err
	}
	instance, err := p.text("integrationPackInstanceId")
	if err != nil {
		return thing{}, err
	}
	e, err := c.oneEnvironment(environment)
	if err != nil {
		return thing{}, badID("Environment", environment, err)
	}
	a, err := c.attachment(instance)
	if err != nil {
		return thing{}, badID("IntegrationPackInstance", instance, err)
	}
	if err := c.service.SetEnvironment(c.ctx, c.by, a.ID, e.Name); err != nil {
		return thing{}, err
	}
	a.Environment = e.Name
	return environmentAttachment(a.Attachment), nil
}

func (c *call) detachEnvironment(id string) error {
	attachment, _, err := idKey(id)
	if err != nil {
		return release.ErrNotFound
	}
	a, err := c.attachment(attachment.String())
	if err != nil {
		return err
	}
	if environmentAttachment(a.Attachment).get("id") != id {
		return release.ErrNotFound // it has moved since
	}
	return c.service.LeaveEnvironment(c.ctx, c.by, a.ID, a.Environment)
}
