package release_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// mailSteps are a person's choices, and what the queue does for nobody.
func (w *world) mailSteps() []step {
	ctx, s := w.t.Context(), w.svc
	notice := release.Notice{ID: release.NewID(monday), Kind: release.NoticeOpened, At: monday, Publisher: w.acme.Account, PackName: "Mail"}
	var letter release.Letter
	strangers := map[string]error{
		"north": release.ErrMailChoice, "northViewer": release.ErrMailChoice, "south": release.ErrMailChoice, "support": release.ErrMailChoice,
		"operator": release.ErrMailChoice, "nobody": release.ErrMailChoice,
	}
	return []step{
		{"ChooseMail", w.acme, func(by release.Actor) error {
			return s.ChooseMail(ctx, by, map[release.NoticeKind]release.MailWhen{
				release.NoticeVersionAvailable: release.MailNever, release.NoticeOpened: release.MailDigest,
			})
		}, []string{release.ActMailChosen}, strangers}, // only publishers hear of versions
		{"TellPeople", release.Actor{}, func(release.Actor) error { return s.TellPeople(ctx, release.TellPeopleJob{Notice: notice}) }, nil, nil},
		{"SendDigests", release.Actor{}, func(release.Actor) error {
			_, err := s.SendDigests(ctx, monday.AddDate(0, 0, 2))
			return err
		}, nil, nil},
		{"BeginLetter", release.Actor{}, func(release.Actor) (err error) {
			letter, err = s.BeginLetter(ctx, release.SendMailJob{Mails: w.mailsOf(w.acme), Digest: true}, 1)
			return err
		}, nil, nil}, // the message tells its own story
		{"EndLetter", release.Actor{}, func(release.Actor) error {
			_, err := s.EndLetter(ctx, letter, 1, release.LetterEnd{Sent: true})
			return err
		}, nil, nil},
		{"BeginInvitation", release.Actor{}, func(release.Actor) error {
			_, err := s.BeginInvitation(ctx, release.NewID(monday), 1)
			return noneThere(err)
		}, nil, nil}, // those that there are, notify's tests send
		{"EndInvitation", release.Actor{}, func(release.Actor) error {
			_, err := s.EndInvitation(ctx, release.NewID(monday), 1, release.LetterEnd{Sent: true})
			return noneThere(err)
		}, nil, nil},
		{"ForgetMails", release.Actor{}, func(release.Actor) error {
			_, err := s.ForgetMails(ctx, monday.AddDate(1, 0, 0))
			return err
		}, nil, nil},
		{"StopMail", release.Actor{}, func(release.Actor) error {
			return s.StopMail(ctx, release.MailStop{Person: w.acme.Person, Account: w.acme.Account, Kind: release.NoticeApplied}, false)
		}, []string{release.ActMailChosen}, nil},
	}
}

// mailsOf are the messages to somebody in the order of their ids, whatever has become of them.
func (w *world) mailsOf(who release.Actor) []release.ID {
	w.t.Helper()
	return readIDs(w.t, w, `SELECT id FROM mail WHERE person_id = $1 ORDER BY id`, who.Person)
}

