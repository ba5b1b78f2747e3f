package release

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"time"
)

// Service is the product's use cases. Each reads the same: lock, decide, save, in one transaction with its audit events.
type Service struct {
	store   Store
	clock   func() time.Time
	vault   Vault          // nil: webhooks are refused
	allowed []netip.Prefix // networks that webhooks may reach besides the internet
	invites bool           // invitations go by e-mail
}

// Option is a dependency that not every program has.
type Option func(*Service)

// Webhooks lets the service keep webhooks: their secrets in the vault, their addresses on the internet or in the allowed networks.
func Webhooks(vault Vault, allowed []netip.Prefix) Option {
	return func(s *Service) { s.vault, s.allowed = vault, allowed }
}

// NewService takes its dependencies once; clock tells the present instant.
func NewService(store Store, clock func() time.Time, options ...Option) *Service {
	s := &Service{store: store, clock: clock}
	for _, set := range options {
		set(s)
	}
	return s
}

// now is the present instant as the database keeps it: microseconds, UTC.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// Store runs a function in one transaction: all of it is kept, or nothing. A serialization failure or deadlock is tried again.
type Store interface {
	InTx(ctx context.Context, do func(context.Context, Tx) error) error
}

// Tx is what a use case may ask of and change in the store. Reads of one thing fail with ErrNotFound; a write that breaks
// an invariant fails with that rule's refusal, whoever was faster.
type Tx interface {
	AccountTx
	PersonTx
	PackageTx
	PackTx
	ReleaseTx
	AttachmentTx
	ObservedTx
	GroupTx
	FileTx
	FeedbackTx
	SavedViewTx
	EvidenceTx
	CalendarFeedTx
	ViewingTx
	OnceTx
	NoticeTx
	ReminderTx
	WebhookTx
	MailTx
	InvitationTx
	JobTx
	EnvironmentTx
	// Audit appends events (R33); ids and instants are the caller's.
	Audit(ctx context.Context, events ...Event) error
}

// AccountTx keeps accounts.
type AccountTx interface {
	Account(ctx context.Context, id ID) (Account, error)
	// LockAccount is Account for those who save it: two changes at once come one after the other.
	LockAccount(ctx context.Context, id ID) (Account, error)
	AddAccount(ctx context.Context, a Account) error
	// SaveAccount keeps name, zone, purposes and settings; when the zone changes, the summary counts move along.
	SaveAccount(ctx context.Context, a Account) error
}

// PersonTx keeps people and how they prove who they are.
type PersonTx interface {
	Person(ctx context.Context, id ID) (Person, error)
	// LockPerson is Person for those who save it: two changes at once come one after the other.
	LockPerson(ctx context.Context, id ID) (Person, error)
	PersonByEmail(ctx context.Context, email string) (Person, error)
	AddPerson(ctx context.Context, p Person) error
	SavePerson(ctx context.Context, p Person) error
	// SaveMembership replaces what the person may do in the account; without any role it ends the membership.
	SaveMembership(ctx context.Context, m Membership) error
	Membership(ctx context.Context, person, account ID) (Membership, error)
	// LockOperators counts the operators that can sign in, and lets no other transaction change them meanwhile.
	LockOperators(ctx context.Context) (int, error)
	AddLink(ctx context.Context, l Link) error
	// LockLink finds a link by the hash of its secret, used and expired ones too.
	LockLink(ctx context.Context, hash [32]byte) (Link, error)
	// UseLink notes that the link was used, and ends every other open link of the person.
	UseLink(ctx context.Context, l Link, at time.Time) error
	AddToken(ctx context.Context, t Token) error
	LockToken(ctx context.Context, id ID) (Token, error)
	RevokeToken(ctx context.Context, id ID, at time.Time) error
	// RevokeTokens ends the person's tokens that live at the instant, in the account (zero: everywhere), of the scopes; these
	// are what it returns.
	RevokeTokens(ctx context.Context, person, account ID, scopes []TokenScope, at time.Time) ([]Token, error)
	// NoteTokenUse keeps that the token was used, unless that was noted after the second instant.
	NoteTokenUse(ctx context.Context, id ID, at, unlessAfter time.Time) error
	// SignInFailures counts the failed attempts since the instant, for the address typed and for the caller's network address.
	// Until the transaction ends, other attempts of either wait: guesses that come all at once are counted too.
	SignInFailures(ctx context.Context, email, address string, since time.Time) (byEmail, byAddress int, err error)
	AddSignInFailure(ctx context.Context, email, address string, at time.Time) error
	// DropSignInFailure takes one back that was noted before anybody knew.
	DropSignInFailure(ctx context.Context, email, address string, at time.Time) error
	// Tidy deletes sign-in failures, dead links and keys of requests from before the instants, and sessions that have expired.
	Tidy(ctx context.Context, failuresBefore, linksBefore, keysBefore time.Time) (int64, error)
}

