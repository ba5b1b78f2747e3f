package release

import (
	"context"
	"errors"
	"strings"
	"time"
)

// What an account's own platform has really installed is observed: its agent reports it. Desired against observed puts every
// live attachment into exactly one state, so that the states of an install base always add up to it. A report is no decision of
// a person: it leaves no audit event, but a bounded history of its own.

// ObservedStatus is what an agent says of the release that it reports.
type ObservedStatus string

// The statuses. Silent is never reported: it is what the clock makes of the other two.
const (
	Installed     ObservedStatus = "installed" // runs it
	InstallFailed ObservedStatus = "failed"    // tried it, and could not
	Silent        ObservedStatus = "silent"    // was not heard of for longer than agents may be
)

// LedgerState is the one state of a live attachment: what it should run against what its agent has last said.
type LedgerState string

// The states, those first that somebody should look at.
const (
	LedgerFailed  LedgerState = "failed"         // could not install what it should run
	LedgerSilent  LedgerState = "silent"         // not heard of for too long
	LedgerBehind  LedgerState = "behind"         // last reported another release than it should run
	LedgerCurrent LedgerState = "current"        // runs the pack's current release, as it should
	LedgerTrying  LedgerState = "trying"         // runs the pending release, as it should
	LedgerNever   LedgerState = "never_reported" // has never reported
)

// LedgerStates are all of them, in the order in which they are shown.
var LedgerStates = []LedgerState{LedgerCurrent, LedgerTrying, LedgerBehind, LedgerFailed, LedgerSilent, LedgerNever}

// Ledger counts an install base by state. The states always add up to Attachments.
type Ledger struct {
	Attachments int64
	Current     int64
	Trying      int64
	Behind      int64
	Failed      int64
	Silent      int64
	Never       int64
}

// Of is the count of one state; 0 for a word that is none.
func (l Ledger) Of(s LedgerState) int64 {
	switch s {
	case LedgerCurrent:
		return l.Current
	case LedgerTrying:
		return l.Trying
	case LedgerBehind:
		return l.Behind
	case LedgerFailed:
		return l.Failed
	case LedgerSilent:
		return l.Silent
	case LedgerNever:
		return l.Never
	default:
		return 0
	}
}

// LedgerFrom is the ledger of the counts, which add up to its attachments.
func LedgerFrom(count func(LedgerState) int64) Ledger {
	l := Ledger{
		Current: count(LedgerCurrent), Trying: count(LedgerTrying), Behind: count(LedgerBehind),
		Failed: count(LedgerFailed), Silent: count(LedgerSilent), Never: count(LedgerNever),
	}
	for _, s := range LedgerStates {
		l.Attachments += l.Of(s)
	}
	return l
}

// Without is the ledger of the others: part is counted in it.
func (l Ledger) Without(part Ledger) Ledger {
	return LedgerFrom(func(s LedgerState) int64 { return l.Of(s) - part.Of(s) })
}

// Heard tells of how many attachments an agent has ever reported.
func (l Ledger) Heard() int64 { return l.Attachments - l.Never }

// Observed is what an attachment's agent has last said.
type Observed struct {
	Attachment ID
	Pack       ID
	Release    ID
	Status     ObservedStatus // Silent, or what was reported
	Reported   ObservedStatus // what the agent said itself
	Since      time.Time      // of this release and this report
	ReportedAt time.Time      // the last report, which may have said the same again
	SeenAt     time.Time      // the last report or question, to within a few minutes
	Detail     string         // of the last report
}

// ObservedReport is what an agent says.
type ObservedReport struct {
	Release ID
	Status  ObservedStatus
	Detail  string // what its hook printed; cut to MaxObservedDetail
}

const (
	// MaxObservedDetail bounds what is kept of an agent's words, in bytes: the end, where the error usually is.
	MaxObservedDetail = 8 << 10
	// MaxObservedChanges is how many changes are kept for each attachment.
	MaxObservedChanges = 50
	// SeenEvery is how exactly it is known when an agent was last heard of: a question asked sooner is not written down.
	SeenEvery = 5 * time.Minute
	// DefaultSilence is after how long without a word an agent counts as silent.
	DefaultSilence = 24 * time.Hour
)

// Refusals about what agents report.
var (
	ErrObservedStatus  = invalid("", "status", "Say “installed” or “failed”.")
	ErrObservedRelease = invalid("", "release_id", "This attachment was never to run that release. Ask again what it should run.")
)

