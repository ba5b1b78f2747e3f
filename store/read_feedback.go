package store

import (
	"context"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// feedbackRows decorates a page of feedback, of which it needs the ids alone.
var feedbackRows = `
SELECT f.id, f.release_id, f.attachment_id, f.pack_id, f.publisher_id, f.account_id, f.verdict, f.text, f.at, f.by_id,
       a.name, a.zone, x.name, k.name, p.name,
       NOT EXISTS (SELECT FROM feedback n WHERE n.release_id = f.release_id AND n.attachment_id = f.attachment_id AND n.id > f.id),
       d.id, d.name, b.size, d.sha256, d.added_at, d.added_by, ` + refColumns("r") + `
FROM page
JOIN feedback f ON f.id = page.id
JOIN release r ON r.id = f.release_id
JOIN account a ON a.id = f.account_id
JOIN attachment x ON x.id = f.attachment_id
JOIN pack k ON k.id = f.pack_id
JOIN person p ON p.id = f.by_id
LEFT JOIN file d ON d.id = f.file_id
LEFT JOIN artifact b ON b.sha256 = d.sha256
ORDER BY f.id DESC`

func scanFeedback(row pgx.CollectableRow) (release.FeedbackRow, error) {
	var f release.FeedbackRow
	var ref refScan
	var file feedbackFile
	err := scanAll(row, []any{
		&f.ID, &f.Feedback.Release, &f.Attachment, &f.Pack, &f.Publisher, &f.Account, &f.Verdict, &f.Text, &f.At, &f.By,
		&f.AccountName, &f.AccountZone, &f.AttachmentName, &f.PackName, &f.ByName, &f.Newest,
	}, file.fields(), ref.fields())
	if err != nil {
		return f, err
	}
	f.Release, f.File = *ref.ref(), file.ref()
	if f.File != nil {
		f.FileName = f.File.Name
	}
	return f, nil
}

// Feedback is a page of what accounts say of releases in testing, newest first (R31): to the pack's publisher, to the account
// itself, to site staff.
func (r *Reader) Feedback(ctx context.Context, by release.Actor, f release.FeedbackFilter) ([]release.FeedbackRow, error) {
	inner, args := chooseFeedback(by, f)
	if inner == "" {
		return nil, nil
	}
	var rows []release.FeedbackRow
	err := r.snapshot(ctx, func(q pgx.Tx) (err error) {
		rows, err = list(ctx, q, "feedback", "WITH page AS MATERIALIZED ("+inner+")"+feedbackRows, args, scanFeedback)
		if err != nil {
			return err
		}
		return addAnswers(ctx, q, rows)
	})
	return rows, err
}

// OneFeedback is one of them, for whoever would read it there.
func (r *Reader) OneFeedback(ctx context.Context, by release.Actor, id release.ID) (release.FeedbackRow, error) {
	rows, err := list(ctx, r.pool, "a feedback", `
WITH page AS MATERIALIZED (
  SELECT f.id FROM feedback f
  WHERE f.id = @id AND (@site OR f.publisher_id = @publisher OR f.account_id = @account))`+feedbackRows,
		scopeOf(by).with(pgx.NamedArgs{"id": id}), scanFeedback)
	if err == nil {
		err = addAnswers(ctx, r.pool, rows)
	}
	return first(rows, err)
}

// chooseFeedback makes the inner SELECT and the arguments of a filter; empty when there is nothing to be seen.
func chooseFeedback(by release.Actor, f release.FeedbackFilter) (string, pgx.NamedArgs) {
	before := f.Before
	if before.IsZero() {
		before = release.MaxID
	}
	s := scopeOf(by)
	args := s.with(pgx.NamedArgs{"before": before, "verdict": f.Verdict, "limit": pageLimit(f.Limit)})
	var narrow []sieve // the most selective first
	for _, n := range []struct {
		column string
		id     release.ID
	}{{"attachment_id", f.Attachment}, {"release_id", f.Release}, {"account_id", f.Account}, {"pack_id", f.Pack}} {
		if !n.id.IsZero() {
			narrow = append(narrow, sieve{n.column, "@of_" + n.column})
			args["of_"+n.column] = n.id
		}
	}
	return s.merged(narrow, func(sieves []sieve) string { return feedbackIDs(sieves, f.Verdict) }), args
}

// feedbackIDs walks along the first sieve's column, and lets the others through one by one.
func feedbackIDs(sieves []sieve, verdict release.Verdict) string {
	w := walk{"f.id < @before", "f.id DESC"}
	var conditions []string
	for i, s := range sieves {
		if i == 0 {
			w = along("f", s.column, s.value)
			continue
		}
		// Not plain equality, which would undo along where it is the column of the walk.
		conditions = append(conditions, "f."+s.column+" IS NOT DISTINCT FROM "+s.value)
	}
	if verdict != "" {
		conditions = append(conditions, "f.verdict = @verdict")
	}
	return pageOf("feedback f", w, conditions)
}

// addAnswers adds the answers to a page of feedback.
func addAnswers(ctx context.Context, q reading, rows []release.FeedbackRow) error {
	ids := make([]release.ID, len(rows))
	for i, f := range rows {
		ids[i] = f.ID
	}
	found, err := list(ctx, q, "answers to feedback", `
SELECT n.id, n.feedback_id, n.text, n.at, n.by_id, p.name
FROM feedback_answer n
JOIN person p ON p.id = n.by_id
WHERE n.feedback_id = ANY(@feedback::uuid[])
ORDER BY n.feedback_id, n.at, n.id`, pgx.NamedArgs{"feedback": ids}, pgx.RowToStructByPos[release.FeedbackAnswer])
	if err != nil {
		return err
	}
	of := make(map[release.ID][]release.FeedbackAnswer, len(rows))
	for _, a := range found {
		of[a.Feedback] = append(of[a.Feedback], a)
	}
	for i := range rows {
		rows[i].Answers = of[rows[i].ID]
	}
	return nil
}

// FeedbackFile opens the file that was added to a feedback: for whoever may read the feedback.
func (r *Reader) FeedbackFile(ctx context.Context, by release.Actor, feedback release.ID) (release.File, io.ReadSeeker, error) {
	f, err := one(ctx, r.pool, "file of a feedback", `
SELECT d.id, d.name, b.size, d.sha256, d.added_at, d.added_by
FROM feedback f
JOIN file d ON d.id = f.file_id
JOIN artifact b ON b.sha256 = d.sha256
WHERE f.id = @feedback AND (@site OR f.publisher_id = @publisher OR f.account_id = @account)`,
		scopeOf(by).with(pgx.NamedArgs{"feedback": feedback}), func(row pgx.CollectableRow) (release.File, error) {
			var file feedbackFile
			if err := row.Scan(file.fields()...); err != nil {
				return release.File{}, err
			}
			return *file.ref(), nil
		})
	if err != nil {
		return release.File{}, nil, err
	}
	return f, r.open(ctx, f.SHA256, f.Size), nil
}

// FeedbackSummary counts what the attachments say of a release, by the newest verdict of each: for its publisher and for staff.
func (r *Reader) FeedbackSummary(ctx context.Context, by release.Actor, rel release.ID) (release.FeedbackCounts, error) {
	return one(ctx, r.pool, "sum of feedback", `
SELECT count(*) FILTER (WHERE n.verdict = 'works'),
       count(*) FILTER (WHERE n.verdict = 'blocked'),
       count(n.id),
       coalesce(sum(n.said), 0)::bigint,
       count(*) FILTER (WHERE n.verdict = 'blocked' AND NOT EXISTS (SELECT FROM feedback_answer a WHERE a.feedback_id = n.id))
FROM release r
JOIN pack k ON k.id = r.pack_id AND (@site OR k.publisher_id = @publisher)
LEFT JOIN LATERAL (
  SELECT DISTINCT ON (f.attachment_id) f.id, f.verdict, count(*) OVER (PARTITION BY f.attachment_id) AS said
  FROM feedback f WHERE f.release_id = r.id
  ORDER BY f.attachment_id, f.id DESC) n ON true
WHERE r.id = @release
GROUP BY r.id`, scopeOf(by).with(pgx.NamedArgs{"release": rel}), pgx.RowToStructByPos[release.FeedbackCounts])
}

// feedbackFile reads the columns of an added file that may be missing from an outer join: id, name, size, sha256, added_at and
// added_by.
type feedbackFile struct {
	id, by *release.ID
	name   *string
	size   *int64 // bytes
	sha256 [32]byte
	at     *time.Time
}

func (s *feedbackFile) fields() []any {
	return []any{&s.id, &s.name, &s.size, sum256(&s.sha256), &s.at, &s.by}
}

// ref is nil where there is no file.
func (s *feedbackFile) ref() *release.File {
	if s.id == nil {
		return nil
	}
	return &release.File{ID: *s.id, Name: *s.name, Size: *s.size, SHA256: s.sha256, AddedAt: *s.at, AddedBy: *s.by}
}
