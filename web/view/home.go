package view

import (
	"strings"
	"time"

	"packtide/release"
)

// Home is what needs an account's admin.
type Home struct {
	Cards     []PendingCard // by deadline
	MoreCards int           // packs with a pending release beyond Cards
	News      []release.EventRow
	Installed []release.AttachmentRow // the newest few
	More      bool                    // there are more than Installed
	Admin     bool
	Clock     Clock
}

// PendingCard is one pack with a pending release, and all attachments of it that the account has.
type PendingCard struct {
	Pack     release.ID
	Release  release.ReleaseView
	Rows     []release.AttachmentRow // at most MostCardRows
	Waiting  int
	Trying   int
	Multiple bool
}

// MostCardRows is how many attachments a card lists; it counts the others.
const MostCardRows = 8

func (c PendingCard) first() release.AttachmentRow { return c.Rows[0] }

func (c PendingCard) hidden() int { return c.Waiting + c.Trying - len(c.Rows) }

// notesSummary is the first lines of release notes, as long as a card has room.
func notesSummary(notes string) string {
	const most = 220
	notes = strings.Join(strings.Fields(notes), " ")
	runes := []rune(notes)
	if len(runes) <= most {
		return notes
	}
	cut := string(runes[:most])
	if i := strings.LastIndex(cut, " "); i > 0 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, ".,;: ") + "…"
}

// HomeLede answers what needs the account.
func HomeLede(h Home) string {
	switch n := len(h.Cards) + h.MoreCards; {
	case len(h.Installed) == 0:
		return "Nothing is installed yet."
	case n == 0:
		return "Nothing needs you: everything runs its current release."
	case n == 1:
		return "One release is in testing. It applies by itself " + RelativeText(*h.Cards[0].Release.DueAt, h.Clock.Now) + "."
	default:
		return Number(n) + " releases are in testing. The first applies by itself " + RelativeText(*h.Cards[0].Release.DueAt, h.Clock.Now) + "."
	}
}

// newsTitle is a release event in the words of those whom it reaches.
func newsTitle(e release.EventRow) string {
	switch e.Action {
	case release.ActScheduled:
		return e.SubjectName + " is in testing"
	case release.ActRescheduled:
		return e.SubjectName + " got another date"
	case release.ActInstantMoved:
		return "The midnight of " + e.SubjectName + " has moved"
	case release.ActWithdrawn:
		return e.SubjectName + " was withdrawn"
	case release.ActSuperseded:
		return e.SubjectName + " gave way to an immediate release"
	case release.ActReleased:
		return e.SubjectName + " was released at once"
	case release.ActApplied:
		return e.SubjectName + " was applied"
	case release.ActPackDeleted:
		return e.SubjectName + " was deleted by its publisher"
	default:
		return e.SubjectName
	}
}

func newsIcon(e release.EventRow) string {
	switch e.Action {
	case release.ActScheduled:
		return "hourglass"
	case release.ActRescheduled, release.ActInstantMoved:
		return "calendar-clock"
	case release.ActWithdrawn:
		return "ban"
	case release.ActSuperseded:
		return "fast-forward"
	case release.ActReleased:
		return "rocket"
	case release.ActPackDeleted:
		return "trash-2"
	default:
		return "moon"
	}
}

// newsText says what the event means for the account's attachments.
func newsText(e release.EventRow, now time.Time) string {
	switch e.Action {
	case release.ActScheduled, release.ActRescheduled:
		date, _ := e.After["date"].(string)
		zone, _ := e.After["zone"].(string)
		if on, err := release.ParseDate(date); err == nil {
			return "It applies at midnight, when " + ChosenDay(on, Zone(zone), now) + " begins in " + City(Zone(zone)) + "."
		}
		return ""
	case release.ActWithdrawn:
		return "Attachments that tried it run the current release again."
	case release.ActSuperseded:
		return "Its testing period is over; attachments that tried it run the immediate release."
	case release.ActPackDeleted:
		return "It was uninstalled from your account. The history of your attachments stays."
	case release.ActReleased:
		return "All attachments run it."
	case release.ActApplied:
		if late, _ := e.After["late"].(bool); late {
			return "All attachments run it. That was more than an hour late."
		}
		return "All attachments run it."
	default:
		return ""
	}
}
