// Package notify tells others what has happened: webhooks, and the queue of jobs behind them. River keeps the queue in the
// product's own database, so that a job is asked for in the transaction of the change that it tells of.
package notify

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"packtide/release"
)

// The queues. What is slow for reasons of others has its own: a peer that hangs holds up no fan-out.
const noticeQueue = "notices"

// orders says how each kind of job is kept.
var orders = map[string]river.InsertOpts{
	release.TellJob{}.Kind(): {Queue: noticeQueue, MaxAttempts: 15},
}

// NewEnqueue makes what asks for jobs, for store.Store.Queueing. It needs no running Runner: any program that changes the
// data may ask, and those that serve do the work.
func NewEnqueue() (func(ctx context.Context, db pgx.Tx, jobs []release.Job) error, error) {
	client, err := river.NewClient(riverpgxv5.New(nil), &river.Config{})
	if err != nil {
		return nil, fmt.Errorf("make the queue: %w", err)
	}
	return func(ctx context.Context, db pgx.Tx, jobs []release.Job) error {
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
	}, nil
}
