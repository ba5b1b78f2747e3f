package atomsphere

import (
	"strings"

	"packtide/release"
)

// requestPrefix begins the ids under which clients follow a release.
const requestPrefix = "release-"

func (c *call) releaseThing(id release.ID) (thing, error) {
	r, err := c.reader.Release(c.ctx, c.by, id)
	if err != nil {
		return thing{}, err
	}
	pack, err := c.reader.Pack(c.ctx, c.by, r.PackID)
	if err != nil {
		return thing{}, err
	}
	components, err := c.releaseComponents(r)
	if err != nil {
		return thing{}, err
	}
	request := requestPrefix + r.ID.String()
	schedule, date := scheduleOf(r.ReleaseRef)
	return thing{"ReleaseIntegrationPack", fields{
		{"id", pack.ID.String()},
		{"name", pack.PackRow.Name},
		{"installationType", installationType(pack.Multiple)},
		{"releaseSchedule", schedule},
		{"releaseOnDate", date},
		{"requestId", request},
		{"releaseStatusUrl", c.url + "/ReleaseIntegrationPackStatus/" + request},
		{"ReleasePackagedComponents", components},
	}}, nil
}

func scheduleOf(r release.ReleaseRef) (string, any) {
	if r.Plan == release.Scheduled && r.DueOn != nil {
		return onDate, r.DueOn.String()
	}
	return immediately, nil
}

// releaseComponents are all packages of the release; what is released tells so.
func (c *call) releaseComponents(r release.ReleaseView) (thing, error) {
	var versions []release.ID
	for _, row := range r.Contents {
		if row.To != nil {
			versions = append(versions, row.To.ID)
		}
	}
	mains, err := c.reader.MainComponents(c.ctx, c.by, versions)
	if err != nil {
		return thing{}, err
	}
	components := []thing{}
	for _, row := range r.Contents {
		if row.To == nil {
			continue
		}
		one := fields{{"componentId", mains[row.To.ID].ID}, {"version", label(row.To)}}
		if r.State == release.Released {
			one = append(one, field{"releasedVersion", label(row.To)})
		}
		components = append(components, thing{"ReleasePackagedComponent", one})
	}
	return thing{"ReleasePackagedComponents", fields{{"ReleasePackagedComponent", components}}}, nil
}

// maxFollowed is how often a release may have been replaced while somebody waits for it.
const maxFollowed = 20

// releaseStatus tells how far a release is. One that another has replaced tells how far that one is, so that whoever waits
// for it learns what went out.
func (c *call) releaseStatus(request string) (thing, error) {
	id, err := release.ParseID(strings.TrimPrefix(request, requestPrefix))
	if err != nil {
		return thing{}, err
	}
	r, err := c.reader.Release(c.ctx, c.by, id)
	for range maxFollowed {
		if err != nil || (r.State != release.Withdrawn && r.State != release.Superseded) {
			break
		}
		next, nextErr := c.reader.InPlaceOf(c.ctx, c.by, r.ID)
		if isNotFound(nextErr) {
			break
		}
		if err = nextErr; err == nil {
			r, err = c.reader.Release(c.ctx, c.by, next)
		}
	}
	if err == nil && (r.PublisherID != c.by.Account || r.State == release.Draft) {
		err = release.ErrNotFound
	}
	if err != nil {
		return thing{}, err
	}
	return c.statusThing(r, requestPrefix+id.String())
}

func (c *call) statusThing(r release.ReleaseView, request string) (thing, error) {
	components, err := c.releaseComponents(r)
	if err != nil {
		return thing{}, err
	}
	code, status := 200, "ERROR"
	switch {
	case r.State == release.Released:
		status = "SUCCESS"
	case r.State == release.Pending && r.DueAt.After(c.now):
		code, status = 202, "SCHEDULED"
	case r.State == release.Pending:
		code, status = 202, "IN_PROGRESS"
	}
	multiple, err := c.multiple(r.PackID)
	if err != nil {
		return thing{}, err
	}
	schedule, date := scheduleOf(r.ReleaseRef)
	return thing{"ReleaseIntegrationPackStatus", fields{
		{"responseStatusCode", code},
		{"integrationPackId", r.PackID.String()},
		{"name", r.PackName},
		{"installationType", multiple},
		{"requestId", request},
		{"releaseSchedule", schedule},
		{"releaseOnDate", date},
		{"releaseStatus", status},
		{"ReleasePackagedComponents", components},
	}}, nil
}

// multiple is the installation type of a pack; that of a deleted one is not told any more.
func (c *call) multiple(pack release.ID) (any, error) {
	view, err := c.reader.Pack(c.ctx, c.by, pack)
	if isNotFound(err) {
		return nil, nil //nolint:nilnil // left out of the answer
	}
	if err != nil {
		return nil, err
	}
	return installationType(view.Multiple), nil
}
