package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"packtide/release"
)

// What is still asked for stays: failures within the window, links that live or have just died, sessions in use.
func TestTidy(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	day := 24 * time.Hour
	used := start.Add(-40 * day)
	hash := func(name string) []byte {
		sum := sha256.Sum256([]byte(name))
		return sum[:]
	}
	link := func(name string, expires time.Time, used *time.Time) release.Link {
		return release.Link{TokenHash: sha256.Sum256([]byte(name)), Purpose: release.LinkInvite, Person: w.person, CreatedAt: start.Add(-50 * day), ExpiresAt: expires, UsedAt: used}
	}
	w.do(func(ctx context.Context, tx release.Tx) error {
		return errors.Join(
			tx.AddSignInFailure(ctx, "old@example.org", "10.0.0.1", start.Add(-time.Hour)),
			tx.AddSignInFailure(ctx, "new@example.org", "10.0.0.1", start.Add(-time.Minute)),
			tx.AddLink(ctx, link("expired long ago", start.Add(-31*day), nil)),
			tx.AddLink(ctx, link("expired lately", start.Add(-29*day), nil)),
			tx.AddLink(ctx, link("lives", start.Add(day), nil)),
			tx.AddLink(ctx, link("used long ago", start.Add(day), nil)),
		)
	})
	w.sql(`UPDATE sign_in_link SET used_at = $2 WHERE token_hash = $1`, hash("used long ago"), used)
	w.sql(`INSERT INTO sessions (token, data, expiry) VALUES ('over', '', now() - interval '1 second'), ('on', '', now() + interval '1 hour')`)

	gone, err := release.NewService(w.Store, nil).Tidy(t.Context(), start)
	if err != nil || gone != 4 {
		t.Errorf("%v: %d rows went, want 4", err, gone)
	}
	for what, sql := range map[string]string{
		"failures": `SELECT count(*) FROM sign_in_failure WHERE email = 'new@example.org'`,
		"sessions": `SELECT count(*) FROM sessions WHERE token = 'on'`,
	} {
		if w.number(sql) != 1 {
			t.Errorf("%s: what is still needed went", what)
		}
	}
	if left := w.number(`SELECT count(*) FROM sign_in_link WHERE token_hash IN ($1, $2)`,
		hash("expired lately"), hash("lives")); left != 2 {
		t.Errorf("%d of the 2 links that are needed are left", left)
	}
	if gone, err := release.NewService(w.Store, nil).Tidy(t.Context(), start); err != nil || gone != 0 {
		t.Errorf("a second time: %v, %d rows", err, gone)
	}
}
