package api

import (
	"net/http"
	"strconv"
	"time"

	"packtide/release"
)

// rehearsal is what a release would do.
type rehearsal struct {
	Pack          named           `json:"pack"`
	Release       *releaseRef     `json:"release"`
	Version       *string         `json:"version"`
	Notes         string          `json:"notes"`
	Kind          string          `json:"kind"`
	Applies       rehearsalTime   `json:"applies"`
	Attachments   int64           `json:"attachments"`
	Accounts      int64           `json:"accounts"`
	OptedIn       int64           `json:"opted_in"`
	Zones         []rehearsalZone `json:"zones"`
	OutsideGroups int             `json:"outside_groups"`
	Replaces      *releaseRef     `json:"replaces"`
	Moves         []rehearsalMove `json:"moves"`
	Obstacles     []subreason     `json:"obstacles"`
	Clashes       []finding       `json:"clashes"`
}

type rehearsalTime struct {
	At       *time.Time `json:"at"`
	Date     *string    `json:"date"`
	TimeZone *string    `json:"time_zone"`
	Earliest bool       `json:"earliest"`
}

type rehearsalZone struct {
	TimeZone    string `json:"time_zone"`
	Attachments int64  `json:"attachments"`
	Accounts    int64  `json:"accounts"`
}

// rehearsalMove is what happens to all who run the same release now.
type rehearsalMove struct {
	From     *releaseRef        `json:"from"`
	Tries    bool               `json:"tries"`
	Stays    bool               `json:"stays"`
	Kind     string             `json:"kind"`
	Count    int64              `json:"count"`
	Contents []rehearsedContent `json:"contents"`
	Demands  int                `json:"settings_to_fill_in"`
	Breaks   int                `json:"other_breaking_changes"`
}

// rehearsedContent is one package that such a move changes, or leaves as it is.
type rehearsedContent struct {
	PackageID   release.ID  `json:"package_id"`
	Name        string      `json:"name"`
	DisplayName string      `json:"display_name"`
	Platform    string      `json:"platform"`
	From        *versionRef `json:"from"`
	To          *versionRef `json:"to"`
}

func rehearsedContentOf(r release.ContentRow) rehearsedContent {
	return rehearsedContent{r.PackageID, r.Name, r.DisplayName, r.Platform, versionRefOf(r.From), versionRefOf(r.To)}
}

func rehearsalMoveOf(m release.RehearsalMove) rehearsalMove {
	demands, breaks := m.Asks()
	return rehearsalMove{
		releaseRefOrNull(m.From), m.Tries, m.Stays, string(m.Kind), m.Count, eachOf(m.Contents, rehearsedContentOf), demands, breaks,
	}
}

func rehearsalTimeOf(t release.RehearsalTime) rehearsalTime {
	out := rehearsalTime{At: utc(t.At), TimeZone: textOrNull(t.Zone), Earliest: t.Earliest}
	if !t.On.IsZero() {
		out.Date = textOrNull(t.On.String())
	}
	return out
}

// rehearse works out what the release would do, as the API tells it.
func (s *Server) rehearse(c *call, pack release.PackView, next release.ReleaseView) (rehearsal, error) {
	found, err := s.reading(c).Rehearse(c.ctx(), pack, next)
	if err != nil {
		return rehearsal{}, err
	}
	clashes, err := s.reading(c).Together(c.ctx(), next)
	if err != nil {
		return rehearsal{}, err
	}
	out := rehearsal{
		Pack: named{pack.ID, pack.PackRow.Name}, Notes: next.Notes, Kind: string(found.Kind()), Applies: rehearsalTimeOf(found.When),
		Attachments: found.Impact.Attachments, Accounts: found.Impact.Accounts, OptedIn: found.Impact.OptIns, OutsideGroups: found.Outside,
		Zones:    eachOf(found.Impact.Zones, func(z release.ZoneCount) rehearsalZone { return rehearsalZone{z.Zone, z.Attachments, z.Accounts} }),
		Replaces: releaseRefOrNull(found.Replaces), Moves: eachOf(found.Moves, rehearsalMoveOf),
		Obstacles: eachOf(found.Obstacles, func(e *release.Error) subreason { return subreason{e.Message, e.Rule, c.field(e.Field)} }),
		Clashes:   findingsOf(clashes),
	}
	if next.Version != nil {
		out.Version = textOrNull(next.Version.String())
	}
	if !next.ID.IsZero() {
		out.Release = releaseRefOrNull(&next.ReleaseRef)
	}
	return out, nil
}

// answerRehearsal tells what a release would do that is only asked about. It would be made of the pack's draft, so that what was
// given for the draft counts (R35).
func (s *Server) answerRehearsal(c *call, pack release.PackView, next release.ReleaseView) error {
	out, err := s.rehearse(c, pack, next)
	if err != nil {
		return err
	}
	out.Release = nil
	return c.answer(http.StatusOK, out)
}

// undecided reads the release of the address with its pack: a draft, or one in testing. What was decided does nothing any more.
func (s *Server) undecided(c *call) (release.PackView, release.ReleaseView, error) {
	r, err := s.ownRelease(c)
	if err != nil {
		return release.PackView{}, r, err
	}
	if r.State != release.Draft && r.State != release.Pending {
		return release.PackView{}, r, release.ErrMove
	}
	pack, err := s.reader.Pack(c.ctx(), c.actor, r.PackID)
	return pack, r, err
}

func (s *Server) releaseRehearsal(c *call) error {
	pack, next, err := s.undecided(c)
	if err != nil {
		return err
	}
	if next.Version == nil {
		version, notes, err := s.reading(c).Propose(c.ctx(), pack, next)
		if err != nil {
			return err
		}
		v, err := release.ParseVersion(version)
		if err != nil {
			return err
		}
		next.Version, next.Notes = &v, notes
	}
	out, err := s.rehearse(c, pack, next)
	if err != nil {
		return err
	}
	return c.one(out)
}

// rehearsedAttachment is one attachment that a release would reach.
type rehearsedAttachment struct {
	AttachmentID  release.ID `json:"attachment_id"`
	Name          string     `json:"name"`
	Environment   string     `json:"environment"`
	Account       accountRef `json:"account"`
	Tries         bool       `json:"tries"`
	Kind          string     `json:"kind"`
	OutsideGroups bool       `json:"outside_groups"`
}

func (s *Server) rehearsed(c *call) error {
	pack, next, err := s.undecided(c)
	if err != nil {
		return err
	}
	p, before, err := c.byID()
	if err != nil {
		return err
	}
	found, err := s.reading(c).Rehearse(c.ctx(), pack, next)
	if err != nil {
		return err
	}
	f := release.RehearsalFilter{Pack: pack.ID, Trial: found.TrialID, Query: c.QueryParam("q"), Before: before, Limit: p.ask()}
	if text := c.QueryParam("tries"); text != "" {
		tries, err := strconv.ParseBool(text)
		if err != nil {
			return onField("tries", "Give true or false.")
		}
		f.Tries = &tries
	}
	rows, err := s.reader.Rehearsal(c.ctx(), c.actor, f)
	if err != nil {
		return err
	}
	item := func(r release.RehearsalRow) rehearsedAttachment {
		return rehearsedAttachment{
			r.ID, r.Name, r.Environment, accountRef{r.Account, r.AccountName, r.AccountZone}, r.Tries, string(found.MoveOf(r.Tries).Kind), r.Outside,
		}
	}
	return list(c, p, rows, item, func(r release.RehearsalRow) []string { return []string{r.ID.String()} })
}
