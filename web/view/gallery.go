package view

import (
	"time"

	"packtide/release"
)

// GalleryPage is the frame of the gallery around sample data: a publisher in Paris is read in New York, four days
// before the midnight of 1 December 2026.
func GalleryPage() Page {
	now, _ := galleryTimes()
	twelve := 12
	return Page{
		Title:  "What does each component look like?",
		Lede:   "Every component of the kit in every state, on one page, for people who build pages.",
		Crumbs: []Crumb{{"/", "Packs"}, {"", "Gallery"}},
		Tabs: []Tab{
			{Href: "/dev/gallery", Label: "Components", Current: true, Count: &twelve},
			{Href: "/dev/gallery", Label: "Icons"},
		},
		Actions: LinkButton(Primary, "rocket", "Release 2.1.0", "#wizard"),
		Flash: []Flash{
			{Tone: Good, Text: "2.1.0 is scheduled. 340 attachments move to it on Tue 1 Dec, 00:00 Paris."},
			{Tone: Warn, Text: "Two accounts were removed from the group and keep their attachments.", Link: "Show these 3 attachments", Href: "#"},
		},
		Path:     "/dev/gallery",
		Nav:      galleryNav(),
		Accounts: []AccountItem{{"a", "Meridian Connect", "publisher", true}, {"b", "Nordlys Insurance", "admin", false}},
		Person:   Person{Name: "Claire Dubois", Email: "claire@meridian.example"},
		Clock:    Clock{Now: now, Zone: loadZone("America/New_York")},
		Search:   &Search{Action: "/packs", Label: "Search packs and accounts"},
		Demo:     &DemoClock{Now: now, Zone: loadZone("Europe/Paris")},
	}
}

func galleryNav() []NavItem {
	return []NavItem{
		{Href: "/packs", Label: "Packs", Icon: "boxes", Current: true, Count: 2},
		{Href: "/packages", Label: "Packages", Icon: "package"},
		{Href: "/groups", Label: "Account groups", Icon: "users"},
		{Href: "/calendar", Label: "Calendar", Icon: "calendar"},
		{Href: "/install-base", Label: "Install base", Icon: "server"},
		{Href: "/activity", Label: "Activity", Icon: "activity"},
		{Href: "/settings", Label: "Settings", Icon: "settings"},
	}
}

// galleryTimes are now and the midnight ahead.
func galleryTimes() (now, midnight time.Time) {
	return time.Date(2026, time.November, 27, 14, 30, 0, 0, time.UTC), time.Date(2026, time.November, 30, 23, 0, 0, 0, time.UTC)
}

// loadZone falls back to UTC, so that the gallery shows on a machine without time-zone data.
func loadZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

func gallerySteps() []Step {
	return []Step{
		{Href: "#wizard", Label: "Versions", Chosen: "3 of 5 packages change", Done: true},
		{Href: "#wizard", Label: "What changes", Chosen: "340 attachments", Done: true},
		{Href: "#wizard", Label: "When", Chosen: "Tue 1 Dec, 00:00 Paris", Current: true},
		{Label: "Review"},
	}
}

func galleryConfirm() Confirm {
	return Confirm{
		ID: "withdraw", Title: "Withdraw 2.1.0?",
		Text:        "The 41 attachments that try 2.1.0 go back to 2.0.1 at once. The release can't be scheduled again; prepare a new one instead.",
		VictimsHead: "These accounts are told, with your reason:",
		Victims:     []string{"Nordlys Insurance", "Banco Aurora", "Hafen Logistik", "Kaveri Foods"}, MoreVictims: 37,
		TypeName: "CRM Connector", Reason: &Field{Name: "reason", Label: "Reason", Hint: "Account admins read this.", Rows: 2},
		Action: "/releases/1/withdraw", Button: "Withdraw 2.1.0", Danger: true, CancelHref: "/packs/1",
	}
}

func galleryErrors() []FieldError {
	return []FieldError{
		{"version", "Version 2.1 is not three numbers: write it as 2.1.0."},
		{"date", "27 Nov is today in Paris: the earliest date is 28 Nov."},
	}
}

func galleryNow() time.Time {
	now, _ := galleryTimes()
	return now
}

func midnightAhead() time.Time {
	_, midnight := galleryTimes()
	return midnight
}

func galleryClock() Clock {
	return GalleryPage().Clock
}

func galleryViewing() ViewingBand {
	return ViewingBand{Account: "Nordlys Insurance", Zone: "Europe/Oslo", As: release.ViewAsAdmin, Until: galleryNow().Add(time.Hour)}
}
