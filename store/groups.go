package store

import (
	"context"
	"time"

	"packtide/release"
)

// AddGroup keeps a new group.
func (t *tx) AddGroup(ctx context.Context, g release.Group) error {
	return t.do(ctx, "add a group", `
		INSERT INTO account_group (id, publisher_id, name, everyone, created_at)
		VALUES ($1, $2, $3, $4, $5)`, g.ID, g.Publisher, g.Name, g.Everyone, g.CreatedAt)
}

// LockGroup reads a group alone.
func (t *tx) LockGroup(ctx context.Context, id release.ID) (release.Group, error) {
	var g release.Group
	err := t.read(ctx, "lock a group", `
		SELECT id, publisher_id, name, everyone, created_at FROM account_group WHERE id = $1 FOR UPDATE`, []any{id},
		&g.ID, &g.Publisher, &g.Name, &g.Everyone, &g.CreatedAt)
	return g, err
}

// RenameGroup gives a group another name.
func (t *tx) RenameGroup(ctx context.Context, id release.ID, name string) error {
	return t.one(ctx, "rename a group", `UPDATE account_group SET name = $2 WHERE id = $1`, id, name)
}

// DeleteGroup takes its memberships along.
func (t *tx) DeleteGroup(ctx context.Context, id release.ID) error {
	return t.one(ctx, "delete a group", `DELETE FROM account_group WHERE id = $1`, id)
}

// AddGroupMember tells false when the account is in the group already.
func (t *tx) AddGroupMember(ctx context.Context, group, account release.ID, at time.Time) (bool, error) {
	n, err := t.exec(ctx, "add an account to a group", `
		INSERT INTO group_member (group_id, account_id, added_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, group, account, at)
	return n > 0, err
}

// RemoveGroupMember tells false when the account is not in the group.
func (t *tx) RemoveGroupMember(ctx context.Context, group, account release.ID) (bool, error) {
	n, err := t.exec(ctx, "remove an account from a group", `
		DELETE FROM group_member WHERE group_id = $1 AND account_id = $2`, group, account)
	return n > 0, err
}

// AddGroupPack tells false when the pack is in the group already; a pack of another publisher is not found.
func (t *tx) AddGroupPack(ctx context.Context, group release.Group, pack release.ID, at time.Time) (bool, error) {
	n, err := t.exec(ctx, "add a pack to a group", `
		INSERT INTO group_pack (group_id, pack_id, publisher_id, added_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		group.ID, pack, group.Publisher, at)
	return n > 0, err
}

// RemoveGroupPack tells false when the pack is not in the group.
func (t *tx) RemoveGroupPack(ctx context.Context, group, pack release.ID) (bool, error) {
	n, err := t.exec(ctx, "remove a pack from a group", `
		DELETE FROM group_pack WHERE group_id = $1 AND pack_id = $2`, group, pack)
	return n > 0, err
}

// CountOutside: R30. With an account it walks that account's attachments, else the pack's; a pack that is in the built-in
// group has nobody outside, which is looked up once and not for each attachment.
func (t *tx) CountOutside(ctx context.Context, publisher, account, pack release.ID, most int) (int, error) {
	sql, args := outsideOfAccount, []any{publisher, account, orNull(pack), most + 1}
	if account.IsZero() {
		sql, args = outsideOfPack, []any{publisher, pack, most + 1}
	}
	var n int
	err := t.read(ctx, "count attachments outside their groups", sql, args, &n)
	return n, err
}

const (
	outsideOfAccount = `
		SELECT count(*)
		  FROM (SELECT
		          FROM attachment a
		          JOIN pack p ON p.id = a.pack_id AND p.publisher_id = $1
		         WHERE a.account_id = $2 AND a.detached_at IS NULL AND ($3::uuid IS NULL OR a.pack_id = $3)
		           AND NOT EXISTS (
		                 SELECT FROM group_pack gp
		                   JOIN account_group g ON g.id = gp.group_id
		                  WHERE gp.pack_id = a.pack_id
		                    AND (g.everyone OR EXISTS (SELECT FROM group_member m WHERE m.group_id = g.id AND m.account_id = $2)))
		         LIMIT $4) outside`
	outsideOfPack = `
		SELECT count(*)
		  FROM (SELECT
		          FROM attachment a
		         WHERE a.pack_id = $2 AND a.detached_at IS NULL
		           AND EXISTS (SELECT FROM pack WHERE id = $2 AND publisher_id = $1)
		           AND NOT EXISTS (
		                 SELECT FROM group_pack gp JOIN account_group g ON g.id = gp.group_id WHERE gp.pack_id = $2 AND g.everyone)
		           AND NOT EXISTS (
		                 SELECT FROM group_pack gp
		                   JOIN group_member m ON m.group_id = gp.group_id
		                  WHERE gp.pack_id = $2 AND m.account_id = a.account_id)
		         LIMIT $3) outside`
)
