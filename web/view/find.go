package view

import (
	"net/url"
	"slices"
	"strconv"

	"packtide/release"
)

const findPath = "/install-base"

// FindNoEnvironment is how the address names attachments without an environment.
const FindNoEnvironment = "(none)"

// findFacet is one thing that the install base can be narrowed by.
type findFacet struct {
	Title  string
	Values []findValue
}

// findValue is one value of a facet: a link that chooses it, or, where it is chosen, takes it away.
type findValue struct {
	Label  string
	Sub    string
	Count  string // empty where nobody counted
	Href   string
	Chosen bool
}

// narrow is the address of the list with the query changed; it begins at the first page, in the present.
func narrow(path string, q url.Values, change func(url.Values)) string {
	kept := url.Values{}
	for name, values := range q {
		kept[name] = slices.Clone(values)
	}
	for _, name := range []string{"before", "at", "at_zone"} {
		kept.Del(name)
	}
	if change != nil {
		change(kept)
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + kept.Encode()
}

func (p InstallBase) found() []Chip { return FindChips(p.Filter, p.Chips) }

// FindChips are the chips of everything that the list is narrowed to; named are those of ids.
func FindChips(f release.InstallBaseFilter, named []Chip) []Chip {
	var chips []Chip
	if f.Query != "" {
		chips = append(chips, Chip{Param: "q", Label: "Search", Text: f.Query})
	}
	chips = append(chips, named...)
	if f.State != "" {
		chips = append(chips, Chip{Param: "state", Label: "State", Text: findOptionLabel(attachmentStates(), string(f.State))})
	}
	if f.Observed != "" {
		chips = append(chips, Chip{Param: "observed", Label: "Its agent says", Text: findOptionLabel(ledgerOptions(), string(f.Observed))})
	}
	for _, z := range f.Zones {
		chips = append(chips, Chip{Param: "zone", Label: "Zone", Text: z, Value: z})
	}
	for _, e := range f.Environments {
		chips = append(chips, Chip{Param: "environment", Label: "Environment", Text: environmentLabel(e), Value: environmentValue(e)})
	}
	return chips
}

func findOptionLabel(options []Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func environmentValue(e string) string {
	if e == "" {
		return FindNoEnvironment
	}
	return e
}

func environmentLabel(e string) string {
	if e == "" {
		return "Without an environment"
	}
	return e
}

// facets are the columns of the filter, in the order in which people ask.
func (p InstallBase) facets() []findFacet {
	f := p.Filter
	var all []findFacet
	if p.Site {
		all = append(all, p.facetOfOne("Publisher", "publisher", idText(f.Publisher), p.Facets.Publishers, "pack", "release"))
	}
	all = append(all,
		p.facetOfOne("Pack", "pack", idText(f.Pack), p.Facets.Packs, "release"),
		p.facetOfOne("Runs", "release", idText(f.Release), p.Facets.Releases),
		p.stateFacet(),
		p.observedFacet(),
		p.facetOfMany("Environment", "environment", f.Environments, p.Facets.Environments, environmentLabel, environmentValue),
		p.facetOfMany("Time zone", "zone", f.Zones, p.Facets.Zones, func(z string) string { return z }, func(z string) string { return z }),
	)
	return slices.DeleteFunc(all, func(f findFacet) bool { return len(f.Values) == 0 })
}

func idText(id release.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// facetOfOne lets one value be chosen; another choice also takes the parameters away that belong to the old one.
func (p InstallBase) facetOfOne(title, param, chosen string, values []release.FacetValue, with ...string) findFacet {
	facet := findFacet{Title: title}
	for _, v := range values {
		value := findValue{Label: v.Label, Count: p.counted(v.Rows), Chosen: v.Value == chosen}
		if param == "release" {
			value.Label = v.Of + " " + v.Label
		}
		if param == "pack" && p.Site {
			value.Sub = v.Of
		}
		value.Href = narrow(findPath, p.Query, func(q url.Values) {
			for _, other := range with {
				q.Del(other)
			}
			q.Set(param, v.Value)
			if value.Chosen {
				q.Del(param)
			}
		})
		facet.Values = append(facet.Values, value)
	}
	return facet
}

// facetOfMany lets several values be chosen: any of them fits.
func (p InstallBase) facetOfMany(title, param string, chosen []string, values []release.FacetValue, label, text func(string) string) findFacet {
	facet := findFacet{Title: title}
	for _, v := range values {
		value := findValue{Label: label(v.Value), Count: p.counted(v.Rows), Chosen: slices.Contains(chosen, v.Value)}
		value.Href = narrow(findPath, p.Query, func(q url.Values) {
			if value.Chosen {
				dropValue(q, param, text(v.Value))
			} else {
				q.Add(param, text(v.Value))
			}
		})
		facet.Values = append(facet.Values, value)
	}
	return facet
}

func dropValue(q url.Values, param, value string) {
	q[param] = slices.DeleteFunc(slices.Clone(q[param]), func(v string) bool { return v == value })
	if len(q[param]) == 0 {
		q.Del(param)
	}
}

// stateFacet also offers the states that are only counted when they are looked at.
func (p InstallBase) stateFacet() findFacet {
	facet := findFacet{Title: "State"}
	for _, o := range attachmentStates()[1:] {
		value := findValue{Label: o.Label, Chosen: o.Value == string(p.Filter.State)}
		for _, v := range p.Facets.States {
			if v.Value == o.Value {
				value.Count = p.counted(v.Rows)
			}
		}
		if value.Chosen && value.Count == "" {
			value.Count = p.counted(p.Facets.Attachments)
		}
		value.Href = narrow(findPath, p.Query, func(q url.Values) {
			q.Set("state", o.Value)
			if value.Chosen {
				q.Del("state")
			}
		})
		facet.Values = append(facet.Values, value)
	}
	return facet
}

// counted is the number beside a value; a plus says that there are more than were counted.
func (p InstallBase) counted(n int64) string {
	if p.Facets.AtLeast {
		return Number(int(n)) + "+"
	}
	return Number(int(n))
}

// FindTotal says how many rows a filter chooses, in how many accounts, and what of it is a lower bound.
func FindTotal(f release.Facets) string {
	atLeast := func(n int64, bound bool, noun string) string {
		if bound {
			return "more than " + Counted(int(n), noun)
		}
		return Counted(int(n), noun)
	}
	text := atLeast(f.Attachments, f.AttachmentsAtLeast, "attachment") + " in "
	if f.AccountsAtLeast {
		return text + "at least " + Counted(int(f.Accounts), "account")
	}
	return text + Counted(int(f.Accounts), "account")
}

// FindRows is how many rows an export has: "128 rows", "more than 1,000 rows".
func FindRows(f release.Facets) string {
	if f.AttachmentsAtLeast {
		return "more than " + Counted(int(f.Attachments), "row")
	}
	return Counted(int(f.Attachments), "row")
}

// FindExport is the page from which a list is exported.
type FindExport struct {
	Query  url.Values
	Chips  []Chip
	Facets release.Facets
	Watch  string // names the export to its progress
	MostXL int64  // rows that a workbook takes
}

func (p FindExport) href(path string) string { return narrow(path, p.Query, nil) }

func (p FindExport) total() string {
	if p.Facets.AttachmentsAtLeast {
		return "0"
	}
	return strconv.FormatInt(p.Facets.Attachments, 10)
}

// SavedViews is the page of a person's saved views.
type SavedViews struct {
	Rows    []release.SavedView
	BaseURL string
	Clock   Clock
}

// SavedViewForm asks for a view's name.
type SavedViewForm struct {
	Action string
	Name   string
	Hidden url.Values
	Button string
	Cancel string
	Errors []FieldError
}

func (f SavedViewForm) hidden() []Option {
	var all []Option
	for _, name := range []string{"q", "publisher", "pack", "account", "release", "state", "observed", "zone", "environment", "at", "at_zone"} {
		for _, value := range f.Hidden[name] {
			all = append(all, Option{Label: name, Value: value})
		}
	}
	return all
}

func (f SavedViewForm) error() string {
	for _, e := range f.Errors {
		if e.Field == "name" {
			return e.Text
		}
	}
	return ""
}

// HrefSavedView is what a view shows.
func HrefSavedView(v release.SavedView) string {
	if v.Address == "" {
		return findPath
	}
	return findPath + "?" + v.Address
}

// SavedViewDelete asks before a view is forgotten.
func SavedViewDelete(v release.SavedView) Confirm {
	return Confirm{
		Title: "Delete the view " + v.Name + "?", Text: "Only the name goes: what it shows stays as it is, and its link goes on working.",
		Action: "/install-base/views/" + v.ID.String() + "/delete", Button: "Delete " + v.Name, Danger: true, CancelHref: "/install-base/views",
	}
}

// FindBusy tells why an export can't begin now.
type FindBusy string

// The reasons.
const (
	FindBusyOthers FindBusy = "others"
	FindBusyOwn    FindBusy = "own"
)

// Title is the page's.
func (b FindBusy) Title() string {
	if b == FindBusyOwn {
		return "Your other exports are being made"
	}
	return "Other exports are being made"
}

func (b FindBusy) words() string {
	if b == FindBusyOwn {
		return "Two exports of yours are being made, the most that one person has at once. This one can begin as soon as one of them is done, or you stop it."
	}
	return "As many exports are being made as packtide makes at once. Yours can begin as soon as one of them is done, usually within a minute."
}
