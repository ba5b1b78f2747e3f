package notify

import (
	"fmt"
	"time"

	"packtide/release"
)

// words are what a notice says to one reader: in a letter of its own, or in a digest.
type words struct {
	Title  string   // a sentence; the subject of a letter
	Lines  []string // what it means for the reader
	Facts  []fact
	Quote  string // what somebody wrote
	Button string // what the link does
	Path   string // of the page, below the site's address
}

// fact is a line of a letter's table.
type fact struct{ Name, Value string }

// wordsOf puts a notice into the words of its reader.
func wordsOf(t release.Told, zone string) words {
	n := t.Notice
	say := accountWords
	if t.AsPublisher {
		say = publisherWords
	}
	w := say(t)
	if n.DueAt != nil && n.DueOn != nil {
		w.Facts = append(w.Facts, fact{dueWords(n.Kind), bothClocks(*n.DueAt, n.Zone, zone)})
	}
	if n.WasDueAt != nil {
		w.Facts = append(w.Facts, fact{"Was planned for", bothClocks(*n.WasDueAt, n.Zone, zone)})
	}
	if n.AttachmentName != "" {
		w.Facts = append(w.Facts, fact{"Installed as", n.AttachmentName + inBrackets(n.Environment)})
	}
	if t.AsPublisher && t.AccountName != "" && n.Account != n.Publisher {
		w.Facts = append(w.Facts, fact{"Account", t.AccountName})
	}
	if !t.AsPublisher && t.PublisherName != "" && n.Account != n.Publisher {
		w.Facts = append(w.Facts, fact{"Publisher", t.PublisherName})
	}
	w.Facts = append(w.Facts, fact{"Happened", bothClocks(n.At, n.Zone, zone)})
	w.Quote = n.Text
	return w
}

