package store

import (
	"context"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// History is what the attachment ran, when, by whom and how, oldest first (R32).
func (r *Reader) History(ctx context.Context, by release.Actor, attachment release.ID) ([]release.HistoryRow, error) {
	var rows []release.HistoryRow
	err := r.snapshot(ctx, func(q pgx.Tx) error {
		a, err := attachmentOf(ctx, q, by, attachment)
		if err != nil {
			return err
		}
		args := pgx.NamedArgs{"attachment": a.ID}
		life, err := one(ctx, q, "lifetime of an attachment", `
SELECT x.attached_at, ap.name, x.detached_at, coalesce(dp.name, '')
FROM attachment x JOIN person ap ON ap.id = x.attached_by LEFT JOIN person dp ON dp.id = x.detached_by
WHERE x.id = @attachment`, args, func(row pgx.CollectableRow) (lifetime, error) {
			var l lifetime
			return l, row.Scan(&l.attached, &l.attachedBy, &l.detached, &l.detachedBy)
		})
		if err != nil {
			return err
		}
		reigns, err := list(ctx, q, "releases of an attachment", reignsOf, args, scanReign)
		if err != nil {
			return err
		}
		trials, err := list(ctx, q, "opt-ins of an attachment", trialsOf, pgx.NamedArgs{"attachments": []release.ID{a.ID}}, scanTrial)
		rows = flatten(life, reigns, trials)
		return err
	})
	return rows, err
}

// reignsOf are the releases that were current while the attachment lived. Number decides where two have one instant.
var reignsOf = `
SELECT ` + refColumns("r") + `, coalesce(p.name, '')
FROM attachment x
JOIN release r ON r.pack_id = x.pack_id AND r.state = 'released'
 AND r.released_at < coalesce(x.detached_at, 'infinity') AND coalesce(r.ended_at, 'infinity') >= x.attached_at
LEFT JOIN person p ON p.id = r.decided_by
WHERE x.id = @attachment
ORDER BY r.released_at, r.number`

func scanReign(row pgx.CollectableRow) (reign, error) {
	var r reign
	var ref refScan
	err := scanAll(row, ref.fields(), []any{&r.decidedBy})
	if err == nil {
		r.ref = *ref.ref()
	}
	return r, err
}

// trialsOf are all opt-ins of the attachments, of each in the order of time. Who withdrew a release, the audit knows.
var trialsOf = `
SELECT i.attachment_id, i.began, b.name, i.reason, i.ended, coalesce(e.name, ''), coalesce(w.actor_name, ''),
       CASE WHEN r.state = 'withdrawn' THEN r.reason ELSE '' END, ` + refColumns("r") + `
FROM opt_in i
JOIN release r ON r.id = i.release_id
JOIN person b ON b.id = i.by_id
LEFT JOIN person e ON e.id = i.ended_by
LEFT JOIN LATERAL (SELECT a.actor_name FROM audit_event a
                   WHERE a.subject >= r.id AND a.subject <= r.id AND a.action = 'release.withdrawn' -- see along
                   ORDER BY a.subject DESC, a.id DESC LIMIT 1) w ON r.state = 'withdrawn'
WHERE i.attachment_id = ANY(@attachments)
ORDER BY i.attachment_id, i.began`

func scanTrial(row pgx.CollectableRow) (trial, error) {
	var t trial
	var ref refScan
	err := scanAll(row, []any{&t.attachment, &t.began, &t.by, &t.reason, &t.ended, &t.endedBy, &t.withdrawnBy, &t.withdrawal}, ref.fields())
	if err == nil {
		t.ref = *ref.ref()
	}
	return t, err
}
