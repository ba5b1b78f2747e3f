package view

import "packtide/release"

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

// testing tells whether a release is pending and its midnight still to come.
func (p CataloguePack) testing() bool {
	return p.Pending != nil && p.Pending.DueAt.After(p.Clock.Now)
}

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
	Mine    []release.AttachmentRow
	Admin   bool
	Clock   Clock
}

// first is the attachment that the page's button is about, when there is just one.
func (p ReleasePage) first() (release.AttachmentRow, bool) {
	if len(p.Mine) != 1 || p.Release.State != release.Pending {
		return release.AttachmentRow{}, false
	}
	return p.Mine[0], true
}

// waiting counts the attachments that may try the release.
func (p ReleasePage) waiting() int {
	n := 0
	for _, a := range p.Mine {
		if a.Pending != nil && a.Pending.ID == p.Release.ID && TrialOf(a, p.Clock.Now) == TrialWaiting {
			n++
		}
	}
	return n
}
