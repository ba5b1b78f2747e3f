package release

import "time"

// What is known of what agents report: made by store.Reader, like the rows of listing.go.

// ObservedRef is what an attachment's agent has last said, as lists show it.
type ObservedRef struct {
	Release  ReleaseRef
	Status   ObservedStatus // Silent, or what was reported
	Reported ObservedStatus
	Since    time.Time
	SeenAt   time.Time
}

// Ledger is the attachment's state; empty for an uninstalled one, which is in none.
func (r AttachmentRow) Ledger() LedgerState {
	switch {
	case r.DetachedAt != nil || r.Runs == nil:
		return ""
	case r.Observed == nil:
		return LedgerNever
	case r.Observed.Status == Silent:
		return LedgerSilent
	case r.Observed.Release.ID != r.Runs.ID:
		return LedgerBehind
	case r.Observed.Status == InstallFailed:
		return LedgerFailed
	case r.Trying():
		return LedgerTrying
	default:
		return LedgerCurrent
	}
}

// ShouldSince is since when the attachment should run what it should; the zero instant where it should run nothing.
func (r AttachmentRow) ShouldSince() time.Time {
	switch {
	case r.OptedInAt != nil:
		return *r.OptedInAt
	case r.Runs == nil || r.Runs.ReleasedAt == nil || r.Runs.ReleasedAt.Before(r.AttachedAt):
		return r.AttachedAt
	default:
		return *r.Runs.ReleasedAt
	}
}

// LedgerOf is whose attachments are counted; zero fields do not narrow.
type LedgerOf struct {
	Publisher ID
	Pack      ID
	Account   ID
}

// ObservedView is all that is known of what one attachment's agent has said.
type ObservedView struct {
	Last    *Observed // nil: it has never reported, or the attachment is uninstalled
	Changes []ObservedChange
}

// ObservedChange is a report that was news.
type ObservedChange struct {
	At      time.Time
	Release ReleaseRef
	Status  ObservedStatus
	Detail  string
}

// Desired is what an agent is told: what its attachment should run.
type Desired struct {
	Attachment ID
	Pack       ID
	Release    ID
	SeenAt     *time.Time // when its agent was last noted as heard of; nil: it has never reported
	Silent     bool
}

// Stale tells whether a question at the instant is to be written down: the agent counted as silent, or was noted long ago.
func (d Desired) Stale(at time.Time) bool {
	return d.SeenAt != nil && (d.Silent || at.Sub(*d.SeenAt) >= SeenEvery)
}
