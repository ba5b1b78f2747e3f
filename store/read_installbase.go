package store

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// attachmentRows decorates a page of attachments, of which it needs the ids alone.
var attachmentRows = `
SELECT x.id, x.pack_id, x.account_id, x.multiple, x.name, x.environment, x.attached_at, x.attached_by, x.detached_at, x.detached_by,
       a.name, a.zone, k.name, k.publisher_id, p.name, p.zone, o.began, coalesce(ob.name, ''),
       x.detached_at IS NULL AND ` + outsideGroups + `,
       b.status, b.reported, b.since, b.seen_at, ` + refColumns("c") + `, ` + refColumns("n") + `, ` + refColumns("br") + `
FROM page
JOIN attachment x ON x.id = page.id
JOIN account a ON a.id = x.account_id
JOIN pack k ON k.id = x.pack_id
JOIN account p ON p.id = k.publisher_id
LEFT JOIN release c ON c.pack_id = x.pack_id AND c.state = 'released' AND c.ended_at IS NULL
LEFT JOIN release n ON n.pack_id = x.pack_id AND n.state = 'pending'
LEFT JOIN opt_in o ON o.release_id = n.id AND o.attachment_id = x.id AND o.ended IS NULL
LEFT JOIN person ob ON ob.id = o.by_id
LEFT JOIN observed b ON b.attachment_id = x.id
LEFT JOIN release br ON br.id = b.release_id
ORDER BY x.id DESC`

func scanAttachment(row pgx.CollectableRow) (release.AttachmentRow, error) {
	var a release.AttachmentRow
	var current, pending, observed refScan
	var status, reported *release.ObservedStatus
	var since, seen *time.Time
	err := scanAll(row, []any{
		&a.ID, &a.Pack, &a.Account, &a.Multiple, &a.Name, &a.Environment, &a.AttachedAt, &a.AttachedBy, &a.DetachedAt, &a.DetachedBy,
		&a.AccountName, &a.AccountZone, &a.PackName, &a.PublisherID, &a.PublisherName, &a.PublisherZone, &a.OptedInAt, &a.OptedInBy,
		&a.Outside, &status, &reported, &since, &seen,
	}, current.fields(), pending.fields(), observed.fields())
	a.Current, a.Pending = current.ref(), pending.ref()
	if said := observed.ref(); said != nil {
		a.Observed = &release.ObservedRef{Release: *said, Status: *status, Reported: *reported, Since: *since, SeenAt: *seen}
	}
	switch {
	case a.DetachedAt != nil:
	case a.Trying():
		a.Runs = a.Pending
	default:
		a.Runs = a.Current
	}
	return a, err
}

// InstallBase is a page of attachments, newest first. Uninstalled ones are shown only where the state asks for them.
func (r *Reader) InstallBase(ctx context.Context, by release.Actor, f release.InstallBaseFilter) ([]release.AttachmentRow, error) {
	ids, args, err := r.choose(ctx, by, f)
	if err != nil || ids == "" {
		return nil, err
	}
	args["limit"] = pageLimit(f.Limit)
	return list(ctx, r.pool, "install base", "WITH page AS MATERIALIZED ("+ids+")"+attachmentRows, args, scanAttachment)
}

// EachAttachment streams all attachments of the filter, in the order of the page, until each fails.
func (r *Reader) EachAttachment(ctx context.Context, by release.Actor, f release.InstallBaseFilter, each func(release.AttachmentRow) error) error {
	ids, args, err := r.choose(ctx, by, f)
	if err != nil || ids == "" {
		return err
	}
	args["limit"] = nil // none
	return stream(ctx, r, "install base", "WITH page AS NOT MATERIALIZED ("+ids+")"+attachmentRows, args, scanAttachment, each)
}

// Attachment is one attachment, uninstalled ones too.
func (r *Reader) Attachment(ctx context.Context, by release.Actor, id release.ID) (release.AttachmentRow, error) {
	return attachmentOf(ctx, r.pool, by, id)
}

func attachmentOf(ctx context.Context, q reading, by release.Actor, id release.ID) (release.AttachmentRow, error) {
	return first(list(ctx, q, "attachment", `
WITH page AS MATERIALIZED (
  SELECT x.id FROM attachment x JOIN pack k ON k.id = x.pack_id
  WHERE x.id = @id AND (@site OR k.publisher_id = @publisher OR x.account_id = @account))`+attachmentRows,
		scopeOf(by).with(pgx.NamedArgs{"id": id}), scanAttachment))
}

