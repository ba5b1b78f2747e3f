package release

// PublisherRole is what a person may do in a publishing account.
type PublisherRole string

// ManagedRole is what a person may do in a managed account.
type ManagedRole string

// SiteRole is what a member of the site's own staff may do.
type SiteRole string

// The roles. The empty string is no role.
const (
	RolePublisher       PublisherRole = "publisher" // uploads, bundles, releases
	RolePublisherViewer PublisherRole = "viewer"    // reads all that a publisher sees
	RoleAdmin           ManagedRole   = "admin"     // installs, opts in, uninstalls
	RoleManagedViewer   ManagedRole   = "viewer"    // reads all that an admin sees
	RoleSupport         SiteRole      = "support"   // reads everything (R34)
	RoleOperator        SiteRole      = "operator"  // support, and keeps accounts and people
)

// Source is the way on which a change came in (R33).
type Source string

// The sources.
const (
	FromUI        Source = "ui"
	FromAPI       Source = "api"
	FromScheduler Source = "scheduler"
	FromCLI       Source = "cli"
)

// Actor is who acts, in which account and how. A person of several accounts acts in one of them at a time,
// and holds a site role only while acting for the site: then Account is zero.
type Actor struct {
	Person    ID
	Name      string
	Account   ID
	Publisher PublisherRole
	Managed   ManagedRole
	Site      SiteRole
	Source    Source
	RequestID string
	// ReadOnly is support that looks as the account's people (R34), or a token that only reads: it sees what they see, and every
	// use case refuses it.
	ReadOnly bool
	Token    TokenScope // of the program that acts; empty: no token. An agent's holds no role.
}

// IsAgent tells whether the program beside an account's platform acts: it reads what that account's attachments are to run,
// and reports what they run.
func (a Actor) IsAgent() bool { return a.Token == ScopeAgent }

// mayChange is nil for whoever may change anything at all; which things, the roles say.
func (a Actor) mayChange() error {
	switch {
	case a.IsAgent():
		return ErrAgent
	case a.ReadOnly && a.Token == ScopeRead:
		return ErrReadToken
	case a.ReadOnly:
		return ErrViewing
	default:
		return nil
	}
}

// Scheduler is the actor of everything that the clock decides.
func Scheduler() Actor { return Actor{Name: "packtide", Source: FromScheduler} }

// Operator is the actor of the command line, which whoever runs the server may do.
func Operator() Actor { return Actor{Name: "command line", Site: RoleOperator, Source: FromCLI} }

// ReadsSite tells whether the actor sees all accounts (R34).
func (a Actor) ReadsSite() bool { return a.Site == RoleSupport || a.Site == RoleOperator }

// ReadsPublisher tells whether the actor sees what its account publishes.
func (a Actor) ReadsPublisher() bool { return a.Publisher != "" }

// ReadsManaged tells whether the actor sees what its account installs.
func (a Actor) ReadsManaged() bool { return a.Managed != "" }

// mayPublish is nil for a publisher; support staff learn that they only read (R34).
func (a Actor) mayPublish() error {
	refused := a.mayChange()
	switch {
	case refused != nil:
		return refused
	case a.Publisher == RolePublisher:
		return nil
	case a.ReadsSite():
		return ErrReadOnly
	default:
		return ErrForbidden
	}
}

// mayInstall is nil for an admin of a managed account; support staff learn that they only read (R34).
func (a Actor) mayInstall() error {
	refused := a.mayChange()
	switch {
	case refused != nil:
		return refused
	case a.Managed == RoleAdmin:
		return nil
	case a.ReadsSite():
		return ErrReadOnly
	default:
		return ErrForbidden
	}
}

// mayTry is nil for whoever may opt an attachment of the account in or out (R27): the account's own admin,
// or a member of support who gives the reason. An account of others is not found.
func (a Actor) mayTry(account ID, reason string) error {
	refused := a.mayChange()
	switch {
	case refused != nil:
		return refused
	case a.Managed == RoleAdmin && a.Account == account:
		return nil
	case a.ReadsSite() && reason == "":
		return ErrSupportReasonMissing
	case a.ReadsSite():
		return nil
	case a.Account == account:
		return ErrForbidden
	default:
		return ErrNotFound
	}
}

// mayReport is nil for whoever may report what an attachment of the account runs: its agent, or its own admin. An account of
// others is not found.
func (a Actor) mayReport(account ID) error {
	refused := a.mayChange()
	switch {
	case a.IsAgent() && a.Account == account:
		return nil
	case a.IsAgent():
		return ErrNotFound
	case refused != nil:
		return refused
	case a.Managed == RoleAdmin && a.Account == account:
		return nil
	case a.ReadsSite():
		return ErrReadOnly
	case a.Account == account && a.ReadsManaged():
		return ErrForbidden
	default:
		return ErrNotFound
	}
}

// mayOperate is nil for an operator.
func (a Actor) mayOperate() error {
	refused := a.mayChange()
	switch {
	case refused != nil:
		return refused
	case a.Site == RoleOperator:
		return nil
	default:
		return ErrForbidden
	}
}

// mayKeepTokens is nil for whoever may make and revoke the person's tokens: themselves, or an operator; else the refusal.
func (a Actor) mayKeepTokens(person ID, refusal error) error {
	refused := a.mayChange()
	switch {
	case refused != nil:
		return refused
	case person == a.Person || a.mayOperate() == nil:
		return nil
	default:
		return refusal
	}
}

// mayView is nil for a member of the staff who may look as an account's people (R34): somebody known by name, who does not
// look already.
func (a Actor) mayView() error {
	refused := a.mayChange()
	switch {
	case refused != nil:
		return refused
	case a.ReadsSite() && !a.Person.IsZero():
		return nil
	default:
		return ErrForbidden
	}
}
