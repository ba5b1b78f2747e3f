package release

import "time"

// What a managed account reads of itself: made by store.Reader, like the rows of listing.go.

// OwnPending is a pending release that will reach the account: it has the pack installed.
type OwnPending struct {
	ReleaseRef
	PackID        ID
	PackName      string
	PublisherName string
	PublisherZone string
	Multiple      bool
	Attachments   int // live ones of the account
	Trying        int // those of them that have opted in
}

// Waiting is how many of the account's attachments do not try the release.
func (p OwnPending) Waiting() int { return p.Attachments - p.Trying }

// NewlyOffered is a pack that the account may install since a short time, and has not (R25).
type NewlyOffered struct {
	PackID        ID
	Name          string
	Description   string
	PublisherName string
	PublisherZone string
	Current       ReleaseRef
	Since         time.Time // both offered to the account and released
}

// EndedTesting is what became of a release that was in testing, as an account reads it.
type EndedTesting struct {
	ReleaseRef
	PackID        ID
	PackName      string
	PublisherName string
	PublisherZone string
	Multiple      bool
	Reason        string     // of a withdrawal
	Next          ReleaseRef // what the install base ran from the end of the testing period on; the release itself if it applied
	Attachments   int        // live ones of the account
	Tried         int        // those that tried the release when its testing period ended
}
