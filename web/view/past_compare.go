package view

import (
	"net/url"
	"time"

	"packtide/release"
)

// PastCompare is what changed in the install base between two moments.
type PastCompare struct {
	Query     url.Values // as in the address
	Filter    release.CompareFilter
	From, To  Moment
	Sum       release.Comparison
	Rows      []release.CompareRow
	Older     bool
	Chips     []Chip
	Packs     []Option
	Site      bool // the reader sees all publishers
	Clock     Clock
	Publisher *time.Location // whose packs the list shows; nil: several
}

// mostPastCells is how many ways of changing the page shows; a pack shows its own.
const mostPastCells = 20

const pastComparePath = "/install-base/compare"

// PastCompareHref leads from the install base to the comparison, from the moment that is looked at, with the same publisher,
// account and pack.
func PastCompareHref(p Past) string {
	q := url.Values{}
	for _, name := range []string{"publisher", "account", "pack"} {
		if value := p.Keep.Get(name); value != "" {
			q.Set(name, value)
		}
	}
	if p.Moment.At != nil {
		q.Set("from", p.Moment.Text)
		q.Set(p.Moment.ZoneName, p.Moment.In.String())
	}
	if len(q) == 0 {
		return pastComparePath
	}
	return pastComparePath + "?" + q.Encode()
}

// Ready tells whether there are two moments to be compared.
func (p PastCompare) Ready() bool { return p.From.At != nil && p.To.At != nil }

// PastCompareHead is the head of the page.
func PastCompareHead(p PastCompare) Page {
	head := Page{
		Title: "Who changed?", Lede: "Two moments of the install base side by side: what was installed, what went, and what runs another release.",
		Crumbs: []Crumb{{Href: "/install-base", Label: "Install base"}, {Label: "Compare two moments"}},
	}
	if p.Ready() {
		head.LedeContent = pastCompareLede(p)
	}
	return head
}

func (p PastCompare) zone() *time.Location {
	if p.Publisher != nil && p.From.In.String() == orUTC(p.Clock.Zone).String() {
		return p.Publisher
	}
	return p.From.In
}

func (p PastCompare) errors() []FieldError { return append(p.From.Errors(), p.To.Errors()...) }

// same is the page between the same moments with other filters.
func (p PastCompare) same(params ...string) string {
	q := url.Values{}
	for _, name := range []string{"from", "to", p.From.ZoneName, "publisher", "account", "pack", "q"} {
		if value := p.Query.Get(name); value != "" {
			q.Set(name, value)
		}
	}
	for i := 0; i+1 < len(params); i += 2 {
		q.Set(params[i], params[i+1])
		if params[i+1] == "" {
			q.Del(params[i])
		}
	}
	return pastComparePath + "?" + q.Encode()
}

// cell leads to exactly the attachments that the cell counts.
func (p PastCompare) cell(c release.CompareCell) string {
	params := []string{"q", "", "pack", c.Pack.String(), "change", string(c.Change)}
	if c.Was != nil && c.Is != nil {
		params = append(params, "was", c.Was.ID.String(), "is", c.Is.ID.String())
	}
	return p.same(params...)
}

func (p PastCompare) stats() []Stat {
	stat := func(change release.PastChange, label, sub string) Stat {
		s := Stat{Label: label, Value: Number(int(p.Sum.Totals[change])), Sub: sub}
		if p.Sum.Totals[change] > 0 && change != release.PastUnchanged {
			s.Href = p.same("q", "", "change", string(change))
		}
		return s
	}
	return []Stat{
		stat(release.PastChanged, "Changed", "run another release"),
		stat(release.PastAppeared, "Appeared", "newly installed"),
		stat(release.PastGone, "Gone", "uninstalled"),
		stat(release.PastUnchanged, "Unchanged", "run the same release"),
	}
}

// changes is how many attachments the list leads through, when it is not searched.
func (p PastCompare) changes() int64 {
	t := p.Sum.Totals
	return t[release.PastChanged] + t[release.PastAppeared] + t[release.PastGone]
}

func (p PastCompare) shownCells() []release.CompareCell {
	return p.Sum.Cells[:min(len(p.Sum.Cells), mostPastCells)]
}

func (p PastCompare) narrowed() bool {
	f := p.Filter
	return f.Query != "" || f.Change != "" || !f.Was.IsZero() || !f.Is.IsZero()
}

func (p PastCompare) older() string {
	if !p.Older {
		return ""
	}
	return With(pastComparePath, p.Query, "before", p.Rows[len(p.Rows)-1].ID.String())
}

func (p PastCompare) newest() string {
	if p.Filter.Before.IsZero() {
		return ""
	}
	return Without(pastComparePath, p.Query)
}

func (p PastCompare) csv() string { return Without(pastComparePath+".csv", p.Query) }

func pastChanges() []Option {
	return []Option{
		{Value: "", Label: "Any change"},
		{Value: string(release.PastChanged), Label: "Changed release"},
		{Value: string(release.PastAppeared), Label: "Appeared"},
		{Value: string(release.PastGone), Label: "Gone"},
	}
}

// pastRelease is what an attachment ran, in a word where it ran nothing.
func pastRelease(h *release.HistoryRow) *release.ReleaseRef {
	if h == nil {
		return nil
	}
	return h.Release
}

// pastVersions is the change from one release to another.
func pastVersions(was, is *release.ReleaseRef) ChangeKind {
	if was == nil || is == nil || was.Version == nil || is.Version == nil {
		return ChangeNone
	}
	return ChangeOf(&release.VersionRef{Version: *was.Version}, &release.VersionRef{Version: *is.Version})
}