// PackageTx keeps packages, their versions and artifacts.
type PackageTx interface {
	// LockPackage finds the publisher's package by its technical name and lets no other transaction add versions meanwhile.
	LockPackage(ctx context.Context, publisher ID, name string) (Package, error)
	Package(ctx context.Context, id ID) (Package, error)
	AddPackage(ctx context.Context, p Package) error
	// LastCount is the highest first number of the package's versions, deleted ones too; 0 if it has none.
	LastCount(ctx context.Context, pkg ID) (int, error)
	// PutArtifact keeps the bytes in parts of 1 MiB under their sha256, streaming; bytes that are there already are not kept twice.
	PutArtifact(ctx context.Context, sha256 [32]byte, size int64, content io.ReaderAt, at time.Time) error
	// AddVersion keeps the version with its contents; it fails with ErrVersionExists when the label was ever used (R1).
	AddVersion(ctx context.Context, v PackageVersion) error
	// VersionBelow is the package's highest version below the label that is not deleted, to be compared with.
	VersionBelow(ctx context.Context, pkg ID, below Version) (Comparable, error)
	// ShareableBelow is VersionBelow among the shareable versions.
	ShareableBelow(ctx context.Context, pkg ID, below Version) (Comparable, error)
	// Manifests reads what the publisher's versions say of themselves, for up to a release's worth of them.
	Manifests(ctx context.Context, publisher ID, versions []ID) ([]Comparable, error)
	// LockVersion reads a version without its manifest and findings, against concurrent use in a release.
	LockVersion(ctx context.Context, id ID) (PackageVersion, error)
	// VersionInUse tells whether a pending or released release holds the version (R5).
	VersionInUse(ctx context.Context, id ID) (bool, error)
	// DeleteVersion notes the deletion; the label stays used, and the bytes go when no version holds them.
	DeleteVersion(ctx context.Context, id, by ID, at time.Time) error
	// ShareVersions reads the versions without findings and, but for OneOnly, manifest, and lets nobody delete them meanwhile.
	// Versions of other publishers are left out.
	ShareVersions(ctx context.Context, publisher ID, ids []ID) ([]PackageVersion, error)
	// NewestShareable is the newest shareable version of each package of the publisher that has one, read as by
	// ShareVersions: package id → version.
	NewestShareable(ctx context.Context, publisher ID, packages []ID) (map[ID]PackageVersion, error)
}

// PackTx keeps packs.
type PackTx interface {
	AddPack(ctx context.Context, p Pack) error
	SavePack(ctx context.Context, p Pack) error
	// LockPack reads the pack with its draft, pending and current release (contents included), and lets no other transaction
	// decide anything about it meanwhile. A deleted pack is not found.
	LockPack(ctx context.Context, id ID) (PackState, error)
	// SharePack is LockPack for those who only need the releases to stay as they are: installs and opt-ins run side by side.
	SharePack(ctx context.Context, id ID) (PackState, error)
	// AddPackDays records, for up to limit packs in the order of their ids, the days that are missing through the given one. It
	// returns these packs; none are left when it returns none.
	AddPackDays(ctx context.Context, through Date, after ID, limit int) ([]ID, error)
	// DetachAll ends every attachment of the pack, and returns how many there were.
	DetachAll(ctx context.Context, pack, by ID, at time.Time) (int64, error)
}

// ReleaseTx keeps releases.
type ReleaseTx interface {
	// Release reads one release with its contents, without a lock: whoever decides on it locks its pack and reads again.
	Release(ctx context.Context, id ID) (Release, error)
	// LastReleaseNumber is 0 for a pack without releases.
	LastReleaseNumber(ctx context.Context, pack ID) (int, error)
	// AddRelease and SaveRelease keep the release; the contents only while it is a draft.
	AddRelease(ctx context.Context, r Release) error
	SaveRelease(ctx context.Context, r Release) error
	DeleteDraft(ctx context.Context, id ID) error
	// EndCurrent ends the reign of the packs' current releases. It comes before the new ones are saved.
	EndCurrent(ctx context.Context, packs []ID, at time.Time) error
	// TakeDue locks up to limit packs whose pending release is due at the instant, leaving out those that others have locked.
	TakeDue(ctx context.Context, at time.Time, limit int) ([]DueRelease, error)
	// SaveApplied keeps what Apply decided on releases that TakeDue has locked.
	SaveApplied(ctx context.Context, releases []Release) error
	// PendingReleases lists pending releases in the order of their ids, without a lock.
	PendingReleases(ctx context.Context, after ID, limit int) ([]Release, error)
}

