package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"packtide/release"
	"packtide/web/view"
)

// pageSize is how many rows a list shows at once.
const pageSize = 50

// installBase is the list of attachments over all packs that the actor sees.
func (s *Server) installBase(v *visit) error {
	if v.QueryParam("at") != "" {
		return s.pastInstallBase(v)
	}
	f, err := installBaseFilter(v.QueryParams())
	if err != nil {
		return err
	}
	f.Limit = pageSize + 1
	rows, err := s.reader.InstallBase(v.ctx(), v.actor, f)
	if err != nil {
		return err
	}
	page := view.InstallBase{Query: v.QueryParams(), Filter: f, Site: v.actor.ReadsSite(), Clock: v.clock()}
	page.Rows, page.Older = cut(rows, pageSize)
	if page.Chips, err = s.installBaseChips(v, f); err != nil {
		return err
	}
	if page.Facets, err = s.reader.InstallBaseFacets(v.ctx(), v.actor, f); err != nil {
		return err
	}
	page.Ledger = observedLedger(page.Facets, f, v.QueryParams())
	if page.Saved, err = s.reader.SavedViews(v.ctx(), v.actor); err != nil {
		return err
	}
	if page.Past, _, err = s.pastBar(v, f, page.Chips); err != nil {
		return err
	}
	head := view.Page{
		Title: "What runs where?", Lede: view.FindTotal(page.Facets) + ", each with the release that it runs now.",
		Actions: view.FindExportButton(page),
		Search:  &view.Search{Action: "/install-base", Label: "Search attachments, accounts, packs", Value: f.Query},
	}
	return v.page(http.StatusOK, head, view.InstallBasePage(page))
}

func dueAt(r *release.ReleaseRef) *time.Time {
	if r == nil {
		return nil
	}
	return r.DueAt
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// installBaseFilter reads the filter of the address; an id or a state that can't be is not found.
func installBaseFilter(q url.Values) (release.InstallBaseFilter, error) {
	f := release.InstallBaseFilter{Query: q.Get("q"), State: release.AttachmentState(q.Get("state")), Zones: severalOf(q["zone"])}
	for _, e := range severalOf(q["environment"]) {
		f.Environments = append(f.Environments, strings.TrimSuffix(e, view.FindNoEnvironment))
	}
	if f.Observed = release.LedgerState(q.Get("observed")); f.Observed != "" && !slices.Contains(release.LedgerStates, f.Observed) {
		return f, release.ErrNotFound
	}
	known := []release.AttachmentState{"", release.StateCurrent, release.StateTrying, release.StateWaiting, release.StateOutside, release.StateDetached}
	if !slices.Contains(known, f.State) {
		return f, release.ErrNotFound
	}
	ids := map[string]*release.ID{"publisher": &f.Publisher, "pack": &f.Pack, "account": &f.Account, "release": &f.Release, "before": &f.Before}
	return f, readIDs(q, ids)
}

// severalOf are the values of a parameter that may have several: the first ten that say something.
func severalOf(values []string) []string {
	const most = 10
	var all []string
	for _, v := range values {
		if v != "" && !slices.Contains(all, v) && len(all) < most {
			all = append(all, v)
		}
	}
	return all
}

// readIDs reads optional ids of a query string.
func readIDs(q url.Values, ids map[string]*release.ID) error {
	for name, id := range ids {
		text := q.Get(name)
		if text == "" {
			continue
		}
		parsed, err := release.ParseID(text)
		if err != nil {
			return err
		}
		*id = parsed
	}
	return nil
}

// installBaseChips names the things that the list is narrowed to; each can be taken away.
func (s *Server) installBaseChips(v *visit, f release.InstallBaseFilter) ([]view.Chip, error) {
	var chips []view.Chip
	add := func(param, label string, id release.ID, name func() (string, error)) error {
		if id.IsZero() {
			return nil
		}
		text, err := name()
		if errors.Is(err, release.ErrNotFound) {
			text, err = "unknown", nil
		}
		chips = append(chips, view.Chip{Param: param, Label: label, Text: text})
		return err
	}
	return chips, errors.Join(
		add("publisher", "Publisher", f.Publisher, func() (string, error) { return s.accountName(v, f.Publisher) }),
		add("account", "Account", f.Account, func() (string, error) { return s.accountName(v, f.Account) }),
		add("pack", "Pack", f.Pack, func() (string, error) {
			p, err := s.reader.Pack(v.ctx(), v.actor, f.Pack)
			return p.PackRow.Name, err
		}),
		add("release", "Runs", f.Release, func() (string, error) {
			r, err := s.reader.Release(v.ctx(), v.actor, f.Release)
			return r.PackName + " " + view.ReleaseLabel(&r.ReleaseRef), err
		}),
	)
}

func (s *Server) accountName(v *visit, id release.ID) (string, error) {
	a, err := s.reader.Account(v.ctx(), v.actor, id)
	return a.Name, err
}

// packChoices fills the filter's list of packs: the first hundred by name, and the chosen one. The search box finds the rest.
func (s *Server) packChoices(v *visit, chips []view.Chip, chosen release.ID) ([]view.Option, error) {
	packs, err := s.reader.Packs(v.ctx(), v.actor, "", "", release.ID{}, 100)
	if err != nil {
		return nil, err
	}
	options := []view.Option{{Value: "", Label: "All packs"}}
	for _, p := range packs {
		label := p.Name
		if v.actor.ReadsSite() {
			label += " (" + p.PublisherName + ")"
		}
		options = append(options, view.Option{Value: p.ID.String(), Label: label})
	}
	listed := slices.ContainsFunc(options, func(o view.Option) bool { return o.Value == chosen.String() })
	if i := slices.IndexFunc(chips, func(c view.Chip) bool { return c.Param == "pack" }); i >= 0 && !listed {
		options = append(options, view.Option{Value: chosen.String(), Label: chips[i].Text})
	}
	return options, nil
}

// cut takes one page of rows that were read with one more, and tells whether there are older ones.
func cut[T any](rows []T, size int) ([]T, bool) {
	if len(rows) > size {
		return rows[:size], true
	}
	return rows, false
}
