package release

import "time"

// MailWhen is when a person hears of a kind of notice by e-mail.
type MailWhen string

// When.
const (
	MailNow    MailWhen = "now"    // a message of its own, at once
	MailDigest MailWhen = "digest" // in the day's digest, at DigestHour of the account
	MailNever  MailWhen = "never"
)

// MailWhens are all, the soonest first.
func MailWhens() []MailWhen { return []MailWhen{MailNow, MailDigest, MailNever} }

// DigestHour is the hour of the account's day at which its people get their digest.
const DigestHour = 8

// mailDefault is what somebody who decides gets who has chosen nothing: as the publisher, and as an account that is told.
type mailDefault struct{ publisher, account MailWhen }

// mailDefaults leave out what a side has done itself. What calls for a decision before an instant comes at once.
var mailDefaults = map[NoticeKind]mailDefault{
	NoticeOpened:           {MailNever, MailNow},
	NoticeMoved:            {MailNever, MailNow},
	NoticeWithdrawn:        {MailNever, MailNow},
	NoticeSuperseded:       {MailNever, MailNow},
	NoticeDueInWeek:        {MailNever, MailNow},
	NoticeDueInDay:         {MailNow, MailNow},
	NoticeApplied:          {MailNow, MailNow},
	NoticePackDeleted:      {MailNever, MailNow},
	NoticeOptedIn:          {MailDigest, MailNever},
	NoticeWentBack:         {MailDigest, MailNever},
	NoticeFeedbackGiven:    {MailNow, MailNever},
	NoticeFeedbackAnswered: {MailNever, MailNow},
	NoticeDeliveryFailed:   {MailDigest, MailNow},
	NoticeVersionAvailable: {MailDigest, MailNever},
	NoticeAccessChanged:    {MailNever, MailDigest},
	NoticeWebhookPaused:    {MailNow, MailNow},
}

// MailRecipient is a person who can sign in, in one account, with what they have chosen there for one kind of notice.
type MailRecipient struct {
	Person      ID
	Name        string
	Email       string
	Account     ID
	AccountName string
	Zone        string // the account's
	Publisher   PublisherRole
	Managed     ManagedRole
	Chosen      MailWhen // empty: nothing
}

// DefaultMail is what a person with the roles gets of a kind as long as they choose nothing. Those who only look are not
// written to unless they wish it.
func DefaultMail(kind NoticeKind, publisher PublisherRole, managed ManagedRole) MailWhen {
	return sooner(defaultOn(kind, publisher == RolePublisher, true), defaultOn(kind, managed == RoleAdmin, false))
}

func defaultOn(kind NoticeKind, decides, asPublisher bool) MailWhen {
	d, known := mailDefaults[kind]
	switch {
	case !decides || !known:
		return MailNever
	case asPublisher:
		return d.publisher
	default:
		return d.account
	}
}

func sooner(a, b MailWhen) MailWhen {
	for _, w := range MailWhens() {
		if a == w || b == w {
			return w
		}
	}
	return MailNever
}

// MailKinds are the kinds that a person with the roles may hear of, in the order in which they are offered: some are only for
// publishers, or only for accounts.
func MailKinds(publisher PublisherRole, managed ManagedRole) []NoticeKind {
	var kinds []NoticeKind
	for _, k := range NoticeKinds() {
		if (publisher != "" && k.forPublishers()) || (managed != "" && k.forAccounts()) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// forPublishers: all that happens to their packs.
func (k NoticeKind) forPublishers() bool { return true }

// forAccounts: all but what only the publisher is told.
func (k NoticeKind) forAccounts() bool { return k != NoticeVersionAvailable }

// MailState is where a message is.
type MailState string

// The states. A digest's entries wait for its hour.
const (
	MailInDigest MailState = "digest"
	MailWaiting  MailState = "waiting" // for an attempt, or another
	MailSent     MailState = "sent"
	MailDropped  MailState = "dropped" // the person has no role there any more, or wishes no more of them
	MailDead     MailState = "dead"    // given up
)

// Mail is one notice for one person: a message, or an entry of a digest.
type Mail struct {
	ID          ID
	Person      ID
	Account     ID // in which the person hears of it
	Notice      Notice
	AsPublisher bool
	State       MailState
	DueAt       time.Time // of an entry: its digest's instant; else when it was asked for
	Attempts    int
	Failure     string
	EndedAt     *time.Time
}

// Letter is what is sent: one notice, or those of a digest.
type Letter struct {
	To     MailRecipient
	Digest bool
	Told   []Told
}

// Told is one notice of a letter, as its reader sees it.
type Told struct {
	Mail          ID
	Notice        Notice
	AsPublisher   bool
	PublisherName string // empty: no publisher is concerned
	AccountName   string // of the account that the notice is about; empty: none, or all
}

// Always tells whether the letter can't be switched off: it says what the person may do.
func (l Letter) Always() bool {
	return len(l.Told) == 1 && l.Told[0].Notice.concerns(l.To.Person)
}

// concerns: a change of what that very person may do.
func (n Notice) concerns(person ID) bool {
	return n.Kind == NoticeAccessChanged && !n.Person.IsZero() && n.Person == person
}

// mailFor is when the person is told of the notice, and as which side: never, when it does not concern them.
func (n Notice) mailFor(r MailRecipient, publisher ID, concerned bool) (when MailWhen, asPublisher bool) {
	asPublisher = r.Account == publisher && r.Publisher != ""
	asAccount := concerned && r.Managed != "" && n.Kind.forAccounts()
	switch {
	case n.concerns(r.Person):
		return MailNow, asPublisher
	case !asPublisher && !asAccount:
		return MailNever, false
	case r.Chosen != "":
		return r.Chosen, asPublisher
	}
	when = MailNever
	if asPublisher {
		when = defaultOn(n.Kind, r.Publisher == RolePublisher, true)
	}
	if asAccount {
		when = sooner(when, defaultOn(n.Kind, r.Managed == RoleAdmin, false))
	}
	return when, asPublisher
}

// stillFor tells whether a message that waits may be sent to the person as they are now.
func (m Mail) stillFor(r MailRecipient) bool {
	role := r.Managed != ""
	if m.AsPublisher {
		role = r.Publisher != ""
	}
	return m.Notice.concerns(r.Person) || (role && r.Chosen != MailNever)
}

// nextDigest is the first DigestHour in the zone that comes after the instant; on a day whose clocks leave that hour out, an
// hour beside it.
func nextDigest(after time.Time, zone *time.Location) time.Time {
	day := DateOf(after, zone)
	for {
		at := time.Date(day.Year, day.Month, day.Day, DigestHour, 0, 0, 0, zone)
		if at.After(after) {
			return at.UTC()
		}
		day = day.AddDays(1)
	}
}
