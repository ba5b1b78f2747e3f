package store

import (
	"context"
	"slices"
	"strings"

	"packtide/release"
)

// ledgerState is the state of the attachment x; NULL: its agent has never reported. It is a question for one row: a page that
// walks an index asks it of each row that it meets, and the planner can't turn it around into a search of its own.
const ledgerState = `(
    SELECT CASE WHEN b.status = 'silent' THEN 'silent'
                WHEN NOT CASE WHEN ` + triesPending + ` THEN r.state = 'pending' ELSE r.state = 'released' AND r.ended_at IS NULL END THEN 'behind'
                WHEN b.status = 'failed' THEN 'failed'
                WHEN r.state = 'pending' THEN 'trying'
                ELSE 'current' END
    FROM observed b JOIN release r ON r.id = b.release_id
    WHERE b.attachment_id = x.id)`

// observes is the condition on x that its agent has said what the filter asks for, in the form of atPlace.
func (s selection) observes() []string {
	switch s.filter.Observed {
	case "":
		return nil
	case release.LedgerNever:
		return []string{`CASE WHEN (SELECT true FROM observed b WHERE b.attachment_id = x.id) IS NULL THEN true ELSE false END`}
	default:
		return []string{"CASE WHEN " + ledgerState + " = @observed THEN true ELSE false END"}
	}
}

// byObserved tells whether what agents have said is the better way in: the state is rare, or may be within the filter. Those who
// run what they should, in several packs, and those who have never reported are met soon when walking the list.
func (s selection) byObserved() bool {
	switch s.filter.Observed {
	case release.LedgerFailed, release.LedgerSilent, release.LedgerBehind, release.LedgerTrying:
		return true
	case release.LedgerCurrent:
		return !s.filter.Pack.IsZero()
	default:
		return false
	}
}

func (s selection) fromObserved(b bound) string {
	switch s.filter.Observed {
	case release.LedgerFailed, release.LedgerSilent:
		return s.fromTrouble(b)
	case release.LedgerTrying:
		return s.fromOptIns(b)
	case release.LedgerCurrent:
		return s.fromReleases(b, "r.state = 'released' AND r.ended_at IS NULL")
	default: // behind: what runs another release than the current one, and of those who try one, also the current one
		return merge([]string{s.fromReleases(b, "r.state <> 'draft' AND (r.state <> 'released' OR r.ended_at IS NOT NULL)"), s.fromOptIns(b)})
	}
}

// fromTrouble probes observed_in_trouble once for each pack.
func (s selection) fromTrouble(b bound) string {
	w := walk{ // see along
		stretch: "o.status <> 'installed' AND (o.pack_id, o.status, o.attachment_id) < (k.id, @observed, @before) AND (o.pack_id, o.status) >= (k.id, @observed)",
		order:   "o.pack_id DESC, o.status DESC, o.attachment_id DESC",
	}
	packs := s.packs(b)
	if !s.filter.Pack.IsZero() {
		packs = append(packs, "k.id = @pack")
	}
	return pageOfEach("pack k", s.observedPage(b, w), packs...)
}

// fromReleases probes observed_of_release once for each release and status.
func (s selection) fromReleases(b bound, which string) string {
	w := walk{
		stretch: "(o.release_id, o.status, o.attachment_id) < (r.id, said.status, @before) AND (o.release_id, o.status) >= (r.id, said.status)",
		order:   "o.release_id DESC, o.status DESC, o.attachment_id DESC",
	}
	releases := append([]string{which}, ofPublisher(b, "r.pack_id")...)
	if !s.filter.Pack.IsZero() {
		releases = append(releases, "r.pack_id = @pack")
	}
	return pageOfEach("release r CROSS JOIN (VALUES ('installed'), ('failed')) said (status)", s.observedPage(b, w), releases...)
}

// observedPage is pageOf along observed o, with the whole filter asked of its attachments x.
func (s selection) observedPage(b bound, w walk) string {
	return "SELECT x.id FROM observed o JOIN attachment x ON x.id = o.attachment_id WHERE " +
		strings.Join(slices.Concat([]string{w.stretch}, s.conditions(b, "", "")), " AND ") + " ORDER BY " + w.order + " LIMIT @limit"
}

// countObserved adds what agents say to the facets, where a list is narrowed by nothing but whose it is: then the summaries know
// it, or an account has few enough to be looked at. A list that is narrowed to one of the states has its exact number from there:
// right after a release that is everybody.
func (r *Reader) countObserved(ctx context.Context, by release.Actor, f release.InstallBaseFilter, facets *release.Facets) error {
	plain := strings.TrimSpace(f.Query) == "" && f.Release.IsZero() && f.State == "" && len(f.Zones)+len(f.Environments) == 0
	reasons := bounds(by, f)
	if !plain || len(reasons) != 1 {
		return nil
	}
	of := release.LedgerOf{Publisher: f.Publisher, Pack: f.Pack, Account: f.Account}
	if reasons[0].account != "" && of.Account.IsZero() {
		of.Account = by.Account
	}
	l, err := r.Ledger(ctx, by, of)
	if isNotFound(err) {
		return nil // a pack that the actor does not see has no rows either
	}
	if err != nil {
		return err
	}
	for _, s := range release.LedgerStates {
		facets.Observed = append(facets.Observed, release.FacetValue{Value: string(s), Rows: l.Of(s)})
	}
	if f.Observed != "" {
		facets.Attachments, facets.AttachmentsAtLeast = l.Of(f.Observed), false
	}
	return nil
}
