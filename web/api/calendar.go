package api

import (
	"net/http"
	"slices"
	"time"

	"packtide/release"
	"packtide/web"
)

func calendarRoutes() []route {
	reads, keeps := web.Publishers|web.Managed, web.AsPublisher|web.AsAdmin
	return []route{
		{http.MethodGet, "/calendar", web.SignedIn, nothing, "from to publisher account " + paged, (*Server).calendar},
		{http.MethodGet, "/calendar/feeds", reads, nothing, "", (*Server).calendarFeeds},
		{http.MethodPost, "/calendar/feeds", keeps, asJSON, "", (*Server).makeCalendarFeed},
		{http.MethodDelete, "/calendar/feeds/:kind", keeps, nothing, "", (*Server).revokeCalendarFeed},
	}
}

const (
	calendarDays    = 92  // that are told where no last day is given
	maxCalendarDays = 740 // farther than any release can be scheduled
	maxCalendar     = 1000
)

// calendarEntry is one release with its day on both clocks. A draft has no instant yet, only the day that its publisher has in mind.
type calendarEntry struct {
	Release   releaseRef `json:"release"`
	Pack      named      `json:"pack"`
	Publisher accountRef `json:"publisher"`
	At        *time.Time `json:"at"`
	Date      *string    `json:"date"`
	TimeZone  string     `json:"time_zone"`
	YourDate  *string    `json:"your_date"`
	YourZone  string     `json:"your_time_zone"`
}

func calendarEntryOf(e release.CalendarEntry, mine *time.Location) calendarEntry {
	out := calendarEntry{
		Release: releaseRefOf(e.ReleaseRef), Pack: named{e.PackID, e.PackName}, Publisher: accountRef{e.PublisherID, e.PublisherName, e.PublisherZone},
		TimeZone: e.ZoneName(), YourZone: mine.String(),
	}
	at := e.At()
	switch {
	case !at.IsZero():
		out.At = utc(&at)
		out.YourDate = textOrNull(release.DateOf(at, mine).String())
		if theirs, err := release.LoadZone(e.ZoneName()); err == nil {
			out.Date = textOrNull(release.DateOf(at, theirs).String())
		}
	case e.DueOn != nil:
		out.Date = textOrNull(e.DueOn.String())
	}
	return out
}

// calendarOf is whose calendar is asked for, and the zone of their days. Staff say whose; for others it is their own.
func (s *Server) calendarOf(c *call) (release.CalendarFilter, *time.Location, error) {
	f := release.CalendarFilter{Drafts: true, Limit: maxCalendar}
	if err := readIDs(c.QueryParams(), map[string]*release.ID{"publisher": &f.Publisher, "account": &f.Account}); err != nil {
		return f, nil, err
	}
	whose := c.actor.Account
	switch asked := !f.Publisher.IsZero() || !f.Account.IsZero(); {
	case !c.actor.ReadsSite() && asked:
		return f, nil, onField("", "“publisher” and “account” are for the site's staff. Leave them out: this is your own calendar.")
	case !c.actor.ReadsSite():
	case f.Publisher.IsZero() == f.Account.IsZero():
		return f, nil, onField("publisher", "Say whose calendar: give either “publisher” or “account”.")
	case f.Publisher.IsZero():
		whose = f.Account
	default:
		whose = f.Publisher
	}
	a, err := s.reader.Account(c.ctx(), c.actor, whose)
	if err != nil {
		return f, nil, err
	}
	zone, err := release.LoadZone(a.Zone)
	return f, zone, err
}

// day reads a day of the query; usual is the one where it is left out.
func (c *call) day(name string, usual release.Date) (release.Date, error) {
	text := c.QueryParam(name)
	if text == "" {
		return usual, nil
	}
	d, err := release.ParseDate(text)
	if err != nil {
		return d, onField(name, "Give a day like 2026-12-01.")
	}
	return d, nil
}

