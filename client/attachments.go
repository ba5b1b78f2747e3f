package client

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"time"
)

// Attachment is one installed instance of a pack in an account: as it is, or as it was at a past moment.
type Attachment struct {
	Raw
	ID          string      `json:"id"`
	Name        string      `json:"name"`
	Environment string      `json:"environment"`
	Pack        Named       `json:"pack"`
	Publisher   AccountRef  `json:"publisher"`
	Account     AccountRef  `json:"account"`
	State       string      `json:"state"` // current, trying, waiting, outside, detached
	Runs        *ReleaseRef `json:"runs"`  // nil once it is uninstalled
	Pending     *ReleaseRef `json:"pending"`
	OptedInAt   *time.Time  `json:"opted_in_at"`
	AttachedAt  time.Time   `json:"attached_at"`
	DetachedAt  *time.Time  `json:"detached_at"`
	Outside     bool        `json:"outside_groups"`

	At    *time.Time  `json:"at"`  // of the past moment; what follows is told of that alone
	Ran   *ReleaseRef `json:"ran"` // then
	Since *time.Time  `json:"since"`
	How   string      `json:"how"`
}

// CataloguePack is a pack that an account may install.
type CataloguePack struct {
	Raw
	Pack           Named       `json:"pack"`
	Description    string      `json:"description"`
	Publisher      Named       `json:"publisher"`
	AttachmentMode string      `json:"attachment_mode"`
	Current        *ReleaseRef `json:"current"`
	Pending        *ReleaseRef `json:"pending"`
	Installed      int64       `json:"installed"`
}

// HistoryEntry is a stretch of time in which an attachment ran one release.
type HistoryEntry struct {
	Raw
	Since   time.Time   `json:"since"`
	Until   *time.Time  `json:"until"`   // nil: still
	Release *ReleaseRef `json:"release"` // nil once it is uninstalled
	How     string      `json:"how"`
	By      string      `json:"by"` // empty: the clock
	Reason  string      `json:"reason"`
	Late    bool        `json:"late"`
}

// Catalogue walks the packs that one's account may install; query narrows them by name.
func (c *Client) Catalogue(ctx context.Context, query string) iter.Seq2[CataloguePack, error] {
	return list[CataloguePack](ctx, c, "/catalogue", values("q", query))
}

// Attachments walks what one's account has installed; query narrows it by name.
func (c *Client) Attachments(ctx context.Context, query string) iter.Seq2[Attachment, error] {
	return list[Attachment](ctx, c, "/attachments", values("q", query))
}

// Attachment reads one.
func (c *Client) Attachment(ctx context.Context, id string) (Attachment, error) {
	var a Attachment
	err := c.get(ctx, "/attachments"+pathOf(id), nil, &a)
	return a, err
}

// Attach installs a pack; the name is needed where a pack may be installed several times.
func (c *Client) Attach(ctx context.Context, pack, name, environment string) (Attachment, error) {
	body := struct {
		Pack        string `json:"pack_id"`
		Name        string `json:"name,omitempty"`
		Environment string `json:"environment,omitempty"`
	}{pack, name, environment}
	var made Attachment
	err := c.send(ctx, http.MethodPost, "/attachments", body, &made)
	return made, err
}

// Detach uninstalls.
func (c *Client) Detach(ctx context.Context, id string) error {
	return c.send(ctx, http.MethodDelete, "/attachments"+pathOf(id), nil, nil)
}

// OptIn runs the pending release; where release is given, only if it is the pending one. The reason is support's, who acts
// for the account.
func (c *Client) OptIn(ctx context.Context, id, release, reason string) (Attachment, error) {
	body := struct {
		Release string `json:"release_id,omitempty"`
		Reason  string `json:"reason,omitempty"`
	}{release, reason}
	var a Attachment
	err := c.send(ctx, http.MethodPut, "/attachments"+pathOf(id)+"/opt-in", body, &a)
	return a, err
}

// GoBack runs the current release again; the reason is support's.
func (c *Client) GoBack(ctx context.Context, id, reason string) (Attachment, error) {
	var a Attachment
	err := c.call(ctx, request{method: http.MethodDelete, path: "/attachments" + pathOf(id) + "/opt-in", query: values("reason", reason)}, &a)
	return a, err
}

// Feedback is what an account says of the pending release that it tries.
type Feedback struct {
	Raw
	ID      string     `json:"id"`
	Release ReleaseRef `json:"release"`
	Verdict string     `json:"verdict"` // works, blocked
	Text    string     `json:"text"`
	At      time.Time  `json:"at"`
}

// GiveFeedback tells the publisher how the pending release does; file may be nil.
func (c *Client) GiveFeedback(ctx context.Context, id, verdict, text string, file *File) (Feedback, error) {
	var given Feedback
	err := c.upload(ctx, http.MethodPost, "/attachments"+pathOf(id)+"/feedback", []field{{"verdict", verdict}, {"text", text}}, file, &given)
	return given, err
}

// History walks what an attachment ran.
func (c *Client) History(ctx context.Context, id string) iter.Seq2[HistoryEntry, error] {
	return whole[HistoryEntry](ctx, c, "/attachments"+pathOf(id)+"/history")
}

// InstallBase walks the attachments of one's packs; support sees all. The filters are the API's: q, publisher, pack,
// account, release, version, state, zone, environment, at.
func (c *Client) InstallBase(ctx context.Context, filters url.Values) iter.Seq2[Attachment, error] {
	return list[Attachment](ctx, c, "/install-base", filters)
}
