package client

import (
	"context"
	"iter"
	"net/http"
)

// Group is a publisher's list of managed accounts; packs are given to groups.
type Group struct {
	Raw
	ID       string `json:"id"`
	Name     string `json:"name"`
	Everyone bool   `json:"everyone"` // built in: holds every managed account
	Accounts int64  `json:"accounts"`
	Packs    int    `json:"packs"`
}

// Groups walks a publisher's groups.
func (c *Client) Groups(ctx context.Context) iter.Seq2[Group, error] {
	return list[Group](ctx, c, "/account-groups", nil)
}

// Group reads one.
func (c *Client) Group(ctx context.Context, id string) (Group, error) {
	var g Group
	err := c.get(ctx, "/account-groups"+pathOf(id), nil, &g)
	return g, err
}

// CreateGroup makes a group without accounts and packs.
func (c *Client) CreateGroup(ctx context.Context, name string) (Group, error) {
	var made Group
	err := c.send(ctx, http.MethodPost, "/account-groups", map[string]string{"name": name}, &made)
	return made, err
}

// RenameGroup gives a group another name.
func (c *Client) RenameGroup(ctx context.Context, id, name string) (Group, error) {
	var g Group
	err := c.send(ctx, http.MethodPatch, "/account-groups"+pathOf(id), map[string]string{"name": name}, &g)
	return g, err
}

// DeleteGroup deletes a group; what its accounts have installed stays.
func (c *Client) DeleteGroup(ctx context.Context, id string) error {
	return c.send(ctx, http.MethodDelete, "/account-groups"+pathOf(id), nil, nil)
}

// GroupAccounts walks the accounts of a group.
func (c *Client) GroupAccounts(ctx context.Context, group string) iter.Seq2[Account, error] {
	return list[Account](ctx, c, "/account-groups"+pathOf(group)+"/accounts", nil)
}

// GroupPacks walks the packs of a group.
func (c *Client) GroupPacks(ctx context.Context, group string) iter.Seq2[Pack, error] {
	return list[Pack](ctx, c, "/account-groups"+pathOf(group)+"/packs", nil)
}

// AddGroupAccount lets an account see the group's packs; where it is there already, nothing changes.
func (c *Client) AddGroupAccount(ctx context.Context, group, account string) error {
	return c.send(ctx, http.MethodPut, "/account-groups"+pathOf(group)+"/accounts"+pathOf(account), nil, nil)
}

// RemoveGroupAccount stops new installs by the account. What it has installed stays: outside is how many attachments are
// left whose account may not install their pack any more, 1001 for more than a thousand.
func (c *Client) RemoveGroupAccount(ctx context.Context, group, account string) (outside int, err error) {
	return c.leave(ctx, "/account-groups"+pathOf(group)+"/accounts"+pathOf(account))
}

// AddGroupPack gives a pack to the group's accounts; where it is there already, nothing changes.
func (c *Client) AddGroupPack(ctx context.Context, group, pack string) error {
	return c.send(ctx, http.MethodPut, "/account-groups"+pathOf(group)+"/packs"+pathOf(pack), nil, nil)
}

// RemoveGroupPack stops new installs of the pack by the group's accounts; outside is as in RemoveGroupAccount.
func (c *Client) RemoveGroupPack(ctx context.Context, group, pack string) (outside int, err error) {
	return c.leave(ctx, "/account-groups"+pathOf(group)+"/packs"+pathOf(pack))
}

func (c *Client) leave(ctx context.Context, path string) (int, error) {
	var done struct {
		Outside int `json:"outside_groups"`
	}
	err := c.send(ctx, http.MethodDelete, path, nil, &done)
	return done.Outside, err
}
