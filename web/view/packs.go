package view

import (
	"github.com/a-h/templ"

	"packtide/release"
)

// PackList is the page of a publisher's packs, or, for the site's staff, of all.
type PackList struct {
	Rows       []release.PackRow
	Query      string
	Pages      NamePage
	Clock      Clock
	Site       bool
	MayPublish bool
}

// Lede counts what the page shows.
func (p PackList) Lede() string {
	testing, updates := 0, 0
	for _, r := range p.Rows {
		if r.Pending != nil {
			testing++
		}
		if r.Updates > 0 {
			updates++
		}
	}
	whole := p.Pages == NamePage{} && p.Query == "" && len(p.Rows) > 0
	switch {
	case !whole && p.Site:
		return "What publishers release together, each with the release that its accounts run."
	case !whole:
		return "A pack bundles packages that are released together: each account runs the same release of it."
	default:
		return Counted(len(p.Rows), "pack") + ": " + Number(testing) + " with a release in testing, " + Number(updates) + " with updates available."
	}
}

// Actions are the page's.
func (p PackList) Actions() templ.Component {
	if !p.MayPublish {
		return nil
	}
	return LinkButton(Primary, "plus", "Create pack", "/packs/new")
}

func (p PackList) columns() []Col {
	cols := []Col{{Label: "Pack"}, {Label: "Current"}, {Label: "In testing"}, {Label: "Updates"}, {Label: "Attachments", Num: true}, {Label: "Last activity"}}
	if p.MayPublish {
		cols = append(cols, Col{Label: "Actions", Hidden: true})
	}
	return cols
}

func packSub(r release.PackRow, site bool) string {
	sub := "installed once per account"
	if r.Multiple {
		sub = "installed any number of times"
	}
	if site {
		sub = r.PublisherName + " · " + sub
	}
	return sub
}

// PackForm is the form of a new pack, or of a pack's texts, as typed.
type PackForm struct {
	Texts    release.PackTexts
	Multiple string // "true", "false", or empty while not chosen; final (R6)
	New      bool
	Action   string
	Cancel   string
	Preview  bool // the texts are shown as accounts would read them
	Errors   []FieldError
}

func hrefPack(id release.ID) string { return "/packs/" + id.String() }

// hrefBase leads to exactly the attachments that a number counts.
func hrefBase(pack release.ID, state release.AttachmentState) string {
	href := "/install-base?pack=" + pack.String()
	if state != "" {
		href += "&state=" + string(state)
	}
	return href
}

func hrefRelease(id release.ID) string { return "/releases/" + id.String() }

// DeletePack asks before a pack is uninstalled everywhere (R11).
func DeletePack(p release.PackView, accounts []release.AccountRow) Confirm {
	name := p.PackRow.Name
	c := Confirm{
		Title: "Delete " + name + "?", TypeName: name, Action: hrefPack(p.ID) + "/delete", Button: "Delete " + name,
		Danger: true, CancelHref: hrefPack(p.ID),
		Text: "Nobody has it installed. Its releases stay in the history. This can't be undone.",
	}
	if len(accounts) == 0 {
		return c
	}
	c.Text = "It is uninstalled at once: " + Amount(p.Attachments, "attachment") + " in " + Amount(p.Accounts, "account") +
		". Its releases and the history of every attachment stay. This can't be undone."
	c.VictimsHead = Plural(len(accounts), "This account loses/These accounts lose") + " it:"
	for _, a := range accounts {
		victim := a.Name
		if a.Attachments > 1 {
			victim += " (" + Amount(a.Attachments, "attachment") + ")"
		}
		c.Victims = append(c.Victims, victim)
	}
	c.MoreVictims = max(0, int(p.Accounts)-len(accounts))
	return c
}
