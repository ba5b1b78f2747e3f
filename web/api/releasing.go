package api

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"packtide/release"
	"packtide/web"
)

// choosing is which versions a release is to hold.
type choosing struct {
	Contents map[release.ID]*string
	Versions string // of the packages that contents does not name: "newest", "draft", or "none" to leave them out
	From     *release.ID
}

// newRelease is a release to be decided on.
type newRelease struct {
	Schedule string                 `json:"schedule"`
	Date     *string                `json:"date"`
	Version  *string                `json:"version"`
	Notes    *string                `json:"notes"`
	Contents map[release.ID]*string `json:"contents"`
	Versions string                 `json:"versions"`
	From     *release.ID            `json:"from"`
	Seen     *seenPack              `json:"seen"`
	DryRun   bool                   `json:"dry_run"`
}

// plan is how and when the release is to reach the install base. At once, a date would only contradict it.
func plan(schedule string, date *string) (release.Plan, string, error) {
	p, err := oneOf("/schedule", schedule, release.Immediate, release.Scheduled)
	switch {
	case err != nil:
		return "", "", err
	case p != release.Scheduled && date != nil:
		return "", "", onField("/date", "Only a scheduled release has a date. Leave it out, or give “schedule” as “scheduled”.")
	case p == release.Scheduled && date == nil:
		return "", "", release.ErrDateForm.On("/date")
	case date == nil:
		return p, "", nil
	default:
		return p, *date, nil
	}
}

// createRelease decides a release in one step, or with dry_run tells what it would do. Both work out the same release first.
func (s *Server) createRelease(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	in, err := decode[newRelease](c)
	if err != nil {
		return err
	}
	p, date, err := plan(in.Schedule, in.Date)
	if err == nil && p == "" {
		err = release.ErrPlanMissing.On("/schedule")
	}
	if err != nil {
		return err
	}
	next, pack, err := s.intend(c, id, choosing{in.Contents, cmp.Or(in.Versions, "newest"), in.From})
	if err != nil {
		return err
	}
	seen, err := in.seen(pack)
	if err != nil {
		return err
	}
	next.Plan = p
	if err := s.describe(c, pack, &next, in.Version, in.Notes, date); err != nil {
		return err
	}
	if in.DryRun {
		return s.answerRehearsal(c, pack, next)
	}
	version := next.Version.String()
	made, err := s.service.ReleaseOutright(c.ctx(), c.actor, id, seen, release.DraftEdit{
		Contents: contentsOf(next), Version: &version, Notes: &next.Notes, Plan: p, Date: date,
	})
	if err != nil {
		return err
	}
	r, err := s.releaseWhole(c, made)
	if err != nil {
		return err
	}
	return c.created("/releases/"+made.String(), r)
}

// describe gives the release its version, notes and date: those asked for, else those that its changes deserve (R23).
func (s *Server) describe(c *call, pack release.PackView, next *release.ReleaseView, version, notes *string, date string) error {
	if date != "" {
		day, err := release.ParseDate(date)
		if err != nil {
			return err
		}
		next.DueOn = &day
	}
	if version == nil || notes == nil {
		proposed, text, err := s.reading(c).Propose(c.ctx(), pack, *next)
		if err != nil {
			return err
		}
		version, notes = cmp.Or(version, &proposed), cmp.Or(notes, &text)
	}
	v, err := release.ParseVersion(*version)
	if err != nil {
		return release.ErrVersionForm
	}
	next.Version, next.Notes = &v, *notes
	return nil
}

func (s *Server) reading(c *call) web.Reading {
	return web.Reading{Reader: s.reader, By: c.actor, Now: c.now, Zone: time.UTC}
}

func contentsOf(r release.ReleaseView) release.Contents {
	contents := release.Contents{}
	for _, row := range r.Contents {
		if row.To != nil {
			contents[row.PackageID] = row.To.ID
		}
	}
	return contents
}

// intend is the release that a request asks for, beside the current one, as if it were the pack's draft.
func (s *Server) intend(c *call, id release.ID, how choosing) (release.ReleaseView, release.PackView, error) {
	pack, err := s.reader.Pack(c.ctx(), c.actor, id)
	if err != nil {
		return release.ReleaseView{}, pack, err
	}
	next := release.ReleaseView{
		ReleaseRef: release.ReleaseRef{State: release.Draft}, PackID: pack.ID, PackName: pack.PackRow.Name, PublisherID: pack.PublisherID,
		PublisherName: pack.PublisherName, PublisherZone: pack.PublisherZone, Base: pack.Current,
	}
	if pack.Draft != nil {
		next.ReleaseRef = pack.Draft.ReleaseRef
	}
	next.Contents, err = s.chosen(c, pack, how)
	return next, pack, err
}

// chosen are the rows of the release: what the pack's next one holds, or an older one, with the choices of the request over it.
func (s *Server) chosen(c *call, pack release.PackView, how choosing) ([]release.ContentRow, error) {
	versions, err := oneOf("/versions", how.Versions, "newest", "draft", "none")
	if err != nil {
		return nil, err
	}
	packages, err := s.reader.PackPackages(c.ctx(), c.actor, pack.ID)
	if err != nil {
		return nil, err
	}
	var rows []release.ContentRow
	for _, p := range packages {
		row := release.ContentRow{PackageID: p.PackageID, Name: p.Name, DisplayName: p.DisplayName, Platform: p.Platform, From: p.Current, To: p.Next}
		switch {
		case versions == "newest" && p.Next != nil && p.Newest != nil:
			row.To = p.Newest // R9: only because this release was asked for
		case versions == "none":
			row.To = nil
		}
		rows = append(rows, row)
	}
	if how.From != nil {
		if len(how.Contents) > 0 {
			return nil, onField("/from", "Give “from” or “contents”, not both.")
		}
		return s.chosenFrom(c, pack, rows, *how.From)
	}
	for pkg, label := range how.Contents {
		if rows, err = s.choose(c, rows, pkg, label); err != nil {
			return nil, err
		}
	}
	sortRows(rows)
	return slices.DeleteFunc(rows, neither), nil
}

