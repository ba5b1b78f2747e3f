package atomsphere

import (
	"packtide/release"
	"packtide/web/view"
)

// The words of Boomi for when a release applies.
const (
	immediately = "IMMEDIATELY"
	onDate      = "RELEASE_ON_SPECIFIED_DATE"
)

// Why a release is moved or withdrawn: Boomi's clients have no field for it, and the accounts are told one (R20).
const (
	reasonMoved    = "The date was changed by a program."
	reasonReplaced = "Replaced by a release with other versions."
)

// releaseOrder is what a body asks of a release.
type releaseOrder struct {
	plan   release.Plan // empty: not said
	date   string
	listed []payload
}

func readOrder(p payload) (releaseOrder, error) {
	var o releaseOrder
	outer, err := p.object("ReleasePackagedComponents")
	if err != nil {
		return o, err
	}
	if o.listed, err = outer.list("ReleasePackagedComponent"); err != nil {
		return o, err
	}
	if o.date, err = p.text("releaseOnDate"); err != nil {
		return o, err
	}
	switch said, err := p.text("releaseSchedule"); {
	case err != nil:
		return o, err
	case said == immediately:
		o.plan, o.date = release.Immediate, ""
	case said == onDate:
		o.plan = release.Scheduled
	case said != "":
		return o, bad("The releaseSchedule is %s or %s.", immediately, onDate)
	}
	return o, nil
}

func (c *call) createRelease(p payload) (thing, error) {
	id, err := p.text("id")
	if err != nil {
		return thing{}, err
	}
	o, err := readOrder(p)
	if err != nil {
		return thing{}, err
	}
	pack, contents, err := c.packView(id)
	switch {
	case err != nil:
		return thing{}, badID("PublisherIntegrationPack", id, err)
	case o.plan == "":
		return thing{}, bad("Give the releaseSchedule: %s, or %s with releaseOnDate.", immediately, onDate)
	case o.plan == release.Scheduled && o.date == "":
		return thing{}, bad("Give releaseOnDate, a date like 2027-01-31.")
	}
	next, err := c.chosen(contents, o.listed)
	if err != nil {
		return thing{}, err
	}
	edit, err := c.edit(pack, contents, next)
	if err != nil {
		return thing{}, err
	}
	if d := pack.Draft; d != nil && d.Version != nil && len(o.listed) == 0 {
		edit.Version, edit.Notes = nil, nil // somebody has written them
	}
	edit.Plan, edit.Date = o.plan, o.date
	decided, err := c.service.ReleaseOutright(c.ctx, c.by, pack.ID, new(pack.Seen()), edit)
	if err != nil {
		return thing{}, err
	}
	return c.releaseThing(decided)
}

// updateRelease changes what is scheduled: its date, its versions, or that it waits at all.
func (c *call) updateRelease(id string, p payload) (thing, error) {
	o, err := readOrder(p)
	if err != nil {
		return thing{}, err
	}
	pack, contents, err := c.packView(id)
	if err != nil {
		return thing{}, err
	}
	if pack.Pending == nil {
		return thing{}, bad("No release of this pack is scheduled, so there is nothing to change. Create one.")
	}
	pending, err := c.reader.Release(c.ctx, c.by, pack.Pending.ID)
	if err != nil {
		return thing{}, err
	}
	next := held(pending)
	if len(o.listed) > 0 {
		if next, err = c.chosen(contents, o.listed); err != nil {
			return thing{}, err
		}
	}
	switch {
	case !next.Equal(held(pending)):
		return c.replace(pack, contents, pending, next, o)
	case o.plan == release.Immediate:
		err = c.service.ReleasePending(c.ctx, c.by, pending.ID)
	case o.date != "" && o.date != pending.DueOn.String():
		err = c.service.Reschedule(c.ctx, c.by, pending.ID, o.date, reasonMoved)
	}
	if err != nil {
		return thing{}, err
	}
	return c.releaseThing(pending.ID)
}

