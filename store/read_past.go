package store

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// pastRows decorates a page of attachments with what does not depend on the moment.
const pastRows = `
SELECT x.id, x.pack_id, x.account_id, x.multiple, x.name, x.environment, x.attached_at, x.attached_by, x.detached_at, x.detached_by,
       a.name, a.zone, k.name, k.publisher_id, p.name, p.zone, coalesce(ab.name, ''), coalesce(db.name, '')
FROM page
JOIN attachment x ON x.id = page.id
JOIN account a ON a.id = x.account_id
JOIN pack k ON k.id = x.pack_id
JOIN account p ON p.id = k.publisher_id
LEFT JOIN person ab ON ab.id = x.attached_by
LEFT JOIN person db ON db.id = x.detached_by
ORDER BY x.id DESC`

// pastAttachment is a row in the making.
type pastAttachment struct {
	row  release.PastRow
	life lifetime
}

func scanPast(row pgx.CollectableRow) (pastAttachment, error) {
	var p pastAttachment
	a := &p.row
	err := row.Scan(
		&a.ID, &a.Pack, &a.Account, &a.Multiple, &a.Name, &a.Environment, &a.AttachedAt, &a.AttachedBy, &a.DetachedAt, &a.DetachedBy,
		&a.AccountName, &a.AccountZone, &a.PackName, &a.PublisherID, &a.PublisherName, &a.PublisherZone, &p.life.attachedBy, &p.life.detachedBy)
	p.life.attached, p.life.detached = a.AttachedAt, a.DetachedAt
	return p, err
}

// InstallBaseAt is a page of the attachments that were installed at the moment, newest first, with what each ran then (R32).
// The states to filter by are current, trying and waiting, of that moment.
func (r *Reader) InstallBaseAt(ctx context.Context, by release.Actor, at time.Time, f release.InstallBaseFilter) ([]release.PastRow, error) {
	var rows []release.PastRow
	err := r.snapshot(ctx, func(q pgx.Tx) error {
		ids, args, err := choosePast(ctx, q, by, at, f)
		if err != nil || ids == "" {
			return err
		}
		args["limit"] = pageLimit(f.Limit)
		found, err := list(ctx, q, "past install base", "WITH page AS MATERIALIZED ("+ids+")"+pastRows, args, scanPast)
		if err != nil {
			return err
		}
		rows, err = newPastTeller().tell(ctx, q, at, found)
		return err
	})
	return rows, err
}

// EachAttachmentAt streams all attachments of the filter, in the order of the page, until each fails.
func (r *Reader) EachAttachmentAt(ctx context.Context, by release.Actor, at time.Time, f release.InstallBaseFilter, each func(release.PastRow) error) error {
	ids, args, err := choosePast(ctx, r.pool, by, at, f)
	if err != nil || ids == "" {
		return err
	}
	args["limit"] = nil // none
	teller := newPastTeller()
	return streamBatches(ctx, r, "past install base", "WITH page AS NOT MATERIALIZED ("+ids+")"+pastRows, args, scanPast,
		func(q pgx.Tx, found []pastAttachment) error {
			rows, err := teller.tell(ctx, q, at, found)
			for i := 0; err == nil && i < len(rows); i++ {
				err = each(rows[i])
			}
			return err
		})
}

// pastTeller tells what attachments ran. It reads the releases of a pack once.
type pastTeller struct{ packs map[release.ID]pastPack }

func newPastTeller() *pastTeller { return &pastTeller{packs: map[release.ID]pastPack{}} }

// tell completes the rows.
func (t *pastTeller) tell(ctx context.Context, q reading, at time.Time, found []pastAttachment) ([]release.PastRow, error) {
	trials, err := t.read(ctx, q, found)
	if err != nil {
		return nil, err
	}
	rows := make([]release.PastRow, len(found))
	for i, a := range found {
		then(&a.row, at, a.life, t.packs[a.row.Pack], trials[a.row.ID])
		rows[i] = a.row
	}
	return rows, nil
}

// read reads the opt-ins of the attachments, and the releases of packs that it has not met yet.
func (t *pastTeller) read(ctx context.Context, q reading, found []pastAttachment) (map[release.ID][]trial, error) {
	attachments, packs := make([]release.ID, len(found)), []release.ID{}
	for i, a := range found {
		attachments[i] = a.row.ID
		if _, known := t.packs[a.row.Pack]; !known {
			t.packs[a.row.Pack] = pastPack{}
			packs = append(packs, a.row.Pack)
		}
	}
	if err := t.readPacks(ctx, q, packs); err != nil {
		return nil, err
	}
	all, err := list(ctx, q, "opt-ins of the past", trialsOf, pgx.NamedArgs{"attachments": attachments}, scanTrial)
	trials := map[release.ID][]trial{}
	for _, tr := range all {
		trials[tr.attachment] = append(trials[tr.attachment], tr)
	}
	return trials, err
}

