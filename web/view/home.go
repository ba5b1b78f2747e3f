package view

import (
	"strings"
	"time"

	"packtide/release"
)

// Home is what needs an account's admin.
type Home struct {
	Cards     []PendingCard        // by deadline
	Coming    []release.OwnPending // by deadline, those of Cards too
	New       []release.NewlyOffered
	MoreNew   bool // there are more than New
	News      []release.EventRow
	Installed []release.AttachmentRow // the newest few, by deadline
	More      bool                    // there are more than Installed
	Trouble   []release.AttachmentRow // whose agents need somebody; at most a few
	Admin     bool
	Admins    []string // who may act
	Clock     Clock
}

// PendingCard is one release in testing that will reach the account.
type PendingCard struct {
	Own      release.OwnPending
	Release  release.ReleaseView
	Changes  string                // in words
	Answered []release.FeedbackRow // blocked, and the publisher has answered since
}

// lastAnswer is the newest answer to a feedback.
func lastAnswer(f release.FeedbackRow) release.FeedbackAnswer { return f.Answers[len(f.Answers)-1] }

// answeredText is what was answered, and to which attachment where the account has several.
func answeredText(f release.FeedbackRow, c PendingCard) string {
	on := ""
	if c.Own.Multiple {
		on = " on " + f.AttachmentName
	}
	return " what you said is blocked" + on + ": " + notesSummary(lastAnswer(f).Text)
}

// standing says how the account's attachments stand towards the release.
func (c PendingCard) standing() string {
	switch {
	case c.Own.Attachments == 1 && c.Own.Trying == 1:
		return "Your attachment tries it."
	case c.Own.Attachments == 1:
		return ""
	case c.Own.Trying == 0:
		return "None of your " + Number(c.Own.Attachments) + " attachments tries it yet."
	case c.Own.Waiting() == 0:
		return "All your " + Number(c.Own.Attachments) + " attachments try it."
	default:
		return Number(c.Own.Trying) + " of your " + Number(c.Own.Attachments) + " attachments " + Plural(c.Own.Trying, "tries/try") + " it."
	}
}

// cardLabel names the way to the page where the release is decided on.
func (c PendingCard) cardLabel(h Home) string {
	if h.Admin && c.Own.Waiting() > 0 && c.Release.DueAt.After(h.Clock.Now) {
		return "Decide about " + ReleaseLabel(&c.Release.ReleaseRef)
	}
	return "Look at " + ReleaseLabel(&c.Release.ReleaseRef)
}

// MostCardRows is how many attachments a card lists; it counts the others.
const MostCardRows = 8

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
	var parts []string
	switch n := len(h.Coming); {
	case len(h.Installed) == 0:
		parts = append(parts, "Nothing is installed yet.")
	case n == 0 && len(h.Trouble) > 0:
	case n == 0:
		parts = append(parts, "Nothing needs you: everything runs its current release.")
	case n == 1:
		parts = append(parts, "One release is in testing. It applies by itself "+RelativeText(*h.Coming[0].DueAt, h.Clock.Now)+".")
	default:
		parts = append(parts, Number(n)+" releases are in testing. The first applies by itself "+RelativeText(*h.Coming[0].DueAt, h.Clock.Now)+".")
	}
	if n := len(h.Trouble); n > 0 {
		parts = append(parts, "What "+Counted(n, "attachment")+" should run is not what "+Plural(n, "its agent says/their agents say")+".")
	}
	answers := 0
	for _, c := range h.Cards {
		answers += len(c.Answered)
	}
	if answers > 0 {
		parts = append(parts, Counted(answers, "answer")+" to your feedback "+Plural(answers, "waits/wait")+" for you.")
	}
	return strings.Join(parts, " ")
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

// noAction says why there is nothing to do about an attachment.
func noAction(a release.AttachmentRow, trial Trial) string {
	switch {
	case a.DetachedAt != nil:
		return "Uninstalled"
	case trial == TrialDue:
		return "Being applied"
	case trial == TrialWaiting || trial == TrialRunning:
		return "An admin decides"
	default:
		return "Nothing to do"
	}
}
