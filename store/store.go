// Package store keeps the product's data in Postgres. Store runs use cases in transactions (release.Store); Reader answers
// pages and exports, writes nothing, and shows an actor only what is its own: tenancy is in every WHERE clause.
package store

import (
	"context"
	"io"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"packtide/release"
)

// Store runs use cases in transactions.
type Store struct{ pool *pgxpool.Pool }

// New takes a pool made by Open.
func New(pool *pgxpool.Pool) *Store { return &Store{pool: pool} }

// Reader answers questions. Every method takes the actor who asks: what that actor may not see is not found, or left out.
// Lists with a page key give rows after it in the list's own order; an empty result is a nil slice and no error.
type Reader struct{ pool *pgxpool.Pool }

// NewReader takes a pool made by Open.
func NewReader(pool *pgxpool.Pool) *Reader { return &Reader{pool: pool} }

var errContract = context.Canceled

// ---- who is asking -------------------------------------------------------------------------------------------------

// Actor is the person as acting in the account (zero: for the site). Unknown, disabled, or without any role there: not found.
func (r *Reader) Actor(ctx context.Context, person, account release.ID) (release.Actor, error) {
	return release.Actor{}, errContract
}

// ActorByToken is the actor of a live API token, given the sha256 of its secret. Notes nothing; ErrNotFound for any dead token.
func (r *Reader) ActorByToken(ctx context.Context, hash [32]byte, at time.Time) (release.Actor, error) {
	return release.Actor{}, errContract
}

// Memberships are the accounts in which a person can act, by account name.
func (r *Reader) Memberships(ctx context.Context, person release.ID) ([]release.MembershipRow, error) {
	return nil, errContract
}

// Person is one person by id, for the session's own use.
func (r *Reader) Person(ctx context.Context, id release.ID) (release.Person, error) {
	return release.Person{}, errContract
}

// PersonByEmail is for sign-in only.
func (r *Reader) PersonByEmail(ctx context.Context, email string) (release.Person, error) {
	return release.Person{}, errContract
}

// LinkByHash is a one-time link that can still be used at the instant, with its person (zero for the set-up); else ErrLinkInvalid.
func (r *Reader) LinkByHash(ctx context.Context, hash [32]byte, at time.Time) (release.Link, release.Person, error) {
	return release.Link{}, release.Person{}, errContract
}

// HasOperator tells whether any operator exists who can sign in.
func (r *Reader) HasOperator(ctx context.Context) (bool, error) { return false, errContract }

// Ping tells whether the database answers.
func (r *Reader) Ping(ctx context.Context) error { return errContract }

// ---- accounts and people (operator, support; an account itself) ------------------------------------------------------

// Account is one account: for site staff, its own people, or (name and zone) a publisher who may group it.
func (r *Reader) Account(ctx context.Context, by release.Actor, id release.ID) (release.Account, error) {
	return release.Account{}, errContract
}

// Accounts lists accounts by name after the key (lower name, id): all for site staff, managed ones for a publisher; query narrows by name.
// With a group, AccountRow.Member tells who belongs to it.
func (r *Reader) Accounts(ctx context.Context, by release.Actor, f AccountFilter) ([]release.AccountRow, error) {
	return nil, errContract
}

// AccountFilter narrows a list of accounts.
type AccountFilter struct {
	Query     string
	Group     release.ID // marks members; with OnlyMembers lists them alone
	Members   bool
	AfterName string // page key
	AfterID   release.ID
	Limit     int
}

// People lists persons by e-mail after the key, for site staff; with an account, its people only.
func (r *Reader) People(ctx context.Context, by release.Actor, account release.ID, query, afterEmail string, limit int) ([]release.PersonRow, error) {
	return nil, errContract
}

// PersonRow is one person with memberships, for site staff.
func (r *Reader) PersonRow(ctx context.Context, by release.Actor, id release.ID) (release.PersonRow, error) {
	return release.PersonRow{}, errContract
}

