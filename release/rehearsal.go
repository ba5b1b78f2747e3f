package release

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"
)

// Rehearsal is what a release would do, to whom and when, before it does: a draft's, or that of a release in testing. What
// an attachment runs is derived, so it is the same for all that run one release now, and there are two of those at most.
type Rehearsal struct {
	Next      ReleaseView
	When      RehearsalTime
	Moves     []RehearsalMove // the current release first, then the one in testing, then those who have nothing
	Impact    Impact
	Outside   int      // attachments whose account is in no group of the pack: they get it too (R30); at most MostOutside+1
	Obstacles []*Error // why it could not be decided so, each with what to do; in the order of the wizard's steps
	TrialID   ID       // the release in testing that some run now; zero: none
	Replaces  *ReleaseRef
}

// RehearsalKind is what happens to attachments by what they run now.
type RehearsalKind string

// The kinds.
const (
	RehearsalUpgrade   RehearsalKind = "upgrade"
	RehearsalDowngrade RehearsalKind = "downgrade" // R22: the release or a package of it goes to a lower version
	RehearsalUnchanged RehearsalKind = "unchanged" // the same release, or the same versions under another number
	RehearsalOffer     RehearsalKind = "offer"     // accounts that have nothing installed, and may from then on
)

// RehearsalMove is what happens to everybody who runs the same release now.
type RehearsalMove struct {
	From     *ReleaseRef // nil: nothing
	Tries    bool        // From is in testing
	Stays    bool        // runs the release already: nothing happens to them
	Kind     RehearsalKind
	Count    int64 // attachments; of RehearsalOffer accounts
	Contents []ContentRow
	Steps    []Step // Contents compared, where that was asked for
}

// RehearsalCase is what a rehearsal is derived from.
type RehearsalCase struct {
	Next    ReleaseView  // a draft or the release in testing, compared with the current release
	Trial   *ReleaseView // the release in testing while Next is a draft; nil: none
	Impact  Impact
	Without int64 // accounts of the pack's groups without an attachment
	Outside int
	Contact string   // R7
	Lacking []*Error // evidence that a draft still lacks (R35)
}

// Rehearse derives what the release would do as of at.
func Rehearse(c RehearsalCase, at time.Time) (Rehearsal, error) {
	when, err := rehearsalTime(c, at)
	if err != nil {
		return Rehearsal{}, err
	}
	r := Rehearsal{Next: c.Next, When: when, Impact: c.Impact, Outside: c.Outside, Obstacles: c.obstacles(when)}
	if base := c.Next.Base; base != nil {
		r.Moves = append(r.Moves, RehearsalMove{
			From: base, Kind: rehearsalKind(base.Version, c.Next.Version, c.Next.Contents), Count: c.Impact.Attachments - c.Impact.OptIns,
			Contents: c.Next.Contents,
		})
	}
	if c.Trial != nil {
		r.Replaces = &c.Trial.ReleaseRef
	}
	if move, some := c.trying(); some {
		r.TrialID = move.From.ID
		r.Moves = append(r.Moves, move)
	}
	if c.Without > 0 {
		r.Moves = append(r.Moves, RehearsalMove{Kind: RehearsalOffer, Count: c.Without})
	}
	return r, nil
}

// trying is what happens to attachments that have opted in to the release in testing: they run the next one like all others
// (R15), or, if it is the one that is rehearsed, go on as they are.
func (c RehearsalCase) trying() (RehearsalMove, bool) {
	move := RehearsalMove{Tries: true, Count: c.Impact.OptIns}
	switch {
	case c.Impact.OptIns == 0:
		return move, false
	case c.Next.State == Pending:
		move.From, move.Stays, move.Kind = &c.Next.ReleaseRef, true, RehearsalUnchanged
		return move, true
	case c.Trial != nil:
		move.From = &c.Trial.ReleaseRef
		move.Contents = contentsBetween(c.Trial.Contents, c.Next.Contents)
		move.Kind = rehearsalKind(c.Trial.Version, c.Next.Version, move.Contents)
		return move, true
	default:
		return move, false
	}
}

// rehearsalKind is a downgrade where the release or any package of it goes back: that one will be missed (R22).
func rehearsalKind(from, to *Version, contents []ContentRow) RehearsalKind {
	kind := RehearsalUnchanged
	for _, row := range contents {
		switch {
		case row.From == nil && row.To == nil:
		case row.From == nil || row.To == nil:
			kind = RehearsalUpgrade
		case row.To.Version.Compare(row.From.Version) < 0:
			return RehearsalDowngrade
		case row.To.ID != row.From.ID:
			kind = RehearsalUpgrade
		}
	}
	if kind != RehearsalUnchanged && from != nil && to != nil && to.Compare(*from) < 0 {
		return RehearsalDowngrade
	}
	return kind
}

