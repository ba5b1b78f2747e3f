package client

import (
	"context"
	"iter"
	"net/http"
	"net/url"
)

// Pack is a named bundle of packages. A list leaves out its texts and packages.
type Pack struct {
	Raw
	ID                string        `json:"id"`
	Name              string        `json:"name"`
	Description       string        `json:"description"`
	Publisher         AccountRef    `json:"publisher"`       // its zone is left out in lists
	AttachmentMode    string        `json:"attachment_mode"` // single, multiple
	InstallationGuide string        `json:"installation_guide"`
	UserGuide         string        `json:"user_guide"`
	SupportContact    string        `json:"support_contact"`
	Current           *ReleaseRef   `json:"current"`
	Pending           *ReleaseRef   `json:"pending"`
	DraftID           string        `json:"draft_id"`
	DraftRevision     int           `json:"draft_revision"` // left out in lists
	Attachments       int64         `json:"attachments"`
	Accounts          int64         `json:"accounts"`
	OptedIn           int64         `json:"opted_in"`
	Updates           int           `json:"updates"`        // packages with a newer shareable version
	Outside           int           `json:"outside_groups"` // attachments whose account may not install it any more
	Packages          []PackPackage `json:"packages"`
}

// PackPackage is one package of a pack with its three versions.
type PackPackage struct {
	PackageID   string      `json:"package_id"`
	Name        string      `json:"name"`
	DisplayName string      `json:"display_name"`
	Platform    string      `json:"platform"`
	Current     *VersionRef `json:"current"` // nil: comes with the next release
	Next        *VersionRef `json:"next"`    // nil: removed in the next release
	Newest      *VersionRef `json:"newest"`  // shareable one
}

// PackTexts are what a publisher says of a pack; what is nil is left as it is.
type PackTexts struct {
	Name              *string `json:"name,omitempty"`
	Description       *string `json:"description,omitempty"`
	AttachmentMode    *string `json:"attachment_mode,omitempty"` // of a new pack alone: it is final
	InstallationGuide *string `json:"installation_guide,omitempty"`
	UserGuide         *string `json:"user_guide,omitempty"`
	SupportContact    *string `json:"support_contact,omitempty"`
}

// Packs walks a publisher's packs by name; query narrows them. Staff see all publishers'.
func (c *Client) Packs(ctx context.Context, query string) iter.Seq2[Pack, error] {
	return list[Pack](ctx, c, "/packs", values("q", query))
}

// Pack reads one whole.
func (c *Client) Pack(ctx context.Context, id string) (Pack, error) {
	var p Pack
	err := c.get(ctx, "/packs"+pathOf(id), nil, &p)
	return p, err
}

// CreatePack makes a pack.
func (c *Client) CreatePack(ctx context.Context, texts PackTexts) (Pack, error) {
	var made Pack
	err := c.send(ctx, http.MethodPost, "/packs", texts, &made)
	return made, err
}

// EditPack changes the texts that are given.
func (c *Client) EditPack(ctx context.Context, id string, texts PackTexts) (Pack, error) {
	var made Pack
	err := c.send(ctx, http.MethodPatch, "/packs"+pathOf(id), texts, &made)
	return made, err
}

// DeletePack deletes a pack and tells from how many attachments it was uninstalled; name is the pack's own, to confirm it.
func (c *Client) DeletePack(ctx context.Context, id, name string) (detached int64, err error) {
	var done struct {
		Detached int64 `json:"detached"`
	}
	err = c.call(ctx, request{method: http.MethodDelete, path: "/packs" + pathOf(id), query: url.Values{"confirm": {name}}}, &done)
	return done.Detached, err
}

// AddPackage adds a package's newest shareable version to the next release, or takes its removal back.
func (c *Client) AddPackage(ctx context.Context, pack, pkg string) (PackPackage, error) {
	var added PackPackage
	err := c.send(ctx, http.MethodPut, "/packs"+pathOf(pack)+"/packages"+pathOf(pkg), nil, &added)
	return added, err
}

// RemovePackage takes a package out of the next release.
func (c *Client) RemovePackage(ctx context.Context, pack, pkg string) error {
	return c.send(ctx, http.MethodDelete, "/packs"+pathOf(pack)+"/packages"+pathOf(pkg), nil, nil)
}
