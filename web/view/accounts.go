package view

import "packtide/release"

// Accounts is the list of accounts.
type Accounts struct {
	Search  string
	Rows    []release.AccountRow
	Pages   NamePage
	MayEdit bool
	Clock   Clock
}

// AccountForm opens an account, or edits one.
type AccountForm struct {
	ID     release.ID // zero: a new one
	New    release.NewAccount
	Zones  []string
	Errors []FieldError
}

// Title is the page's.
func (f AccountForm) Title() string {
	if f.ID.IsZero() {
		return "Open an account"
	}
	return "Edit the account"
}

func (f AccountForm) action() string {
	if f.ID.IsZero() {
		return "/accounts/new"
	}
	return "/accounts/" + f.ID.String() + "/edit"
}

func (f AccountForm) zones() []Option {
	options := make([]Option, len(f.Zones))
	for i, z := range f.Zones {
		options[i] = Option{Value: z, Label: z}
	}
	return options
}

// AccountPage is one account with its people.
type AccountPage struct {
	Account release.Account
	Ledger  LedgerBox // of what it has installed
	People  []release.PersonRow
	Pages   NamePage
	Invite  InviteForm
	MayEdit bool
	Clock   Clock
}

// InviteForm lets a person in; without an account, into the site's staff.
type InviteForm struct {
	release.Invite
	Errors []FieldError
}

// LinkShown is a one-time link, shown once.
type LinkShown struct {
	Name, Email string
	URL         string
	Days        int
	Back        string
}

// People is the list of everybody.
type People struct {
	Search string
	Rows   []release.PersonRow
	Pages  NamePage
	Invite InviteForm
	Clock  Clock
}

// PersonDetail is one person.
type PersonDetail struct {
	Row    release.PersonRow
	Errors []FieldError
	Clock  Clock
}

// AccountPurpose is what an account is for, in words.
func AccountPurpose(a release.Account) string {
	switch {
	case a.Publisher && a.Managed:
		return "Publishes and installs packs"
	case a.Publisher:
		return "Publishes packs"
	default:
		return "Installs packs"
	}
}

func personState(p release.Person) State {
	switch {
	case p.DisabledAt != nil:
		return StateDisabled
	case p.PasswordHash == "":
		return StateInvited
	default:
		return StateActive
	}
}

func linkButton(p release.Person) string {
	if p.PasswordHash == "" {
		return "Make a new invitation link"
	}
	return "Make a link for a new password"
}

// rolesIn is what a person may do in an account, in words; empty for nothing.
func rolesIn(m release.MembershipRow) string {
	var words []string
	switch m.Publisher {
	case release.RolePublisher:
		words = append(words, "publishes")
	case release.RolePublisherViewer:
		words = append(words, "sees what is published")
	}
	switch m.Managed {
	case release.RoleAdmin:
		words = append(words, "administers installs")
	case release.RoleManagedViewer:
		words = append(words, "sees what is installed")
	}
	return List(words, 0)
}

func siteRole(r release.SiteRole) string {
	switch r {
	case release.RoleOperator:
		return "operator of this site"
	case release.RoleSupport:
		return "support staff of this site"
	default:
		return ""
	}
}

// roleOf finds what a person may do in one account.
func roleOf(p release.PersonRow, account release.ID) release.MembershipRow {
	for _, m := range p.Memberships {
		if m.Account == account {
			return m
		}
	}
	return release.MembershipRow{}
}

// rolesOf leaves out "nothing" where the account has only one purpose and a person comes in: it would be no role at all.
func rolesOf(options []Option, onlyPurpose bool) []Option {
	if onlyPurpose {
		return options[1:]
	}
	return options
}

func publisherRoles() []Option {
	return []Option{
		{Value: "", Label: "Nothing on the publisher's side"},
		{Value: string(release.RolePublisher), Label: "Publisher: uploads, bundles and releases"},
		{Value: string(release.RolePublisherViewer), Label: "Viewer: sees all that a publisher sees"},
	}
}

func managedRoles() []Option {
	return []Option{
		{Value: "", Label: "Nothing on the installing side"},
		{Value: string(release.RoleAdmin), Label: "Admin: installs, tries releases, uninstalls"},
		{Value: string(release.RoleManagedViewer), Label: "Viewer: sees all that an admin sees"},
	}
}
