package view

import (
	"strings"

	"packtide/release"
)

// Activity is a page of what happened in one's own account.
type Activity struct {
	Rows      []release.EventRow
	Newest    string // href; empty on the first page
	Older     string // href; empty on the last page
	Clock     Clock
	Publisher bool // pages of packs, releases and groups are there for the reader
}

// href leads to what an event is about; empty where no page of the reader's shows it.
func (a Activity) href(e release.EventRow) string {
	noun, _, _ := strings.Cut(e.Action, ".")
	switch {
	case noun == "attachment":
		return "/attachments/" + e.Subject.String()
	case !a.Publisher:
		return ""
	case e.Action == release.ActPackDeleted, e.Action == release.ActGroupDeleted:
		return ""
	case (strings.HasPrefix(e.Action, "release.draft_") || strings.HasPrefix(e.Action, "release.evidence_")) && e.PackID != nil: // a draft may be gone
		return hrefPack(*e.PackID)
	case noun == "release":
		return hrefRelease(e.Subject)
	case noun == "pack" && e.PackID != nil:
		return hrefPack(*e.PackID)
	case noun == "version" && e.Action != release.ActVersionDeleted:
		return "/versions/" + e.Subject.String()
	case noun == "group":
		return "/groups/" + e.Subject.String()
	default:
		return ""
	}
}

// activitySubject is the name of what href leads to.
func activitySubject(e release.EventRow) string {
	switch {
	case strings.HasPrefix(e.Action, "pack.") && e.PackName != "":
		return e.PackName
	case e.SubjectName == "":
		return "it"
	default:
		return e.SubjectName
	}
}

// activityItem is one line: an event, or a run of edits of one draft by one person, told once by its newest.
type activityItem struct {
	release.EventRow
	times int
}

func (a Activity) items() []activityItem {
	var items []activityItem
	for _, e := range a.Rows {
		if n := len(items); n > 0 && e.Action == release.ActDraftEdited && sameEdit(items[n-1].EventRow, e) {
			items[n-1].times++
			continue
		}
		items = append(items, activityItem{e, 1})
	}
	return items
}

func sameEdit(a, b release.EventRow) bool {
	return a.Action == b.Action && a.Subject == b.Subject && a.ActorName == b.ActorName
}

func (i activityItem) sentence(c Clock) string {
	text := EventSentence(i.EventRow, c.Now)
	if i.times > 1 {
		text += " in " + Counted(i.times, "step")
	}
	return text
}
