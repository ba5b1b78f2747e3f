package view

import (
	"slices"
	"time"

	"packtide/packfile"
	"packtide/release"
)

// Settings is who a person is, what they have settled, and their tokens.
type Settings struct {
	Person      release.Person
	Accounts    []AccountItem
	Memberships []release.MembershipRow
	Publisher   *release.Account // the acting account, where it publishes
	MayPublish  bool
	OfAccount   bool // acts in an account, not for the site
	Checks      CheckForm
	Evidence    EvidenceSettings
	Feeds       []CalendarFeedSetting
	MadeFeed    *MadeFeed // just made: shown this once
	Tokens      []release.TokenRow
	Form        TokenForm
	Made        *MadeToken // just made: its secret is shown this once
	Clock       Clock
	ZoneTold    bool   // the browser has told its zone
	ToolsURL    string // where tools that were made for another platform's API find the acting account; empty: nowhere
}

// CheckForm is how packages are checked, as kept or typed.
type CheckForm struct {
	Values map[string]string // the key of a packfile.Setting → value
	Errors []FieldError
}

// field is the form field of one setting.
func (f CheckForm) field(s packfile.Setting) Field {
	field := Field{
		Name: s.Key, Label: s.Label, Hint: s.Help, Value: f.Values[s.Key], Optional: true, Error: errorOn(f.Errors, s.Key), Autocomplete: "off",
	}
	if s.Free {
		field.MaxLength = packfile.MaxSettingText
	}
	return field
}

// refused tells whether one of the platform's settings was.
func (f CheckForm) refused(p packfile.PlatformSettings) bool {
	return slices.ContainsFunc(p.Settings, func(s packfile.Setting) bool { return errorOn(f.Errors, s.Key) != "" })
}

func settingOptions(s packfile.Setting) []Option {
	options := make([]Option, len(s.Choices))
	for i, c := range s.Choices {
		options[i] = Option{Value: c.Value, Label: c.Label}
	}
	return options
}

// settingText is what a setting stands at, in words.
func settingText(s packfile.Setting, value string) string {
	for _, c := range s.Choices {
		if c.Value == value {
			return c.Label
		}
	}
	if value == "" {
		return "not given"
	}
	return value
}

// TokenForm is the form for a new token with what was typed.
type TokenForm struct {
	Name    string
	Account string
	Scope   string
	Days    string
	Errors  []FieldError
}

// MadeToken is a new token with its secret.
type MadeToken struct {
	release.Token
	Secret string
}

// tokenScope is what a token may do, in words.
func tokenScope(s release.TokenScope) string {
	switch s {
	case release.ScopeRead:
		return "reads only"
	case release.ScopeAgent:
		return "an agent: learns what to run, tells what runs"
	default:
		return "all that you may do"
	}
}

// pagePart is a part of a long page, by the id of its element.
type pagePart struct{ ID, Title string }

// parts are what the page has for this person, from top to bottom.
func (s Settings) parts() []pagePart {
	var parts []pagePart
	if s.Publisher != nil {
		parts = append(parts, pagePart{"checks", "How packages are checked"}, pagePart{"evidence", "Evidence before a release"})
	}
	if len(s.Feeds) > 0 {
		parts = append(parts, pagePart{"calendar", "Calendar address"})
	}
	if s.OfAccount {
		parts = append(parts, pagePart{"messages", "Messages and webhooks"})
	}
	parts = append(parts, pagePart{"accounts", "Your accounts"}, pagePart{"tokens", "API tokens"})
	if s.ToolsURL != "" {
		parts = append(parts, pagePart{"tools", atomsphereTitle})
	}
	return parts
}

// scopeOptions are what a new token may do; an agent's is for the admins of accounts that install.
func (s Settings) scopeOptions() []Option {
	options := []Option{{Value: string(release.ScopeFull), Label: "All that you may do"}, {Value: string(release.ScopeRead), Label: "Reading only"}}
	if slices.ContainsFunc(s.Memberships, func(m release.MembershipRow) bool { return m.Managed == release.RoleAdmin }) {
		options = append(options, Option{Value: string(release.ScopeAgent), Label: "An agent beside a platform"})
	}
	return options
}

func (s Settings) scope() string {
	if s.Form.Scope == "" {
		return string(release.ScopeFull)
	}
	return s.Form.Scope
}

// tokenLives are the lives that a token may be given, in days.
func tokenLives() []Option {
	return []Option{{Value: "7", Label: "7 days"}, {Value: "30", Label: "30 days"}, {Value: "90", Label: "90 days"}, {Value: "365", Label: "1 year"}}
}

func (s Settings) days() string {
	if s.Form.Days == "" {
		return "90"
	}
	return s.Form.Days
}

// account is the account that a new token acts in: as chosen, else the present one.
func (s Settings) account() string {
	if s.Form.Account != "" {
		return s.Form.Account
	}
	return Page{Accounts: s.Accounts}.account().ID
}

func (s Settings) accountOptions() []Option {
	options := make([]Option, len(s.Accounts))
	for i, a := range s.Accounts {
		options[i] = Option{Value: a.ID, Label: a.Name + " (" + a.Role + ")"}
	}
	return options
}

func (s Settings) zoneText() string {
	text := City(s.Clock.Zone) + " (" + orUTC(s.Clock.Zone).String() + ", " + Offset(s.Clock.Now, s.Clock.Zone) + ")"
	if s.ZoneTold {
		return text + ", as your browser tells"
	}
	return text + ", the account's: your browser has not told its own"
}

// zoneOf is the account's time zone; empty for the site.
func (s Settings) zoneOf(account string) string {
	for _, m := range s.Memberships {
		if m.Account.String() == account {
			return m.AccountZone
		}
	}
	return ""
}

// tokenState is whether a token works, and why not.
func tokenState(t release.TokenRow, now time.Time) (word string, tone Tone, icon string) {
	switch {
	case t.RevokedAt != nil:
		return "Revoked", Grey, "ban"
	case !t.ExpiresAt.After(now):
		return "Expired", Grey, "clock"
	default:
		return "Active", Green, "circle-check"
	}
}

func tokenLive(t release.TokenRow, now time.Time) bool {
	return t.RevokedAt == nil && t.ExpiresAt.After(now)
}

func tokenPlace(t release.TokenRow) string {
	if t.AccountName == "" {
		return "All accounts"
	}
	return t.AccountName
}

// TokenRevoke is the question before a token ends.
func TokenRevoke(t release.TokenRow) Confirm {
	return Confirm{
		Text:   "Every program that uses it is refused from that moment. This can't be undone: make a new token instead.",
		Action: "/settings/tokens/" + t.ID.String() + "/revoke", Button: "Revoke " + t.Name, Danger: true, CancelHref: "/settings",
	}
}
