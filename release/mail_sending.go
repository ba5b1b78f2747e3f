package release

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrMailOver is for a letter of which nothing is left to be sent.
var ErrMailOver = errors.New("nothing of this letter is left to be sent")

// MailAttempts is how often a letter is tried, and mailWithin how long after the first try the last one is at the most.
const (
	MailAttempts = 9
	mailWithin   = 24 * time.Hour
)

// MailRetryIn is how long after the attempt, counted from 1, the next one comes: from a minute on, three times as long each
// time, and within a day in all.
func MailRetryIn(attempt int) time.Duration {
	wait := time.Minute
	for range min(attempt, MailAttempts) - 1 {
		wait *= 3
	}
	return min(wait, mailWithin/4)
}

// BeginLetter notes an attempt, counted from 1, and hands out what it sends: as the recipient is now. Messages that they may
// not have, or wish no more, are dropped; ErrMailOver when none is left.
func (s *Service) BeginLetter(ctx context.Context, job SendMailJob, attempt int) (Letter, error) {
	var letter Letter
	err := s.inTx(ctx, "begin a letter", func(ctx context.Context, tx Tx) error {
		letter = Letter{Digest: job.Digest}
		mails, err := tx.LockMails(ctx, job.Mails)
		if err != nil {
			return err
		}
		at := s.now()
		for i := range mails {
			m := &mails[i]
			if m.State != MailWaiting {
				continue
			}
			r, err := recipientNow(ctx, tx, *m)
			if err != nil {
				return err
			}
			if !m.stillFor(r) {
				m.State, m.EndedAt = MailDropped, &at
				continue
			}
			m.Attempts = attempt
			told, err := tellOne(ctx, tx, *m)
			if err != nil {
				return err
			}
			letter.To, letter.Told = r, append(letter.Told, told)
		}
		return tx.SaveMails(ctx, mails)
	})
	if err == nil && len(letter.Told) == 0 {
		err = ErrMailOver
	}
	return letter, err
}

// recipientNow is the person as they are now; without name and roles when they can't sign in any more.
func recipientNow(ctx context.Context, tx Tx, m Mail) (MailRecipient, error) {
	r, err := tx.MailRecipient(ctx, m.Person, m.Account, m.Notice.Kind)
	if errors.Is(err, ErrNotFound) {
		return MailRecipient{}, nil
	}
	return r, err
}

func tellOne(ctx context.Context, tx Tx, m Mail) (Told, error) {
	names, err := namesIn(ctx, tx, m.Notice)
	if err != nil {
		return Told{}, fmt.Errorf("name the accounts of notice %s: %w", m.Notice.ID, err)
	}
	return Told{
		Mail: m.ID, Notice: m.Notice, AsPublisher: m.AsPublisher,
		PublisherName: names[m.Notice.Publisher], AccountName: names[m.Notice.Account],
	}, nil
}

// LetterEnd tells how an attempt ended.
type LetterEnd struct {
	Sent    bool
	Final   bool   // not sent, and another try would be in vain
	Failure string // what the mail server said
}

// EndLetter notes how an attempt, counted from 1, ended, and tells whether it was the last.
func (s *Service) EndLetter(ctx context.Context, l Letter, attempt int, end LetterEnd) (over bool, err error) {
	over = end.Sent || end.Final || attempt >= MailAttempts
	ids := make([]ID, len(l.Told))
	for i, t := range l.Told {
		ids[i] = t.Mail
	}
	err = s.inTx(ctx, "end a letter", func(ctx context.Context, tx Tx) error {
		mails, err := tx.LockMails(ctx, ids)
		if err != nil {
			return err
		}
		at := s.now()
		for i := range mails {
			m := &mails[i]
			if m.State != MailWaiting {
				continue // another attempt has ended it
			}
			m.Failure = keepable(end.Failure, maxReason)
			switch {
			case end.Sent:
				m.State, m.EndedAt = MailSent, &at
			case over:
				m.State, m.EndedAt = MailDead, &at
			}
		}
		return tx.SaveMails(ctx, mails)
	})
	return over, err
}

// mailKept is how long messages that have ended are kept, so that one can look up what became of them.
const mailKept = 30 * 24 * time.Hour

const forgetBatch = 5_000

// mailLost is when a message that still waits was lost with its job: days after its last try.
const mailLost = 3 * 24 * time.Hour

// ForgetMails deletes messages that ended long ago, and gives up those that were lost under way.
func (s *Service) ForgetMails(ctx context.Context, at time.Time) (int64, error) {
	var sum int64
	for {
		var n int64
		err := s.inTx(ctx, "forget old messages", func(ctx context.Context, tx Tx) (err error) {
			lost, err := tx.GiveUpMails(ctx, at.Add(-mailLost), at, forgetBatch)
			if err != nil {
				return err
			}
			n, err = tx.ForgetMails(ctx, at.Add(-mailKept), forgetBatch)
			n = max(n, lost)
			return err
		})
		sum += n
		if err != nil || n < forgetBatch {
			return sum, err
		}
	}
}
