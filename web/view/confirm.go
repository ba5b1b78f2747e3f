package view

import (
	"regexp"
	"slices"

	"github.com/a-h/templ"
)

// Confirm asks before something that can't be undone. The same question works as a dialog (ConfirmDialog, opened by
// ConfirmLink) and as a page of its own (ConfirmPage), so that it needs no JavaScript.
type Confirm struct {
	ID          string // of the dialog
	Title       string // "Withdraw 2.1.0?"
	Text        string // what will happen, to how many, when, and whether it can be undone
	VictimsHead string // "These 12 accounts lose it:"
	Victims     []string
	MoreVictims int    // how many more there are than Victims names
	TypeName    string // when set, this name has to be typed; sent as "confirm"
	Reason      *Field // when set, a reason is asked for
	Hidden      map[string]string
	Action      string
	Button      string // verb and object
	Danger      bool
	CancelHref  string // where the page's Cancel leads
	Errors      []FieldError
}

func (c Confirm) look() Look {
	if c.Danger {
		return DangerLook
	}
	return Primary
}

// typed is the field for the name. The dialog and the page never stand on one page together with the same ID.
func (c Confirm) typed() Field {
	f := Field{
		Name:         "confirm",
		ID:           c.fieldID("confirm"),
		Label:        "Type “" + c.TypeName + "” to confirm",
		Autocomplete: "off",
		Attrs: templ.Attributes{
			"pattern": `\s*` + regexp.QuoteMeta(c.TypeName) + `\s*`,
			"title":   "Exactly: " + c.TypeName,
		},
	}
	for _, e := range c.Errors {
		if e.Field == "confirm" {
			f.Error = e.Text
		}
	}
	return f
}

// fieldID keeps the ids of several dialogs on a page apart. With errors the summary's links need the plain ids, and
// a refused confirmation is always shown as a page.
func (c Confirm) fieldID(name string) string {
	if c.ID == "" || len(c.Errors) > 0 {
		return FieldID(name)
	}
	return FieldID(c.ID + "-" + name)
}

func (c Confirm) reason() Field {
	f := *c.Reason
	if f.ID == "" {
		f.ID = c.fieldID(f.Name)
	}
	return f
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func victimsLabel(c Confirm) string {
	if c.VictimsHead != "" {
		return c.VictimsHead
	}
	return "Who is concerned"
}