// Tokens are the live and dead API tokens of a person, newest first: one's own, or any for an operator.
func (r *Reader) Tokens(ctx context.Context, by release.Actor, person release.ID) ([]release.TokenRow, error) {
	return nil, errContract
}

// ---- packages (publisher; support) ----------------------------------------------------------------------------------

// Packages lists the publisher's packages by display name after the key.
func (r *Reader) Packages(ctx context.Context, by release.Actor, query, afterName string, afterID release.ID, limit int) ([]release.PackageRow, error) {
	return nil, errContract
}

// Package is one package with the numbers of its list row.
func (r *Reader) Package(ctx context.Context, by release.Actor, id release.ID) (release.PackageRow, error) {
	return release.PackageRow{}, errContract
}

// Versions lists the versions of a package, newest version first, deleted ones too, below the key.
func (r *Reader) Versions(ctx context.Context, by release.Actor, pkg release.ID, below *release.Version, limit int) ([]release.VersionRow, error) {
	return nil, errContract
}

// Version is one version whole.
func (r *Reader) Version(ctx context.Context, by release.Actor, id release.ID) (release.VersionView, error) {
	return release.VersionView{}, errContract
}

// ShareableVersions are the live shareable versions of each package, newest first, at most 50 each: package id → versions.
func (r *Reader) ShareableVersions(ctx context.Context, by release.Actor, packages []release.ID) (map[release.ID][]release.VersionRef, error) {
	return nil, errContract
}

// Artifact opens the bytes of a version: for its publisher, site staff, and accounts that run or may run a release with it.
// The content is read in parts as it is asked for, never whole, and can seek (http.ServeContent).
func (r *Reader) Artifact(ctx context.Context, by release.Actor, version release.ID) (release.VersionRow, io.ReadSeeker, error) {
	return release.VersionRow{}, nil, errContract
}

// ---- packs and releases (publisher; support; accounts what they may install or have attached) -----------------------

// Packs lists the publisher's packs (site staff: all) by name after the key. Counts come from the summaries.
func (r *Reader) Packs(ctx context.Context, by release.Actor, query, afterName string, afterID release.ID, limit int) ([]release.PackRow, error) {
	return nil, errContract
}

// Pack is one pack with its texts, its releases in force and its draft.
func (r *Reader) Pack(ctx context.Context, by release.Actor, id release.ID) (release.PackView, error) {
	return release.PackView{}, errContract
}

// PackPackages are the packages of the next and of the current release, by display name.
func (r *Reader) PackPackages(ctx context.Context, by release.Actor, pack release.ID) ([]release.PackPackageRow, error) {
	return nil, errContract
}

// AddablePackages are the publisher's packages with a shareable version that the pack's next release does not hold.
func (r *Reader) AddablePackages(ctx context.Context, by release.Actor, pack release.ID) ([]release.PackageRow, error) {
	return nil, errContract
}

// Releases lists the decided releases of a pack, newest number first, below the key (0: from the newest).
func (r *Reader) Releases(ctx context.Context, by release.Actor, pack release.ID, belowNumber, limit int) ([]release.ReleaseView, error) {
	return nil, errContract
}

// Release is one release whole: for its publisher and site staff any, for accounts pending and released ones of packs
// that they may install or have attached.
func (r *Reader) Release(ctx context.Context, by release.Actor, id release.ID) (release.ReleaseView, error) {
	return release.ReleaseView{}, errContract
}

// NotesSince are the notes of the package versions of a draft since the versions of the current release, newest first
// (R23): one line of text per package version, for the draft's publisher.
func (r *Reader) NotesSince(ctx context.Context, by release.Actor, draft release.ID) ([]PackageNotes, error) {
	return nil, errContract
}

// PackageNotes are the notes of one package version.
type PackageNotes struct {
	DisplayName string
	Version     release.Version
	Notes       string
}

// Impact is whom a release of the pack reaches now.
func (r *Reader) Impact(ctx context.Context, by release.Actor, pack release.ID) (release.Impact, error) {
	return release.Impact{}, errContract
}

