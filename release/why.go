package release

import (
	"slices"
	"time"
)

// WhyCase is the one reason that answers why an attachment runs what it runs, or why an account lacks a pack.
type WhyCase string

// The cases of an attachment, in the order in which the first that fits is the answer.
const (
	WhyPackDeleted WhyCase = "pack deleted" // R11: it went with the pack
	WhyUninstalled WhyCase = "uninstalled"
	WhyFailed      WhyCase = "failed"  // its agent could not install what it should run
	WhyOverdue     WhyCase = "overdue" // R18: a release was due more than an hour ago
	WhyDue         WhyCase = "due"     // R18: a release is being applied now
	WhyTries       WhyCase = "tries"   // R27
	WhyWaits       WhyCase = "waits"   // a release is in testing, and nobody has chosen to try it here
	WhyRuns        WhyCase = "runs"    // the current release, and none is in testing
)

// The cases of an account and a pack, in their order.
const (
	WhyInstalled      WhyCase = "installed" // it has the pack after all
	WhyInstallsNone   WhyCase = "installs none"
	WhyGone           WhyCase = "gone" // it had the pack and uninstalled it
	WhyNeverReleased  WhyCase = "never released"
	WhyInNoGroup      WhyCase = "in no group" // R25
	WhyNeverInstalled WhyCase = "never installed"
)

// WhyFacts is what is known of an attachment.
type WhyFacts struct {
	At          time.Time
	Row         AttachmentRow
	History     []HistoryRow // oldest first (R32)
	PackDeleted *time.Time
	Events      []EventRow // what happened to it, to its releases, and to its account's place in groups; newest first
}

// Why is the answer with the facts behind it.
type Why struct {
	Case     WhyCase
	Steps    []WhyStep   // what was asked; the last one fits
	Runs     *ReleaseRef // nil: nothing
	Next     *ReleaseRef // in testing, or due
	Now      *HistoryRow // how it came to what it runs, or to nothing
	WentBack bool        // Next was tried here, and left
	Missed   *ReleaseRef // a newer release that was withdrawn while it was in testing
	Outside  bool        // R30: keeps what it has and gets every release, but can't be installed anew
	Facts    []EventRow  // newest first
}

// Because finds the answer. It is the same for everybody who asks; who may see which fact, the store has decided.
func Because(f WhyFacts) Why {
	w := Why{Runs: f.Row.Runs, Next: f.Row.Pending, Outside: f.Row.Outside, Facts: f.facts()}
	if n := len(f.History); n > 0 {
		w.Now = &f.History[n-1]
	}
	w.Steps = stepsTo(whyQuestions, f)
	w.Case = w.Steps[len(w.Steps)-1].Case
	switch w.Case {
	case WhyPackDeleted, WhyUninstalled:
		w.Next = nil
	case WhyWaits:
		w.WentBack = f.tried(w.Next.ID)
	case WhyRuns:
		w.Missed = f.missed()
	default:
	}
	return w
}

// tried tells whether the attachment has ever run the release.
func (f WhyFacts) tried(id ID) bool {
	return slices.ContainsFunc(f.History, func(h HistoryRow) bool { return h.Release != nil && h.Release.ID == id })
}

// missed is the release that was tried here and withdrawn, if that is how the attachment came back to what it runs.
func (f WhyFacts) missed() *ReleaseRef {
	n := len(f.History)
	if n < 2 || f.History[n-1].How != HowWithdrawn {
		return nil
	}
	return f.History[n-2].Release
}

// facts leaves out what happened to the pack before the attachment was there, but for how the release that it began with came.
func (f WhyFacts) facts() []EventRow {
	var kept []EventRow
	began := false
	for _, e := range f.Events { // newest first
		switch early := e.At.Before(f.Row.AttachedAt); {
		case !early:
			kept = append(kept, e)
		case !began && (e.Action == ActReleased || e.Action == ActApplied):
			began = true
			kept = append(kept, e)
		}
	}
	return kept
}

// WhyGroup is a group through which an account may install a pack.
type WhyGroup struct {
	ID    ID
	Name  string
	Since time.Time // both the account and the pack are in it
}

// WhyNotFacts is what is known of an account and a pack.
type WhyNotFacts struct {
	Account       Account
	PackID        ID
	PackName      string
	PublisherID   ID
	PublisherName string
	PublisherZone string
	PackDeleted   *time.Time
	Current       *ReleaseRef
	Pending       *ReleaseRef
	Attachments   []AttachmentRow // uninstalled ones too; newest first
	Groups        []WhyGroup      // the longest first
	Events        []EventRow      // newest first
}

// WhyNot answers why an account does not have a pack.
func WhyNot(f WhyNotFacts) WhyCase {
	steps := WhyNotSteps(f)
	return steps[len(steps)-1].Case
}

// WhyNotSteps are what was asked to find WhyNot's answer; the last one fits.
func WhyNotSteps(f WhyNotFacts) []WhyStep { return stepsTo(whyNotQuestions, f) }