// releasesOf are all releases of packs that reigned or were tested, in the order of time.
var releasesOf = `
SELECT r.pack_id, ` + refColumns("r") + `, coalesce(p.name, '')
FROM release r LEFT JOIN person p ON p.id = r.decided_by
WHERE r.pack_id = ANY(@packs) AND r.state <> 'draft'
ORDER BY r.released_at, r.number`

func (t *pastTeller) readPacks(ctx context.Context, q reading, packs []release.ID) error {
	if len(packs) == 0 {
		return nil
	}
	type decided struct {
		pack release.ID
		reign
	}
	all, err := list(ctx, q, "releases of the past", releasesOf, pgx.NamedArgs{"packs": packs}, func(row pgx.CollectableRow) (decided, error) {
		var d decided
		var ref refScan
		err := scanAll(row, []any{&d.pack}, ref.fields(), []any{&d.decidedBy})
		if err == nil {
			d.ref = *ref.ref()
		}
		return d, err
	})
	for _, d := range all {
		p := t.packs[d.pack]
		if d.ref.State == release.Released {
			p.reigns = append(p.reigns, d.reign)
		}
		if d.ref.TestingSince != nil {
			p.testing = append(p.testing, d.ref)
		}
		t.packs[d.pack] = p
	}
	return err
}

// choosePast makes the inner SELECT and the arguments of a filter; empty when nothing can match.
func choosePast(ctx context.Context, q reading, by release.Actor, at time.Time, f release.InstallBaseFilter) (string, pgx.NamedArgs, error) {
	s := pastSelection{filter: f, tries: f.State == release.StateTrying, nameSearch: nameSearch{search: strings.TrimSpace(f.Query) != ""}}
	possible, err := s.aboutRelease(ctx, q, at)
	reasons := bounds(by, f)
	if err != nil || !possible || len(reasons) == 0 {
		return "", nil, err
	}
	args := scopeOf(by).with(pgx.NamedArgs{
		"at": at, "before": pastKey(f.Before, at), "of_publisher": f.Publisher, "of_account": f.Account, "pack": s.filter.Pack,
		"release": f.Release, "pattern": infix(f.Query),
	})
	if s.search && !s.tries && boundless(reasons) {
		s.found, err = findPastNames(ctx, q, f.Query, args)
	}
	return s.ids(reasons), args, err
}

// pastKey bounds the ids of a page: before the page key, and installed by the moment. Without that everything newer would be
// read first.
func pastKey(before release.ID, at time.Time) release.ID {
	if end := release.FirstIDAfter(at); before.IsZero() || string(end[:]) < string(before[:]) {
		return end
	}
	return before
}

// boundless tells whether a reason is not bound to one account.
func boundless(reasons []bound) bool {
	for _, b := range reasons {
		if b.account == "" {
			return true
		}
	}
	return false
}

// aboutRelease makes use of what a release tells: its pack, and that only opt-ins ran it while it was tested. A release that
// was neither then was run by none. What reigns from within the moment's millisecond on was run by what was installed in it.
func (s *pastSelection) aboutRelease(ctx context.Context, q reading, at time.Time) (possible bool, err error) {
	if s.filter.Release.IsZero() {
		return true, nil
	}
	type about struct {
		Pack            release.ID
		Reigned, Tested bool
	}
	a, err := one(ctx, q, "release of the past", `
SELECT n.pack_id, coalesce(n.released_at < @at::timestamptz + interval '1 millisecond' AND (n.ended_at IS NULL OR n.ended_at > @at), false),
       coalesce(`+inTesting("@at")+`, false)
FROM release n WHERE n.id = @release`, pgx.NamedArgs{"release": s.filter.Release, "at": at}, pgx.RowToStructByPos[about])
	if isNotFound(err) {
		return false, nil
	}
	if !s.filter.Pack.IsZero() && s.filter.Pack != a.Pack {
		return false, err
	}
	s.filter.Pack = a.Pack
	s.tries = s.tries || !a.Reigned
	return a.Reigned || a.Tested, err
}

// findPastNames looks for the text where trigrams can find it. More than fewNames matches are common enough to be met soon
// when walking the list.
func findPastNames(ctx context.Context, q reading, text string, args pgx.NamedArgs) (few bool, err error) {
	const trigram = 3
	if utf8.RuneCountInString(strings.TrimSpace(text)) < trigram {
		return false, nil
	}
	return nameIDs(ctx, q, pastMatchingNames, args)
}
