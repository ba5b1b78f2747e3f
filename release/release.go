package release

import (
	"maps"
	"slices"
	"time"
)

// State is where a release stands (R13).
type State string

// The states of a release.
const (
	Draft      State = "draft"      // being prepared; seen by its publisher alone; Schedule or ReleaseNow moves it on
	Pending    State = "pending"    // in its testing period; midnight, an immediate release or a withdrawal moves it on
	Released   State = "released"   // current, or replaced by a later one; nothing moves it on
	Withdrawn  State = "withdrawn"  // taken back during its testing period; nothing moves it on
	Superseded State = "superseded" // overtaken by an immediate release during its testing period; nothing moves it on
)

// States are all of them.
var States = []State{Draft, Pending, Released, Withdrawn, Superseded}

// moves lists where a release may go from each state. Nothing else is possible (R13).
var moves = map[State][]State{
	Draft:   {Pending, Released},
	Pending: {Released, Withdrawn, Superseded},
}

// Plan is how a release reaches the install base.
type Plan string

// The plans.
const (
	Immediate Plan = "immediate" // R15
	Scheduled Plan = "scheduled" // R16
)

// Contents is exactly one package version for each package: package id → version id.
type Contents map[ID]ID

// Equal tells whether both hold the same versions of the same packages.
func (c Contents) Equal(other Contents) bool { return maps.Equal(c, other) }

// Packages are the packages in the order of their ids.
func (c Contents) Packages() []ID {
	return slices.SortedFunc(maps.Keys(c), func(a, b ID) int { return slices.Compare(a[:], b[:]) })
}

// Release is one version of a pack.
type Release struct {
	ID           ID
	Pack         ID
	Number       int      // counts the pack's releases from 1
	Version      *Version // nil: a draft that has none yet
	State        State
	Notes        string
	Revision     int   // counts the edits of a draft
	Plan         Plan  // a draft's choice so far, or how it was decided
	DueOn        *Date // the planned date, in the publisher's zone
	Zone         string
	DueAt        *time.Time // R17: the first instant of DueOn in Zone
	TestingSince *time.Time
	TestingUntil *time.Time
	ReleasedAt   *time.Time
	EndedAt      *time.Time // when the next release became current
	Late         bool       // R18: applied more than an hour after its instant
	Reason       string     // of the last reschedule, or of the withdrawal
	CreatedAt    time.Time
	CreatedBy    ID
	DecidedBy    ID // who scheduled it or released it at once
	Contents     Contents
}

// Current tells whether the install base runs this release.
func (r *Release) Current() bool { return r.State == Released && r.EndedAt == nil }

// moveTo changes the state, or refuses with ErrMove (R13).
func (r *Release) moveTo(next State) error {
	if !slices.Contains(moves[r.State], next) {
		return ErrMove
	}
	r.State = next
	return nil
}

// lateAfter is the time that a due release may take (R18).
const lateAfter = time.Hour

func (c Contents) versions() []ID { return slices.Collect(maps.Values(c)) }

func (c Contents) clone() Contents {
	if c == nil {
		return Contents{}
	}
	return maps.Clone(c)
}

// describe is what audit events say of a release.
func describe(r Release) map[string]any {
	d := map[string]any{"state": r.State, "number": r.Number}
	if r.Version != nil {
		d["version"] = r.Version.String()
	}
	if r.Plan != "" {
		d["plan"] = r.Plan
	}
	if r.DueOn != nil {
		d["date"] = r.DueOn.String()
	}
	if r.Zone != "" {
		d["zone"] = r.Zone
	}
	if r.DueAt != nil {
		d["instant"] = r.DueAt.Format(time.RFC3339)
	}
	if r.Late {
		d["late"] = true
	}
	return d
}
