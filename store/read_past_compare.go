package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// CompareInstallBase is a page of the attachments that changed from one moment to a later one, newest first.
func (r *Reader) CompareInstallBase(ctx context.Context, by release.Actor, from, to time.Time, f release.CompareFilter) ([]release.CompareRow, error) {
	var rows []release.CompareRow
	err := r.snapshot(ctx, func(q pgx.Tx) error {
		ids, args, err := chooseChanged(ctx, q, by, from, to, f)
		if err != nil || ids == "" {
			return err
		}
		args["limit"] = pageLimit(f.Limit)
		found, err := list(ctx, q, "compared install base", "WITH page AS MATERIALIZED ("+ids+")"+pastRows, args, scanPast)
		if err != nil {
			return err
		}
		rows, err = newPastTeller().compare(ctx, q, from, to, found)
		return err
	})
	return rows, err
}

// EachChanged streams all that CompareInstallBase pages through, until each fails.
func (r *Reader) EachChanged(ctx context.Context, by release.Actor, from, to time.Time, f release.CompareFilter, each func(release.CompareRow) error) error {
	ids, args, err := chooseChanged(ctx, r.pool, by, from, to, f)
	if err != nil || ids == "" {
		return err
	}
	args["limit"] = nil // none
	teller := newPastTeller()
	return streamBatches(ctx, r, "compared install base", "WITH page AS NOT MATERIALIZED ("+ids+")"+pastRows, args, scanPast,
		func(q pgx.Tx, found []pastAttachment) error {
			rows, err := teller.compare(ctx, q, from, to, found)
			for i := 0; err == nil && i < len(rows); i++ {
				err = each(rows[i])
			}
			return err
		})
}

// compare tells what the attachments ran at both moments.
func (t *pastTeller) compare(ctx context.Context, q reading, from, to time.Time, found []pastAttachment) ([]release.CompareRow, error) {
	trials, err := t.read(ctx, q, found)
	if err != nil {
		return nil, err
	}
	rows := make([]release.CompareRow, len(found))
	for i, a := range found {
		was := a.row
		then(&was, from, a.life, t.packs[a.row.Pack], trials[a.row.ID])
		then(&a.row, to, a.life, t.packs[a.row.Pack], trials[a.row.ID])
		rows[i] = release.CompareRow{PastRow: a.row, Was: was.Ran, Change: changeOf(a.life, from, to)}
	}
	return rows, nil
}

// changeOf tells what became of an attachment that changed.
func changeOf(life lifetime, from, to time.Time) release.PastChange {
	switch {
	case life.attached.After(from):
		return release.PastAppeared
	case life.detached != nil && !life.detached.After(to):
		return release.PastGone
	default:
		return release.PastChanged
	}
}

// chooseChanged makes the inner SELECT and the arguments of a filter; empty when nothing can match.
func chooseChanged(ctx context.Context, q reading, by release.Actor, from, to time.Time, f release.CompareFilter) (string, pgx.NamedArgs, error) {
	c := comparison{filter: f, search: strings.TrimSpace(f.Query) != ""}
	reasons := bounds(by, release.InstallBaseFilter{Publisher: f.Publisher, Account: f.Account})
	if len(reasons) == 0 {
		return "", nil, nil
	}
	args := compareArgs(by, from, to, f)
	args["before"], args["was"], args["is"], args["pattern"] = pastKey(f.Before, to), f.Was, f.Is, infix(f.Query)
	var err error
	if c.search && boundless(reasons) {
		c.found, err = findPastNames(ctx, q, f.Query, args)
	}
	return c.ids(reasons), args, err
}

func compareArgs(by release.Actor, from, to time.Time, f release.CompareFilter) pgx.NamedArgs {
	return scopeOf(by).with(pgx.NamedArgs{
		"from": from, "to": to, "from_first": release.FirstIDAfter(from.Add(-time.Millisecond)), "from_end": release.FirstIDAfter(from),
		"to_end": release.FirstIDAfter(to), "of_publisher": f.Publisher, "of_account": f.Account, "pack": f.Pack,
	})
}

// Comparison counts what changed from one moment to a later one, within the filter's publisher, pack and account. It counts by
// stretches of ids, so that its cost is that of an index, and looks at those alone that tried a release.
func (r *Reader) Comparison(ctx context.Context, by release.Actor, from, to time.Time, f release.CompareFilter) (release.Comparison, error) {
	var arms []string
	for i, b := range bounds(by, release.InstallBaseFilter{Publisher: f.Publisher, Account: f.Account}) {
		switch {
		case b.account == "":
			arms = append(arms, countPacks(b, !f.Pack.IsZero()))
		case i == 0:
			arms = append(arms, countAccount(b, !f.Pack.IsZero()))
		default: // the account's own, beside what was counted as the publisher's
			arms = append(arms, countAccount(b, !f.Pack.IsZero(), "NOT EXISTS (SELECT FROM pack k WHERE k.id = x.pack_id AND k.publisher_id = @publisher)"))
		}
	}
	if len(arms) == 0 {
		return summed(nil), nil
	}
	cells, err := list(ctx, r.pool, "comparison of the install base", `
SELECT c.pack_id, k.name, p.name, c.change, sum(c.n)::bigint, `+refColumns("w")+`, `+refColumns("s")+`
FROM ((`+strings.Join(arms, ") UNION ALL (")+`)) c (pack_id, change, was, is_now, n)
JOIN pack k ON k.id = c.pack_id
JOIN account p ON p.id = k.publisher_id
LEFT JOIN release w ON w.id = c.was
LEFT JOIN release s ON s.id = c.is_now
GROUP BY c.pack_id, k.name, p.name, c.change, w.id, s.id
HAVING sum(c.n) > 0`, compareArgs(by, from, to, f), scanCell)
	return summed(cells), err
}

func scanCell(row pgx.CollectableRow) (release.CompareCell, error) {
	var c release.CompareCell
	var was, is refScan
	err := scanAll(row, []any{&c.Pack, &c.PackName, &c.PublisherName, &c.Change, &c.N}, was.fields(), is.fields())
	c.Was, c.Is = was.ref(), is.ref()
	return c, err
}

// summed adds up the cells, and puts the largest first.
func summed(cells []release.CompareCell) release.Comparison {
	sum := release.Comparison{Totals: map[release.PastChange]int64{}}
	for _, c := range cells {
		sum.Totals[c.Change] += c.N
		if c.Change != release.PastUnchanged {
			sum.Cells = append(sum.Cells, c)
		}
	}
	slices.SortStableFunc(sum.Cells, func(a, b release.CompareCell) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.PackName, b.PackName), strings.Compare(a.Pack.String(), b.Pack.String()))
	})
	return sum
}
