package release

import (
	"context"
	"strings"
	"time"
)

// NoticeKind names what has happened, as webhooks and messages tell it: noun.verb.
type NoticeKind string

// The kinds. Beside each: who is told, besides the publisher of the pack.
const (
	NoticeOpened           NoticeKind = "release.opened"          // a testing period has begun; accounts that have the pack
	NoticeMoved            NoticeKind = "release.date_moved"      // another date, or another instant of it (R17, R20); accounts that have the pack
	NoticeWithdrawn        NoticeKind = "release.withdrawn"       // R20; accounts that have the pack
	NoticeSuperseded       NoticeKind = "release.superseded"      // R15; accounts that have the pack
	NoticeDueInWeek        NoticeKind = "release.due_in_7_days"   // a reminder; accounts that have the pack
	NoticeDueInDay         NoticeKind = "release.due_in_24_hours" // a reminder; accounts that have the pack
	NoticeApplied          NoticeKind = "release.applied"         // at its midnight or at once (R15, R18); accounts that have the pack
	NoticePackDeleted      NoticeKind = "pack.deleted"            // R11: it is uninstalled everywhere; accounts that had the pack
	NoticeOptedIn          NoticeKind = "attachment.opted_in"     // R27; its account
	NoticeWentBack         NoticeKind = "attachment.went_back"    // R27; its account
	NoticeFeedbackGiven    NoticeKind = "feedback.given"          // R31; the account that gave it
	NoticeFeedbackAnswered NoticeKind = "feedback.answered"       // R31; the account that gave the feedback
	NoticeDeliveryFailed   NoticeKind = "delivery.failed"         // an account's platform reports that it could not install; that account
	NoticeVersionAvailable NoticeKind = "version.available"       // a newer shareable version of a package that packs hold (R9); nobody else
	NoticeAccessChanged    NoticeKind = "access.changed"          // groups (R25, R30), roles, invitations; the account concerned
	NoticeWebhookPaused    NoticeKind = "webhook.paused"          // an endpoint has failed for days, or says that it is gone; the account that keeps it
)

// NoticeKinds are all of them, in the order in which they are offered.
func NoticeKinds() []NoticeKind {
	return []NoticeKind{
		NoticeOpened, NoticeMoved, NoticeWithdrawn, NoticeSuperseded, NoticeDueInWeek, NoticeDueInDay, NoticeApplied,
		NoticePackDeleted, NoticeOptedIn, NoticeWentBack, NoticeFeedbackGiven, NoticeFeedbackAnswered, NoticeDeliveryFailed,
		NoticeVersionAvailable, NoticeAccessChanged, NoticeWebhookPaused,
	}
}

// Notice is something that others are to hear of. It is complete in itself, as of the instant: what it tells does not change
// while its messages are under way. Names of accounts are looked up when it is told.
type Notice struct {
	ID             ID         `json:"id"` // of the audit event, where there is one
	Kind           NoticeKind `json:"kind"`
	At             time.Time  `json:"at"`
	Publisher      ID         `json:"publisher,omitzero"` // who is told as the publisher; zero: nobody
	Account        ID         `json:"account,omitzero"`   // the one account that it concerns; zero: none, or all that have the pack
	Everyone       bool       `json:"everyone,omitzero"`  // told to every account that had the pack attached at that instant
	Pack           ID         `json:"pack,omitzero"`
	PackName       string     `json:"pack_name,omitzero"`
	Release        ID         `json:"release,omitzero"`
	Version        string     `json:"version,omitzero"` // of the release, or of the package
	DueOn          *Date      `json:"due_on,omitempty"`
	Zone           string     `json:"zone,omitzero"` // in which the date is meant
	DueAt          *time.Time `json:"due_at,omitempty"`
	WasDueOn       *Date      `json:"was_due_on,omitempty"` // before it was moved
	WasDueAt       *time.Time `json:"was_due_at,omitempty"`
	Attachment     ID         `json:"attachment,omitzero"`
	AttachmentName string     `json:"attachment_name,omitzero"`
	Environment    string     `json:"environment,omitzero"`
	Person         ID         `json:"person,omitzero"`  // access.changed: whose roles they are
	Subject        string     `json:"subject,omitzero"` // the package, group, person or address that it is about
	Change         string     `json:"change,omitzero"`  // access.changed: the audit's action
	Verdict        Verdict    `json:"verdict,omitzero"`
	Text           string     `json:"text,omitzero"` // a reason, a feedback, an answer, a failure
	Late           bool       `json:"late,omitzero"`
	Gone           bool       `json:"gone,omitzero"`    // webhook.paused: the receiver has said that it is gone
	Outside        int        `json:"outside,omitzero"` // R30: attachments that are outside the groups now; at most MostOutside+1
}

// Job is work that goes on after the transaction that asks for it has committed, and that is forgotten when it rolls back.
// Kind names it in the database: it stays the same for ever.
type Job interface{ Kind() string }

// TellJob tells a notice to webhooks: one page of the accounts that it concerns, those after the given one.
type TellJob struct {
	Notice Notice `json:"notice"`
	After  ID     `json:"after"`
}

// Kind is its name in the database.
func (TellJob) Kind() string { return "tell_webhooks" }

