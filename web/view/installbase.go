package view

import (
	"maps"
	"net/url"

	"packtide/release"
)

// InstallBase is a page of attachments with the filter that chose them.
type InstallBase struct {
	Query  url.Values // as in the address
	Filter release.InstallBaseFilter
	Chips  []Chip
	Rows   []release.AttachmentRow
	Older  bool
	Site   bool // the reader sees all publishers
	Clock  Clock
	Past   Past
	Facets release.Facets
	Saved  []release.SavedView
	Ledger *LedgerBox // nil where the list is narrowed by more than whose it is
}

// Chip is one thing that a list is narrowed to; taking it away removes its parameter.
type Chip struct {
	Param string
	Label string
	Text  string
	Value string // where the parameter has several values: the one that goes
}

// without is the address of the list without the chip.
func (c Chip) without(path string, q url.Values) string {
	if c.Value == "" {
		return Without(path, q, c.Param)
	}
	left := url.Values{}
	maps.Copy(left, q)
	dropValue(left, c.Param, c.Value)
	return Without(path, left)
}

// value is what the chip stands for in the address.
func (c Chip) value(q url.Values) string {
	if c.Value == "" {
		return q.Get(c.Param)
	}
	return c.Value
}

// Without is the address of a list with some parameters taken away; the page key goes too.
func Without(path string, q url.Values, params ...string) string {
	kept := url.Values{}
	maps.Copy(kept, q)
	for _, p := range append(params, "before") {
		kept.Del(p)
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + kept.Encode()
}

// With is the address of a list with one parameter set.
func With(path string, q url.Values, param, value string) string {
	kept := url.Values{param: {value}}
	for name, values := range q {
		if name != param {
			kept[name] = values
		}
	}
	return path + "?" + kept.Encode()
}

func (p InstallBase) narrowed() bool {
	return len(p.found()) > 0
}

func (p InstallBase) older() string {
	if !p.Older {
		return ""
	}
	return With("/install-base", p.Query, "before", p.Rows[len(p.Rows)-1].ID.String())
}

func (p InstallBase) newest() string {
	if p.Filter.Before.IsZero() {
		return ""
	}
	return Without("/install-base", p.Query)
}

func attachmentStates() []Option {
	return []Option{
		{Value: "", Label: "Any state"},
		{Value: string(release.StateCurrent), Label: "Runs the current release"},
		{Value: string(release.StateTrying), Label: "Tries a release in testing"},
		{Value: string(release.StateWaiting), Label: "Has not tried the release in testing"},
		{Value: string(release.StateOutside), Label: "Outside the pack's groups"},
		{Value: string(release.StateDetached), Label: "Uninstalled"},
	}
}

// AttachmentState is the state word of an attachment.
func AttachmentState(a release.AttachmentRow) State {
	switch {
	case a.DetachedAt != nil:
		return StateRemoved
	case a.Trying():
		return StateTrying
	default:
		return StateCurrent
	}
}

// AttachmentWord is the same as plain text, for exports.
func AttachmentWord(a release.AttachmentRow) string { return WordFor(AttachmentState(a)).Word }

func hrefAttachment(a release.AttachmentRow) string { return "/attachments/" + a.ID.String() }
