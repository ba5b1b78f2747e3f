// Package notify tells others what has happened: webhooks, and the queue of jobs behind them. River keeps the queue in the
// product's own database, so that a job is asked for in the transaction of the change that it tells of.
package notify

import (
	"context"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"packtide/release"
)

// The queues. What is slow for reasons of others has its own: a peer that hangs holds up no fan-out.
const (
	noticeQueue  = "notices"
	deliverQueue = "webhooks"
)

// orders says how each kind of job is kept.
var orders = map[string]river.InsertOpts{
	release.TellJob{}.Kind():    {Queue: noticeQueue, MaxAttempts: 15},
	release.DeliverJob{}.Kind(): {Queue: deliverQueue, MaxAttempts: release.MaxDeliveryAttempts},

	release.TellPeopleJob{}.Kind(): {Queue: noticeQueue, MaxAttempts: 15},
	release.SendMailJob{}.Kind():   {Queue: mailQueue, MaxAttempts: release.MailAttempts},

	release.SendInvitationJob{}.Kind(): {Queue: mailQueue, MaxAttempts: release.MailAttempts},
}

// asking asks for jobs and works on none.
var asking = sync.OnceValues(func() (*river.Client[pgx.Tx], error) {
	return river.NewClient(riverpgxv5.New(nil), &river.Config{})
})

// Enqueue asks for jobs, for store.Store.Queueing. It needs no Runner: any program that changes the data may ask, and those
// that serve do the work.
func Enqueue(ctx context.Context, db pgx.Tx, jobs []release.Job) error {
	client, err := asking()
	if err != nil {
		return fmt.Errorf("make the queue: %w", err)
	}
	params := make([]river.InsertManyParams, len(jobs))
	for i, job := range jobs {
		order, known := orders[job.Kind()]
		if !known {
			return fmt.Errorf("enqueue a job: nobody works on %q", job.Kind())
		}
		params[i] = river.InsertManyParams{Args: job, InsertOpts: &order}
	}
	if _, err := client.InsertManyFastTx(ctx, db, params); err != nil {
		return fmt.Errorf("enqueue %d jobs: %w", len(jobs), err)
	}
	return nil
}