// ReportObserved keeps what an attachment runs by the word of its agent, or of an admin of its account: of a release that the
// pack's install base runs or ran, or that this attachment has tried. It tells whether that is news.
func (s *Service) ReportObserved(ctx context.Context, by Actor, attachment ID, in ObservedReport) (changed bool, err error) {
	if in.Status != Installed && in.Status != InstallFailed {
		return false, ErrObservedStatus
	}
	err = s.inTx(ctx, "report what an attachment runs", func(ctx context.Context, tx Tx) error {
		a, err := lockReported(ctx, tx, by, attachment)
		if err != nil {
			return err
		}
		if err := mayHaveRun(ctx, tx, a, in.Release); err != nil {
			return err
		}
		old, err := tx.LockObserved(ctx, attachment)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		next := old.report(a, in, s.now())
		changed = old.Release != next.Release || old.Reported != next.Reported
		if err := tx.SaveObserved(ctx, old, next); err != nil || !changed {
			return err
		}
		if err := tx.AddObservedChange(ctx, next); err != nil || next.Reported != InstallFailed {
			return err
		}
		return tellFailure(ctx, tx, a, next)
	})
	return changed, err
}

// lockReported finds the attachment for whoever may report of it, and lets nobody uninstall it meanwhile. Its pack is not locked:
// what install base runs does not depend on reports, and a hundred thousand of them must not be in a release's way.
func lockReported(ctx context.Context, tx Tx, by Actor, attachment ID) (Attachment, error) {
	a, err := tx.LockAttachment(ctx, attachment)
	if err != nil {
		return Attachment{}, err
	}
	if err := by.mayReport(a.Account); err != nil {
		return Attachment{}, err
	}
	if a.DetachedAt != nil {
		return Attachment{}, ErrDetached
	}
	return a, nil
}

// mayHaveRun refuses a release that the attachment can't run and never could.
func mayHaveRun(ctx context.Context, tx Tx, a Attachment, id ID) error {
	r, err := tx.Release(ctx, id)
	if errors.Is(err, ErrNotFound) || (err == nil && r.Pack != a.Pack) {
		return ErrObservedRelease
	}
	if err != nil || r.State == Released {
		return err
	}
	tried, err := tx.EverOptedIn(ctx, a.ID, id)
	if err == nil && !tried {
		return ErrObservedRelease
	}
	return err
}

// report is the observation after the report. Another replica's clock may be behind: nothing goes back in time.
func (o Observed) report(a Attachment, in ObservedReport, at time.Time) Observed {
	for _, earlier := range []time.Time{a.AttachedAt, o.ReportedAt, o.SeenAt} {
		if earlier.After(at) {
			at = earlier
		}
	}
	next := Observed{
		Attachment: a.ID, Pack: a.Pack, Release: in.Release, Status: in.Status, Reported: in.Status,
		Since: o.Since, ReportedAt: at, SeenAt: at, Detail: observedDetail(in.Detail),
	}
	if o.Release != next.Release || o.Reported != next.Reported {
		next.Since = at
	}
	return next
}

// observedDetail is what is kept of an agent's words: nothing that can't be seen but tabs and line breaks, and the end of what is
// too long.
func observedDetail(text string) string {
	const most = 4 * MaxObservedDetail // is looked at; what can't be seen takes room too
	if len(text) > most {
		text = text[len(text)-most:]
	}
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && breaksLine(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "")))
	if len(text) > MaxObservedDetail {
		text = strings.ToValidUTF8(text[len(text)-MaxObservedDetail:], "") // the first letter may have been cut
	}
	return text
}

// NoteSeen notes that the attachment's agent has asked: it is not silent any more.
func (s *Service) NoteSeen(ctx context.Context, by Actor, attachment ID) error {
	return s.inTx(ctx, "note that an agent was heard of", func(ctx context.Context, tx Tx) error {
		a, err := tx.Attachment(ctx, attachment)
		if err != nil {
			return err
		}
		if err := by.mayReport(a.Account); err != nil {
			return err
		}
		old, err := tx.LockObserved(ctx, attachment)
		if errors.Is(err, ErrNotFound) {
			return nil // it has reported nothing yet
		}
		at := s.now()
		if err != nil || !at.After(old.SeenAt) {
			return err
		}
		next := old
		next.Status, next.SeenAt = old.Reported, at
		return tx.SaveObserved(ctx, old, next)
	})
}

const (
	silentBatch   = 500
	silentBatches = 40 // at one time; the next goes on
)

// SweepSilence lets those agents count as silent that were not heard of since the instant minus the limit. It returns how many
// that are; what is left of many is for the next time.
func (s *Service) SweepSilence(ctx context.Context, at time.Time, limit time.Duration) (int, error) {
	swept := 0
	for range silentBatches {
		n := 0
		err := s.inTx(ctx, "look for silent agents", func(ctx context.Context, tx Tx) (err error) {
			n, err = tx.SilenceObserved(ctx, at.Add(-limit), silentBatch)
			return err
		})
		swept += n
		if err != nil || n < silentBatch {
			return swept, err
		}
	}
	return swept, nil
}