// NoticeTx reads what notices tell.
type NoticeTx interface {
	// PacksBehind are up to 100 packs whose current release holds a lower version of the package (R9).
	PacksBehind(ctx context.Context, pkg ID, below Version) ([]Pack, error)
	// Pack reads a pack, without a lock and without its releases.
	Pack(ctx context.Context, id ID) (Pack, error)
	// AccountsWith are the accounts of up to limit attachments of the pack that were there at the instant: those after the given
	// one. last is the attachment after which the next page begins; zero: there is none. An account may come on several pages.
	AccountsWith(ctx context.Context, pack ID, at time.Time, after ID, limit int) (accounts []ID, last ID, err error)
	// NoteFailureTold keeps that a failure of the attachment to install the release is told at the instant, unless that was noted
	// after the second one; it tells whether it did.
	NoteFailureTold(ctx context.Context, attachment, release ID, at, unlessAfter time.Time) (bool, error)
}

// JobTx asks for work after the transaction.
type JobTx interface {
	// Enqueue asks for the jobs, in the same transaction. A store that was made without a queue drops them.
	Enqueue(ctx context.Context, jobs ...Job) error
}

// record writes the audit and tells what has happened to whom it concerns, in the same transaction.
func record(ctx context.Context, tx Tx, events ...Event) error {
	if err := tx.Audit(ctx, events...); err != nil {
		return err
	}
	var told []Notice
	for _, e := range events {
		if e.notice != nil {
			told = append(told, *e.notice)
		}
	}
	return tell(ctx, tx, told...)
}

// tell asks for the notices to be told, on every way on which they are.
func tell(ctx context.Context, tx Tx, notices ...Notice) error {
	if len(notices) == 0 {
		return nil
	}
	jobs := make([]Job, 0, 2*len(notices))
	for _, n := range notices {
		jobs = append(jobs, TellJob{Notice: n}, TellPeopleJob{Notice: n})
	}
	return tx.Enqueue(ctx, jobs...)
}

// telling lets the event be told to others, too.
func (e Event) telling(kind NoticeKind, n Notice) Event {
	n.ID, n.Kind, n.At = e.ID, kind, e.At
	if n.Publisher.IsZero() {
		n.Publisher = e.Publisher
	}
	if n.Text == "" {
		n.Text = e.Reason
	}
	e.notice = &n
	return e
}

// noticeOf is what all notices of a release say of it.
func noticeOf(p Pack, r Release) Notice {
	n := Notice{
		Publisher: p.Publisher, Pack: p.ID, PackName: p.Name, Release: r.ID, DueOn: r.DueOn, DueAt: r.DueAt, Zone: r.Zone, Late: r.Late,
	}
	if r.Version != nil {
		n.Version = r.Version.String()
	}
	return n
}

// forAll is a notice for every account that has the pack.
func (n Notice) forAll() Notice {
	n.Everyone = true
	return n
}

// from adds the one attachment that the notice is about.
func (n Notice) from(a Attachment) Notice {
	n.Account, n.Attachment, n.AttachmentName, n.Environment = a.Account, a.ID, a.Name, a.Environment
	return n
}

// accessTold lets a change of what somebody may do be told to the account concerned, and to the publisher whose group it is.
func accessTold(e Event, n Notice) Event {
	if e.Publisher.IsZero() {
		return e // the site's own staff
	}
	n.Change = e.Action
	return e.telling(NoticeAccessChanged, n)
}

// tellUpdate tells the publisher which packs do not hold the new shareable version yet (R9): a notice for each.
func tellUpdate(ctx context.Context, tx Tx, e Event, v PackageVersion) error {
	if !v.Shareable {
		return nil
	}
	packs, err := tx.PacksBehind(ctx, v.Package, v.Version)
	if err != nil {
		return err
	}
	told := make([]Notice, len(packs))
	for i, p := range packs {
		told[i] = Notice{
			ID: NewID(e.At), Kind: NoticeVersionAvailable, At: e.At, Publisher: p.Publisher, Pack: p.ID, PackName: p.Name,
			Subject: v.DisplayName, Version: v.Version.String(),
		}
	}
	return tell(ctx, tx, told...)
}

// maxTold is how much of an agent's words a notice tells, in bytes: the end of them.
const maxTold = 2000

// failureEvery is how often it is told at the most that one attachment could not install one release: an agent that tries, goes
// back and tries again all day is one piece of news an hour.
const failureEvery = time.Hour

// tellFailure tells the publisher and the account that the account's platform could not install the release, unless they were
// told so less than failureEvery ago.
func tellFailure(ctx context.Context, tx Tx, a Attachment, o Observed) error {
	if news, err := tx.NoteFailureTold(ctx, a.ID, o.Release, o.ReportedAt, o.ReportedAt.Add(-failureEvery)); err != nil || !news {
		return err
	}
	p, err := tx.Pack(ctx, a.Pack)
	if err != nil {
		return err
	}
	r, err := tx.Release(ctx, o.Release)
	if err != nil {
		return err
	}
	n := noticeOf(p, r).from(a)
	n.ID, n.Kind, n.At, n.Text = NewID(o.ReportedAt), NoticeDeliveryFailed, o.ReportedAt, o.Detail
	if over := len(n.Text) - maxTold; over > 0 {
		n.Text = strings.ToValidUTF8(n.Text[over:], "")
	}
	return tell(ctx, tx, n)
}
