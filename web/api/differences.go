package api

import (
	"errors"
	"net/http"

	"packtide/packfile"
	"packtide/release"
	"packtide/web"
)

func differenceRoutes() []route {
	return []route{
		{http.MethodGet, "/package-versions/:version_id/compare/file", web.PublisherSide, nothing, "with path", (*Server).compareFile},
		{http.MethodGet, "/packs/:pack_id/compare", web.PublisherSide, nothing, "from to", (*Server).compareReleases},
		{http.MethodGet, "/releases/:release_id/changes", web.SignedIn, nothing, "", (*Server).changes},
	}
}

// fileComparison is what changed in one file of two versions of a package.
type fileComparison struct {
	From    *versionRef `json:"from"`
	To      *versionRef `json:"to"`
	Path    string      `json:"path"`
	InFrom  bool        `json:"in_from"`
	InTo    bool        `json:"in_to"`
	Added   int         `json:"added"`
	Removed int         `json:"removed"`
	Hunks   []hunk      `json:"hunks"`
	NotText string      `json:"not_text"`
}

// hunk is a piece of a file in which lines changed.
type hunk struct {
	Head  string     `json:"head"`
	Lines []hunkLine `json:"lines"`
}

type hunkLine struct {
	Event *packfile.Event `json:"event"` // null: it is in both
	Old   *int            `json:"old"`
	New   *int            `json:"new"`
	Text  string          `json:"text"`
}

func hunkOf(h packfile.Hunk) hunk {
	return hunk{h.Head(), eachOf(h.Lines, func(l packfile.DiffLine) hunkLine {
		return hunkLine{orNull(l.Event), orNull(l.Old), orNull(l.New), l.Text}
	})}
}

// compareFile tells what changed in one file since the version asked for, or since the one below.
func (s *Server) compareFile(c *call) error {
	id, err := c.id("version_id")
	if err != nil {
		return err
	}
	path := c.QueryParam("path")
	if path == "" {
		return onField("path", "Say which file: its path in the package.")
	}
	to, err := s.reader.Comparable(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	from, err := s.comparedWith(c, to)
	if err != nil {
		return err
	}
	found, err := s.reading(c).CompareFile(c.ctx(), from, to, path)
	if err != nil {
		return err
	}
	return c.one(fileComparison{
		versionRefOf(&from.VersionRef), versionRefOf(&to.VersionRef), path, found.In[0], found.In[1], found.Diff.Added, found.Diff.Removed,
		eachOf(found.Diff.Hunks, hunkOf), found.Diff.NotText,
	})
}

// releaseComparison is what differs between two releases of a pack.
type releaseComparison struct {
	From     *releaseRef        `json:"from"`
	To       *releaseRef        `json:"to"`
	Back     bool               `json:"back"`
	Contents []rehearsedContent `json:"contents"`
	Versions []versionNotes     `json:"versions"`
	Releases []releaseNotes     `json:"releases"`
}

type versionNotes struct {
	PackageID release.ID  `json:"package_id"`
	Version   *versionRef `json:"version"`
	Notes     string      `json:"notes"`
}

type releaseNotes struct {
	Release releaseRef `json:"release"`
	Notes   string     `json:"notes"`
}

// compareReleases compares the two that are asked for; unasked, the newest and the one before it.
func (s *Server) compareReleases(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	if err := readIDs(c.QueryParams(), map[string]*release.ID{"from": {}, "to": {}}); err != nil {
		return err
	}
	p, err := s.reader.Pack(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	choices, err := s.reader.ReleaseRefs(c.ctx(), c.actor, p.ID)
	if err != nil {
		return err
	}
	from, to, err := web.ComparedReleases(choices, c.QueryParam("from"), c.QueryParam("to"))
	if err != nil {
		return err
	}
	pair, err := s.reader.ReleasePair(c.ctx(), c.actor, p.ID, from, to)
	if err != nil {
		return err
	}
	return c.one(releaseComparison{
		From: releaseRefOrNull(&pair.From.ReleaseRef), To: releaseRefOrNull(&pair.To.ReleaseRef), Back: pair.Back(),
		Contents: eachOf(pair.Contents, rehearsedContentOf),
		Versions: eachOf(pair.Versions, func(n release.VersionNotes) versionNotes {
			return versionNotes{n.PackageID, versionRefOf(&n.Version), n.Notes}
		}),
		Releases: eachOf(pair.Releases, func(r release.ReleaseView) releaseNotes { return releaseNotes{releaseRefOf(r.ReleaseRef), r.Notes} }),
	})
}

// packageChanges is what a release changes in one package.
type packageChanges struct {
	rehearsedContent
	Comparable bool              `json:"comparable"`
	Changes    []packfile.Change `json:"changes"`
}

// changes tells what a release changes for whoever runs the release before it, an account too. Where in the files it stands is
// the publisher's.
func (s *Server) changes(c *call) error {
	id, err := c.id("release_id")
	if err != nil {
		return err
	}
	r, err := s.reader.Release(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	all := []packageChanges{}
	for _, row := range r.Contents {
		if row.From != nil && row.To != nil && row.From.ID == row.To.ID {
			continue
		}
		one := packageChanges{rehearsedContent: rehearsedContentOf(row), Changes: []packfile.Change{}}
		if row.From != nil && row.To != nil && r.Base != nil {
			if err := s.compareContent(c, r, row, &one); err != nil {
				return err
			}
		}
		all = append(all, one)
	}
	return c.answer(http.StatusOK, items[packageChanges]{Items: all})
}

// compareContent compares the two versions of one package. The weight of a change does not depend on anybody's settings.
func (s *Server) compareContent(c *call, r release.ReleaseView, row release.ContentRow, into *packageChanges) error {
	from, err := s.reader.ComparableOf(c.ctx(), c.actor, r.Base.ID, row.From.ID)
	if errors.Is(err, release.ErrNotFound) {
		return nil // the release before is not this account's to see: nothing to compare with
	}
	if err != nil {
		return err
	}
	to, err := s.reader.ComparableOf(c.ctx(), c.actor, r.ID, row.To.ID)
	if err != nil {
		return err
	}
	if into.Comparable = from.Kept && to.Kept; !into.Comparable {
		return nil
	}
	for _, change := range packfile.Compare(from.Package, to.Package, packfile.Options{}).Changes {
		change.File, change.Line = "", 0
		into.Changes = append(into.Changes, change)
	}
	return nil
}
