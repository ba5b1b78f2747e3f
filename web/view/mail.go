package view

import (
	"github.com/a-h/templ"

	"packtide/release"
)

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
		Name: "mail." + string(k.Kind), Value: string(k.When), Attrs: templ.Attributes{"aria-label": KindWord(k.Kind)},
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
	return "messages like “" + KindWord(u.Kind) + "” of " + u.Account
}

// DeadMails are the messages that were given up.
type DeadMails struct {
	Rows  []release.DeadMail
	Older string // the next page; empty: none
	Off   bool   // the site sends no e-mail
	Clock Clock
}
