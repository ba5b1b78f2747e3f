package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Release is one release of a pack, whole.
type Release struct {
	Raw
	ReleaseRef
	Pack         Named       `json:"pack"`
	Publisher    AccountRef  `json:"publisher"`
	Notes        string      `json:"notes"`
	Revision     int         `json:"revision"` // counts the edits of a draft
	Reason       string      `json:"reason"`   // of the last reschedule, or of the withdrawal
	CreatedBy    string      `json:"created_by"`
	DecidedBy    string      `json:"decided_by"`
	ComparedWith *ReleaseRef `json:"compared_with"`
	Contents     []Content   `json:"contents"`
	Adoption     Adoption    `json:"adoption"`
}

// Content is one package of a release, beside what the compared release holds.
type Content struct {
	PackageID   string      `json:"package_id"`
	Name        string      `json:"name"`
	DisplayName string      `json:"display_name"`
	Platform    string      `json:"platform"`
	From        *VersionRef `json:"from"` // nil: it comes new
	To          *VersionRef `json:"to"`   // nil: it goes
	SHA256      string      `json:"sha256"`
}

// Adoption is how far a release got.
type Adoption struct {
	Attachments int64  `json:"attachments"` // that run it
	OptedIn     int64  `json:"opted_in"`    // that try it, while it is pending
	Observed    *int64 `json:"observed"`    // whose agent reports it; nil where it is not known
}

// Plan is a release to be decided on.
type Plan struct {
	Schedule string             `json:"schedule"` // immediate, scheduled
	Date     string             `json:"date,omitempty"`
	Version  string             `json:"version,omitempty"`  // empty: what the changes deserve
	Notes    *string            `json:"notes,omitempty"`    // nil: those of the package versions
	Contents map[string]*string `json:"contents,omitempty"` // package id → version; nil leaves the package out
	Versions string             `json:"versions,omitempty"` // of packages not named: newest (if empty), draft, or none to leave them out
	From     string             `json:"from,omitempty"`     // an older release whose contents are taken, to roll back
	Seen     *Seen              `json:"seen,omitempty"`     // nil: released whatever the pack is by then
	DryRun   bool               `json:"dry_run,omitempty"`
}

// Seen is a pack as its next release was decided on; nil: there was none. A plan that tells it is refused if anybody has changed
// the draft, released or scheduled since.
type Seen struct {
	DraftID       *string `json:"draft_id"`
	DraftRevision *int    `json:"draft_revision"`
	PendingID     *string `json:"pending_id"`
	CurrentID     *string `json:"current_id"`
}

// Seen is what was read of a pack. A pack of a list does not tell enough for it.
func (p Pack) Seen() *Seen {
	s := &Seen{}
	if p.DraftID != "" {
		s.DraftID, s.DraftRevision = &p.DraftID, &p.DraftRevision
	}
	if p.Pending != nil {
		s.PendingID = &p.Pending.ID
	}
	if p.Current != nil {
		s.CurrentID = &p.Current.ID
	}
	return s
}

// Rehearsal is what a release would do, to whom and when.
type Rehearsal struct {
	Raw
	Pack    Named       `json:"pack"`
	Release *ReleaseRef `json:"release"` // nil for one that was only asked about
	Version string      `json:"version"`
	Notes   string      `json:"notes"`
	Kind    string      `json:"kind"` // upgrade, downgrade, unchanged, offer
	Applies struct {
		At       *time.Time `json:"at"`
		Date     string     `json:"date"`
		Zone     string     `json:"time_zone"`
		Earliest bool       `json:"earliest"` // no date is chosen yet: this is the first that there could be
	} `json:"applies"`
	Attachments int64        `json:"attachments"`
	Accounts    int64        `json:"accounts"`
	OptedIn     int64        `json:"opted_in"`
	Outside     int          `json:"outside_groups"`
	Replaces    *ReleaseRef  `json:"replaces"` // the release in testing that would give way
	Moves       []Move       `json:"moves"`
	Obstacles   []FieldError `json:"obstacles"` // why it could not be decided so
	Clashes     []Finding    `json:"clashes"`   // how its packages do not fit together
}

