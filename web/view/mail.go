package view

import "packtide/release"

// MailSettings are when a person hears of each kind of notice by e-mail.
type MailSettings struct {
	Account string
	Kinds   []MailKind
	Off     bool // the site sends no e-mail
	Errors  []FieldError
}

// MailKind is one kind with what holds for it.
type MailKind struct {
	Kind    release.NoticeKind
	When    release.MailWhen
	Default release.MailWhen
}

// NewMailSettings are those of a person with the roles.
func NewMailSettings(account string, by release.Actor, chosen map[release.NoticeKind]release.MailWhen, on bool) MailSettings {
	s := MailSettings{Account: account, Off: !on}
	for _, k := range release.MailKinds(by.Publisher, by.Managed) {
		usual := release.DefaultMail(k, by.Publisher, by.Managed)
		when := chosen[k]
		if when == "" {
			when = usual
		}
		s.Kinds = append(s.Kinds, MailKind{Kind: k, When: when, Default: usual})
	}
	return s
}

func (k MailKind) field() Field {
	return Field{
		Name: "mail." + string(k.Kind), Label: NoticeLabel(k.Kind), Value: string(k.When),
		Hint: "Unless you choose otherwise: " + mailWhenWords[k.Default] + ".",
	}
}

// mailWhenWords are the choices in words.
var mailWhenWords = map[release.MailWhen]string{
	release.MailNow: "at once", release.MailDigest: "in the daily digest", release.MailNever: "never",
}

// mailWhenLabels are the same where a choice begins with them.
var mailWhenLabels = map[release.MailWhen]string{
	release.MailNow: "At once", release.MailDigest: "In the daily digest", release.MailNever: "Never",
}

func mailOptions() []Option {
	options := make([]Option, 0, len(release.MailWhens()))
	for _, w := range release.MailWhens() {
		options = append(options, Option{Value: string(w), Label: mailWhenLabels[w]})
	}
	return options
}

// noticeLabels are the kinds of notices in words.
var noticeLabels = map[release.NoticeKind]string{
	release.NoticeOpened:           "A testing period begins",
	release.NoticeMoved:            "A scheduled release gets another date",
	release.NoticeWithdrawn:        "A scheduled release is withdrawn",
	release.NoticeSuperseded:       "A scheduled release is replaced by an immediate one",
	release.NoticeDueInWeek:        "A release applies in 7 days",
	release.NoticeDueInDay:         "A release applies in 24 hours",
	release.NoticeApplied:          "A release has applied",
	release.NoticeOptedIn:          "An installation tries a release",
	release.NoticeWentBack:         "An installation goes back",
	release.NoticeFeedbackGiven:    "Feedback is given",
	release.NoticeFeedbackAnswered: "Feedback is answered",
	release.NoticeDeliveryFailed:   "An agent could not install a release",
	release.NoticeVersionAvailable: "A newer shareable version is not in a pack yet",
	release.NoticeAccessChanged:    "Who may do or install what changes",
	release.NoticeWebhookPaused:    "A webhook has stopped",
}

// NoticeLabel is a kind in words.
func NoticeLabel(k release.NoticeKind) string {
	if label, known := noticeLabels[k]; known {
		return label
	}
	return string(k)
}

// Unsubscribe is the page behind the link of a message.
type Unsubscribe struct {
	Action  string // of the page itself
	Account string
	Kind    release.NoticeKind // empty: the digest
	Done    bool               // they are off now
}

func (u Unsubscribe) what() string {
	if u.Kind == "" {
		return "the daily digest of " + u.Account
	}
	return "messages like “" + NoticeLabel(u.Kind) + "” of " + u.Account
}

// DeadMails are the messages that were given up.
type DeadMails struct {
	Rows  []release.DeadMail
	Older string // the next page; empty: none
	Off   bool   // the site sends no e-mail
	Clock Clock
}
