package release

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Verdict is what an account says of a release that it tries (R31).
type Verdict string

// The verdicts.
const (
	VerdictWorks   Verdict = "works"
	VerdictBlocked Verdict = "blocked" // it can't be used so; the text says why
)

// Feedback is what an account says of a pending release on one attachment (R31). It is never edited: of several, the newest
// verdict counts, and all are kept.
type Feedback struct {
	ID         ID // tells At, to the millisecond
	Release    ID
	Pack       ID
	Publisher  ID
	Attachment ID
	Account    ID
	Verdict    Verdict
	Text       string
	File       *File // nil: none was added
	At         time.Time
	By         ID
}

// FeedbackAnswer is what the publisher says to one feedback.
type FeedbackAnswer struct {
	ID       ID
	Feedback ID
	Text     string
	At       time.Time
	By       ID
	ByName   string // where it is read
}

// ReleaseLook is the first time that a person of the account opened what a pending release brings.
type ReleaseLook struct {
	Release ID
	Account ID
	At      time.Time
	By      ID
}

// MaxFeedback is the most that a feedback or an answer may have, in characters.
const MaxFeedback = 4000

// MaxFeedbackADay is how often an attachment may say how one release does within 24 hours: far more than people do, and a bound
// on the files that come with it.
const MaxFeedbackADay = 30

// Refusals about feedback.
var (
	ErrVerdictMissing      = invalid("R31", "verdict", "Choose whether the release works or is blocked.")
	ErrFeedbackTextMissing = invalid("R31", "text", "Say what is blocked, so that the publisher can help.")
	ErrFeedbackLong        = invalid("R31", "text", "This text has more than 4,000 characters. Add the rest as a file.")
	ErrFeedbackNotTrying   = conflict("R31", "This attachment does not try the release, so it can't say how it does. Try it first, then tell.")
	ErrFeedbackTooLate     = conflict("R31", "The testing period of this release is over, so nothing was kept. Write to the pack's support contact instead.")
	ErrFeedbackMany        = conflict("R31", "This attachment has told 30 times within a day how the release does, the most that is taken. Tell the rest tomorrow, or write to the pack's support contact.")
	ErrAnswerMissing       = invalid("R31", "text", "Write an answer of at most 4,000 characters.")
)

// FeedbackTx keeps feedback, answers and looks.
type FeedbackTx interface {
	// LastFeedback is the instant of the attachment's newest feedback on the release; the zero time for none.
	LastFeedback(ctx context.Context, attachment, release ID) (time.Time, error)
	// CountFeedback counts what the attachment has said of the release since the instant.
	CountFeedback(ctx context.Context, attachment, release ID, since time.Time) (int, error)
	// AddFeedback keeps it; AddFile has kept its file.
	AddFeedback(ctx context.Context, f Feedback) error
	Feedback(ctx context.Context, id ID) (Feedback, error)
	AddFeedbackAnswer(ctx context.Context, a FeedbackAnswer) error
	// AddLook keeps the account's first look at a release that is pending and whose pack the account has attached; else, and
	// for every look after the first, it changes nothing.
	AddLook(ctx context.Context, l ReleaseLook) error
}

// GiveFeedback keeps what the account's admin says of a pending release on an attachment that tries it (R31), with a file or
// without (nil). Once the testing period is over it is refused with ErrFeedbackTooLate, from an attachment that does not try
// the release with ErrFeedbackNotTrying, beyond MaxFeedbackADay with ErrFeedbackMany.
func (s *Service) GiveFeedback(ctx context.Context, by Actor, attachment, release ID, verdict Verdict, text string, file *FileUpload) error {
	if err := by.mayInstall(); err != nil {
		return err
	}
	return s.changeAttachment(ctx, by, attachment, "give feedback", func(ctx context.Context, tx Tx, st *PackState, a *Attachment, at time.Time) error {
		if a.Account != by.Account {
			return ErrNotFound
		}
		r := st.Pending
		if r == nil || r.ID != release || r.due(at) {
			return ErrFeedbackTooLate
		}
		if _, err := tx.RunningOptIn(ctx, a.ID, r.ID); errors.Is(err, ErrNotFound) {
			return ErrFeedbackNotTrying
		} else if err != nil {
			return err
		}
		if err := joinErrors(checkVerdict(verdict), checkFeedbackText(verdict, text), file.check()); err != nil {
			return err
		}
		switch said, err := tx.CountFeedback(ctx, a.ID, r.ID, at.Add(-24*time.Hour)); {
		case err != nil:
			return err
		case said >= MaxFeedbackADay:
			return ErrFeedbackMany
		}
		return s.keepFeedback(ctx, tx, by, at, st, *a, Feedback{
			Release: r.ID, Pack: a.Pack, Publisher: st.Pack.Publisher, Attachment: a.ID, Account: a.Account,
			Verdict: verdict, Text: strings.TrimSpace(text), By: by.Person,
		}, file)
	})
}

