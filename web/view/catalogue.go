package view

import (
	"time"

	"packtide/release"
)

// Catalogue is the list of packs that an account may install (R25).
type Catalogue struct {
	Query string
	Rows  []release.CatalogueRow
	Pages NamePage
	Admin bool
	Clock Clock
}

// CataloguePack is one pack as a managed account sees it.
type CataloguePack struct {
	Pack     release.PackView
	Current  release.ReleaseView
	Pending  *release.ReleaseView
	Releases []release.ReleaseView   // newest first
	Mine     []release.AttachmentRow // at most MostCardRows
	Admin    bool
	Outside  bool // the account is in no group of the pack any more (R30)
	Clock    Clock
}

// Installable tells whether the account may attach the pack now: R30, and R6 for a single-attachment pack.
func (p CataloguePack) Installable() bool {
	return !p.Outside && (p.Pack.Multiple || p.Pack.Attachments == 0)
}

func (p CataloguePack) path() string { return cataloguePath(p.Pack.ID) }

// hidden is how many attachments of the account there are beyond Mine.
func (p CataloguePack) hidden() int { return int(p.Pack.Attachments) - len(p.Mine) }

// waiting counts the attachments that may try the pending release.
func (p CataloguePack) waiting() int { return int(p.Pack.Attachments - p.Pack.OptIns) }

// Install is the form that attaches a pack.
type Install struct {
	Pack        release.PackView
	Name        string
	Environment string
	Errors      []FieldError
	Refusal     string                 // of the whole form
	Existing    *release.AttachmentRow // of a single-attachment pack that the account has already (R6)
	Outside     bool                   // R30
	Clock       Clock
}

// ReleasePage is a release as a managed account sees it.
type ReleasePage struct {
	Release release.ReleaseView
	Mine    []release.AttachmentRow // at most MostCardRows
	Waiting int                     // attachments that have not opted in to the pending release
	Admin   bool
	Clock   Clock
}

// Offer is what an account may do about a pack's pending release by one button.
type Offer struct {
	Try    *release.AttachmentRow // the only attachment that waits
	GoBack *release.AttachmentRow // the only attachment, which tries it
	All    int                    // how many wait, when they are several
}

// OfferOf chooses the button: mine are the account's newest attachments, waiting is how many have not opted in.
func OfferOf(mine []release.AttachmentRow, waiting int, now time.Time) Offer {
	if len(mine) == 0 {
		return Offer{}
	}
	switch trial := TrialOf(mine[0], now); {
	case trial == TrialNone || trial == TrialDue:
		return Offer{}
	case waiting == 0 && len(mine) == 1:
		return Offer{GoBack: &mine[0]}
	case waiting != 1:
		return Offer{All: waiting}
	}
	for i := range mine {
		if TrialOf(mine[i], now) == TrialWaiting {
			return Offer{Try: &mine[i]}
		}
	}
	return Offer{All: waiting}
}

// tryWords names the attachment where the account has several of its pack.
func tryWords(a release.AttachmentRow, several bool) string {
	if several {
		return "Try " + ReleaseLabel(a.Pending) + " on " + attachmentName(a)
	}
	return "Try " + ReleaseLabel(a.Pending) + " now"
}
