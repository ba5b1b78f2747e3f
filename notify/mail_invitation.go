package notify

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"packtide/release"
)

// invitationWorker makes the attempts of one invitation.
type invitationWorker struct {
	river.WorkerDefaults[release.SendInvitationJob]
	config Config
	post   *post // nil: no mail server
}

// Work makes one attempt. What was sent, but not noted, is sent again under the same id.
func (w *invitationWorker) Work(ctx context.Context, job *river.Job[release.SendInvitationJob]) error {
	letter, err := w.config.Service.BeginInvitation(ctx, job.Args.Invitation, job.Attempt)
	if errors.Is(err, release.ErrMailOver) || errors.Is(err, release.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	end := noServer
	if w.post != nil {
		if end, err = w.post.invite(ctx, letter); err != nil {
			return err
		}
	}
	over, err := w.config.Service.EndInvitation(ctx, letter.ID, job.Attempt, end)
	if err != nil {
		return err
	}
	return w.config.ended(ByMail, end.Sent, over)
}

// NextRetry is as letters are tried.
func (w *invitationWorker) NextRetry(job *river.Job[release.SendInvitationJob]) time.Time {
	return w.config.Clock().Add(release.MailRetryIn(job.Attempt))
}

// invite makes one attempt, as send does.
func (p *post) invite(ctx context.Context, l release.InvitationLetter) (release.LetterEnd, error) {
	w, err := p.letters.invitation(l)
	if err != nil {
		return release.LetterEnd{}, err
	}
	return p.deliver(ctx, addressed{l.ID.String(), l.Name, l.Email}, w)
}

// invitation writes both forms of an invitation. It has no link that switches it off: it comes once.
func (s *letters) invitation(l release.InvitationLetter) (written, error) {
	what := words{
		Title: "You are invited to packtide", Button: "Choose a password",
		Lines: []string{"Somebody who runs packtide has let you in. Choose a password to sign in; the link works once."},
		Facts: []fact{{"Your address", l.Email}, {"The link works until", bothClocks(l.Expires, "", l.Zone)}},
	}
	if l.Account != "" {
		what.Title = "You are invited to " + l.Account + " in packtide"
		what.Facts = append([]fact{{"Account", l.Account}}, what.Facts...)
	}
	return s.print(page{
		Subject: what.Title, Greeting: l.Name, Items: []item{{what, s.baseURL + "/welcome/" + string(l.Secret)}},
		Why: "If you do not expect this, leave it alone: nobody can sign in as you without the link. Who has it can, so do not pass it on.",
	})
}