// beginOf is the first instant of the day in the zone; of a day that the zone has left out, about where it would have been.
func beginOf(d release.Date, zone *time.Location) time.Time {
	if at, err := release.FirstInstant(d, zone); err == nil {
		return at
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// calendar is what comes and what came: of the publisher's packs, or of those that the account has or may install.
func (s *Server) calendar(c *call) error {
	f, zone, err := s.calendarOf(c)
	if err != nil {
		return err
	}
	from, err := c.day("from", release.DateOf(c.now, zone))
	if err != nil {
		return err
	}
	to, err := c.day("to", from.AddDays(calendarDays))
	if err != nil {
		return err
	}
	f.From, f.To = beginOf(from, zone), beginOf(to.AddDays(1), zone)
	if !f.From.Before(f.To) {
		return onField("to", "That is before “from”. Give a later day.")
	}
	if beginOf(from.AddDays(maxCalendarDays), zone).Before(f.To) {
		return onField("to", "That are more than %d days. Ask for fewer at once.", maxCalendarDays)
	}
	rows, err := s.reader.Calendar(c.ctx(), c.actor, f)
	if err != nil {
		return err
	}
	if len(rows) >= maxCalendar { // the earliest may have been left out
		return tooManyDays(from, to)
	}
	item := func(e release.CalendarEntry) calendarEntry { return calendarEntryOf(e, zone) }
	return listOf(c, rows, item, func(e release.CalendarEntry) release.ID { return e.ID })
}

// tooManyDays says how to ask for less.
func tooManyDays(from, to release.Date) error {
	if from == to {
		return onField("to", "There are %d releases or more on this day. Read them pack by pack, at /packs/{pack_id}/releases.", maxCalendar)
	}
	return onField("to", "There are %d releases or more between these days. Ask for fewer days at once.", maxCalendar)
}

// calendarFeed is an address for calendar programs; its URL is answered when it is made, and never again.
type calendarFeed struct {
	Kind      release.FeedKind `json:"kind"`
	CreatedAt time.Time        `json:"created_at"`
	CreatedBy string           `json:"created_by"`
	URL       string           `json:"url,omitempty"`
}

func (s *Server) readFeeds(c *call) ([]calendarFeed, error) {
	rows, err := s.reader.CalendarFeeds(c.ctx(), c.actor)
	feeds := make([]calendarFeed, len(rows))
	for i, r := range rows {
		feeds[i] = calendarFeed{Kind: r.Kind, CreatedAt: r.CreatedAt.UTC(), CreatedBy: r.CreatedBy}
	}
	return feeds, err
}

func (s *Server) calendarFeeds(c *call) error {
	feeds, err := s.readFeeds(c)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, items[calendarFeed]{Items: feeds})
}

type newCalendarFeed struct {
	Kind string `json:"kind"`
}

// makeCalendarFeed makes the address, or another in its place.
func (s *Server) makeCalendarFeed(c *call) error {
	in, err := decode[newCalendarFeed](c)
	if err != nil {
		return err
	}
	kind, err := oneOf("/kind", in.Kind, release.FeedPublisher, release.FeedManaged)
	if err != nil {
		return err
	}
	if kind == "" {
		return onField("/kind", "Say which: publisher, or managed.")
	}
	secret, err := s.service.MakeCalendarFeed(c.ctx(), c.actor, kind)
	if err != nil {
		return err
	}
	made := calendarFeed{Kind: kind, CreatedAt: c.now.UTC(), CreatedBy: c.actor.Name}
	if feeds, err := s.readFeeds(c); err == nil { // else as above: the secret is told here or never
		if i := slices.IndexFunc(feeds, func(f calendarFeed) bool { return f.Kind == kind }); i >= 0 {
			made = feeds[i]
		}
	}
	made.URL = s.baseURL + "/calendar/feed/" + string(secret)
	return c.created("/calendar/feeds", made)
}

func (s *Server) revokeCalendarFeed(c *call) error {
	if err := s.service.RevokeCalendarFeed(c.ctx(), c.actor, release.FeedKind(c.Param("kind"))); err != nil {
		return err
	}
	return c.done()
}
