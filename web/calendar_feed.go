package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"packtide/release"
	"packtide/web/view"
)

const (
	feedPast  = 366 * 24 * time.Hour // how far back a feed tells
	feedAhead = 740 * 24 * time.Hour // farther than any release can be scheduled
	feedSize  = 500
)

// calendarFeed is what a calendar program reads under a secret address. Unknown and revoked addresses answer alike.
func (s *Server) calendarFeed(v *visit) error {
	feed, account, err := s.reader.CalendarFeed(v.ctx(), release.Secret(v.Param("secret")).Hash())
	if err != nil {
		return err
	}
	entries, err := s.reader.Calendar(v.ctx(), feed.Reader(), release.CalendarFilter{
		From: v.now.Add(-feedPast), To: v.now.Add(feedAhead), Events: true, Limit: feedSize,
	})
	if err != nil {
		return err
	}
	body := feedText(s.baseURL, feed.Kind, account, entries)
	sum := sha256.Sum256([]byte(body))
	h := v.Response().Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	http.ServeContent(v.Response(), v.Request(), "", time.Time{}, strings.NewReader(body))
	return nil
}

// feedText is the calendar of the scheduled releases. It follows from them alone, so that it stays the same until one changes.
func feedText(baseURL string, kind release.FeedKind, account release.Account, entries []release.CalendarEntry) string {
	cal := ics.NewCalendarFor("packtide")
	cal.SetProductId("-//packtide//release calendar//EN")
	cal.SetMethod(ics.MethodPublish)
	cal.SetXPublishedTTL("PT1H")
	cal.SetRefreshInterval("PT1H")
	name := "Releases for " + account.Name
	if kind == release.FeedPublisher {
		name = "Releases of " + account.Name
	}
	cal.SetXWRCalName(name)
	for _, e := range entries {
		if e.DueAt != nil && e.TestingSince != nil {
			addFeedEvent(cal, baseURL, kind, account, e)
		}
	}
	return cal.Serialize(ics.WithNewLineWindows) // as the format wants it, wherever this runs
}

// addFeedEvent adds the midnight of a scheduled release. It lasts the hour within which it is applied (R18).
func addFeedEvent(cal *ics.Calendar, baseURL string, kind release.FeedKind, account release.Account, e release.CalendarEntry) {
	name := e.PackName + " " + view.ReleaseLabel(&e.ReleaseRef)
	event := cal.AddEvent(e.ID.String() + "@packtide")
	event.SetDtStampTime(e.ChangedAt)
	event.SetLastModifiedAt(e.ChangedAt)
	event.SetSequence(e.Changes)
	event.SetStartAt(*e.DueAt)
	event.SetEndAt(e.DueAt.Add(time.Hour))
	event.SetTimeTransparency(ics.TransparencyTransparent)
	clocks := feedClocks(*e.DueAt, view.Zone(e.ZoneName()), view.Zone(account.Zone))
	switch e.State {
	case release.Withdrawn:
		event.SetStatus(ics.ObjectStatusCancelled)
		event.SetSummary(name + " was withdrawn")
		event.SetDescription(name + " was withdrawn. It was to apply on " + clocks + ".")
	case release.Superseded:
		event.SetStatus(ics.ObjectStatusCancelled)
		event.SetSummary(name + " was replaced")
		event.SetDescription(name + " was replaced by another release while it was in testing. It was to apply on " + clocks + ".")
	case release.Released:
		event.SetStatus(ics.ObjectStatusConfirmed)
		event.SetSummary(name + " was released")
		event.SetDescription(name + " of " + e.PublisherName + " was released on " + clocks + ".")
	default:
		event.SetStatus(ics.ObjectStatusConfirmed)
		event.SetSummary(name + " applies")
		event.SetDescription(name + " of " + e.PublisherName + " applies on " + clocks + ". Until then it may be tried.")
	}
	event.SetURL(baseURL + feedPage(kind, e))
}

// feedPage is the page of a release for those who read the feed.
func feedPage(kind release.FeedKind, e release.CalendarEntry) string {
	switch {
	case kind == release.FeedPublisher:
		return releasePath(e.ID)
	case e.State == release.Pending || e.State == release.Released:
		return "/catalogue/" + e.PackID.String() + "/releases/" + e.ID.String()
	default:
		return "/catalogue/" + e.PackID.String()
	}
}

// feedClocks is the instant on the publisher's clock and on the account's; on that of UTC where both show the same.
func feedClocks(at time.Time, publisher, account *time.Location) string {
	const layout = "Mon 2 Jan 2006, 15:04 "
	_, theirs := at.In(publisher).Zone()
	if _, ours := at.In(account).Zone(); ours == theirs {
		account = time.UTC
	}
	text := at.In(publisher).Format(layout) + view.City(publisher)
	if _, ours := at.In(account).Zone(); ours == theirs {
		return text
	}
	return text + " · " + at.In(account).Format(layout) + view.City(account)
}