// neither tells that neither release holds the package.
func neither(r release.ContentRow) bool { return r.From == nil && r.To == nil }

func sortRows(rows []release.ContentRow) {
	slices.SortFunc(rows, func(a, b release.ContentRow) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.DisplayName), strings.ToLower(b.DisplayName)), slices.Compare(a.PackageID[:], b.PackageID[:]))
	})
}

// chosenFrom holds what an older release of the pack holds (R22).
func (s *Server) chosenFrom(c *call, pack release.PackView, rows []release.ContentRow, from release.ID) ([]release.ContentRow, error) {
	old, err := s.reader.Release(c.ctx(), c.actor, from)
	if err != nil || old.PackID != pack.ID || old.State == release.Draft {
		return nil, onField("/from", "This pack has no such release.")
	}
	for i := range rows {
		rows[i].To = nil
	}
	for _, held := range old.Contents {
		if held.To == nil {
			continue
		}
		i := slices.IndexFunc(rows, func(r release.ContentRow) bool { return r.PackageID == held.PackageID })
		if i < 0 {
			held.From = nil
			rows = append(rows, held)
			continue
		}
		rows[i].To = held.To
	}
	sortRows(rows)
	return slices.DeleteFunc(rows, neither), nil
}

// choose puts the choice of one package into the rows: a label, the id of a version, or null to leave it out.
func (s *Server) choose(c *call, rows []release.ContentRow, pkg release.ID, label *string) ([]release.ContentRow, error) {
	field := "/contents/" + pkg.String()
	i := slices.IndexFunc(rows, func(r release.ContentRow) bool { return r.PackageID == pkg })
	if i < 0 {
		p, err := s.reader.Package(c.ctx(), c.actor, pkg)
		if err != nil {
			return nil, onField(field, "There is no such package.")
		}
		i, rows = len(rows), append(rows, release.ContentRow{PackageID: p.ID, Name: p.Name, DisplayName: p.DisplayName, Platform: p.Platform})
	}
	if label == nil {
		rows[i].To = nil
		return rows, nil
	}
	v, err := s.labelled(c, pkg, *label)
	if err != nil {
		return nil, err
	}
	switch {
	case v == nil:
		return nil, onField(field, "%s has no version %.60q.", rows[i].DisplayName, *label)
	case !v.Shareable:
		return nil, release.ErrNotShareable.With("Version %s of %s is not shareable, so it can't enter a pack.", v.Version, rows[i].DisplayName).On(field)
	}
	rows[i].To = &v.VersionRef
	return rows, nil
}

// labelled finds a version of the package by its label or its id; nil: there is none.
func (s *Server) labelled(c *call, pkg release.ID, label string) (*release.VersionRow, error) {
	if id, err := release.ParseID(label); err == nil {
		v, err := s.reader.Version(c.ctx(), c.actor, id)
		if err != nil || v.PackageID != pkg {
			return nil, nil //nolint:nilnil,nilerr // none that this publisher has
		}
		return &v.VersionRow, nil
	}
	wanted, err := release.ParseVersion(label)
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // no label at all
	}
	above := wanted.Next(release.BumpRelease)
	rows, err := s.reader.Versions(c.ctx(), c.actor, pkg, &above, 1)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || rows[0].Version != wanted || rows[0].DeletedAt != nil {
		return nil, nil //nolint:nilnil // none with this label
	}
	return &rows[0], nil
}

// draftChange is what is to be changed of a draft.
type draftChange struct {
	Revision *int                   `json:"revision"`
	Contents map[release.ID]*string `json:"contents"`
	Versions string                 `json:"versions"`
	Version  *string                `json:"version"`
	Notes    *string                `json:"notes"`
	Schedule string                 `json:"schedule"`
	Date     *string                `json:"date"`
}

func (s *Server) editDraft(c *call) error {
	r, err := s.ownRelease(c)
	if err != nil {
		return err
	}
	in, err := decode[draftChange](c)
	if err != nil {
		return err
	}
	if in.Revision == nil {
		return onField("/revision", "Give the revision of the draft as you have read it.")
	}
	if r.State != release.Draft {
		return release.ErrMove
	}
	e := release.DraftEdit{Version: in.Version, Notes: in.Notes}
	if e.Plan, e.Date, err = plan(in.Schedule, in.Date); err != nil {
		return err
	}
	if in.Contents != nil || in.Versions != "" {
		next, _, err := s.intend(c, r.PackID, choosing{Contents: in.Contents, Versions: cmp.Or(in.Versions, "draft")})
		if err != nil {
			return err
		}
		e.Contents = contentsOf(next)
	}
	if err := s.service.EditDraft(c.ctx(), c.actor, r.ID, *in.Revision, e); err != nil {
		return err
	}
	return s.answerRelease(c, r.ID)
}
