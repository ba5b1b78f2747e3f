package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/release"
)

// TestOnceRows: a key's row is one person's in one account; what another run has taken over is out of reach.
func TestOnceRows(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	o := release.Once{Person: w.person, Account: w.managed.ID, Key: "k", Request: [32]byte{1}, Claim: release.NewID(start), ClaimedAt: start}
	site := o
	site.Account = release.ID{}
	w.do(func(ctx context.Context, tx release.Tx) error {
		for _, add := range []struct {
			o    release.Once
			want bool
		}{{o, true}, {o, false}, {site, true}} {
			if added, err := tx.AddOnce(ctx, add.o); err != nil || added != add.want {
				t.Errorf("added %t (%v), want %t", added, err, add.want)
			}
		}
		return nil
	})
	stale := o
	stale.Claim, stale.Status, stale.Answer = release.NewID(start), 201, []byte("x")
	w.do(func(ctx context.Context, tx release.Tx) error {
		held, err := tx.MarkOnce(ctx, stale, start)
		if held {
			t.Error("a claim that is not held is marked")
		}
		return errors.Join(err, tx.AnswerOnce(ctx, stale), tx.DropOnce(ctx, stale))
	})
	answered := o
	answered.DoneAt, answered.Status, answered.Answer = &start, 201, []byte("sealed")
	w.do(func(ctx context.Context, tx release.Tx) error {
		held, err := tx.MarkOnce(ctx, o, start)
		if !held {
			t.Error("the claim is not held")
		}
		return errors.Join(err, tx.AnswerOnce(ctx, answered), tx.DropOnce(ctx, o))
	})
	w.do(func(ctx context.Context, tx release.Tx) error {
		got, err := tx.LockOnce(ctx, o.Person, o.Account, o.Key)
		if diff := cmp.Diff(answered, got); err != nil || diff != "" {
			t.Errorf("%v, (-want +got):\n%s", err, diff)
		}
		return errors.Join(tx.RetakeOnce(ctx, stale), tx.DropOnce(ctx, stale))
	})
	if err := w.try(func(ctx context.Context, tx release.Tx) error {
		_, err := tx.LockOnce(ctx, o.Person, o.Account, o.Key)
		return err
	}); !errors.Is(err, release.ErrNotFound) {
		t.Errorf("what was dropped: %v", err)
	}
}

// TestPlansOfTokens: every managed account may have its agent, which asks all day: its token is found by an index.
func TestPlansOfTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(t, `
		INSERT INTO api_token (id, token_hash, person_id, name, scope, created_at, expires_at)
		SELECT gen_random_uuid(), sha256(n::text::bytea), $1, 'n', 'full', $2, $3 FROM generate_series(1, 5000) n`, w.id("paula"), day(1), day(9))
	w.exec(t, `VACUUM ANALYZE`)
	reader, recorded := recording(t, w)
	_, _, err := reader.Bearer(t.Context(), sha256.Sum256([]byte("77")), day(2))
	if err != nil && !errors.Is(err, release.ErrNotFound) {
		t.Fatal(err)
	}
	one := w.anyID(t, `SELECT id FROM api_token WHERE token_hash = sha256('77')`)
	if _, err := reader.TokenInUse(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	if len(recorded.statements) != 2 {
		t.Errorf("%d statements, want 2", len(recorded.statements))
	}
	for _, s := range recorded.statements {
		explain(t, w, s, 1)
	}
}
