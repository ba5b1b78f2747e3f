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
	case strings.HasPrefix(e.Action, "release.draft_") && e.PackID != nil:
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

func activitySubject(e release.EventRow) string {
	if e.SubjectName == "" {
		return "it"
	}
	return e.SubjectName
}
