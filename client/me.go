package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// Me is who a token is.
type Me struct {
	Raw
	Person  Person      `json:"person"`
	Account *AccountRef `json:"account"` // nil for a token of the site
	Roles   Roles       `json:"roles"`
	Token   Token       `json:"token"`
}

// Person is somebody.
type Person struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Roles are what one may do in the account, or on the site; empty for nothing.
type Roles struct {
	Publisher string `json:"publisher"` // publisher, viewer
	Managed   string `json:"managed"`   // admin, viewer
	Site      string `json:"site"`      // support, operator
}

// Token is one token without its secret.
type Token struct {
	Raw
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	Scope      string     `json:"scope"` // full, read, agent
	Account    *Named     `json:"account"`
	CreatedAt  time.Time  `json:"created_at"`
	ExpiresAt  time.Time  `json:"expires_at"`
	LastUsedAt *time.Time `json:"last_used_at"`
	Secret     string     `json:"secret"` // in the answer to CreateToken alone
}

// NewToken is a token to be made; what is empty is chosen by the server.
type NewToken struct {
	Name  string `json:"name"`
	Scope string `json:"scope,omitempty"`
	Days  int    `json:"expires_in_days,omitempty"`
}

// Me tells who the token is.
func (c *Client) Me(ctx context.Context) (Me, error) {
	var me Me
	err := c.get(ctx, "/me", nil, &me)
	return me, err
}

// Tokens walks one's own tokens.
func (c *Client) Tokens(ctx context.Context) iter.Seq2[Token, error] {
	return list[Token](ctx, c, "/tokens", nil)
}

// CreateToken makes a token; its secret is told only now.
func (c *Client) CreateToken(ctx context.Context, n NewToken) (Token, error) {
	var made Token
	err := c.send(ctx, http.MethodPost, "/tokens", n, &made)
	return made, err
}

// RevokeToken ends a token at once.
func (c *Client) RevokeToken(ctx context.Context, id string) error {
	return c.send(ctx, http.MethodDelete, "/tokens"+pathOf(id), nil, nil)
}

// Account is a publisher, a managed account, or both.
type Account struct {
	Raw
	AccountRef
	Publishes   bool  `json:"publishes"`
	Installs    bool  `json:"installs"`
	Attachments int64 `json:"attachments"`
}

// Accounts walks the accounts that a publisher may group, or all of them for staff; query narrows by name.
func (c *Client) Accounts(ctx context.Context, query string) iter.Seq2[Account, error] {
	return list[Account](ctx, c, "/accounts", values("q", query))
}
