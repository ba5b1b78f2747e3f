package release

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Scheduling is when a scheduled release applies: a date in the publisher's zone and the instant that follows from it (R17).
type Scheduling struct {
	DueOn Date
	Zone  string
	DueAt time.Time
}

// maxAhead is how far ahead a release may be scheduled, in days: beyond it, a mistyped year is likelier than a plan.
const maxAhead = 731

// PlanDate works out the instant of a date in the publisher's zone, as of at (R16, R17). It refuses today and the past with
// ErrDateTooEarly, a date that does not exist in the zone with ErrNoSuchDate, an unknown zone with ErrZoneUnknown.
func PlanDate(date Date, zone string, at time.Time) (Scheduling, error) {
	loc, err := LoadZone(zone)
	if err != nil {
		return Scheduling{}, ErrZoneUnknown
	}
	if date.Compare(DateOf(at, loc)) <= 0 {
		return Scheduling{}, ErrDateTooEarly.With("The earliest date is %s, tomorrow in your time zone %s.", EarliestDate(at, loc), zone)
	}
	if DateOf(at, loc).AddDays(maxAhead).Before(date) {
		return Scheduling{}, ErrDateTooFar
	}
	due, err := FirstInstant(date, loc)
	if missing, ok := errors.AsType[*NoSuchDateError](err); ok {
		return Scheduling{}, &Error{Kind: Invalid, Rule: "R17", Field: "date", Message: missing.Error(), is: ErrNoSuchDate}
	}
	if err != nil {
		return Scheduling{}, ErrDateForm
	}
	if !due.After(at) {
		return Scheduling{}, ErrDateTooEarly // a date that has begun already, was interrupted, and will go on
	}
	return Scheduling{date, zone, due.UTC()}, nil
}

// due tells whether the pending release's instant has come: its testing period is over, applied already or not.
func (r *Release) due(at time.Time) bool {
	return r.State == Pending && !at.Before(*r.DueAt)
}

// checkDraft refuses a draft that could not be released: one refusal for each thing to mend.
func (s *PackState) checkDraft() error {
	d := s.Draft
	var contact, contents, version, notes *Error
	if strings.TrimSpace(s.Pack.SupportContact) == "" {
		contact = ErrContactMissing // R7
	}
	if len(d.Contents) == 0 {
		contents = ErrPackEmpty // R7
	}
	switch {
	case d.Version == nil:
		version = ErrVersionForm
	case s.Current != nil && d.Version.Compare(*s.Current.Version) <= 0:
		version = ErrReleaseVersionLow.With("The release's version must be higher than %s, the current one.", s.Current.Version)
	case s.Pending != nil && *d.Version == *s.Pending.Version:
		version = ErrReleaseVersionUsed
	}
	if !fits(d.Notes, 0, MaxNotes) {
		notes = unfit(ErrNotesLong, d.Notes, MaxNotes)
	}
	if err := join(contact, contents, version, notes); err != nil {
		return err
	}
	if s.Current != nil && d.Contents.Equal(s.Current.Contents) {
		return ErrNothingChanged // R24
	}
	return nil
}

// schedule moves the draft to pending: its testing period begins now (R16), and nothing else may be pending (R19).
func (s *PackState) schedule(by Actor, at time.Time, when Scheduling) error {
	if s.Pending != nil {
		return ErrPendingExists
	}
	if err := s.checkDraft(); err != nil {
		return err
	}
	d := s.Draft
	if err := d.moveTo(Pending); err != nil {
		return err
	}
	d.Plan, d.DueOn, d.Zone, d.DueAt = Scheduled, &when.DueOn, when.Zone, &when.DueAt
	d.TestingSince, d.DecidedBy = &at, by.Person
	s.Pending, s.Draft = d, nil
	return nil
}

