package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"packtide/release"
)

// Config is what the work takes.
type Config struct {
	Pool    *pgxpool.Pool
	Service *release.Service
	Clock   func() time.Time // real time, also where the service's clock is moved
	Log     *slog.Logger
	Allowed []netip.Prefix // networks that webhooks may reach besides the internet
	Version string
	Mail    *MailConfig     // nil: nobody is told by e-mail
	MailKey release.MailKey // of the links that switch messages off
	BaseURL string          // of the pages that messages lead to
	Poll    time.Duration   // how often the queue is looked at; zero: every second
	// Mailers is how many letters are under way at once from this process; zero: DefaultMailers.
	Mailers int
	// Tried hears of the end of every attempt; nil: nobody does.
	Tried func(Way, Outcome)
}

// Way is on which way something is told.
type Way string

// The ways.
const (
	ByWebhook Way = "webhook"
	ByMail    Way = "mail"
)

// Outcome is how an attempt to tell something ended.
type Outcome string

// The outcomes.
const (
	Delivered Outcome = "delivered"
	Failed    Outcome = "failed"  // it is tried again
	Dead      Outcome = "dead"    // given up
	Snoozed   Outcome = "snoozed" // not begun: the webhook had others under way
)

// ended tells how an attempt ended: it returns errTryAgain where it was not the last one.
func (c Config) ended(way Way, delivered, over bool) error {
	outcome := Failed
	switch {
	case delivered:
		outcome = Delivered
	case over:
		outcome = Dead
	}
	c.tried(way, outcome)
	if !over {
		return errTryAgain
	}
	return nil
}

func (c Config) tried(way Way, outcome Outcome) {
	if c.Tried != nil {
		c.Tried(way, outcome)
	}
}

// Runner works on the jobs. Any number of replicas may run one each: River hands every job to one of them, and hands it out
// again when that one does not come back.
type Runner struct{ client *river.Client[pgx.Tx] }

// The workers of one replica: few for our own database, more for the patience that other servers ask for.
const (
	noticeWorkers  = 2
	deliverWorkers = 20
)

// stuckAfter is when a job counts as lost with its process: longer than any job may take.
const stuckAfter = 10 * time.Minute

// New prepares the work; nothing runs before Start. The queue is polled: that works behind connection poolers too, and takes no
// connection of its own.
func New(c Config) (*Runner, error) {
	workers := river.NewWorkers()
	letters, err := newPost(c)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(
		river.AddWorkerSafely(workers, &tellWorker{service: c.Service}),
		river.AddWorkerSafely(workers, &deliverWorker{config: c, sender: newSender(c.Allowed, c.Clock, c.Version)}),
		river.AddWorkerSafely(workers, &tellPeopleWorker{service: c.Service, on: letters != nil}),
		river.AddWorkerSafely(workers, &letterWorker{config: c, post: letters}),
		river.AddWorkerSafely(workers, &invitationWorker{config: c, post: letters}),
	); err != nil {
		return nil, fmt.Errorf("prepare the work: %w", err)
	}
	poll := c.Poll
	if poll == 0 {
		poll = time.Second
	}
	client, err := river.NewClient(riverpgxv5.New(c.Pool), &river.Config{
		Logger: slog.New(quiet{c.Log.Handler()}), Workers: workers, PollOnly: true, FetchPollInterval: poll, FetchCooldown: min(poll, river.FetchCooldownDefault),
		Queues: map[string]river.QueueConfig{
			noticeQueue: {MaxWorkers: noticeWorkers}, deliverQueue: {MaxWorkers: deliverWorkers}, mailQueue: {MaxWorkers: cmp.Or(c.Mailers, DefaultMailers)},
		},
		JobTimeout:                  time.Minute,
		RescueStuckJobsAfter:        stuckAfter,
		ReindexerIndexNames:         []string{}, // the application owns no index, so it may rebuild none
		CompletedJobRetentionPeriod: time.Hour, DiscardedJobRetentionPeriod: 7 * 24 * time.Hour,
		ErrorHandler: &faults{c.Log},
	})
	if err != nil {
		return nil, fmt.Errorf("prepare the work: %w", err)
	}
	return &Runner{client}, nil
}

// Start begins to work. Only Stop ends it: the end of ctx does not break jobs off.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the work on jobs: %w", err)
	}
	return nil
}

// Stop takes no new jobs and waits for those that run. When ctx ends first they are broken off; another try takes them up.
func (r *Runner) Stop(ctx context.Context) error {
	if err := r.client.Stop(ctx); err == nil {
		return nil
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := r.client.StopAndCancel(ending); err != nil {
		return fmt.Errorf("stop the work on jobs: %w", err)
	}
	return nil
}

// tellWorker spreads a notice to the webhooks that are to hear of it, page by page.
type tellWorker struct {
	river.WorkerDefaults[release.TellJob]
	service *release.Service
}

// Work tells one page; the next is a job of its own.
func (w *tellWorker) Work(ctx context.Context, job *river.Job[release.TellJob]) error {
	return w.service.TellWebhooks(ctx, job.Args)
}

// deliverWorker makes the attempts of one delivery.
type deliverWorker struct {
	river.WorkerDefaults[release.DeliverJob]
	config Config
	sender *sender
}

// errTryAgain lets River come back to what was not taken; it is told to nobody.
var errTryAgain = errors.New("the other side did not take the message")

// Work makes one attempt. What happens between the answer and its note is made again: receivers know a message by its id.
func (w *deliverWorker) Work(ctx context.Context, job *river.Job[release.DeliverJob]) error {
	out, err := w.config.Service.BeginDelivery(ctx, job.Args.Delivery, job.Attempt)
	if release.DeliveryGone(err) {
		return nil
	}
	if errors.Is(err, release.ErrDeliveryBusy) {
		w.config.tried(ByWebhook, Snoozed)
		return river.JobSnooze(release.WaitForTurn(job.Args.Delivery, snoozes(job.Metadata)))
	}
	if err != nil {
		return err
	}
	answer, err := w.sender.send(ctx, out)
	if err != nil {
		return err
	}
	over, err := w.config.Service.EndDelivery(ctx, job.Args.Delivery, job.Attempt, answer)
	if err != nil {
		return err
	}
	return w.config.ended(ByWebhook, answer.Failure == "", over)
}

// snoozes is how often River has put the job off.
func snoozes(metadata []byte) int {
	var known struct {
		Snoozes int `json:"snoozes"`
	}
	_ = json.Unmarshal(metadata, &known) // what can't be read counts as never
	return known.Snoozes
}

// NextRetry is as the delivery itself tells it.
func (w *deliverWorker) NextRetry(job *river.Job[release.DeliverJob]) time.Time {
	return w.config.Clock().Add(release.RetryIn(job.Args.Delivery, job.Attempt))
}

// faults tells the failures of jobs that are ours; River tries them again.
type faults struct{ log *slog.Logger }

// HandleError logs an error, unless it is a delivery's way to wait.
func (f *faults) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	var later *rivertype.JobSnoozeError
	if !errors.Is(err, errTryAgain) && !errors.As(err, &later) {
		f.log.ErrorContext(ctx, "job failed; it is tried again", "job", job.Kind, "id", job.ID, "attempt", job.Attempt, "error", err)
	}
	return nil
}

// HandlePanic logs a panic.
func (f *faults) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.log.ErrorContext(ctx, "job failed; it is tried again", "job", job.Kind, "id", job.ID, "attempt", job.Attempt, "error", value, "trace", trace)
	return nil
}
