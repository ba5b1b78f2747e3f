package release_test

import (
	"testing"

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
