package store

import (
	"strings"
	"time"

	"packtide/release"
)

// The past of the install base: flatten (history.go) says for one attachment what it ran; the conditions here say the same
// for a moment in SQL, so that lists can be filtered and counted by it. A test holds both against each other.

// livedAt is the condition that the attachment x had not been uninstalled at the moment. That it was installed by then, the walk
// says: an id tells its instant, so ids end at release.FirstIDAfter. Written as two conditions it would offer the planner two
// indexes of the whole pack to sort.
func livedAt(moment string) string {
	return "coalesce(x.detached_at, 'infinity') > " + moment
}

// triedAt is the release that the attachment x tried at the moment, or NULL.
func triedAt(moment string) string {
	return strings.ReplaceAll(`(
    SELECT i.release_id FROM opt_in i JOIN release t ON t.id = i.release_id
    WHERE i.attachment_id = x.id AND i.began <= @moment AND (i.ended IS NULL OR i.ended > @moment)
      AND (t.testing_until IS NULL OR t.testing_until > @moment)
    ORDER BY i.began LIMIT 1)`, "@moment", moment)
}

// triesAt is the condition that there is one.
func triesAt(moment string) string { return likely(triedAt(moment) + " IS NOT NULL") }

// likely is a condition of which the planner is to think that half of the rows fit: of those that compare what a subquery gives
// it thinks that next to none do, and then sorts a whole pack rather than to walk the page.
func likely(condition string) string { return "coalesce(" + condition + ", false)" }

// reignAt is the release that the pack's whole install base ran at the moment, as far as the attachment x took part. What
// ended within the millisecond that the attachment tells was over when the pack was attached.
func reignAt(moment string) string {
	return strings.ReplaceAll(`(
    SELECT r.id FROM release r
    WHERE r.pack_id = x.pack_id AND r.state = 'released' AND r.released_at < coalesce(x.detached_at, 'infinity')
      AND (r.ended_at IS NULL OR (r.ended_at > @moment AND r.ended_at >= x.attached_at + interval '1 millisecond'))
    ORDER BY r.released_at, r.number LIMIT 1)`, "@moment", moment)
}

// ranAt is the release that the attachment x ran at the moment.
func ranAt(moment string) string {
	return "coalesce(" + triedAt(moment) + ", " + reignAt(moment) + ")"
}

// inTesting is the condition that the release n was in its testing period at the moment.
func inTesting(moment string) string {
	return strings.ReplaceAll("n.testing_since <= @moment AND (n.testing_until IS NULL OR n.testing_until > @moment)", "@moment", moment)
}

// pastPack is what the releases of a pack were.
type pastPack struct {
	reigns  []reign
	testing []release.ReleaseRef // those that had a testing period
}

// testingAt is the release that was in its testing period at the moment, nil for none.
func (p pastPack) testingAt(at time.Time) *release.ReleaseRef {
	for i, r := range p.testing {
		if !r.TestingSince.After(at) && (r.TestingUntil == nil || r.TestingUntil.After(at)) {
			return &p.testing[i]
		}
	}
	return nil
}

// then fills in what the attachment ran at the moment, out of its history.
func then(row *release.PastRow, at time.Time, life lifetime, pack pastPack, trials []trial) {
	for _, h := range flatten(life, pack.reigns, trials) {
		if !h.Since.After(at) {
			row.Ran = &h
		}
	}
	row.Testing = pack.testingAt(at)
	for _, t := range trials {
		over := t.until()
		row.Trying = row.Trying || (!t.began.After(at) && (over == nil || over.After(at)))
	}
}