// dueWords say what an instant is to a release of which that is told.
func dueWords(kind release.NoticeKind) string {
	switch kind {
	case release.NoticeWithdrawn, release.NoticeSuperseded, release.NoticePackDeleted:
		return "Would have applied"
	case release.NoticeApplied:
		return "Was planned for"
	default:
		return "Applies"
	}
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// packAndVersion names a release: Acme Tickets 1.4.0.
func packAndVersion(n release.Notice) string {
	if n.Version == "" {
		return n.PackName
	}
	return n.PackName + " " + n.Version
}

// accountWords are what an account reads.
func accountWords(t release.Told) words {
	n := t.Notice
	name := packAndVersion(n)
	pending, pack, attachment := "/pending/"+n.Release.String(), "/catalogue/"+n.Pack.String(), "/attachments/"+n.Attachment.String()
	switch n.Kind {
	case release.NoticeOpened:
		return words{
			Title: name + " is coming: you can try it now", Button: "See what changes", Path: pending,
			Lines: []string{"Its testing period has begun. Until it applies you can try it on each of your installations, go back, and tell the publisher whether it works. If you do nothing, all of them move to it at the instant below."},
		}
	case release.NoticeMoved:
		return words{Title: name + " has a new date", Lines: []string{"What you try already stays as it is."}, Button: "See what changes", Path: pending}
	case release.NoticeWithdrawn:
		return words{
			Title: name + " was withdrawn", Button: "See the pack", Path: pack,
			Lines: []string{"It will not apply. Installations that tried it run the current release again."},
		}
	case release.NoticeSuperseded:
		return words{
			Title: name + " was replaced before its date", Button: "See the pack", Path: pack,
			Lines: []string{"Another release applied at once, and its testing period is over. All installations run the new release."},
		}
	case release.NoticeDueInWeek:
		return words{Title: name + " applies in " + timeLeft(n), Lines: []string{"There is time left to try it and to tell the publisher whether it works."}, Button: "Try it now", Path: pending}
	case release.NoticeDueInDay:
		return words{Title: name + " applies in " + timeLeft(n), Lines: []string{"After that all your installations of the pack run it."}, Button: "See what changes", Path: pending}
	case release.NoticeApplied:
		return words{Title: name + " is what your installations run now", Lines: lateLines(n), Button: "See the pack", Path: pack}
	case release.NoticePackDeleted:
		return words{
			Title: n.PackName + " was deleted by its publisher", Button: "See what is installed", Path: "/installed",
			Lines: append([]string{"It is uninstalled from all your installations and gets no releases any more. Their history stays. An agent beside your platform keeps the files that it has put there; remove them when nothing uses them."}, endedLines(n)...),
		}
	case release.NoticeFeedbackAnswered:
		return words{Title: "Your feedback on " + n.PackName + " was answered", Button: "See the answer", Path: attachment}
	case release.NoticeOptedIn:
		return words{Title: n.AttachmentName + " tries " + name, Button: "See the installation", Path: attachment}
	case release.NoticeWentBack:
		return words{Title: n.AttachmentName + " went back from " + name, Button: "See the installation", Path: attachment}
	case release.NoticeFeedbackGiven:
		return words{Title: "Feedback on " + name + " was sent: " + verdictWords(n.Verdict), Button: "See the installation", Path: attachment}
	default:
		return commonWords(t)
	}
}

// publisherWords are what the publisher of a pack reads.
func publisherWords(t release.Told) words {
	n := t.Notice
	name := packAndVersion(n)
	page := "/releases/" + n.Release.String()
	board := page + "/testing"
	switch n.Kind {
	case release.NoticeOpened:
		return words{Title: "The testing period of " + name + " has begun", Button: "See how it goes", Path: board}
	case release.NoticeMoved:
		return words{Title: name + " has a new date", Button: "See the release", Path: page}
	case release.NoticeWithdrawn:
		return words{Title: name + " was withdrawn", Button: "See the release", Path: page}
	case release.NoticeSuperseded:
		return words{Title: name + " was replaced by an immediate release", Button: "See the release", Path: page}
	case release.NoticeDueInWeek:
		return words{Title: name + " applies in " + timeLeft(n), Button: "See how testing goes", Path: board}
	case release.NoticeDueInDay:
		return words{
			Title: name + " applies in " + timeLeft(n), Button: "See how testing goes", Path: board,
			Lines: []string{"Until then you can move its date or withdraw it."},
		}
	case release.NoticeApplied:
		return words{Title: name + " is current for its whole install base", Lines: lateLines(n), Button: "See the release", Path: page}
	case release.NoticePackDeleted:
		return words{
			Title: n.PackName + " was deleted", Button: "See your packs", Path: "/packs",
			Lines: append([]string{"It is uninstalled from all accounts that had it; they are told. Its history stays."}, endedLines(n)...),
		}
	case release.NoticeOptedIn:
		return words{Title: t.AccountName + " tries " + name, Button: "See how testing goes", Path: board}
	case release.NoticeWentBack:
		return words{Title: t.AccountName + " went back from " + name, Button: "See how testing goes", Path: board}
	case release.NoticeFeedbackGiven:
		return words{Title: t.AccountName + " says of " + name + ": " + verdictWords(n.Verdict), Button: "Read and answer", Path: board}
	case release.NoticeFeedbackAnswered:
		return words{Title: "Feedback of " + t.AccountName + " on " + n.PackName + " was answered", Button: "See the testing period", Path: board}
	case release.NoticeVersionAvailable:
		return words{
			Title: n.Subject + " " + n.Version + " is not in " + n.PackName + " yet", Button: "Take it into the pack", Path: "/packs/" + n.Pack.String(),
			Lines: []string{"A newer shareable version was uploaded. The pack stays as it is until you release it."},
		}
	default:
		return commonWords(t)
	}
}

// commonWords are those that both sides read alike.
func commonWords(t release.Told) words {
	n := t.Notice
	switch n.Kind {
	case release.NoticeDeliveryFailed:
		return words{
			Title: packAndVersion(n) + " could not be installed on " + n.AttachmentName, Button: "See what happened", Path: "/attachments/" + n.Attachment.String(),
			Lines: []string{"The agent beside the platform reports a failure. It keeps the release that ran before."},
		}
	case release.NoticeWebhookPaused:
		return words{
			Title: "A webhook has stopped: " + n.Subject, Button: "See its deliveries", Path: "/settings/webhooks",
			Lines: []string{pausedLine(n)},
		}
	case release.NoticeAccessChanged:
		return accessWords(t)
	default:
		return words{Title: "News of " + packAndVersion(n), Button: "Open packtide", Path: "/"}
	}
}

// accessWords tell who may do what from now on (R25, R30).
func accessWords(t release.Told) words {
	n := t.Notice
	if !t.AsPublisher {
		switch n.Change { // how a publisher names its groups, and what it counts of them, is its own
		case release.ActGroupMemberAdded:
			return words{Title: t.AccountName + " may install more packs of " + t.PublisherName, Button: "See the catalogue", Path: "/catalogue"}
		case release.ActGroupMemberRemoved:
			return words{
				Title: t.AccountName + " may install fewer packs of " + t.PublisherName, Button: "See what is installed", Path: "/installed",
				Lines: []string{"What is installed stays, and keeps getting releases."},
			}
		}
	}
	switch n.Change {
	case release.ActGroupMemberAdded:
		return words{Title: t.AccountName + " belongs to the group " + n.Subject, Lines: []string{"It may install the packs of the group."}, Button: "See the catalogue", Path: "/catalogue"}
	case release.ActGroupMemberRemoved:
		return words{
			Title: t.AccountName + " does not belong to the group " + n.Subject + " any more", Button: "See what is installed", Path: "/installed",
			Lines: append([]string{"It may not install the packs of the group any more. What is installed stays, and keeps getting releases."}, outsideLines(n)...),
		}
	case release.ActGroupPackAdded:
		return words{Title: n.PackName + " can be installed by the group " + n.Subject, Button: "See the pack", Path: "/packs/" + n.Pack.String()}
	case release.ActGroupPackRemoved:
		return words{
			Title: n.PackName + " can't be installed by the group " + n.Subject + " any more", Button: "See the pack", Path: "/packs/" + n.Pack.String(),
			Lines: append([]string{"What is installed stays, and keeps getting releases."}, outsideLines(n)...),
		}
	case release.ActRoleChanged:
		return words{Title: "The roles of " + n.Subject + " in " + t.AccountName + " have changed", Button: "Open packtide", Path: "/"}
	case release.ActPersonInvited:
		return words{Title: n.Subject + " was let into " + t.AccountName, Button: "Open packtide", Path: "/"}
	default:
		return words{Title: "What may be done in " + t.AccountName + " has changed: " + n.Subject, Button: "Open packtide", Path: "/"}
	}
}

func outsideLines(n release.Notice) []string {
	switch {
	case n.Outside == 0:
		return nil
	case n.Outside > release.MostOutside:
		return []string{fmt.Sprintf("More than %d installations are outside the groups now.", release.MostOutside)}
	case n.Outside == 1:
		return []string{"1 installation is outside the groups now."}
	default:
		return []string{fmt.Sprintf("%d installations are outside the groups now.", n.Outside)}
	}
}

func lateLines(n release.Notice) []string {
	if !n.Late {
		return nil
	}
	return []string{"It came late: more than an hour after its instant."}
}

// endedLines tell that a testing period ended with its pack.
func endedLines(n release.Notice) []string {
	if n.Release.IsZero() {
		return nil
	}
	return []string{"Its release " + n.Version + ", which was being tested, does not come any more."}
}

func pausedLine(n release.Notice) string {
	if n.Gone {
		return "It has answered that it is gone (410), so it is sent nothing any more. If that was a mistake, switch the webhook on again; else delete it."
	}
	return "It took no message for days, so it is sent none any more. Mend the receiver, then switch the webhook on again."
}

// timeLeft is how long it was to the release's instant when the notice was given: a reminder may come late, after downtime.
func timeLeft(n release.Notice) string {
	if n.DueAt == nil {
		return "a while"
	}
	const day = 24 * time.Hour
	switch left := n.DueAt.Sub(n.At); {
	case left < 90*time.Minute:
		return counted(max(1, int(left.Round(time.Minute)/time.Minute)), "minute")
	case left < 2*day:
		return counted(int(left.Round(time.Hour)/time.Hour), "hour")
	default:
		return counted(int(left.Round(day)/day), "day")
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func verdictWords(v release.Verdict) string {
	if v == release.VerdictBlocked {
		return "blocked"
	}
	return "works"
}

// bothClocks is an instant as the publisher's and the reader's clocks show it; once, where they agree.
func bothClocks(at time.Time, publisher, reader string) string {
	theirs, ok := onClock(at, reader)
	if !ok {
		theirs, _ = onClock(at, "UTC")
	}
	other, ok := onClock(at, publisher)
	if publisher == "" || publisher == reader || !ok {
		return theirs
	}
	return theirs + " · " + other
}

func onClock(at time.Time, name string) (string, bool) {
	zone, err := release.LoadZone(name)
	if err != nil {
		return "", false
	}
	return at.In(zone).Format("Mon 2 Jan 2006, 15:04") + " " + name, true
}
