package view

import (
	"net/url"
	"strings"
	"time"

	"packtide/release"
)

// Why is the page that says why an attachment runs what it runs.
type Why struct {
	Row   release.AttachmentRow
	Why   release.Why
	Clock Clock
	Facts WhyLinks
}

// WhyLinks is where facts lead the reader.
type WhyLinks struct {
	Audit     bool // to the audit
	Publisher bool // to pages of releases
	Pack      release.ID
}

// WhyNot is the page that says why an account does not have a pack.
type WhyNot struct {
	Facts release.WhyNotFacts
	Case  release.WhyCase
	Clock Clock
	Links WhyLinks
}

// WhyChoose lets the reader choose the pack that is asked about.
type WhyChoose struct {
	Account release.Account
	Query   string
	Packs   []release.PackRow
}

// WhyNotPath asks about an account and a pack.
func WhyNotPath(account, pack release.ID) string {
	return "/why?" + url.Values{"account": {account.String()}, "pack": {pack.String()}}.Encode()
}

// WhyTitle is the question.
func WhyTitle(p Why) string {
	switch {
	case p.Row.DetachedAt != nil:
		return "Why does " + AttachmentTitle(p.Row) + " run nothing?"
	default:
		return "Why does " + AttachmentTitle(p.Row) + " run " + ReleaseLabel(p.Row.Runs) + "?"
	}
}

// WhyNotTitle is the question.
func WhyNotTitle(p WhyNot) string {
	return "Why does " + p.Facts.Account.Name + " not have " + p.Facts.PackName + "?"
}

// whyLink is the question in short.
func whyLink(a release.AttachmentRow) string {
	if a.DetachedAt != nil {
		return "Why nothing?"
	}
	return "Why this release?"
}

func (p Why) zone() *time.Location { return Zone(p.Row.PublisherZone) }

func (p WhyNot) zone() *time.Location { return Zone(p.Facts.PublisherZone) }

// last is the newest attachment, uninstalled or not.
func (p WhyNot) last() release.AttachmentRow { return p.Facts.Attachments[0] }

// has are the attachments that are there.
func (p WhyNot) has() []release.AttachmentRow {
	var live []release.AttachmentRow
	for _, a := range p.Facts.Attachments {
		if a.DetachedAt == nil {
			live = append(live, a)
		}
	}
	return live
}

// mayInstall tells whether the account could install the pack now (R25).
func (p WhyNot) mayInstall() bool {
	return p.Facts.Current != nil && len(p.Facts.Groups) > 0 && p.Facts.PackDeleted == nil
}

// href leads to the fact's release or group; empty where the reader has no page of it.
func (l WhyLinks) href(e release.EventRow) (href, label string) {
	switch noun, _, _ := strings.Cut(e.Action, "."); {
	case noun == "release" && l.Publisher:
		return hrefRelease(e.Subject), "Show the release"
	case noun == "release":
		return releasePath(l.Pack, e.Subject), "Show the release"
	case noun == "group" && l.Publisher:
		return "/groups/" + e.Subject.String(), "Show the group"
	default:
		return "", ""
	}
}

// whyHow is how what runs came to run, as the end of a sentence that began with "because".
func whyHow(h *release.HistoryRow, publisher string) string {
	if h == nil {
		return ""
	}
	text := WhyText(*h, publisher)
	if h.Reason != "" && h.How == release.HowOptedIn {
		text += " Support did so for the account, with the reason “" + h.Reason + "”."
	} else if h.Reason != "" {
		text += " The reason: “" + h.Reason + "”."
	}
	return text
}