// choose makes the inner SELECT and the arguments of a filter; empty when nothing can match.
func (r *Reader) choose(ctx context.Context, by release.Actor, f release.InstallBaseFilter) (string, pgx.NamedArgs, error) {
	s := selection{filter: f, tries: f.State == release.StateTrying, nameSearch: nameSearch{search: strings.TrimSpace(f.Query) != ""}}
	possible, err := r.aboutRelease(ctx, &s)
	reasons := bounds(by, f)
	if err != nil || !possible || len(reasons) == 0 || (f.Observed != "" && f.State == release.StateDetached) {
		return "", nil, err
	}
	before := f.Before
	if before.IsZero() {
		before = release.MaxID
	}
	args := scopeOf(by).with(pgx.NamedArgs{
		"before": before, "of_publisher": f.Publisher, "of_account": f.Account, "pack": s.filter.Pack, "release": f.Release,
		"pattern": infix(f.Query), "zones": f.Zones, "environments": f.Environments,
		"observed": f.Observed,
	})
	if slices.ContainsFunc(reasons, func(b bound) bool { return b.account == "" }) {
		if err := r.findNames(ctx, &s, args); err != nil {
			return "", nil, err
		}
	}
	if err := r.weighPlace(ctx, &s, args, reasons); err != nil {
		return "", nil, err
	}
	return s.ids(reasons), args, nil
}

// The filter's release is looked at before the page is read: should it become something else in between, the page is empty.
const (
	stillPending = `EXISTS (SELECT FROM release r WHERE r.id = @release AND r.state = 'pending')`
	stillCurrent = `EXISTS (SELECT FROM release r WHERE r.id = @release AND r.state = 'released' AND r.ended_at IS NULL)
    AND NOT ` + triesPending
)

// aboutRelease makes use of what a release tells: its pack, and, while it is pending, that only opt-ins run it. Releases
// that are neither pending nor current are run by none.
func (r *Reader) aboutRelease(ctx context.Context, s *selection) (possible bool, err error) {
	if s.filter.Release.IsZero() {
		return true, nil
	}
	type about struct {
		Pack    release.ID
		Pending bool
	}
	a, err := one(ctx, r.pool, "release of the install base", `
SELECT pack_id, state = 'pending' FROM release WHERE id = @release AND (state = 'pending' OR (state = 'released' AND ended_at IS NULL))`,
		pgx.NamedArgs{"release": s.filter.Release}, pgx.RowToStructByPos[about])
	if isNotFound(err) {
		return false, nil
	}
	if !s.filter.Pack.IsZero() && s.filter.Pack != a.Pack {
		return false, err
	}
	s.filter.Pack, s.runs = a.Pack, stillCurrent
	if a.Pending {
		s.runs, s.tries = stillPending, true
	}
	return s.filter.State != release.StateDetached, err
}

// findNames looks for the text where trigrams can find it, unless another source is the better one anyway. More than
// fewNames matches are common enough to be met soon when walking the list.
func (r *Reader) findNames(ctx context.Context, s *selection, args pgx.NamedArgs) error {
	const trigram = 3
	if !s.search || s.tries || s.filter.State == release.StateDetached || utf8.RuneCountInString(strings.TrimSpace(s.filter.Query)) < trigram {
		return nil
	}
	found, err := nameIDs(ctx, r.pool, matchingNames, args)
	s.found = found
	return err
}

// nameIDs keeps the ids of the names that match @pattern as @names, @accounts and @packs, where they are few.
func nameIDs(ctx context.Context, q reading, matching string, args pgx.NamedArgs) (few bool, err error) {
	type match struct {
		Noun string
		ID   release.ID
	}
	found, err := list(ctx, q, "names", matching, pgx.NamedArgs{"pattern": args["pattern"], "few": fewNames + 1}, pgx.RowToStructByPos[match])
	if err != nil {
		return false, err
	}
	ids := map[string][]release.ID{"attachment": {}, "account": {}, "pack": {}}
	for _, m := range found {
		ids[m.Noun] = append(ids[m.Noun], m.ID)
		if len(ids[m.Noun]) > fewNames {
			return false, nil
		}
	}
	args["names"], args["accounts"], args["packs"] = ids["attachment"], ids["account"], ids["pack"]
	return true, nil
}
