package release_test

import (
	"context"
	"time"
)

// invariants are what no order of events may break, as queries that count the offenders.
var invariants = map[string]string{
	"R14: a pack has one current release at most, and reigns follow each other without gap or overlap": `
		SELECT count(*)
		  FROM (SELECT r.*, lead(released_at) OVER w AS next, k.deleted_at
		          FROM release r JOIN pack k ON k.id = r.pack_id
		         WHERE state = 'released' WINDOW w AS (PARTITION BY pack_id ORDER BY released_at, number)) r
		 WHERE coalesce(next, deleted_at) IS DISTINCT FROM ended_at`,
	"R5: a release that is pending or was released holds no deleted version": `
		SELECT count(*)
		  FROM release r JOIN release_content c ON c.release_id = r.id JOIN package_version v ON v.id = c.version_id
		 WHERE r.state IN ('pending', 'released') AND v.deleted_at IS NOT NULL`,
	"R27: an opt-in begins within the testing period": `
		SELECT count(*)
		  FROM opt_in o JOIN release r ON r.id = o.release_id
		 WHERE o.began < r.testing_since OR o.began >= coalesce(r.testing_until, 'infinity') OR r.state = 'draft'`,
	"R27: an opt-in ends within the testing period": `
		SELECT count(*)
		  FROM opt_in o JOIN release r ON r.id = o.release_id
		 WHERE o.ended > coalesce(r.testing_until, 'infinity')`,
	"R27: nothing that is uninstalled tries a pending release": `
		SELECT count(*)
		  FROM opt_in o JOIN release r ON r.id = o.release_id JOIN attachment a ON a.id = o.attachment_id
		 WHERE r.state = 'pending' AND o.ended IS NULL AND a.detached_at IS NOT NULL`,
	"R11: a deleted pack has no attachment, no draft, no pending and no current release": `
		SELECT (SELECT count(*) FROM attachment a JOIN pack k ON k.id = a.pack_id WHERE k.deleted_at IS NOT NULL AND a.detached_at IS NULL)
		     + (SELECT count(*) FROM release r JOIN pack k ON k.id = r.pack_id
		         WHERE k.deleted_at IS NOT NULL AND (state IN ('draft', 'pending') OR (state = 'released' AND ended_at IS NULL)))`,
	"R21: nothing was installed before the pack's first release": `
		SELECT count(*)
		  FROM attachment a
		 WHERE a.attached_at < (SELECT date_trunc('milliseconds', min(r.released_at)) FROM release r WHERE r.pack_id = a.pack_id)`,
	"R18: a release is applied at its instant or after it": `
		SELECT count(*) FROM release WHERE state = 'released' AND testing_since IS NOT NULL AND released_at < due_at`,
	"R33: every release became current by exactly one event": `
		SELECT count(*)
		  FROM release r
		 WHERE state = 'released'
		   AND (SELECT count(*) FROM audit_event e WHERE e.subject = r.id AND e.action IN ('release.released', 'release.applied')) <> 1`,
	"R33: every opt-in has its event": `
		SELECT (SELECT count(*) FROM opt_in) - (SELECT count(*) FROM audit_event WHERE action = 'attachment.opted_in')`,
	"R31: feedback comes from attachments that try the release while it is tested": `
		SELECT count(*)
		  FROM feedback f JOIN release r ON r.id = f.release_id
		 WHERE f.at >= coalesce(r.testing_until, 'infinity')
		    OR NOT EXISTS (SELECT FROM opt_in o
		                    WHERE o.release_id = f.release_id AND o.attachment_id = f.attachment_id
		                      AND f.at >= date_trunc('milliseconds', o.began) AND f.at <= coalesce(o.ended, 'infinity'))`,
	"R33: every feedback and every answer has its event": `
		SELECT (SELECT count(*) FROM feedback) + (SELECT count(*) FROM feedback_answer)
		     - (SELECT count(*) FROM audit_event WHERE action IN ('feedback.given', 'feedback.answered'))`,
	"of what is uninstalled, nothing is observed any more": `
		SELECT count(*) FROM observed o JOIN attachment a ON a.id = o.attachment_id WHERE a.detached_at IS NOT NULL`,
	"artifacts of live versions have all their bytes": `
		SELECT count(*)
		  FROM artifact a
		 WHERE EXISTS (SELECT FROM package_version v WHERE v.sha256 = a.sha256 AND v.deleted_at IS NULL)
		   AND a.size <> (SELECT coalesce(sum(octet_length(bytes)), 0) FROM artifact_part p WHERE p.sha256 = a.sha256)`,
}

// deadlocks is how often use cases waited for each other in a circle. The store tries them again, a second later each time,
// so nobody sees one; but the order of locks was wrong. A connection tells when it ends: all are ended first.
func (w *world) deadlocks() int {
	w.t.Helper()
	w.db.Pool.Reset()
	for w.number(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()`) > 0 {
		time.Sleep(5 * time.Millisecond)
	}
	return w.number(`SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`)
}

// checkInvariants looks at the world that a test leaves behind.
func (w *world) checkInvariants() {
	if w.t.Failed() || w.t.Skipped() {
		return
	}
	for rule, sql := range invariants {
		if n := w.number(sql); n != 0 {
			w.t.Errorf("broken %d times: %s", n, rule)
		}
	}
	w.checkLedger()
	if n := w.deadlocks(); n != 0 {
		w.t.Errorf("%d deadlocks", n)
	}
	if n, err := w.svc.MendCounts(context.WithoutCancel(w.t.Context())); n != 0 || err != nil {
		w.t.Errorf("%d summary counts differ from the truth (%v)", n, err)
	}
}
