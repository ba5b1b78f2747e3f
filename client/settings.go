package client

import "context"

// Settings are what the token's account has settled for itself.
type Settings struct {
	Raw
	Account            AccountRef `json:"account"`
	ShareableByDefault *bool      `json:"shareable_by_default"` // nil: it publishes nothing
	ToolsURL           string     `json:"tools_url"`            // where Boomi's own clients find it
}

// Settings reads them.
func (c *Client) Settings(ctx context.Context) (Settings, error) {
	var s Settings
	err := c.get(ctx, "/settings", nil, &s)
	return s, err
}
