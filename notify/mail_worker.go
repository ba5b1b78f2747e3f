package notify

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"packtide/release"
)

// mailQueue is apart: a mail server that takes its time holds up nothing else.
const mailQueue = "mail"

// DefaultMailers is how many letters are under way at once from one process unless it is told otherwise: what mail servers let
// through from one sender.
const DefaultMailers = 5

// tellPeopleWorker spreads a notice to the people who are to hear of it, page by page.
type tellPeopleWorker struct {
	river.WorkerDefaults[release.TellPeopleJob]
	service *release.Service
	on      bool // there is a mail server
}

// Work tells one page; the next is a job of its own. Without a mail server nobody is told: nothing piles up for a day on which
// there is one.
func (w *tellPeopleWorker) Work(ctx context.Context, job *river.Job[release.TellPeopleJob]) error {
	if !w.on {
		return nil
	}
	return w.service.TellPeople(ctx, job.Args)
}

// letterWorker makes the attempts of one letter.
type letterWorker struct {
	river.WorkerDefaults[release.SendMailJob]
	config Config
	post   *post // nil: no mail server
}

// Work makes one attempt. What was sent, but not noted, is sent again under the same id.
func (w *letterWorker) Work(ctx context.Context, job *river.Job[release.SendMailJob]) error {
	letter, err := w.config.Service.BeginLetter(ctx, job.Args, job.Attempt)
	if errors.Is(err, release.ErrMailOver) {
		return nil
	}
	if err != nil {
		return err
	}
	end, err := w.send(ctx, letter)
	if err != nil {
		return err
	}
	over, err := w.config.Service.EndLetter(ctx, letter, job.Attempt, end)
	if err != nil {
		return err
	}
	return w.config.ended(ByMail, end.Sent, over)
}

// noServer is the end of an attempt of a process without a mail server.
var noServer = release.LetterEnd{Failure: "packtide had no mail server."}

// send tries it once. A mail server that was taken away meanwhile may come back.
func (w *letterWorker) send(ctx context.Context, l release.Letter) (release.LetterEnd, error) {
	if w.post == nil {
		return noServer, nil
	}
	return w.post.send(ctx, l)
}

// NextRetry is as the letter tells it.
func (w *letterWorker) NextRetry(job *river.Job[release.SendMailJob]) time.Time {
	return w.config.Clock().Add(release.MailRetryIn(job.Attempt))
}