func readIDs(t testing.TB, w *world, sql string, args ...any) []release.ID {
	t.Helper()
	rows, err := w.db.Pool.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var ids []release.ID
	for rows.Next() {
		var id release.ID
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// told are the people to whom a notice is told now, with what becomes of it: "Nora now, Paula digest".
func (w *world) told(n release.Notice) string {
	w.t.Helper()
	n.ID, n.At = release.NewID(monday), w.clock.now()
	w.ok(w.svc.TellPeople(w.t.Context(), release.TellPeopleJob{Notice: n}))
	w.ok(w.svc.TellPeople(w.t.Context(), release.TellPeopleJob{Notice: n})) // which changes nothing
	rows, err := w.db.Pool.Query(w.t.Context(), `
		SELECT p.name || CASE m.state WHEN 'digest' THEN ' digest' ELSE ' now' END FROM mail m JOIN person p ON p.id = m.person_id
		 WHERE notice_id = $1 ORDER BY p.name`, n.ID)
	w.ok(err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		w.ok(rows.Scan(&one))
		all = append(all, one)
	}
	w.ok(rows.Err())
	return strings.Join(all, ", ")
}

// Those hear who decide, unless they choose otherwise; nobody of other accounts does.
func TestMailReachesThoseConcerned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pack := w.pack(w.acme, "Mail", true)
	w.released(w.acme, pack.ID, "1.0.0", w.upload(w.acme, "Mail", "1.0.0"))
	w.install(w.north, pack.ID, "a")
	all := release.Notice{Publisher: w.acme.Account, Pack: pack.ID, Everyone: true}
	one := release.Notice{Publisher: w.acme.Account, Account: w.north.Account, Pack: pack.ID}
	of := func(n release.Notice, kind release.NoticeKind) release.Notice { n.Kind = kind; return n }
	for _, tc := range []struct {
		notice release.Notice
		want   string
	}{
		{of(all, release.NoticeOpened), "Nora now"},
		{of(all, release.NoticeApplied), "Nora now, Paula now, Pedro now"},
		{of(all, release.NoticeVersionAvailable), "Paula digest, Pedro digest"},
		{of(one, release.NoticeOptedIn), "Paula digest, Pedro digest"},
		{of(one, release.NoticeFeedbackAnswered), "Nora now"},
		{of(one, release.NoticeAccessChanged), "Nora digest"},
	} {
		if got := w.told(tc.notice); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.notice.Kind, got, tc.want)
		}
	}
	choose := func(by release.Actor, kind release.NoticeKind, when release.MailWhen) {
		w.ok(w.svc.ChooseMail(ctx, by, map[release.NoticeKind]release.MailWhen{kind: when}))
	}
	choose(w.north, release.NoticeOpened, release.MailDigest)
	choose(w.northViewer, release.NoticeOpened, release.MailNow)
	choose(w.acmeViewer, release.NoticeOpened, release.MailNow)
	choose(w.south, release.NoticeOpened, release.MailNow)
	choose(w.bolt, release.NoticeOpened, release.MailNow)
	choose(w.acme2, release.NoticeApplied, release.MailNever)
	if got, want := w.told(of(all, release.NoticeOpened)), "Nora digest, Norman now, Vera now"; got != want {
		t.Errorf("after choices: %q, want %q", got, want)
	}
	if got, want := w.told(of(all, release.NoticeApplied)), "Nora now, Paula now"; got != want {
		t.Errorf("after choices: %q, want %q", got, want)
	}
	// Nobody reads or makes the choices of others: those are the actor's own, where they act.
	if got := must(w.db.Reader.MailChoices(ctx, w.northViewer))(t); len(got) != 1 || got[release.NoticeOpened] != release.MailNow {
		t.Errorf("Norman has chosen %v", got)
	}
	w.ok(w.svc.DisablePerson(ctx, w.operator, w.north.Person))
	if got, want := w.told(of(all, release.NoticeOpened)), "Norman now, Vera now"; got != want {
		t.Errorf("after Nora was disabled: %q, want %q", got, want)
	}
}

// Every kind comes to somebody by default, and never to those who only look.
func TestMailDefaults(t *testing.T) {
	t.Parallel()
	for _, kind := range release.NoticeKinds() {
		if got := release.DefaultMail(kind, release.RolePublisherViewer, release.RoleManagedViewer); got != release.MailNever {
			t.Errorf("%s: viewers get it %s", kind, got)
		}
		publisher, admin := release.DefaultMail(kind, release.RolePublisher, ""), release.DefaultMail(kind, "", release.RoleAdmin)
		if publisher == release.MailNever && admin == release.MailNever {
			t.Errorf("%s comes to nobody", kind)
		}
		if got := release.DefaultMail(kind, release.RolePublisher, release.RoleAdmin); got != publisher && got != admin {
			t.Errorf("%s: both roles get it %s", kind, got)
		}
	}
	if slices.Contains(release.MailKinds("", release.RoleAdmin), release.NoticeVersionAvailable) {
		t.Error("accounts are offered what only publishers hear")
	}
}