// Move is what happens to the attachments that run one release.
type Move struct {
	From     *ReleaseRef `json:"from"`
	Tries    bool        `json:"tries"` // the release in testing
	Stays    bool        `json:"stays"`
	Kind     string      `json:"kind"`
	Count    int64       `json:"count"`
	Contents []Content   `json:"contents"`
	Settings int         `json:"settings_to_fill_in"`
	Breaking int         `json:"other_breaking_changes"`
}

// Rehearsed is one attachment that a release would reach.
type Rehearsed struct {
	Raw
	ID          string     `json:"attachment_id"`
	Name        string     `json:"name"`
	Environment string     `json:"environment"`
	Account     AccountRef `json:"account"`
	Tries       bool       `json:"tries"`
	Kind        string     `json:"kind"`
}

// CreateRelease decides on a release as the plan says.
func (c *Client) CreateRelease(ctx context.Context, pack string, plan Plan) (Release, error) {
	plan.DryRun = false
	var made Release
	err := c.send(ctx, http.MethodPost, "/packs"+pathOf(pack)+"/releases", plan, &made)
	return made, err
}

// Rehearse tells what the plan would do, and does nothing.
func (c *Client) Rehearse(ctx context.Context, pack string, plan Plan) (Rehearsal, error) {
	plan.DryRun = true
	var r Rehearsal
	err := c.send(ctx, http.MethodPost, "/packs"+pathOf(pack)+"/releases", plan, &r)
	return r, err
}

// Rehearsed walks the attachments that a draft or pending release would reach.
func (c *Client) Rehearsed(ctx context.Context, release string) iter.Seq2[Rehearsed, error] {
	return list[Rehearsed](ctx, c, "/releases"+pathOf(release)+"/rehearsal/attachments", nil)
}

// Releases walks a pack's releases, newest first.
func (c *Client) Releases(ctx context.Context, pack string) iter.Seq2[Release, error] {
	return list[Release](ctx, c, "/packs"+pathOf(pack)+"/releases", nil)
}

// Release reads one.
func (c *Client) Release(ctx context.Context, id string) (Release, error) {
	var r Release
	err := c.get(ctx, "/releases"+pathOf(id), nil, &r)
	return r, err
}

// Reschedule moves a pending release to another date.
func (c *Client) Reschedule(ctx context.Context, id, date, reason string) (Release, error) {
	var r Release
	err := c.send(ctx, http.MethodPost, "/releases"+pathOf(id)+"/reschedule", map[string]string{"date": date, "reason": reason}, &r)
	return r, err
}

// Withdraw takes a pending release back.
func (c *Client) Withdraw(ctx context.Context, id, reason string) (Release, error) {
	var r Release
	err := c.send(ctx, http.MethodPost, "/releases"+pathOf(id)+"/withdraw", map[string]string{"reason": reason}, &r)
	return r, err
}

// BeginDraft begins the pack's next release, or gives the draft that there is.
func (c *Client) BeginDraft(ctx context.Context, pack string) (Release, error) {
	var r Release
	err := c.send(ctx, http.MethodPost, "/packs"+pathOf(pack)+"/draft", struct{}{}, &r)
	return r, err
}

// EditDraft chooses versions in a draft: package id → version, nil leaves the package out. Packages that are not named stay
// as they are. It is refused when somebody else has edited the draft since it was read.
func (c *Client) EditDraft(ctx context.Context, draft Release, contents map[string]*string) (Release, error) {
	body := struct {
		Revision int                `json:"revision"`
		Contents map[string]*string `json:"contents"`
		Versions string             `json:"versions"`
	}{draft.Revision, contents, "draft"}
	var r Release
	err := c.send(ctx, http.MethodPatch, "/releases"+pathOf(draft.ID), body, &r)
	return r, err
}