// replace decides a release with other versions in place of the pending one: a decided release is never edited (R13).
func (c *call) replace(pack release.PackView, contents packContents, pending release.ReleaseView, next release.Contents, o releaseOrder) (thing, error) {
	edit, err := c.edit(pack, contents, next)
	if err != nil {
		return thing{}, err
	}
	edit.Plan, edit.Date = o.plan, o.date
	if o.plan == "" {
		edit.Plan = release.Scheduled
	}
	if edit.Plan == release.Scheduled && o.date == "" {
		edit.Date = pending.DueOn.String()
	}
	decided, err := c.service.ReplacePending(c.ctx, c.by, pack.ID, pack.Seen(), reasonReplaced, edit)
	if err != nil {
		return thing{}, err
	}
	return c.releaseThing(decided)
}

func held(r release.ReleaseView) release.Contents {
	contents := release.Contents{}
	for _, row := range r.Contents {
		if row.To != nil {
			contents[row.PackageID] = row.To.ID
		}
	}
	return contents
}

// chosen are the next versions of the pack's packages, with the versions that the body lists in their places. What it does
// not list keeps its next version.
func (c *call) chosen(contents packContents, listed []payload) (release.Contents, error) {
	next := release.Contents{}
	for _, one := range contents {
		if one.Next != nil {
			next[one.PackageID] = one.Next.ID
		}
	}
	for _, l := range listed {
		component, err := l.text("componentId")
		if err != nil {
			return nil, err
		}
		one, ok := contents.find(component)
		if !ok {
			return nil, bad("The component %.80q is not in this pack. Add it first with an UPDATE of the PublisherIntegrationPack.", component)
		}
		if one.Next == nil {
			return nil, bad("The component %.80q is to be removed with this release. Add it again first.", component)
		}
		wanted, err := l.text("version")
		if err != nil {
			return nil, err
		}
		if wanted == "" || wanted == one.Next.Version.String() {
			continue
		}
		if next[one.PackageID], err = c.versionOf(one, wanted); err != nil {
			return nil, err
		}
	}
	return next, nil
}

func (c *call) versionOf(one packPackage, wanted string) (release.ID, error) {
	unknown := bad("%s has no packaged version %.40q.", one.DisplayName, wanted)
	version, err := parseLabel(wanted)
	if err != nil {
		return release.ID{}, unknown
	}
	found, err := c.packaged(one.PackageID, version)
	if isNotFound(err) {
		return release.ID{}, unknown
	}
	return found.ID, err
}

// edit writes the release's version and notes as they are proposed to people (R23).
func (c *call) edit(pack release.PackView, contents packContents, next release.Contents) (release.DraftEdit, error) {
	versions := make([]release.ID, 0, len(next))
	for _, id := range next {
		versions = append(versions, id)
	}
	refs, err := c.reader.Manifests(c.ctx, c.by, versions)
	if err != nil {
		return release.DraftEdit{}, err
	}
	to := map[release.ID]*release.VersionRef{}
	for _, v := range refs {
		to[v.ID] = &v.VersionRef
	}
	var rows []release.ContentRow
	var from, upTo []release.ID
	for _, one := range contents {
		r := release.ContentRow{PackageID: one.PackageID, Name: one.Name, DisplayName: one.DisplayName, From: one.Current, To: to[next[one.PackageID]]}
		rows = append(rows, r)
		if r.To != nil && (r.From == nil || r.From.ID != r.To.ID) {
			below := release.ID{}
			if r.From != nil {
				below = r.From.ID
			}
			from, upTo = append(from, below), append(upTo, r.To.ID)
		}
	}
	steps := release.Steps(rows)
	told, err := c.reader.NotesAfter(c.ctx, c.by, from, upTo)
	if err != nil {
		return release.DraftEdit{}, err
	}
	texts := make([]view.NotesOf, len(told))
	for i, n := range told {
		texts[i] = view.NotesOf{Package: n.DisplayName, Version: n.Version, Text: n.Notes}
	}
	decided, err := c.reader.Releases(c.ctx, c.by, pack.ID, 0, 0)
	if err != nil {
		return release.DraftEdit{}, err
	}
	version := release.FirstFree(release.SuggestVersionAbove(versionIn(pack.Pending), versionIn(pack.Current), steps), decided).String()
	notes := view.ProposedNotes(texts, steps, pack.Current != nil)
	return release.DraftEdit{Contents: next, Version: &version, Notes: &notes}, nil
}

func versionIn(r *release.ReleaseRef) *release.Version {
	if r == nil {
		return nil
	}
	return r.Version
}
