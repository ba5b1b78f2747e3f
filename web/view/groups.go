package view

import (
	"strings"

	"packtide/release"
)

// GroupForm is a group's name as it was typed.
type GroupForm struct {
	Name   string
	Errors []FieldError
}

// GroupList is the list of account groups with the form for another one.
type GroupList struct {
	Rows    []release.GroupRow
	Form    GroupForm
	MayEdit bool
}

// GroupOne is one group with its packs and a page of accounts.
type GroupOne struct {
	Group    release.GroupRow
	Packs    []release.PackRow
	Addable  []Option // packs that the group does not hold
	Accounts []release.AccountRow
	All      bool // Accounts are all to choose from, not the members alone
	Query    string
	Page     NamePage
	Form     GroupForm
	MayEdit  bool
	Site     bool   // staff looks at a publisher's group
	Back     string // the page's address, to come back to after a change
}

func groupHref(g release.GroupRow) string { return "/groups/" + g.ID.String() }

func (g GroupOne) href() string { return groupHref(g.Group) }

// editable tells whether accounts can be put in and taken out: never of "All accounts".
func (g GroupOne) editable() bool { return g.MayEdit && !g.Group.Everyone }

func (g GroupOne) attachmentsLabel() string {
	if g.Site {
		return "Attachments"
	}
	return "Attachments of your packs"
}

func (g GroupOne) tabs() []Tab {
	members := int(g.Group.Accounts)
	return []Tab{
		{Href: g.href(), Label: "In the group", Current: !g.All, Count: &members},
		{Href: g.href() + "?show=all", Label: "Add accounts", Current: g.All},
	}
}

// GroupHead is the head of a group's page.
func GroupHead(g GroupOne) Page {
	packs := Counted(len(g.Packs), "pack")
	if len(g.Packs) == 0 {
		packs = "no packs yet"
	}
	head := Page{
		Title:  g.Group.Name,
		Lede:   Counted(int(g.Group.Accounts), "account") + map[bool]string{true: " sees ", false: " see "}[g.Group.Accounts == 1] + packs + " through this group.",
		Crumbs: []Crumb{{Href: "/groups", Label: "Account groups"}, {Label: g.Group.Name}},
	}
	if g.Site { // staff comes from a pack, and has no list of groups
		head.Crumbs[0] = Crumb{Href: "/packs", Label: "Packs"}
	}
	switch {
	case g.Group.Everyone:
		head.Lede = "Built in: it always holds every managed account. Packs put here are seen by all " + Number(int(g.Group.Accounts)) + "."
	case g.Group.Accounts == 0:
		head.Lede = "Nobody sees packs through this group until you add accounts."
	}
	return head
}

// GroupDelete is the question before a group goes.
func GroupDelete(g GroupOne) Confirm {
	c := Confirm{
		Text: "What its accounts have installed stays and runs on. They can't install these packs anew, unless another group of yours holds both. " +
			"The group can't be brought back, but made again.",
		Action: g.href() + "/delete", Button: "Delete the group " + g.Group.Name, Danger: true, CancelHref: g.href(),
	}
	if len(g.Packs) > 0 && g.Group.Accounts > 0 {
		c.VictimsHead = Counted(int(g.Group.Accounts), "account") + map[bool]string{true: " loses", false: " lose"}[g.Group.Accounts == 1] + " sight of:"
		for _, p := range g.Packs {
			c.Victims = append(c.Victims, p.Name)
		}
	}
	return c
}

// StaysInstalled says how many attachments a removal leaves outside their groups (R30): "3 attachments of this pack stay
// installed, without a group that allows them anew."
func StaysInstalled(outside int, whose string) string {
	if outside > release.MostOutside {
		return "More than " + Number(release.MostOutside) + " attachments " + whose + " stay installed outside your groups."
	}
	return Counted(outside, "attachment") + " " + whose + map[bool]string{true: " stays", false: " stay"}[outside == 1] + " installed outside your groups."
}

func packStateText(p release.PackRow) string {
	if p.Current == nil {
		return "not released yet"
	}
	return strings.TrimSpace(ReleaseLabel(p.Current) + " is current")
}

func noAccounts(g GroupOne) string {
	switch {
	case g.Query != "":
		return "No account here has “" + g.Query + "” in its name."
	case g.All || g.Group.Everyone:
		return "There is no managed account yet. Your packtide operator opens accounts."
	case !g.MayEdit:
		return "No account is in this group yet."
	default:
		return "No account is in this group yet. Those that you add see the group's packs."
	}
}

func noGroupPacks(g GroupOne) string {
	switch {
	case len(g.Addable) > 0:
		return "This group holds no pack yet. Choose one below: its accounts can then install it."
	case g.MayEdit:
		return "This group holds no pack, and there is none to add. Create a pack first, then put it here."
	default:
		return "This group holds no pack yet."
	}
}

func allAccountsHref(g GroupOne) string {
	if g.All {
		return g.href() + "?show=all"
	}
	return g.href()
}

// errorsOn are the errors of one form on a page that has several.
func errorsOn(errors []FieldError, field string) []FieldError {
	var some []FieldError
	for _, e := range errors {
		if e.Field == field {
			some = append(some, e)
		}
	}
	return some
}
