package release

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"packtide/packfile"
)

// MaxNotes is the most that release notes may have, in characters.
const MaxNotes = 20_000

const (
	maxName        = 150
	maxEmail       = 254 // bytes
	maxEnvironment = 80
	maxDescription = 500
	maxText        = 50_000
	maxReason      = 1_000
	maxFileName    = 255
	maxAddress     = 64
	maxPackages    = 100
)

// Account is a tenant: a publisher, a managed account, or both.
type Account struct {
	ID                 ID
	Name               string
	Zone               string // IANA name
	Publisher          bool
	Managed            bool
	ShareableByDefault bool              // R2: fills in "shareable" for a client that does not say
	CheckSettings      map[string]string // how its packages are checked: the key of a packfile.Setting → value
	CreatedAt          time.Time
}

// CheckOptions are what the account's packages are checked by.
func (a Account) CheckOptions() packfile.Options { return packfile.Options{Settings: a.CheckSettings} }

// Person is someone who signs in.
type Person struct {
	ID           ID
	Email        string
	Name         string
	Site         SiteRole // none for people of accounts
	PasswordHash string   // argon2id in PHC form; empty until the invitation is accepted
	CreatedAt    time.Time
	DisabledAt   *time.Time
	Epoch        int // grows with every new password and every disabling: sign-ins of an older one are over
}

// Membership is what a person may do in one account.
type Membership struct {
	Person    ID
	Account   ID
	Publisher PublisherRole
	Managed   ManagedRole
}

// LinkPurpose tells what a one-time link is for.
type LinkPurpose string

// The purposes. Only a set-up link belongs to no person yet.
const (
	LinkSetup    LinkPurpose = "setup"
	LinkInvite   LinkPurpose = "invite"
	LinkPassword LinkPurpose = "password"
	LinkDemo     LinkPurpose = "demo"
)

// Link is a one-time link; only the sha256 of its secret is kept.
type Link struct {
	TokenHash [32]byte
	Purpose   LinkPurpose
	Person    ID
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
}

// TokenScope is what a token may do.
type TokenScope string

// The scopes.
const (
	ScopeFull  TokenScope = "full"  // all that its person may in the account
	ScopeRead  TokenScope = "read"  // read what its person may read
	ScopeAgent TokenScope = "agent" // learn what the attachments of a managed account are to run, and report what they run
)

// TokenScopes are all, the widest first.
func TokenScopes() []TokenScope { return []TokenScope{ScopeFull, ScopeRead, ScopeAgent} }

// Token lets a program act as a person in one account, or for the site; only the sha256 of its secret is kept.
type Token struct {
	ID        ID
	Hash      [32]byte
	Person    ID
	Account   ID // zero: the site
	Name      string
	Scope     TokenScope
	CreatedAt time.Time
	ExpiresAt time.Time
	RevokedAt *time.Time
}

// NewAccount is what an operator gives to open an account.
type NewAccount struct {
	Name      string
	Zone      string
	Publisher bool
	Managed   bool
}

// AccountEdit is what is to be changed of an account; what is nil stays as it is.
type AccountEdit struct {
	Name      *string
	Zone      *string
	Publisher *bool
	Managed   *bool
}

// over is the account as it is to be.
func (e AccountEdit) over(a Account) NewAccount {
	return NewAccount{
		Name: *cmp.Or(e.Name, &a.Name), Zone: *cmp.Or(e.Zone, &a.Zone),
		Publisher: *cmp.Or(e.Publisher, &a.Publisher), Managed: *cmp.Or(e.Managed, &a.Managed),
	}
}

// check refuses an account that could not work: no name, no purpose, a zone that does not exist.
func (n NewAccount) check() error {
	var name, zone, purpose *Error
	if !fitsLine(n.Name, 1, maxName) {
		name = unfit(ErrAccountNameMissing, n.Name, maxName)
	}
	if _, err := LoadZone(n.Zone); err != nil {
		zone = ErrZoneUnknown
	}
	if !n.Publisher && !n.Managed {
		purpose = ErrAccountPurpose
	}
	return join(name, zone, purpose)
}

// Invite is what an operator gives to let a person in: either a site role, or roles in one account.
type Invite struct {
	Email     string
	Name      string
	Site      SiteRole
	Account   ID
	Publisher PublisherRole
	Managed   ManagedRole
}

// check refuses an invitation without a usable address, name or role.
func (i Invite) check() error {
	var email, name, role *Error
	if !emailFits(i.Email) {
		email = ErrEmailForm
	}
	if !fitsLine(i.Name, 1, maxName) {
		name = unfit(ErrPersonName, i.Name, maxName)
	}
	if !i.rolesFit() {
		role = ErrRoleMissing
	}
	return join(email, name, role)
}

// rolesFit tells whether the roles are known, and either of the site or of one account.
func (i Invite) rolesFit() bool {
	known := slices.Contains([]SiteRole{"", RoleSupport, RoleOperator}, i.Site) &&
		slices.Contains([]PublisherRole{"", RolePublisher, RolePublisherViewer}, i.Publisher) &&
		slices.Contains([]ManagedRole{"", RoleAdmin, RoleManagedViewer}, i.Managed)
	inAccount := i.Publisher != "" || i.Managed != ""
	return known && inAccount != (i.Site != "") && inAccount != i.Account.IsZero()
}

// fitsAccount refuses a role that the account has no use for.
func (i Invite) fitsAccount(a Account) error {
	if (i.Publisher != "" && !a.Publisher) || (i.Managed != "" && !a.Managed) {
		return ErrRoleMissing
	}
	return nil
}

// emailFits is a plain look: something, an @, something, and no spaces. Only a sent mail proves more.
func emailFits(s string) bool {
	local, host, ok := strings.Cut(s, "@")
	return ok && local != "" && host != "" && len(s) <= maxEmail && utf8.ValidString(s) && !strings.Contains(host, "@") &&
		!strings.ContainsFunc(s, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>,;", r)
		})
}

// fits tells whether the trimmed text has between least and most characters, something to see unless it is empty, and no
// control characters but line ends and tabs.
func fits(s string, least, most int) bool {
	if !utf8.ValidString(s) {
		return false
	}
	s = strings.TrimSpace(s)
	n := utf8.RuneCountInString(s)
	return n >= least && n <= most && (n == 0 || strings.ContainsFunc(s, visible)) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t'
	})
}

// fitsLine is fits for names and labels, which stand in one line among others: nothing breaks it or turns its direction
// around, and there is something to see.
func fitsLine(s string, least, most int) bool {
	s = strings.TrimSpace(s)
	return fits(s, least, most) && !strings.ContainsFunc(s, breaksLine) && (s == "" || strings.ContainsFunc(s, visible))
}

// unfit is the refusal of a text that fits or fitsLine does not let through. One that is neither empty nor too long holds
// what can't be seen, as pasted texts do: the refusal says so.
func unfit(refusal *Error, s string, most int) *Error {
	if s = strings.TrimSpace(s); s == "" || utf8.RuneCountInString(s) > most {
		return refusal
	}
	return refusal.With("This text holds characters that can't be seen, such as control characters. Take them out, or type it anew.")
}

// breaksLine: control characters, line and paragraph separators, and the marks that override the direction of a text.
func breaksLine(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp) || (r >= '\u202a' && r <= '\u202e') || (r >= '\u2066' && r <= '\u2069')
}

func visible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }

// keepable is what of a text that nobody typed can be kept: valid, without control characters, at most so many characters.
func keepable(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most])
	}
	return s
}
