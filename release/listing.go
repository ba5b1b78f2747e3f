package release

import (
	"time"

	"packtide/packfile"
)

// The structs of this file are what pages and the API read: made by store.Reader, decided by nobody.

// VersionRef names one package version.
type VersionRef struct {
	ID              ID
	Version         Version
	PlatformVersion string
	Overridden      bool // R4: shared in spite of errors
}

// ReleaseRef names one release with the instants that lists show.
type ReleaseRef struct {
	ID           ID
	Number       int
	Version      *Version // nil: a draft without one
	State        State
	Plan         Plan
	DueOn        *Date
	Zone         string
	DueAt        *time.Time
	TestingSince *time.Time
	TestingUntil *time.Time
	ReleasedAt   *time.Time
	EndedAt      *time.Time
	Late         bool
}

// Current tells whether the install base runs this release.
func (r ReleaseRef) Current() bool { return r.State == Released && r.EndedAt == nil }

// PackRow is one line of the publisher's or the support's list of packs.
type PackRow struct {
	ID            ID
	Name          string
	PublisherID   ID
	PublisherName string
	Multiple      bool
	Current       *ReleaseRef
	Pending       *ReleaseRef
	DraftID       *ID
	Attachments   int64
	Accounts      int64
	OptIns        int64 // of the pending release
	Updates       int   // packages with a newer shareable version than the draft holds, else the pending, else the current release (R9)
	LastActivity  *time.Time
}

// PackView is one pack with all that its page says at the top.
type PackView struct {
	PackRow
	PackTexts
	CreatedAt     time.Time
	PublisherZone string
	Draft         *ReleaseView
	Outside       int // attachments whose account is in no group of the pack any more (R30), at most 1001
}

// PackPackageRow is one package of a pack with its three versions (R9).
type PackPackageRow struct {
	PackageID   ID
	Name        string
	DisplayName string
	Platform    string
	Kind        string
	Current     *VersionRef // in the current release; nil: comes with the next
	Next        *VersionRef // in the draft, else in the pending, else in the current release; nil: removed in the next release (R8)
	Newest      *VersionRef // newest shareable; nil: all were deleted
}

// ContentRow is one package version of a release, beside what the compared release held.
type ContentRow struct {
	PackageID   ID
	Name        string
	DisplayName string
	Platform    string
	From        *VersionRef // in the release compared with; nil: added
	To          *VersionRef // in this release; nil: removed
	Notes       string      // of To
	SHA256      [32]byte    // of To
	Size        int64       // bytes, of To
	FileName    string      // of To
}

// ReleaseView is one release whole.
type ReleaseView struct {
	ReleaseRef
	PackID        ID
	PackName      string
	PublisherID   ID
	PublisherName string
	PublisherZone string // of now; Zone is the release's own
	Notes         string
	Revision      int
	Reason        string
	CreatedAt     time.Time
	CreatedBy     string
	DecidedBy     string
	OptIns        int64
	Observed      int64        // attachments whose agents report it as installed
	Base          *ReleaseRef  // the release that Contents is compared with: the one before it, or the current one
	Contents      []ContentRow // by display name
}

// Impact is whom a release would reach (the wizard's second step).
type Impact struct {
	Attachments int64
	Accounts    int64
	OptIns      int64 // of the pending release
	Zones       []ZoneCount
}

// ZoneCount is how much of an install base lives in one time zone.
type ZoneCount struct {
	Zone        string
	Attachments int64
	Accounts    int64
}

// PackageRow is one line of the publisher's list of packages.
type PackageRow struct {
	Package
	Versions   int
	Newest     *VersionRef // of all that are not deleted
	Shareable  *VersionRef // newest shareable
	Packs      int         // that hold it in their current, pending or draft release
	UploadedAt *time.Time  // of the newest
}

// VersionRow is one uploaded version in the list of its package.
type VersionRow struct {
	VersionRef
	PackageID    ID
	DisplayName  string
	Shareable    bool
	FileName     string
	Size         int64 // bytes
	SHA256       [32]byte
	UploadedAt   time.Time
	UploadedBy   string
	DeletedAt    *time.Time
	Errors       int // findings by severity
	Warnings     int
	InUse        bool // R5
	DeletedByWho string
}