// releaseNow makes the draft current for the whole install base (R15). It returns what had to give way: the pending release
// that is superseded, or nil.
func (s *PackState) releaseNow(by Actor, at time.Time) (superseded *Release, err error) {
	if err := s.checkDraft(); err != nil {
		return nil, err
	}
	if s.Pending != nil {
		superseded = s.Pending
		if err := superseded.endTesting(Superseded, at); err != nil {
			return nil, err
		}
		s.Pending = nil
	}
	d := s.Draft
	d.Plan, d.DueOn, d.Zone, d.DueAt, d.DecidedBy = Immediate, nil, "", nil, by.Person
	s.Draft = nil
	return superseded, s.makeCurrent(d, at)
}

// apply makes the pending release current at its midnight, and marks it when that took over an hour (R18).
func (s *PackState) apply(at time.Time) error {
	p := s.Pending
	p.Late = at.Sub(*p.DueAt) > lateAfter
	p.TestingUntil = &at
	s.Pending = nil
	return s.makeCurrent(p, at)
}

func (s *PackState) makeCurrent(r *Release, at time.Time) error {
	if err := r.moveTo(Released); err != nil {
		return err
	}
	if s.Current != nil {
		s.Current.EndedAt = &at
	}
	r.ReleasedAt = &at
	s.Current = r
	return nil
}

func (r *Release) endTesting(next State, at time.Time) error {
	if err := r.moveTo(next); err != nil {
		return err
	}
	r.TestingUntil = &at
	return nil
}

// reschedule moves the pending release to another date; opt-ins stay (R20).
func (s *PackState) reschedule(at time.Time, when Scheduling, reason string) error {
	if err := s.stillTesting(at); err != nil {
		return err
	}
	if err := checkReason(reason); err != nil {
		return err
	}
	s.Pending.DueOn, s.Pending.Zone, s.Pending.DueAt = &when.DueOn, when.Zone, &when.DueAt
	s.Pending.Reason = strings.TrimSpace(reason)
	return nil
}

// withdraw ends the testing period; opted-in attachments run the current release again (R20).
func (s *PackState) withdraw(at time.Time, reason string) error {
	if err := s.stillTesting(at); err != nil {
		return err
	}
	if err := checkReason(reason); err != nil {
		return err
	}
	s.Pending.Reason = strings.TrimSpace(reason)
	return s.Pending.endTesting(Withdrawn, at)
}

// stillTesting refuses with ErrTestingEnded when nothing is pending, or its midnight has come and only waits to be applied.
func (s *PackState) stillTesting(at time.Time) error {
	if s.Pending == nil || s.Pending.due(at) {
		return ErrTestingEnded
	}
	return nil
}

func checkReason(reason string) error {
	if utf8.RuneCountInString(strings.TrimSpace(reason)) > maxReason {
		return ErrReasonMissing.With("%s", ErrReasonLong.Message)
	}
	if !fits(reason, 1, maxReason) {
		return unfit(ErrReasonMissing, reason, maxReason)
	}
	return nil
}

// SuggestVersion is the version that a release deserves by the largest bump of its parts (R23).
func SuggestVersion(current *Version, steps []Step) Version {
	if current == nil {
		return Version{1, 0, 0}
	}
	largest := BumpRelease
	for _, s := range steps {
		largest = max(largest, s.Bump())
	}
	return current.Next(largest)
}

// SuggestVersionAbove is SuggestVersion, raised above the version of a release in testing, which this one would replace.
func SuggestVersionAbove(pending, current *Version, steps []Step) Version {
	v := SuggestVersion(current, steps)
	if pending != nil && pending.Compare(v) >= 0 {
		return pending.Next(BumpRelease)
	}
	return v
}

// FirstFree is the version, or the next after it that no release of the pack has used: one that was withdrawn or superseded
// keeps its own (R1, R23).
func FirstFree(v Version, decided []ReleaseView) Version {
	for slices.ContainsFunc(decided, func(r ReleaseView) bool { return r.Version != nil && *r.Version == v }) {
		v = v.Next(BumpRelease)
	}
	return v
}