// keepFeedback makes the feedback the attachment's newest, also where another server's clock is ahead: the attachment's lock
// is held.
func (s *Service) keepFeedback(ctx context.Context, tx Tx, by Actor, at time.Time, st *PackState, a Attachment, f Feedback, file *FileUpload) error {
	last, err := tx.LastFeedback(ctx, f.Attachment, f.Release)
	if err != nil {
		return err
	}
	f.At = at.Truncate(time.Millisecond)
	if !f.At.After(last) {
		f.At = last.Add(time.Millisecond)
	}
	f.ID = NewID(f.At)
	if f.File, err = keepFile(ctx, tx, by, at, file); err != nil {
		return err
	}
	if err := tx.AddFeedback(ctx, f); err != nil {
		return err
	}
	e := attachmentEvent(by, f.At, ActFeedbackGiven, st.Pack, a)
	e.After = map[string]any{
		"verdict": f.Verdict, "text": f.Text, "of": st.Pending.Version.String(), "release": f.Release, "feedback": f.ID,
	}
	if f.File != nil {
		e.After["file"] = f.File.Name
	}
	told := noticeOf(st.Pack, *st.Pending).from(a)
	told.Verdict, told.Text = f.Verdict, f.Text
	return record(ctx, tx, e.telling(NoticeFeedbackGiven, told))
}

func checkVerdict(v Verdict) error {
	if v != VerdictWorks && v != VerdictBlocked {
		return ErrVerdictMissing
	}
	return nil
}

func checkFeedbackText(v Verdict, text string) error {
	switch {
	case !fits(text, 0, MaxFeedback):
		return unfit(ErrFeedbackLong, text, MaxFeedback)
	case v == VerdictBlocked && strings.TrimSpace(text) == "":
		return ErrFeedbackTextMissing
	default:
		return nil
	}
}

// AnswerFeedback keeps the publisher's answer to a feedback (R31): as many as it takes, also after the testing period, never
// edited.
func (s *Service) AnswerFeedback(ctx context.Context, by Actor, feedback ID, text string) error {
	if err := by.mayPublish(); err != nil {
		return err
	}
	return s.inTx(ctx, "answer a feedback", func(ctx context.Context, tx Tx) error {
		f, err := tx.Feedback(ctx, feedback)
		if err != nil {
			return err
		}
		if f.Publisher != by.Account {
			return ErrNotFound
		}
		if !fits(text, 1, MaxFeedback) {
			return unfit(ErrAnswerMissing, text, MaxFeedback)
		}
		a, err := tx.Attachment(ctx, f.Attachment)
		if err != nil {
			return err
		}
		st, err := tx.SharePack(ctx, f.Pack)
		if errors.Is(err, ErrNotFound) {
			return ErrPackDeleted
		}
		if err != nil {
			return err
		}
		at := s.now()
		if f.At.After(at) {
			at = f.At
		}
		answer := FeedbackAnswer{ID: NewID(at), Feedback: f.ID, Text: strings.TrimSpace(text), At: at, By: by.Person}
		if err := tx.AddFeedbackAnswer(ctx, answer); err != nil {
			return err
		}
		e := attachmentEvent(by, at, ActFeedbackAnswered, st.Pack, a)
		e.After = map[string]any{"text": answer.Text, "feedback": f.ID}
		told := Notice{Pack: st.Pack.ID, PackName: st.Pack.Name, Release: f.Release, Verdict: f.Verdict, Text: answer.Text}.from(a)
		return record(ctx, tx, e.telling(NoticeFeedbackAnswered, told))
	})
}

// NoteLook notes that a person of the account has opened what the pending release brings: the first time counts. Of a release
// that is not pending, of a pack that the account has not attached, and of people of no managed account, nothing is noted.
func (s *Service) NoteLook(ctx context.Context, by Actor, release ID) error {
	if by.ReadOnly || !by.ReadsManaged() || by.Account.IsZero() { // support that looks as the account's people is not the account
		return nil
	}
	return s.inTx(ctx, "note a look", func(ctx context.Context, tx Tx) error {
		return tx.AddLook(ctx, ReleaseLook{Release: release, Account: by.Account, At: s.now(), By: by.Person})
	})
}
