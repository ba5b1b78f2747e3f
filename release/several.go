package release

import (
	"context"
	"errors"
	"fmt"
)

// MostAtOnce is how many attachments one click changes: each in a transaction of its own, so that an answer comes within
// seconds. Who has more goes on from there.
const MostAtOnce = 500

// Several is what became of several attachments that were to change at one click.
type Several struct {
	Done    []ID
	Refused []RefusedOne
}

// RefusedOne is an attachment that stays as it was, and why.
type RefusedOne struct {
	Attachment ID
	Err        *Error
}

// OptInSeveral opts the attachments in to the pending release that the actor has seen, each by itself (R27). Attachments
// that can't are told by what refuses them; once the testing period is over, none is tried any more.
func (s *Service) OptInSeveral(ctx context.Context, by Actor, pending ID, attachments []ID) (Several, error) {
	return several(attachments, func(id ID) error { return s.OptIn(ctx, by, id, pending, "") })
}

// GoBackSeveral undoes the opt-ins to the pending release that the actor has seen, each by itself (R27), as OptInSeveral
// does it.
func (s *Service) GoBackSeveral(ctx context.Context, by Actor, pending ID, attachments []ID) (Several, error) {
	return several(attachments, func(id ID) error { return s.leave(ctx, by, id, pending, "") })
}

// several changes one after the other. A fault ends it: the answer then tells how far it came.
func several(attachments []ID, change func(ID) error) (Several, error) {
	var t Several
	for i, id := range attachments {
		err := change(id)
		var refusal *Error
		switch {
		case err == nil:
			t.Done = append(t.Done, id)
		case errors.Is(err, ErrTestingEnded):
			for _, left := range attachments[i:] {
				t.Refused = append(t.Refused, RefusedOne{left, ErrTestingEnded})
			}
			return t, nil
		case errors.As(err, &refusal):
			t.Refused = append(t.Refused, RefusedOne{id, refusal})
		default:
			return t, fmt.Errorf("attachment %s, after %d of %d: %w", id, len(t.Done), len(attachments), err)
		}
	}
	return t, nil
}