// A letter goes to the person as they are when it is sent: not without the role, not after it was switched off, not when they
// can't sign in.
func TestMailIsDroppedWhenItMayNotBeSent(t *testing.T) {
	t.Parallel()
	for name, between := range map[string]func(w *world) error{
		"role ended": func(w *world) error {
			return w.svc.SetRoles(w.t.Context(), w.operator, release.Membership{Person: w.north.Person, Account: w.north.Account})
		},
		"disabled": func(w *world) error { return w.svc.DisablePerson(w.t.Context(), w.operator, w.north.Person) },
		"switched off": func(w *world) error {
			return w.svc.ChooseMail(w.t.Context(), w.north, map[release.NoticeKind]release.MailWhen{release.NoticeApplied: release.MailNever})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.told(release.Notice{Kind: release.NoticeApplied, Account: w.north.Account})
			w.ok(between(w))
			mails := w.mailsOf(w.north)[:1]
			_, err := w.svc.BeginLetter(t.Context(), release.SendMailJob{Mails: mails}, 1)
			w.refused(err, release.ErrMailOver)
			if n := w.number(`SELECT count(*) FROM mail WHERE id = $1 AND state = 'dropped'`, mails[0]); n != 1 {
				t.Error("it was not dropped")
			}
		})
	}
}

// What somebody may do from now on is told to them, whatever they have chosen, and also when it is nothing any more.
func TestMailOfOnesOwnRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ok(w.svc.ChooseMail(t.Context(), w.northViewer, map[release.NoticeKind]release.MailWhen{release.NoticeAccessChanged: release.MailNever}))
	w.ok(w.svc.SetRoles(t.Context(), w.operator, release.Membership{Person: w.northViewer.Person, Account: w.north.Account}))
	n := release.Notice{Kind: release.NoticeAccessChanged, Account: w.north.Account, Person: w.northViewer.Person, Change: release.ActRoleChanged}
	if got, want := w.told(n), "Nora digest, Norman now"; got != want {
		t.Fatalf("%q, want %q", got, want)
	}
	letter := must(w.svc.BeginLetter(t.Context(), release.SendMailJob{Mails: w.mailsOf(w.northViewer)}, 1))(t)
	if !letter.Always() || letter.To.Name != "Norman" {
		t.Errorf("%+v", letter)
	}
}

// The digest comes at eight of the account's clock, every day, also on the days on which clocks go forward or back.
func TestDigestComesAtEight(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ok(w.svc.ChooseMail(t.Context(), w.north, map[release.NoticeKind]release.MailWhen{release.NoticeApplied: release.MailDigest}))
	for _, tc := range []struct{ zone, at, want string }{
		{"Asia/Kolkata", "2027-01-11T02:29:59Z", "2027-01-11T02:30:00Z"},
		{"Asia/Kolkata", "2027-01-11T02:30:00Z", "2027-01-12T02:30:00Z"}, // at the very instant: tomorrow's
		{"Europe/Paris", "2027-03-27T12:00:00Z", "2027-03-28T06:00:00Z"}, // forward in the night between
		{"Europe/Paris", "2027-10-30T12:00:00Z", "2027-10-31T07:00:00Z"}, // back
		{"America/New_York", "2027-03-13T20:00:00Z", "2027-03-14T12:00:00Z"},
		{"America/New_York", "2027-11-06T20:00:00Z", "2027-11-07T13:00:00Z"},
		{"Australia/Lord_Howe", "2027-10-02T12:00:00Z", "2027-10-02T21:00:00Z"}, // by half an hour
		{"Pacific/Kiritimati", "2027-12-31T17:59:59Z", "2027-12-31T18:00:00Z"},  // over the year's end
		{"Nowhere/Any_more", "2027-01-11T09:00:00Z", "2027-01-12T08:00:00Z"},
	} {
		w.exec(`UPDATE account SET zone = $2 WHERE id = $1`, w.north.Account, tc.zone)
		at := must(time.Parse(time.RFC3339, tc.at))(t)
		w.clock.set(at)
		n := release.Notice{ID: release.NewID(monday), At: at, Kind: release.NoticeApplied, Account: w.north.Account}
		w.ok(w.svc.TellPeople(t.Context(), release.TellPeopleJob{Notice: n}))
		var due time.Time
		w.ok(w.db.Pool.QueryRow(t.Context(), `SELECT due_at FROM mail WHERE notice_id = $1`, n.ID).Scan(&due))
		if got := due.UTC().Format(time.RFC3339); got != tc.want {
			t.Errorf("%s after %s: %s, want %s", tc.zone, tc.at, got, tc.want)
		}
	}
	w.exec(`UPDATE account SET zone = 'UTC' WHERE id = $1`, w.north.Account)
}

