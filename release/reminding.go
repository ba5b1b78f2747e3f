package release

import (
	"context"
	"fmt"
	"time"
)

// Reminder is one that will go out unless the release is decided otherwise before: so many days before its date, as it stands.
type Reminder struct {
	Release ID
	DueOn   Date
	Days    int
	At      time.Time
}

// ReminderTx keeps when accounts are reminded of a pending release. Each reminder of a release, date and number of days goes
// out once, also when the date is moved away and back.
type ReminderTx interface {
	// PlanReminders keeps reminders; one that waits already gets the new instant, one that went out stays so.
	PlanReminders(ctx context.Context, release ID, reminders []Reminder) error
	// TakeReminders marks up to limit reminders whose instant has come as gone out, leaving out those that others have locked. It
	// returns how many, and those of them whose release is still pending on their date: the nearest one of a release alone.
	TakeReminders(ctx context.Context, at time.Time, limit int) (taken int, due []DueReminder, err error)
}

// DueReminder is a reminder that goes out now.
type DueReminder struct {
	Reminder
	Release Release
	Pack    Pack
}

// reminderDays is how long before its date people are reminded of a release.
var reminderDays = map[int]NoticeKind{7: NoticeDueInWeek, 1: NoticeDueInDay}

// reminders are those of a release that is scheduled, or moved, at the instant. One whose own instant has passed is left out:
// people are told of the date just now.
func (r *Release) reminders(at time.Time) []Reminder {
	var all []Reminder
	for days := range reminderDays {
		remind := r.DueAt.Add(-time.Duration(days) * 24 * time.Hour)
		if remind.After(at) {
			all = append(all, Reminder{Release: r.ID, DueOn: *r.DueOn, Days: days, At: remind})
		}
	}
	return all
}

const reminderBatch = 500

// Remind tells of the pending releases that come within 7 days or 24 hours as of the instant: each once for a date, whoever
// asks, and however many replicas do. After downtime the nearest reminder of a release goes out alone. It returns how many went.
func (s *Service) Remind(ctx context.Context, at time.Time) (int, error) {
	sum := 0
	for {
		taken, gone := 0, 0
		err := s.inTx(ctx, "remind of pending releases", func(ctx context.Context, tx Tx) (err error) {
			var due []DueReminder
			if taken, due, err = tx.TakeReminders(ctx, at, reminderBatch); err != nil {
				return err
			}
			told := make([]Notice, 0, len(due))
			for _, d := range due {
				if d.Release.due(at) {
					continue // its midnight has come: that is told when it applies
				}
				n := noticeOf(d.Pack, d.Release).forAll()
				n.ID, n.Kind, n.At = NewID(at), reminderDays[d.Days], at
				told = append(told, n)
			}
			gone = len(told)
			return tell(ctx, tx, told...)
		})
		if err != nil {
			return sum, fmt.Errorf("after %d reminders: %w", sum, err)
		}
		sum += gone
		if taken == 0 {
			return sum, nil
		}
	}
}
