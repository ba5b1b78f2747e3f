package release

import (
	"context"
	"errors"
	"slices"
	"time"
)

// TellPeopleJob tells a notice by e-mail: to the people of one page of the accounts that it concerns, those after the given one.
type TellPeopleJob struct {
	Notice Notice `json:"notice"`
	After  ID     `json:"after"`
}

// Kind is its name in the database.
func (TellPeopleJob) Kind() string { return "tell_people" }

// SendMailJob sends one letter: a single message, or the entries of a digest.
type SendMailJob struct {
	Mails  []ID `json:"mails"`
	Digest bool `json:"digest,omitzero"` // reads like one, also when one entry is all there is
}

// Kind is its name in the database.
func (SendMailJob) Kind() string { return "send_mail" }

// MailTx keeps messages to people, and when they wish to get them.
type MailTx interface {
	// MailRecipients are the people of the accounts who can sign in, with what they have chosen for the kind.
	MailRecipients(ctx context.Context, accounts []ID, kind NoticeKind) ([]MailRecipient, error)
	// MailRecipient is one who can sign in, without roles where they have none in the account.
	MailRecipient(ctx context.Context, person, account ID, kind NoticeKind) (MailRecipient, error)
	// AddMails keeps messages, and returns those that were not there: a notice comes once to a person in an account.
	AddMails(ctx context.Context, mails []Mail) ([]Mail, error)
	// LockMails reads messages in the order of their ids.
	LockMails(ctx context.Context, ids []ID) ([]Mail, error)
	// SaveMails keeps State, Attempts, Failure and EndedAt.
	SaveMails(ctx context.Context, mails []Mail) error
	// TakeDigests lets the entries of up to limit digests whose hour has come wait to be sent, and returns them by person and
	// account. Nobody else takes the same.
	TakeDigests(ctx context.Context, at time.Time, limit int) ([]Mail, error)
	// SaveMailChoices keeps what the person has chosen in the account.
	SaveMailChoices(ctx context.Context, person, account ID, chosen map[NoticeKind]MailWhen) error
	// GiveUpMails ends up to limit messages that have waited since before the instant: nobody tries them any more.
	GiveUpMails(ctx context.Context, before, at time.Time, limit int) (int64, error)
	// ForgetMails deletes up to limit messages that ended before the instant, and tells how many.
	ForgetMails(ctx context.Context, before time.Time, limit int) (int64, error)
}

// TellPeople keeps a message or a digest's entry for every person who is to hear of the notice, of one page of the accounts, and
// asks for the next page. Told twice, it changes nothing.
func (s *Service) TellPeople(ctx context.Context, job TellPeopleJob) error {
	return s.inTx(ctx, "tell people", func(ctx context.Context, tx Tx) error {
		n := job.Notice
		heard, err := audienceOf(ctx, tx, TellJob(job))
		if err != nil {
			return err
		}
		people, err := recipientsOf(ctx, tx, n, heard)
		if err != nil {
			return err
		}
		added, err := tx.AddMails(ctx, n.mails(people, heard, s.now()))
		if err != nil {
			return err
		}
		var jobs []Job
		for _, m := range added {
			if m.State == MailWaiting {
				jobs = append(jobs, SendMailJob{Mails: []ID{m.ID}})
			}
		}
		if !heard.next.IsZero() {
			jobs = append(jobs, TellPeopleJob{Notice: n, After: heard.next})
		}
		return tx.Enqueue(ctx, jobs...)
	})
}

// recipientsOf are the people of the audience, and the one whom the notice is about, also when they have no role there any more.
func recipientsOf(ctx context.Context, tx Tx, n Notice, heard audience) ([]MailRecipient, error) {
	people, err := tx.MailRecipients(ctx, heard.all(), n.Kind)
	if err != nil || n.Person.IsZero() {
		return people, err
	}
	if slices.ContainsFunc(people, func(r MailRecipient) bool { return r.Person == n.Person }) {
		return people, nil
	}
	who, err := tx.MailRecipient(ctx, n.Person, n.Account, n.Kind)
	if errors.Is(err, ErrNotFound) {
		return people, nil // they can't sign in: whoever let them in gives them a link
	}
	return append(people, who), err
}

// mails are the messages of a notice as of the instant.
func (n Notice) mails(people []MailRecipient, heard audience, at time.Time) []Mail {
	var mails []Mail
	for _, r := range people {
		when, asPublisher := n.mailFor(r, heard.publisher, slices.Contains(heard.concerned, r.Account))
		if when == MailNever {
			continue
		}
		m := Mail{ID: NewID(at), Person: r.Person, Account: r.Account, Notice: n, AsPublisher: asPublisher, State: MailWaiting, DueAt: at}
		if when == MailDigest {
			m.State, m.DueAt = MailInDigest, digestOf(r, at)
		}
		mails = append(mails, m)
	}
	return mails
}

// digestOf is the instant of the recipient's next digest. A zone that is not known any more counts as UTC: the hour matters
// less than that it comes.
func digestOf(r MailRecipient, at time.Time) time.Time {
	zone, err := LoadZone(r.Zone)
	if err != nil {
		zone = time.UTC
	}
	return nextDigest(at, zone)
}

// The bounds of digests.
const (
	digestBatch = 100 // digests in a transaction
	digestMost  = 200 // entries in one letter; more make another
)

// SendDigests asks for the digests whose hour has come to be sent, and returns how many letters that makes. Any number of
// replicas may: each entry goes once.
func (s *Service) SendDigests(ctx context.Context, at time.Time) (int, error) {
	letters := 0
	for {
		taken := 0
		err := s.inTx(ctx, "send digests", func(ctx context.Context, tx Tx) error {
			mails, err := tx.TakeDigests(ctx, at, digestBatch)
			if err != nil {
				return err
			}
			taken = len(mails)
			jobs := lettersOf(mails)
			letters += len(jobs)
			return tx.Enqueue(ctx, jobs...)
		})
		if err != nil || taken == 0 {
			return letters, err
		}
	}
}

// lettersOf puts the entries of each person and account, which lie together, into letters.
func lettersOf(mails []Mail) []Job {
	var jobs []Job
	for len(mails) > 0 {
		n := 1
		for n < len(mails) && n < digestMost && mails[n].Person == mails[0].Person && mails[n].Account == mails[0].Account {
			n++
		}
		ids := make([]ID, n)
		for i, m := range mails[:n] {
			ids[i] = m.ID
		}
		jobs, mails = append(jobs, SendMailJob{Mails: ids, Digest: true}), mails[n:]
	}
	return jobs
}
