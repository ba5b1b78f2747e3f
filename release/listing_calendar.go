package release

import "time"

// CalendarFilter chooses a stretch of time, and for site staff whose calendar they look into.
type CalendarFilter struct {
	From, To  time.Time // what happens, or is in testing, from From until before To
	Publisher ID        // staff: the calendar of this publisher
	Account   ID        // staff: the calendar that this managed account sees
	Drafts    bool      // drafts with a planned date too, for their publisher
	Events    bool      // Changes and ChangedAt too
	Limit     int       // the latest so many; 0 is 1000
}

// CalendarEntry is one release in a calendar.
type CalendarEntry struct {
	ReleaseRef
	PackID        ID
	PackName      string
	PublisherID   ID
	PublisherName string
	PublisherZone string
	Changes       int       // decisions on it since it was scheduled
	ChangedAt     time.Time // the last of them, or the scheduling
}

// ZoneName is the zone of the clock by which the release was planned, else that of its publisher now.
func (e CalendarEntry) ZoneName() string {
	if e.Zone != "" {
		return e.Zone
	}
	return e.PublisherZone
}

// At is the instant at which the release applies or was released, or at which its testing ended; zero for a draft.
func (e CalendarEntry) At() time.Time {
	switch {
	case (e.State == Withdrawn || e.State == Superseded) && e.TestingUntil != nil:
		return *e.TestingUntil
	case e.DueAt != nil && e.State != Draft:
		return *e.DueAt
	case e.ReleasedAt != nil:
		return *e.ReleasedAt
	default:
		return time.Time{}
	}
}
