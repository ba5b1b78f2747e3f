package view

import (
	"time"

	"packtide/release"
)

// Trial is where an attachment stands towards its pack's pending release.
type Trial int

// The trials.
const (
	TrialNone    Trial = iota // nothing is pending, or the attachment was uninstalled
	TrialWaiting              // may be tried
	TrialRunning              // is tried, and may be gone back from
	TrialDue                  // its midnight has come: it is being applied to everyone
)

// TrialOf tells where the attachment stands at the moment.
func TrialOf(a release.AttachmentRow, now time.Time) Trial {
	switch {
	case a.DetachedAt != nil || a.Pending == nil:
		return TrialNone
	case a.Pending.DueAt != nil && !now.Before(*a.Pending.DueAt):
		return TrialDue
	case a.Trying():
		return TrialRunning
	default:
		return TrialWaiting
	}
}

// Attachment is the page of one attachment.
type Attachment struct {
	Row      release.AttachmentRow
	Pending  *release.ReleaseView // what it may try; nil when nothing is pending
	History  []release.HistoryRow // newest first
	Texts    release.PackTexts
	PackHref string // empty for a pack that was deleted
	Own      bool   // of the reader's own account
	Admin    bool   // the reader is its admin
	ActsFor  bool   // the reader is staff, who may act for the account
	Clock    Clock
	Agent    AgentReport
	Past     Past // the moment that is asked about, if any (R32)
}

// then is the stretch of the history that held the moment; nil before the attachment was installed.
func (p Attachment) then() *release.HistoryRow {
	for i, h := range p.History { // newest first
		if !h.Since.After(*p.Past.Moment.At) {
			return &p.History[i]
		}
	}
	return nil
}

// AttachmentTitle is the pack's name, with the attachment's own where a pack has several.
func AttachmentTitle(a release.AttachmentRow) string {
	if !a.Multiple || a.Name == a.PackName {
		return a.PackName
	}
	return a.PackName + " · " + a.Name
}

// attachmentName is how the attachment is called beside others of its pack.
func attachmentName(a release.AttachmentRow) string {
	if a.Multiple {
		return a.Name
	}
	return a.PackName
}

func (p Attachment) path(action string) string { return attachmentPath(p.Row.ID, action) }

func attachmentPath(id release.ID, action string) string {
	path := "/attachments/" + id.String()
	if action != "" {
		path += "/" + action
	}
	return path
}

func cataloguePath(pack release.ID) string { return "/catalogue/" + pack.String() }

func releasePath(pack, id release.ID) string {
	return cataloguePath(pack) + "/releases/" + id.String()
}

func (p Attachment) zone() *time.Location { return Zone(p.Row.PublisherZone) }

// trialDetail is the version beside the word "Trying".
func trialDetail(a release.AttachmentRow) string {
	if AttachmentState(a) == StateTrying {
		return ReleaseLabel(a.Pending)
	}
	return ""
}

// WhyText says in one sentence why an attachment runs what it runs (R32).
func WhyText(h release.HistoryRow, publisher string) string {
	switch h.How {
	case release.HowInstalled:
		return "It was the current release when " + who(h.By) + " installed the pack."
	case release.HowOptedIn:
		return who(h.By) + " chose to try it during its testing period."
	case release.HowMidnight:
		if h.Late {
			return "It was scheduled by " + publisher + " and applied to all attachments by itself, more than an hour after midnight."
		}
		return "It was scheduled by " + publisher + " and applied to all attachments by itself at midnight."
	case release.HowImmediate:
		return whoOf(h.By, publisher) + " released it to all attachments at once."
	case release.HowUndone:
		return who(h.By) + " went back from the release that was tried."
	case release.HowWithdrawn:
		return whoOf(h.By, publisher) + " withdrew the release that was tried."
	case release.HowDetached:
		return who(h.By) + " uninstalled it."
	default:
		return string(h.How)
	}
}

func who(name string) string {
	if name == "" {
		return "packtide"
	}
	return name
}

// whoOf names a person with their account; the account alone where nobody is known.
func whoOf(person, account string) string {
	if person == "" {
		return account
	}
	return person + " of " + account
}

// historyTitle is what happened at the beginning of a stretch of the history.
func historyTitle(h release.HistoryRow) string {
	label := ReleaseLabel(h.Release)
	switch h.How {
	case release.HowInstalled:
		return "Installed with " + label
	case release.HowOptedIn:
		return "Began to try " + label
	case release.HowMidnight:
		return "Moved to " + label + " at midnight"
	case release.HowImmediate:
		return "Moved to " + label + " at once"
	case release.HowUndone:
		return "Went back to " + label
	case release.HowWithdrawn:
		return "Taken back to " + label
	case release.HowDetached:
		return "Uninstalled"
	default:
		return string(h.How)
	}
}

func historyIcon(h release.HistoryRow) string {
	switch h.How {
	case release.HowInstalled:
		return "download"
	case release.HowOptedIn:
		return "flask-conical"
	case release.HowMidnight:
		return "moon"
	case release.HowImmediate:
		return "rocket"
	case release.HowUndone:
		return "undo-2"
	case release.HowWithdrawn:
		return "ban"
	default:
		return "trash-2"
	}
}
