package api

import (
	"errors"

	"packtide/packfile"
	"packtide/release"
)

// comparison is what changed between two versions of a package.
type comparison struct {
	From       *versionRef       `json:"from"`
	To         *versionRef       `json:"to"`
	Comparable bool              `json:"comparable"`
	Smallest   *packfile.Bump    `json:"smallest_bump"`
	Declared   *packfile.Bump    `json:"declared_bump"`
	Changes    []packfile.Change `json:"changes"`
	Findings   []finding         `json:"findings"`
}

// compare tells what changed since the version asked for, or since the one below.
func (s *Server) compare(c *call) error {
	id, err := c.id("version_id")
	if err != nil {
		return err
	}
	to, err := s.reader.Comparable(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	answer := comparison{To: versionRefOf(&to.VersionRef), Changes: []packfile.Change{}, Findings: []finding{}}
	from, err := s.comparedWith(c, to)
	if errors.Is(err, release.ErrNotFound) && c.QueryParam("with") == "" {
		return c.one(answer) // the only version
	}
	if err != nil {
		return err
	}
	answer.From = versionRefOf(&from.VersionRef)
	if answer.Comparable = from.Kept && to.Kept; !answer.Comparable {
		return c.one(answer)
	}
	p, err := s.reader.Package(c.ctx(), c.actor, to.PackageID)
	if err != nil {
		return err
	}
	opts, err := s.checkOptions(c, p.Publisher)
	if err != nil {
		return err
	}
	found := packfile.Compare(from.Package, to.Package, opts)
	answer.Smallest = &found.Smallest
	if found.Versioned {
		answer.Declared = &found.Declared
	}
	answer.Changes, answer.Findings = append(answer.Changes, found.Changes...), findingsOf(found.Findings)
	return c.one(answer)
}

// comparedWith reads the version that the address asks for; another package's is not found.
func (s *Server) comparedWith(c *call, to release.Comparable) (release.Comparable, error) {
	with, err := release.ParseID(c.QueryParam("with"))
	if c.QueryParam("with") == "" {
		var below release.VersionRef
		below, err = s.reader.VersionBelow(c.ctx(), c.actor, to.ID)
		with = below.ID
	}
	if err != nil {
		return release.Comparable{}, err
	}
	from, err := s.reader.Comparable(c.ctx(), c.actor, with)
	if err == nil && from.PackageID != to.PackageID {
		err = release.ErrNotFound
	}
	return from, err
}
