package notify_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"packtide/notify"
	"packtide/release"
)

// inviting is the world's service where letters are sent.
func (w *world) inviting() *release.Service {
	return release.NewService(w.db.Store.Queueing(notify.Enqueue), w.clock.now, release.Webhooks(w.vault, loopback), release.Inviting())
}

var ida = release.Invite{Name: "Ida", Email: "ida@example.org", Managed: release.RoleAdmin}

// Somebody who is invited gets the link by e-mail, and nobody else ever sees it: neither who invites, nor the database. It lets
// them in once.
func TestInvitationIsMailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := newPostOffice(t, func(nth int, _ string) string {
		if nth == 1 {
			return "451 come again"
		}
		return "250 taken"
	})
	invite := ida
	invite.Account = w.north.Account
	p, shown, err := w.inviting().InvitePerson(t.Context(), release.Operator(), invite)
	w.ok(err)
	if shown != "" || p.PasswordHash != "" {
		t.Errorf("who invites sees %q", shown)
	}
	w.post(o.config())
	w.until("the invitation is taken", func() bool {
		w.hurry()
		return w.number(`SELECT count(*) FROM invitation_mail WHERE state = 'sent'`) == 1
	})
	letters := o.all()
	if len(letters) != 2 || letters[1].to != "ida@example.org" {
		t.Fatalf("%+v", letters)
	}
	m := opened(t, letters[1])
	if first := opened(t, letters[0]); first.Header.Get("Message-Id") != m.Header.Get("Message-Id") {
		t.Error("another try has another id")
	}
	if header(t, m, "Subject") != "You are invited to North in packtide" || m.Header.Get("List-Unsubscribe") != "" {
		t.Errorf("%v", m.Header)
	}
	forms := parts(t, m)
	_, rest, _ := strings.Cut(forms["text/plain"], mailBase+"/welcome/")
	secret := release.Secret(strings.Fields(rest)[0])
	if !strings.Contains(forms["text/html"], mailBase+"/welcome/"+string(secret)) || strings.Contains(forms["text/plain"], "Choose your messages") {
		t.Errorf("%s", forms)
	}
	for _, sql := range []string{
		`SELECT count(*) FROM invitation_mail m WHERE position($1 IN m::text) > 0 OR sealed IS NOT NULL`,
		`SELECT count(*) FROM river_job j WHERE position($1 IN j::text) > 0`,
		`SELECT count(*) FROM audit_event e WHERE position($1 IN e::text) > 0`,
		`SELECT count(*) FROM sign_in_link l WHERE position($1 IN l::text) > 0`,
	} {
		if strings.Contains(sql, "sealed") {
			sql = strings.Replace(sql, "$1", "$1::text", 1)
		}
		if n := w.number(sql, string(secret)); n != 0 {
			t.Errorf("the secret is kept: %s", sql)
		}
	}
	joined, err := w.svc.Redeem(t.Context(), secret, release.Newcomer{PasswordHash: "x"})
	if err != nil || joined.ID != p.ID {
		t.Errorf("%+v, %v", joined, err)
	}
	if _, err := w.svc.Redeem(t.Context(), secret, release.Newcomer{PasswordHash: "y"}); !errors.Is(err, release.ErrLinkInvalid) {
		t.Errorf("the link works twice: %v", err)
	}
}

// Without a mail server, or a key to keep the link with, who invites gets the link as ever.
func TestInvitationIsShownWithoutMail(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	unsealed := release.NewService(w.db.Store.Queueing(notify.Enqueue), w.clock.now, release.Inviting())
	for _, s := range []*release.Service{w.svc, unsealed} {
		invite := ida
		invite.Account = w.north.Account
		if _, shown, err := s.InvitePerson(t.Context(), release.Operator(), invite); err != nil || shown == "" {
			t.Errorf("%q, %v", shown, err)
		}
	}
	if n := w.number(`SELECT count(*) FROM invitation_mail`); n != 0 {
		t.Errorf("%d are under way", n)
	}
}

// What the mail server refuses for good is listed for operators; an invitation that was used, or whose person may not come any
// more, is not sent.
func TestInvitationThatIsNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	o := newPostOffice(t, func(int, string) string { return "550 no such user" })
	s := w.inviting()
	_, _, err := s.InvitePerson(ctx, release.Operator(), release.Invite{Name: "Sam", Email: "sam@example.org", Site: release.RoleSupport})
	w.ok(err)
	invite := ida
	invite.Account = w.north.Account
	gone, _, err := s.InvitePerson(ctx, release.Operator(), invite)
	w.ok(err)
	w.ok(s.DisablePerson(ctx, release.Operator(), gone.ID))
	invite.Email = "late@example.org"
	late, _, err := s.InvitePerson(ctx, release.Operator(), invite)
	w.ok(err)
	w.exec(`UPDATE sign_in_link SET expires_at = $2 WHERE person_id = $1`, late.ID, monday)
	w.clock.set(monday.Add(time.Hour))
	w.post(o.config())
	w.until("all have ended", func() bool {
		return w.number(`SELECT count(*) FROM invitation_mail WHERE ended_at IS NULL OR sealed IS NOT NULL`) == 0
	})
	if len(o.all()) != 1 {
		t.Errorf("%+v", o.all())
	}
	rows, err := w.db.Reader.DeadMails(ctx, release.Operator(), release.ID{}, 10)
	w.ok(err)
	if len(rows) != 1 || rows[0].Email != "sam@example.org" || rows[0].Kind != release.NoticeInvitation || !strings.Contains(rows[0].Failure, "no such user") {
		t.Errorf("%+v", rows)
	}
	if rows, err := w.db.Reader.DeadMails(ctx, w.acme, release.ID{}, 10); err != nil || len(rows) != 0 {
		t.Errorf("a publisher reads %+v, %v", rows, err)
	}
	if _, err := w.svc.ForgetMails(ctx, monday.Add(40*24*time.Hour)); err != nil || w.number(`SELECT count(*) FROM invitation_mail`) != 0 {
		t.Errorf("after a month they are still there: %v", err)
	}
}
