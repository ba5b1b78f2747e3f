package view

import (
	"time"

	"packtide/release"
)

// galleryID is an id that is the same in every run.
func galleryID(n byte) release.ID {
	var id release.ID
	id[len(id)-1] = n
	return id
}

func galleryVersion(major, minor, patch int) *release.Version {
	return &release.Version{Major: major, Minor: minor, Patch: patch}
}

// galleryPending is the release in testing that the sample pages tell of.
func galleryPending() release.ReleaseRef {
	midnight, since := midnightAhead(), galleryNow().AddDate(0, 0, -4)
	return release.ReleaseRef{
		ID: galleryID(2), Number: 2, Version: galleryVersion(2, 1, 0), State: release.Pending, Plan: release.Scheduled,
		Zone: "Europe/Paris", DueAt: &midnight, TestingSince: &since, TestingUntil: &midnight,
	}
}

func galleryCurrent() release.ReleaseRef {
	released := galleryNow().AddDate(0, 0, -23)
	return release.ReleaseRef{ID: galleryID(1), Number: 1, Version: galleryVersion(2, 0, 1), State: release.Released, Zone: "Europe/Paris", ReleasedAt: &released}
}

// galleryCalendar is a month in which more is in testing at once than a week has lines for.
func galleryCalendar() CalendarPage {
	p := CalendarPage{First: release.Date{Year: 2026, Month: time.November, Day: 1}, View: CalendarMonth, Clock: galleryClock(), Own: galleryID(9)}
	for _, name := range []string{"CRM Connector", "Invoice Bridge", "Ticket Sync", "Threat Feed", "Payroll Link", "Parcel Tracker"} {
		p.Entries = append(p.Entries, release.CalendarEntry{
			ReleaseRef: galleryPending(), PackName: name, PublisherID: galleryID(9), PublisherName: "Meridian Connect", PublisherZone: "Europe/Paris",
		})
	}
	return p
}

func galleryRehearsal() Rehearsal {
	current, next, midnight := galleryCurrent(), galleryPending(), midnightAhead()
	return Rehearsal{
		Rehearsal: release.Rehearsal{
			Next:   release.ReleaseView{ReleaseRef: next, PackName: "CRM Connector"},
			When:   release.RehearsalTime{At: &midnight, Zone: "Europe/Paris"},
			Impact: release.Impact{Attachments: 340, Accounts: 128, OptIns: 41, Zones: []release.ZoneCount{{Zone: "Europe/Oslo", Attachments: 340}}},
			Moves: []release.RehearsalMove{
				{From: &current, Kind: release.RehearsalUpgrade, Count: 299},
				{From: &next, Tries: true, Stays: true, Kind: release.RehearsalUnchanged, Count: 41},
			},
		},
		Clock: galleryClock(), Path: "/releases/2/rehearsal",
		Rows: []release.RehearsalRow{{ID: galleryID(3), Name: "Oslo", Environment: "production", AccountName: "Nordlys Insurance", AccountZone: "Asia/Kolkata"}},
	}
}

func galleryEvidence() []EvidenceLine {
	changed := galleryNow().Add(-time.Hour)
	return []EvidenceLine{
		{Item: galleryID(1), Label: "Regression test done", Demanded: true, Offered: true, Given: &release.EvidenceRow{
			Evidence: release.Evidence{Note: "All 212 cases pass.", Link: "https://ci.example/7", GivenAt: changed.Add(-24 * time.Hour)}, GivenByName: "Claire Dubois", ChangedAt: &changed,
		}},
		{Item: galleryID(2), Label: "Impact assessed", Demanded: true, Offered: true},
	}
}

func galleryBoard() TestingBoard {
	current := galleryCurrent()
	b := TestingBoard{Said: release.FeedbackCounts{}, Stream: galleryFeedback()}
	b.Release = release.ReleaseView{ReleaseRef: galleryPending(), PackName: "CRM Connector", PublisherName: "Meridian Connect", PublisherZone: "Europe/Paris", Base: &current}
	b.Clock = galleryClock()
	return b
}

func galleryFeedback() FeedbackStream {
	row := release.FeedbackRow{AccountName: "Nordlys Insurance", AttachmentName: "Oslo", PackName: "CRM Connector", ByName: "Jonas Weber", Newest: true}
	row.ID, row.Attachment, row.Verdict, row.Text, row.At = galleryID(4), galleryID(3), release.VerdictBlocked, "Deals without a stage are skipped.", galleryNow().Add(-2*time.Hour)
	return FeedbackStream{Rows: []release.FeedbackRow{row}, Clock: galleryClock(), Publisher: loadZone("Europe/Paris"), MayAnswer: true}
}

func galleryFeedbackForm() FeedbackSpec {
	pending := galleryPending()
	row := release.AttachmentRow{PackName: "CRM Connector", PublisherName: "Meridian Connect", Pending: &pending}
	row.ID, row.Name = galleryID(3), "Oslo"
	return FeedbackSpec{Row: row, Look: Secondary}
}

func galleryAdoption() AdoptionChart {
	days := make([]release.AdoptionDay, 30)
	for i := range days {
		days[i] = release.AdoptionDay{Day: galleryNow().AddDate(0, 0, i-len(days)+1), Attachments: int64(40 + 10*i), Trying: int64(max(0, i-25) * 10)}
	}
	return NewAdoptionChart(release.Adoption{Days: days, Releases: []release.ReleaseRef{galleryCurrent()}}, loadZone("Europe/Paris"), galleryNow())
}

func galleryBase() InstallBase {
	p := InstallBase{Clock: galleryClock()}
	p.Facets = release.Facets{
		Attachments: 340, Accounts: 128, Environments: []release.FacetValue{{Value: "production", Rows: 204}, {Value: "test", Rows: 136}},
	}
	return p
}

func galleryMoment() Moment {
	at := galleryNow().AddDate(0, -8, 0)
	return Moment{
		Name: "at", Label: "As of", Text: at.Format(MomentForm), ZoneName: "at_zone", Zone: "Europe/Berlin", At: &at, In: loadZone("Europe/Berlin"),
		Zones: []Option{{Value: "Europe/Berlin", Label: "Berlin"}, {Value: "UTC", Label: "UTC"}},
	}
}

func gallerySearch() SearchResults {
	return SearchResults{Query: "crm", Groups: []SearchGroup{{Label: "Packs", More: "/packs?q=crm", Items: []SearchItem{
		{Href: "/packs/1", Icon: "boxes", Title: "CRM Connector", Sub: "2.0.1"}, {Href: "/packs/2", Icon: "boxes", Title: "CRM Exporter"},
	}}}}
}

const galleryProse = "Before you **install**:\n\n1. Make a token with the scope `deals.read`.\n2. Open [the guide](https://docs.example/crm).\n\n| Field | Needed |\n|---|---|\n| Region | yes |\n"
