package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// EvidenceLine is one item of a publisher's checklist on a release.
type EvidenceLine struct {
	Raw
	ItemID   string `json:"item_id"`
	Label    string `json:"label"`
	Demanded bool   `json:"demanded"` // no release is decided without it
	Given    *struct {
		Note     string    `json:"note"`
		Link     string    `json:"link"`
		At       time.Time `json:"given_at"`
		By       string    `json:"given_by"`
		Outdated bool      `json:"outdated"` // the release's versions were changed since
	} `json:"given"`
}

// Evidence walks the checklist of a release, a draft's too.
func (c *Client) Evidence(ctx context.Context, release string) iter.Seq2[EvidenceLine, error] {
	return whole[EvidenceLine](ctx, c, "/releases"+pathOf(release)+"/evidence")
}

// GiveEvidence ticks an item off on a draft; note, link and file may be empty.
func (c *Client) GiveEvidence(ctx context.Context, release, item, note, link string, file *File) (EvidenceLine, error) {
	var line EvidenceLine
	err := c.upload(ctx, http.MethodPut, "/releases"+pathOf(release)+"/evidence"+pathOf(item), []field{{"note", note}, {"link", link}}, file, &line)
	return line, err
}

// TakeEvidenceBack takes the tick away.
func (c *Client) TakeEvidenceBack(ctx context.Context, release, item string) error {
	return c.send(ctx, http.MethodDelete, "/releases"+pathOf(release)+"/evidence"+pathOf(item), nil, nil)
}