// VersionView is one uploaded version whole.
type VersionView struct {
	VersionRow
	Package        Package
	Notes          string
	Manifest       packfile.Manifest
	Findings       []packfile.Finding
	ComparedWith   *VersionRef // with which Findings compare it; nil: none
	OverrideReason string      // R4
	UsedIn         []ReleaseUse
}

// ReleaseUse is a release that holds a package version.
type ReleaseUse struct {
	PackID   ID
	PackName string
	Release  ReleaseRef
}

// GroupRow is one line of the publisher's account groups.
type GroupRow struct {
	Group
	Accounts int64 // of "All accounts": every managed account
	Packs    int
}

// AccountRow is one account in a list.
type AccountRow struct {
	Account
	People      int
	Attachments int64
	Member      bool // of the group that was asked about
}

// CatalogueRow is a pack that an account may install (R25).
type CatalogueRow struct {
	PackID        ID
	Name          string
	Description   string
	PublisherID   ID
	PublisherName string
	Multiple      bool
	Current       ReleaseRef
	Pending       *ReleaseRef
	Installed     int // live attachments of this account
}

// AttachmentRow is one attachment with what is derived of it.
type AttachmentRow struct {
	Attachment
	AccountName   string
	AccountZone   string
	PackName      string
	PublisherID   ID
	PublisherName string
	PublisherZone string
	Runs          *ReleaseRef // the desired release; nil once detached
	Current       *ReleaseRef
	Pending       *ReleaseRef
	OptedInAt     *time.Time // runs the pending release since
	OptedInBy     string
	Outside       bool         // its account may not install the pack any more (R30)
	Observed      *ObservedRef // what its agent has last said; nil: nothing yet
}

// Trying tells whether the attachment runs the pending release.
func (r AttachmentRow) Trying() bool { return r.OptedInAt != nil }

// AttachmentState sorts attachments in the install base.
type AttachmentState string

// The states an install base can be filtered by.
const (
	StateCurrent  AttachmentState = "current"  // runs the current release
	StateTrying   AttachmentState = "trying"   // has opted in to the pending release
	StateWaiting  AttachmentState = "waiting"  // a release is pending, and it has not opted in
	StateOutside  AttachmentState = "outside"  // R30
	StateDetached AttachmentState = "detached" // uninstalled
)

// InstallBaseFilter narrows the install base; zero fields do not narrow.
type InstallBaseFilter struct {
	Query     string // in attachment, account or pack names
	Publisher ID
	Pack      ID
	Account   ID
	Release   ID // attachments that run it
	State     AttachmentState
	Observed  LedgerState // what their agents say
	// Zones and Environments: any of these; the empty environment is that of attachments without one.
	Zones        []string // of the account
	Environments []string
	Before       ID // page key: rows with smaller ids; zero: the newest
	Limit        int
}

// PersonRow is one person with what they may do.
type PersonRow struct {
	Person
	Memberships []MembershipRow
	LastSeen    *time.Time // last sign-in
}

// MembershipRow is one membership with its account.
type MembershipRow struct {
	Membership
	AccountName string
	AccountZone string
	Publishes   bool // what the account is for
	Installs    bool
}

// TokenUse is the token of a request.
type TokenUse struct {
	ID         ID
	Scope      TokenScope
	LastUsedAt *time.Time // as it was noted before
}

// TokenRow is one API token of a person.
type TokenRow struct {
	Token
	PersonName  string
	AccountName string
	LastUsedAt  *time.Time
}

// EvidenceRow is evidence with the name of who gave it, and whether it was given for the versions that the release has now.
type EvidenceRow struct {
	Evidence
	GivenByName string
	ChangedAt   *time.Time // when the release's versions were last changed; nil: they are those that it began with
}

// Outdated tells whether the versions of the release were changed after the evidence was given.
func (e EvidenceRow) Outdated() bool { return e.ChangedAt != nil && e.ChangedAt.After(e.GivenAt) }
