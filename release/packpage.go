package release

import (
	"context"
	"time"
)

const (
	// daySettled is how long after its end a day is recorded: whatever was begun on it is committed or gone by then.
	daySettled = time.Hour

	dayBatch = 200 // packs whose days one transaction records
)

// RecordDays keeps how large the install base of every pack was at the end of each day (UTC) that is over for an hour, since
// the pack was made or was last recorded. It runs at start and every night; any number of replicas may call it at once.
func (s *Service) RecordDays(ctx context.Context, at time.Time) error {
	through := DateOf(at.Add(-daySettled), time.UTC).AddDays(-1)
	for after := (ID{}); ; {
		var packs []ID
		err := s.inTx(ctx, "record the days of packs", func(ctx context.Context, tx Tx) (err error) {
			packs, err = tx.AddPackDays(ctx, through, after, dayBatch)
			return err
		})
		if err != nil || len(packs) == 0 {
			return err
		}
		after = packs[len(packs)-1]
	}
}
