package store_test

import (
	"context"
	"crypto/sha256"
	"regexp"
	"strings"
	"testing"

	"packtide/release"
	"packtide/store"
)

// evidence ticks an item off on a draft, with a file of that name unless it is empty. The items are Acme's.
func (w *world) evidence(t *testing.T, pack string, draft release.ID, file, item string) {
	t.Helper()
	w.exec(t, `INSERT INTO evidence_item (id, publisher_id, label, position) VALUES ($1, $2, $3, 1) ON CONFLICT DO NOTHING`, w.id(item), w.id("Acme"), item)
	w.exec(t, `INSERT INTO evidence_item (id, publisher_id, label, position) VALUES ($1, $2, 'looked at', 2) ON CONFLICT DO NOTHING`, w.id("looked at"), w.id("Acme"))
	var held *release.ID
	if file != "" {
		sum := sha256.Sum256([]byte(file))
		id := w.id(file)
		w.exec(t, `INSERT INTO artifact VALUES ($1, $2, $3)`, sum[:], len(file), day(1))
		w.exec(t, `INSERT INTO artifact_part VALUES ($1, 0, $2)`, sum[:], []byte(file))
		w.exec(t, `INSERT INTO file VALUES ($1, $2, $3, $4, $5)`, id, file, sum[:], day(1), w.id("paula"))
		held = &id
	}
	var number int
	if err := w.owner.QueryRow(t.Context(), `SELECT number FROM release WHERE id = $1`, draft).Scan(&number); err != nil {
		t.Fatal(err)
	}
	name := "evidence of " + pack + " #" + string(rune('0'+number))
	w.exec(t, `INSERT INTO evidence (id, release_id, item_id, label, file_id, given_at, given_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		w.id(name), draft, w.id(item), item, held, day(1), w.id("paula"))
}

// TestEvidenceIsReadByIndex: what was given grows with the releases of all publishers, the items with the publishers.
func TestEvidenceIsReadByIndex(t *testing.T) {
	t.Parallel()
	w := newScene(t)
	pack := w.newPack(true)
	d := w.draft(pack.ID, 1)
	w.do(func(ctx context.Context, tx release.Tx) error { return tx.AddRelease(ctx, d) })
	w.fill()
	w.sql(`INSERT INTO evidence_item (id, publisher_id, label, position) SELECT gen_random_uuid(), a.id, 'item ' || n, n FROM account a, generate_series(1, 8) n`)
	w.sql(`ALTER TABLE evidence DISABLE TRIGGER decided_evidence_is_immutable`)
	w.sql(`INSERT INTO evidence (id, release_id, item_id, label, given_at, given_by)
		SELECT gen_random_uuid(), r.id, i.id, i.label, $1, $2 FROM release r, evidence_item i WHERE i.publisher_id = $3`, start, w.person, w.publisher.ID)
	w.sql(`ANALYZE evidence, evidence_item`)
	w.do(func(ctx context.Context, tx release.Tx) error {
		given, err := tx.Evidence(ctx, d.ID)
		if err != nil || len(given) != 8 {
			t.Errorf("%d given, %v", len(given), err)
		}
		items, err := tx.EvidenceItems(ctx, w.publisher.ID)
		var whole int
		if err := store.DB(tx).QueryRow(ctx, `
			SELECT sum(seq_scan)::int FROM pg_stat_xact_user_tables WHERE relname IN ('evidence', 'evidence_item')`).Scan(&whole); err != nil || whole != 0 {
			t.Errorf("evidence is read whole %d times, %v", whole, err)
		}
		if err != nil || len(items) != 8 {
			t.Errorf("%d items, %v", len(items), err)
		}
		return err
	})
	sam := release.Actor{Site: release.RoleSupport}
	reader, recorded := recording(t, &world{DB: w.DB})
	if rows, err := reader.Evidence(t.Context(), sam, d.ID); err != nil || len(rows) != 8 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if rows, err := reader.EvidenceItems(t.Context(), sam, w.publisher.ID); err != nil || len(rows) != 8 {
		t.Errorf("%d items, %v", len(rows), err)
	}
	for _, s := range recorded.statements {
		if text := wholeEvidence(t, w, s.SQL, s.Args...); text != "" {
			t.Errorf("evidence is read whole\n%s", text)
		}
	}
}

// wholeEvidence is the plan of a query that reads a table of evidence whole; empty for one that does not.
func wholeEvidence(t *testing.T, w *scene, sql string, args ...any) string {
	t.Helper()
	var text string
	if err := w.Pool.QueryRow(t.Context(), "EXPLAIN (FORMAT JSON) "+sql, args...).Scan(&text); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "Seq Scan") && regexp.MustCompile(`"Node Type": "Seq Scan"[^}]*"Relation Name": "evidence`).MatchString(text) {
		return text
	}
	return ""
}