// DueRelease is a pending release whose instant has come, under its pack's lock. The release carries no contents.
type DueRelease struct {
	Release   Release
	PackName  string
	Publisher ID
	CurrentID ID // the release that it replaces; zero for a first release
}

// AttachmentTx keeps the install base.
type AttachmentTx interface {
	// MayInstall tells whether the account belongs to a group that holds the pack (R25).
	MayInstall(ctx context.Context, pack, account ID) (bool, error)
	Attachment(ctx context.Context, id ID) (Attachment, error)
	LockAttachment(ctx context.Context, id ID) (Attachment, error)
	AddAttachment(ctx context.Context, a Attachment) error
	// Detach keeps DetachedAt and DetachedBy, and ends a running opt-in.
	Detach(ctx context.Context, a Attachment) error
	// RunningOptIn finds the attachment's opt-in to the release that was not undone.
	RunningOptIn(ctx context.Context, attachment, release ID) (OptIn, error)
	AddOptIn(ctx context.Context, o OptIn) error
	// EndOptIn keeps Ended and EndedBy.
	EndOptIn(ctx context.Context, o OptIn) error
	// MendCounts compares the summary counts with the truth and corrects what differs; it returns how many rows did.
	MendCounts(ctx context.Context) (int, error)
}

// ObservedTx keeps what agents report.
type ObservedTx interface {
	// EverOptedIn tells whether the attachment has ever tried the release, also if it went back.
	EverOptedIn(ctx context.Context, attachment, release ID) (bool, error)
	// LockObserved reads what the attachment's agent has last said, and lets nobody change it meanwhile; ErrNotFound: nothing yet.
	LockObserved(ctx context.Context, attachment ID) (Observed, error)
	// SaveObserved replaces the old observation (zero: none) by the next, and moves the summary counts along.
	SaveObserved(ctx context.Context, old, next Observed) error
	// AddObservedChange keeps the observation in the attachment's history, of which the newest MaxObservedChanges stay.
	AddObservedChange(ctx context.Context, o Observed) error
	// SilenceObserved lets up to limit attachments count as silent that were last heard of before the instant, and returns how
	// many; it leaves out those that others have locked.
	SilenceObserved(ctx context.Context, before time.Time, limit int) (int, error)
}

// GroupTx keeps account groups.
type GroupTx interface {
	AddGroup(ctx context.Context, g Group) error
	LockGroup(ctx context.Context, id ID) (Group, error)
	RenameGroup(ctx context.Context, id ID, name string) error
	DeleteGroup(ctx context.Context, id ID) error
	// AddGroupMember and the three after it tell whether anything changed.
	AddGroupMember(ctx context.Context, group, account ID, at time.Time) (bool, error)
	RemoveGroupMember(ctx context.Context, group, account ID) (bool, error)
	AddGroupPack(ctx context.Context, group Group, pack ID, at time.Time) (bool, error)
	RemoveGroupPack(ctx context.Context, group, pack ID) (bool, error)
	// CountOutside counts the live attachments of the publisher's packs whose account may not install the pack any more (R30):
	// of one account, of one pack, or of both when given. It stops counting at most+1.
	CountOutside(ctx context.Context, publisher, account, pack ID, most int) (int, error)
}

// ViewingTx keeps who of support looks as which account (R34).
type ViewingTx interface {
	AddViewing(ctx context.Context, v Viewing) error
	LockViewing(ctx context.Context, id ID) (Viewing, error)
	// EndViewing keeps Ended and How.
	EndViewing(ctx context.Context, v Viewing) error
	// TakeOverViewings locks up to limit viewings that run beyond their time, or whose person is no longer on the staff, leaving
	// out those that others have locked.
	TakeOverViewings(ctx context.Context, at time.Time, limit int) ([]OverViewing, error)
}

// inTx runs a use case and says what was attempted when it fails for any reason but a refusal.
func (s *Service) inTx(ctx context.Context, attempt string, do func(context.Context, Tx) error) error {
	if err := s.store.InTx(ctx, s.markingOnce(ctx, do)); err != nil {
		return fmt.Errorf("%s: %w", attempt, err)
	}
	return nil
}

// event is an audit event of now, about the subject.
func event(by Actor, at time.Time, action string, subject ID, name string) Event {
	return Event{ID: NewID(at), At: at, Actor: by, Action: action, Subject: subject, SubjectName: name}
}