// OptInsByDay counts the running opt-ins of a release by the UTC day on which they began: the adoption curve.
func (r *Reader) OptInsByDay(ctx context.Context, by release.Actor, rel release.ID) ([]DayCount, error) {
	return nil, errContract
}

// DayCount is a number on a day.
type DayCount struct {
	Day time.Time
	N   int64
}

// PackAccounts lists the accounts with live attachments of the pack, by account name after the key (R11 asks for them).
func (r *Reader) PackAccounts(ctx context.Context, by release.Actor, pack release.ID, afterName string, afterID release.ID, limit int) ([]release.AccountRow, error) {
	return nil, errContract
}

// ---- groups (publisher) ---------------------------------------------------------------------------------------------

// Groups are the publisher's groups, the built-in one first, then by name.
func (r *Reader) Groups(ctx context.Context, by release.Actor) ([]release.GroupRow, error) {
	return nil, errContract
}

// Group is one group.
func (r *Reader) Group(ctx context.Context, by release.Actor, id release.ID) (release.GroupRow, error) {
	return release.GroupRow{}, errContract
}

// GroupsOfPack are the groups that hold the pack.
func (r *Reader) GroupsOfPack(ctx context.Context, by release.Actor, pack release.ID) ([]release.GroupRow, error) {
	return nil, errContract
}

// PacksOfGroup are the packs that the group holds, by name.
func (r *Reader) PacksOfGroup(ctx context.Context, by release.Actor, group release.ID) ([]release.PackRow, error) {
	return nil, errContract
}

// ---- managed accounts -----------------------------------------------------------------------------------------------

// Catalogue lists what the actor's account may install (R25), by name after the key; query narrows by name.
func (r *Reader) Catalogue(ctx context.Context, by release.Actor, query, afterName string, afterID release.ID, limit int) ([]release.CatalogueRow, error) {
	return nil, errContract
}

// CataloguePack is one pack as the actor's account sees it: with its texts, when it may install it or has it attached.
func (r *Reader) CataloguePack(ctx context.Context, by release.Actor, pack release.ID) (release.PackView, error) {
	return release.PackView{}, errContract
}

// ---- the install base (publisher: own packs; account: own attachments; site staff: all) ------------------------------

// InstallBase is a page of attachments, newest first.
func (r *Reader) InstallBase(ctx context.Context, by release.Actor, f release.InstallBaseFilter) ([]release.AttachmentRow, error) {
	return nil, errContract
}

// EachAttachment streams all attachments of the filter, in the order of the page, until each fails.
func (r *Reader) EachAttachment(ctx context.Context, by release.Actor, f release.InstallBaseFilter, each func(release.AttachmentRow) error) error {
	return errContract
}

// Attachment is one attachment, uninstalled ones too.
func (r *Reader) Attachment(ctx context.Context, by release.Actor, id release.ID) (release.AttachmentRow, error) {
	return release.AttachmentRow{}, errContract
}

// History is what the attachment ran, when, by whom and how, oldest first (R32).
func (r *Reader) History(ctx context.Context, by release.Actor, attachment release.ID) ([]release.HistoryRow, error) {
	return nil, errContract
}

// ---- audit (own account; site staff: all) ----------------------------------------------------------------------------

// Events is a page of audit events, newest first.
func (r *Reader) Events(ctx context.Context, by release.Actor, f release.EventFilter) ([]release.EventRow, error) {
	return nil, errContract
}

// EachEvent streams all events of the filter, newest first, until each fails.
func (r *Reader) EachEvent(ctx context.Context, by release.Actor, f release.EventFilter, each func(release.EventRow) error) error {
	return errContract
}

// News is a page of the release events (scheduled, moved, withdrawn, released, applied) of packs that the actor's account has attached.
func (r *Reader) News(ctx context.Context, by release.Actor, before release.ID, limit int) ([]release.EventRow, error) {
	return nil, errContract
}