// A link works for what it was made for, and for nothing that somebody has made of it.
func TestMailLinks(t *testing.T) {
	t.Parallel()
	key := release.MailKey("one key")
	stop := release.MailStop{Person: release.NewID(monday), Account: release.NewID(monday), Kind: release.NoticeApplied}
	for _, m := range []release.MailStop{stop, {Person: stop.Person, Account: stop.Account}} {
		secret := key.Sign(m)
		if got, err := key.Read(secret); err != nil || got != m {
			t.Errorf("%+v, %v", got, err)
		}
		bad := map[string]release.Secret{
			"empty": "", "no base64": secret + "=", "cut": secret[:len(secret)-4], "short": secret[:20], "longer": secret + "AAAA",
			"of another key": release.MailKey("another").Sign(m), "of no key": release.MailKey(nil).Sign(m),
		}
		for i := 0; i < len(secret)-4; i += 7 {
			other := byte('A')
			if secret[i] == other {
				other = 'B'
			}
			bad["changed at "+strconv.Itoa(i)] = secret[:i] + release.Secret(other) + secret[i+1:]
		}
		for name, secret := range bad {
			if got, err := key.Read(secret); !errors.Is(err, release.ErrMailLink) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		if _, err := release.MailKey(nil).Read(release.MailKey(nil).Sign(m)); !errors.Is(err, release.ErrMailLink) {
			t.Errorf("without a key: %v", err)
		}
	}
}

// The link of one kind switches off that kind, the digest's what comes in the digest; either can be undone.
func TestStopMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	chosen := func() map[release.NoticeKind]release.MailWhen {
		return must(w.db.Reader.MailChoices(ctx, w.acme))(t)
	}
	one := release.MailStop{Person: w.acme.Person, Account: w.acme.Account, Kind: release.NoticeApplied}
	w.ok(w.svc.StopMail(ctx, one, false))
	w.ok(w.svc.StopMail(ctx, one, false)) // twice is once
	if got := chosen(); len(got) != 1 || got[release.NoticeApplied] != release.MailNever {
		t.Errorf("one kind off: %v", got)
	}
	w.ok(w.svc.StopMail(ctx, one, true))
	if got := chosen(); len(got) != 0 {
		t.Errorf("one kind back: %v", got)
	}
	digest := release.MailStop{Person: w.acme.Person, Account: w.acme.Account}
	w.ok(w.svc.StopMail(ctx, digest, false))
	got := chosen()
	for _, kind := range release.NoticeKinds() {
		usual := release.DefaultMail(kind, release.RolePublisher, "")
		if _, off := got[kind]; off != (usual == release.MailDigest) {
			t.Errorf("the digest off: %s, by default %s, is %q", kind, usual, got[kind])
		}
	}
	w.ok(w.svc.StopMail(ctx, digest, true))
	if got := chosen(); len(got) != 0 {
		t.Errorf("the digest back: %v", got)
	}
	w.ok(w.svc.DisablePerson(ctx, w.operator, w.acme.Person))
	w.refused(w.svc.StopMail(ctx, one, false), release.ErrMailLink)
}

// A late attempt changes nothing of what another has ended.
func TestLetterEndsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.told(release.Notice{Kind: release.NoticeApplied, Account: w.north.Account})
	letter := must(w.svc.BeginLetter(t.Context(), release.SendMailJob{Mails: w.mailsOf(w.north)}, 1))(t)
	must(w.svc.EndLetter(t.Context(), letter, 1, release.LetterEnd{Sent: true}))(t)
	must(w.svc.EndLetter(t.Context(), letter, release.MailAttempts, release.LetterEnd{Failure: "late"}))(t)
	if n := w.number(`SELECT count(*) FROM mail WHERE state = 'sent' AND failure = ''`); n != 1 {
		t.Error("it is not sent any more")
	}
}

// noneThere wants what is asked for not to be there.
func noneThere(err error) error {
	if errors.Is(err, release.ErrNotFound) {
		return nil
	}
	return fmt.Errorf("found: %w", err)
}