// contentsBetween compares what two releases hold, package by package, by display name.
func contentsBetween(from, to []ContentRow) []ContentRow {
	held := map[ID]ContentRow{}
	for _, row := range from {
		if row.To != nil {
			held[row.PackageID] = row
		}
	}
	var rows []ContentRow
	for _, row := range to {
		row.From = held[row.PackageID].To
		delete(held, row.PackageID)
		if row.From != nil || row.To != nil {
			rows = append(rows, row)
		}
	}
	for _, gone := range held {
		rows = append(rows, ContentRow{
			PackageID: gone.PackageID, Name: gone.Name, DisplayName: gone.DisplayName, Platform: gone.Platform, From: gone.To,
		})
	}
	slices.SortFunc(rows, func(a, b ContentRow) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.DisplayName), strings.ToLower(b.DisplayName)), slices.Compare(a.PackageID[:], b.PackageID[:]))
	})
	return rows
}

// GoesBack names the packages that go back to a lower version (R22).
func (m RehearsalMove) GoesBack() (back []ContentRow) {
	for _, row := range m.Contents {
		if row.From != nil && row.To != nil && row.To.Version.Compare(row.From.Version) < 0 {
			back = append(back, row)
		}
	}
	return back
}

// Asks counts what the move asks of those whom it reaches: settings that need a value now, and what else breaks.
func (m RehearsalMove) Asks() (demands, breaks int) {
	for _, s := range m.Steps {
		switch {
		case s.Found != nil:
			demands += s.Found.Demands
			breaks += s.Found.Breaking - s.Found.Demands
		case s.From != nil && s.To == nil:
			breaks++ // the package goes
		}
	}
	return demands, breaks
}

// MoveOf is what happens to an attachment that tries the release in testing, or does not.
func (r Rehearsal) MoveOf(tries bool) RehearsalMove {
	for _, m := range r.Moves {
		if m.From != nil && m.Tries == tries {
			return m
		}
	}
	return RehearsalMove{Tries: tries, Kind: RehearsalUnchanged}
}

// Kind is what the release is as a whole: a downgrade if it is one for anybody.
func (r Rehearsal) Kind() RehearsalKind {
	kind := RehearsalUnchanged
	for _, m := range r.Moves {
		switch m.Kind {
		case RehearsalDowngrade:
			return RehearsalDowngrade
		case RehearsalUpgrade:
			kind = RehearsalUpgrade
		case RehearsalUnchanged, RehearsalOffer:
		}
	}
	return kind
}

// obstacles are what would refuse the decision, as far as the draft is: its version and notes come with the last step.
func (c RehearsalCase) obstacles(when RehearsalTime) []*Error {
	if c.Next.State != Draft {
		return nil
	}
	var all []*Error
	holds := slices.ContainsFunc(c.Next.Contents, func(row ContentRow) bool { return row.To != nil })
	switch {
	case !holds:
		all = append(all, ErrPackEmpty)
	case c.Next.Base != nil && rehearsalKind(nil, nil, c.Next.Contents) == RehearsalUnchanged:
		all = append(all, ErrNothingChanged)
	}
	if strings.TrimSpace(c.Contact) == "" {
		all = append(all, ErrContactMissing)
	}
	if when.refusal != nil {
		all = append(all, when.refusal)
	}
	return append(all, c.Lacking...)
}

// RehearsalTime is when a release reaches the install base.
type RehearsalTime struct {
	At       *time.Time // nil: at the click (R15)
	On       Date       // of At, in Zone
	Zone     string
	Earliest bool // nobody has chosen the date yet: it is the earliest one (R16)
	refusal  *Error
}

// rehearsalTime is the instant of a release in testing; that of the draft's plan; or, without one, of the earliest date.
// While another release is in testing, a draft can only be released at once (R19).
func rehearsalTime(c RehearsalCase, at time.Time) (RehearsalTime, error) {
	next := c.Next
	if next.State == Pending {
		return RehearsalTime{At: next.DueAt, On: *next.DueOn, Zone: next.Zone}, nil
	}
	var t RehearsalTime
	switch {
	case next.Plan == Immediate:
		return t, nil
	case c.Trial != nil:
		if next.Plan == Scheduled {
			t.refusal = ErrPendingExists
		}
		return t, nil
	case next.Plan == Scheduled && next.DueOn != nil:
		plan, err := PlanDate(*next.DueOn, next.PublisherZone, at)
		if err == nil {
			return RehearsalTime{At: &plan.DueAt, On: plan.DueOn, Zone: plan.Zone}, nil
		}
		if !errors.As(err, &t.refusal) {
			return t, err
		}
	}
	zone, err := LoadZone(next.PublisherZone)
	if err != nil {
		return t, err
	}
	t.On, t.Zone, t.Earliest = EarliestDate(at, zone), next.PublisherZone, true
	first, err := FirstInstant(t.On, zone)
	t.At = &first
	return t, err
}
