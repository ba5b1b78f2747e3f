package release

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
)

// ChooseMail keeps when the actor wishes to hear of each kind by e-mail, where they act. Kinds that are left out stay as they
// were; those that are not for them are refused.
func (s *Service) ChooseMail(ctx context.Context, by Actor, chosen map[NoticeKind]MailWhen) error {
	if err := by.mayChange(); err != nil {
		return err
	}
	offered := MailKinds(by.Publisher, by.Managed)
	for kind, when := range chosen {
		if !slices.Contains(offered, kind) || !slices.Contains(MailWhens(), when) {
			return ErrMailChoice
		}
	}
	return s.keepMailChoices(ctx, by, chosen)
}

// keepMailChoices is audited as a change of the person (R33).
func (s *Service) keepMailChoices(ctx context.Context, by Actor, chosen map[NoticeKind]MailWhen) error {
	if len(chosen) == 0 {
		return nil
	}
	return s.inTx(ctx, "choose messages", func(ctx context.Context, tx Tx) error {
		return s.saveMailChoices(ctx, tx, by, chosen)
	})
}

func (s *Service) saveMailChoices(ctx context.Context, tx Tx, by Actor, chosen map[NoticeKind]MailWhen) error {
	p, err := tx.LockPerson(ctx, by.Person)
	if err != nil {
		return err
	}
	if err := tx.SaveMailChoices(ctx, by.Person, by.Account, chosen); err != nil {
		return err
	}
	by.Name = p.Name
	e := personEvent(by, s.now(), ActMailChosen, p)
	e.Account, e.After = by.Account, map[string]any{}
	for kind, when := range chosen {
		if when == "" {
			when = "default"
		}
		e.After[string(kind)] = when
	}
	return record(ctx, tx, e)
}

// MailStop is what a link in a message switches off: one kind, or the whole digest, of one person in one account.
type MailStop struct {
	Person  ID
	Account ID
	Kind    NoticeKind // empty: the digest
}

// MailKey signs the links with which messages are switched off, so that nobody makes them for others.
type MailKey []byte

// Sign makes the secret of a link. It works for ever: old messages lie around for years.
func (k MailKey) Sign(m MailStop) Secret {
	plain := append(append(m.Person[:len(m.Person):len(m.Person)], m.Account[:]...), m.Kind...)
	return Secret(base64.RawURLEncoding.EncodeToString(append(k.sum(plain), plain...)))
}

const mailSum = 16 // bytes: nobody guesses 128 bits

func (k MailKey) sum(plain []byte) []byte {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte("switch off mail\x00"))
	mac.Write(plain)
	return mac.Sum(nil)[:mailSum]
}

// Read is what a link switches off; ErrMailLink for one that Sign did not make.
func (k MailKey) Read(secret Secret) (MailStop, error) {
	var m MailStop
	all, err := base64.RawURLEncoding.DecodeString(string(secret))
	if err != nil || len(k) == 0 || len(all) < mailSum+2*len(m.Person) {
		return MailStop{}, ErrMailLink
	}
	plain := all[mailSum:]
	if !hmac.Equal(k.sum(plain), all[:mailSum]) {
		return MailStop{}, ErrMailLink
	}
	n := copy(m.Person[:], plain)
	n += copy(m.Account[:], plain[n:])
	m.Kind = NoticeKind(plain[n:])
	return m, nil
}

// StopMail switches messages off for whoever holds the link of one; back takes that back, to what they are by default.
func (s *Service) StopMail(ctx context.Context, m MailStop, back bool) error {
	by := Actor{Person: m.Person, Account: m.Account, Source: FromUI}
	return s.inTx(ctx, "switch messages off", func(ctx context.Context, tx Tx) error {
		kinds := []NoticeKind{m.Kind}
		if m.Kind == "" {
			kinds = NoticeKinds()
		}
		chosen := map[NoticeKind]MailWhen{}
		for _, kind := range kinds {
			r, err := tx.MailRecipient(ctx, m.Person, m.Account, kind)
			if errors.Is(err, ErrNotFound) {
				return ErrMailLink
			}
			if err != nil {
				return err
			}
			if when, changes := m.decide(r, kind, back); changes {
				chosen[kind] = when
			}
		}
		if len(chosen) == 0 {
			return nil
		}
		return s.saveMailChoices(ctx, tx, by, chosen)
	})
}

// decide is what the link makes of one kind. The digest's link leaves alone what comes at once.
func (m MailStop) decide(r MailRecipient, kind NoticeKind, back bool) (when MailWhen, changes bool) {
	usual := DefaultMail(kind, r.Publisher, r.Managed)
	is := r.Chosen
	if is == "" {
		is = usual
	}
	if back {
		return "", r.Chosen == MailNever && (m.Kind != "" || usual == MailDigest)
	}
	return MailNever, is != MailNever && (m.Kind != "" || is == MailDigest)
}
