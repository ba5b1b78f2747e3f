package store

import (
	"context"
	"time"

	"packtide/release"
)

// LastFeedback stands under the attachment's lock.
func (t *tx) LastFeedback(ctx context.Context, attachment, rel release.ID) (time.Time, error) {
	var at *time.Time
	err := t.read(ctx, "look for the newest feedback", `
		SELECT uuid_instant((SELECT id FROM feedback WHERE release_id = $1 AND attachment_id = $2 ORDER BY id DESC LIMIT 1))`,
		[]any{rel, attachment}, &at)
	if err != nil || at == nil {
		return time.Time{}, err
	}
	return *at, nil
}

// CountFeedback stands under the attachment's lock; ids tell the instant.
func (t *tx) CountFeedback(ctx context.Context, attachment, rel release.ID, since time.Time) (int, error) {
	var n int
	err := t.read(ctx, "count feedback", `
		SELECT count(*) FROM feedback WHERE release_id = $1 AND attachment_id = $2 AND id >= $3`,
		[]any{rel, attachment, release.FirstIDAfter(since)}, &n)
	return n, err
}

// AddFeedback keeps what was said; nothing changes it any more.
func (t *tx) AddFeedback(ctx context.Context, f release.Feedback) error {
	var file *release.ID
	if f.File != nil {
		file = &f.File.ID
	}
	return t.do(ctx, "add feedback", `
		INSERT INTO feedback (id, release_id, attachment_id, pack_id, publisher_id, account_id, verdict, text, file_id, at, by_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		f.ID, f.Release, f.Attachment, f.Pack, f.Publisher, f.Account, f.Verdict, f.Text, file, f.At, f.By)
}

// Feedback reads what was said, without its file.
func (t *tx) Feedback(ctx context.Context, id release.ID) (release.Feedback, error) {
	var f release.Feedback
	err := t.read(ctx, "read a feedback", `
		SELECT id, release_id, attachment_id, pack_id, publisher_id, account_id, verdict, text, at, by_id
		  FROM feedback
		 WHERE id = $1`, []any{id},
		&f.ID, &f.Release, &f.Attachment, &f.Pack, &f.Publisher, &f.Account, &f.Verdict, &f.Text, &f.At, &f.By)
	return f, err
}

// AddFeedbackAnswer keeps an answer beside those before it.
func (t *tx) AddFeedbackAnswer(ctx context.Context, a release.FeedbackAnswer) error {
	return t.do(ctx, "answer a feedback", `
		INSERT INTO feedback_answer (id, feedback_id, text, at, by_id) VALUES ($1, $2, $3, $4, $5)`,
		a.ID, a.Feedback, a.Text, a.At, a.By)
}

// AddLook keeps the first look of an account that the release concerns.
func (t *tx) AddLook(ctx context.Context, l release.ReleaseLook) error {
	return t.do(ctx, "note a look", `
		INSERT INTO release_look (release_id, account_id, at, by_id)
		SELECT r.id, $2, $3, $4
		  FROM release r
		 WHERE r.id = $1 AND r.state = 'pending'
		   AND EXISTS (SELECT FROM attachment x WHERE x.account_id = $2 AND x.pack_id = r.pack_id AND x.detached_at IS NULL)
		ON CONFLICT DO NOTHING`, l.Release, l.Account, l.At, l.By)
}
