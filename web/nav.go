package web

import (
	"strings"

	"packtide/web/view"
)

// place is one entry of the side bar, with the roles that see it.
type place struct {
	href, label, icon string
	roles             access
}

// places are the entries in their order; each person sees those of the roles held in the acting account.
var places = []place{
	{"/packs", "Packs", "boxes", publishers},
	{"/packages", "Packages", "package", publishers},
	{"/groups", "Account groups", "users", publishers},
	{"/home", "Home", "house", managed},
	{"/catalogue", "Catalogue", "library", managed},
	{"/installed", "Installed", "circle-check", managed},
	{"/calendar", "Calendar", "calendar", publishers | managed},
	{"/install-base", "Install base", "server", publishers | site},
	{"/packs", "Packs", "boxes", site},
	{"/accounts", "Accounts", "building-2", site},
	{"/people", "People", "users", asOperator},
	{"/activity", "Activity", "activity", publishers | managed},
	{"/audit", "Audit", "scroll-text", site},
	{"/settings", "Settings", "settings", signedIn},
}

// within are the addresses of things that belong to a place and do not begin with its own.
var within = map[string]string{"/packages": "/versions/", "/packs": "/releases/", "/home": "/pending/"}

func belongs(path, place string) bool {
	prefix, ok := within[place]
	return ok && strings.HasPrefix(path, prefix)
}

func (v *visit) nav() []view.NavItem {
	has := roleOf(v.actor)
	path := v.Request().URL.Path
	var items []view.NavItem
	for _, p := range places {
		if p.roles&has == 0 {
			continue
		}
		items = append(items, view.NavItem{
			Href: p.href, Label: p.label, Icon: p.icon,
			Current: path == p.href || strings.HasPrefix(path, p.href+"/") || belongs(path, p.href),
		})
	}
	return items
}

// accountItems are the places in which the person can act: the site for its staff, then the accounts.
func (v *visit) accountItems() []view.AccountItem {
	var items []view.AccountItem
	if v.person.Site != "" {
		items = append(items, view.AccountItem{ID: siteAccount, Name: "All accounts", Role: string(v.person.Site), Current: v.actor.Site != ""})
	}
	for _, m := range v.memberships {
		var roles []string
		if m.Publisher != "" {
			roles = append(roles, map[bool]string{true: "publisher", false: "publisher's viewer"}[m.Publisher == "publisher"])
		}
		if m.Managed != "" {
			roles = append(roles, string(m.Managed))
		}
		items = append(items, view.AccountItem{
			ID: m.Account.String(), Name: m.AccountName, Role: strings.Join(roles, ", "),
			Current: v.actor.Site == "" && m.Account == v.actor.Account,
		})
	}
	return items
}

// search is the box of the top bar: it looks through all that the person sees.
func (v *visit) search() *view.Search {
	switch has := roleOf(v.actor); {
	case has&(site|publishers) != 0:
		return &view.Search{Action: "/search", Label: "Search packs, accounts, attachments"}
	case has&managed != 0:
		return &view.Search{Action: "/search", Label: "Search packs and attachments"}
	default:
		return nil
	}
}

// startPath is where a role begins its day.
func startPath(has access) string {
	switch {
	case has&site != 0:
		return "/install-base"
	case has&publishers != 0:
		return "/packs"
	case has&managed != 0:
		return "/home"
	default:
		return "/sign-in"
	}
}
