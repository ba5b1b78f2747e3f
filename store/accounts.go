package store

import (
	"context"

	"packtide/release"
)

// Account reads one account.
func (t *tx) Account(ctx context.Context, id release.ID) (release.Account, error) {
	return t.account(ctx, "read an account", id, "")
}

// LockAccount is for whoever saves the account; like lockAccount it lets rows that merely refer to the account go on.
func (t *tx) LockAccount(ctx context.Context, id release.ID) (release.Account, error) {
	return t.account(ctx, "lock an account", id, `FOR NO KEY UPDATE`)
}

func (t *tx) account(ctx context.Context, attempt string, id release.ID, lock string) (release.Account, error) {
	var a release.Account
	err := t.read(ctx, attempt, `
		SELECT id, name, zone, publisher, managed, shareable_by_default, nullif(check_settings, '{}'), created_at
		  FROM account
		 WHERE id = $1 `+lock, []any{id},
		&a.ID, &a.Name, &a.Zone, &a.Publisher, &a.Managed, &a.ShareableByDefault, &a.CheckSettings, &a.CreatedAt)
	return a, err
}

// AddAccount keeps a new account.
func (t *tx) AddAccount(ctx context.Context, a release.Account) error {
	return t.do(ctx, "add an account", `
		INSERT INTO account (id, name, zone, publisher, managed, shareable_by_default, check_settings, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, a.Name, a.Zone, a.Publisher, a.Managed, a.ShareableByDefault, orNone(a.CheckSettings), a.CreatedAt)
}

// SaveAccount changes an account; its attachments are counted in the zone where it now is.
func (t *tx) SaveAccount(ctx context.Context, a release.Account) error {
	zone, err := t.lockAccount(ctx, a.ID)
	if err != nil {
		return err
	}
	err = t.one(ctx, "save an account", `
		UPDATE account
		   SET name = $2, zone = $3, publisher = $4, managed = $5, shareable_by_default = $6, check_settings = $7
		 WHERE id = $1`,
		a.ID, a.Name, a.Zone, a.Publisher, a.Managed, a.ShareableByDefault, orNone(a.CheckSettings))
	if err != nil || zone == a.Zone {
		return err
	}
	return t.moveCounts(ctx, a.ID, zone, a.Zone)
}

// lockAccount makes attaching, detaching and moving to another zone wait for each other within one account, so that each
// sees how many attachments the account has, and in which zone they are counted. It returns that zone. Rows that merely
// refer to the account do not wait.
func (t *tx) lockAccount(ctx context.Context, id release.ID) (zone string, err error) {
	err = t.read(ctx, "lock an account", `SELECT zone FROM account WHERE id = $1 FOR NO KEY UPDATE`, []any{id}, &zone)
	return zone, err
}

// orNone is an empty object in place of NULL.
func orNone(settings map[string]string) map[string]string {
	if settings == nil {
		return map[string]string{}
	}
	return settings
}
