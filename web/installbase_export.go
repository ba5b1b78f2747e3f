package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"packtide/release"
	"packtide/store"
	"packtide/web/view"
)

// installBaseExport is the install base as a file: exactly the rows of the filter.
func installBaseExport(r *store.Reader, by release.Actor, f release.InstallBaseFilter) exportTable[release.AttachmentRow] {
	return exportTable[release.AttachmentRow]{
		name: "install-base",
		columns: []exportColumn{
			{"attachment_id", 38},
			{"attachment", 30},
			{"environment", 16},
			{"account", 30},
			{"account_zone", 22},
			{"publisher", 26},
			{"pack", 30},
			{"runs", 10},
			{"state", 12},
			{"current", 10},
			{"pending", 10},
			{"pending_applies_at", 20},
			{"attached_at", 20},
			{"opted_in_at", 20},
			{"detached_at", 20},
			{"outside_groups", 14},
			{"agent_says", 14},
			{"agent_release", 10},
			{"agent_seen_at", 20},
		},
		each: func(ctx context.Context, row func(release.AttachmentRow) error) error {
			return r.EachAttachment(ctx, by, f, row)
		},
		cells: func(a release.AttachmentRow) []any {
			return []any{
				a.ID.String(), a.Name, a.Environment, a.AccountName, a.AccountZone, a.PublisherName, a.PackName,
				view.ReleaseLabel(a.Runs), view.AttachmentWord(a), view.ReleaseLabel(a.Current), view.ReleaseLabel(a.Pending),
				dueAt(a.Pending), a.AttachedAt, a.OptedInAt, a.DetachedAt, a.Outside,
				view.LedgerWord(a), observedRelease(a), observedSeen(a),
			}
		},
	}
}

// inUTC is the table with a column that says of which zone its instants are: a workbook's dates do not tell.
func (t exportTable[T]) inUTC() exportTable[T] {
	t.columns = append(t.columns, exportColumn{"times_in", 10})
	cells := t.cells
	t.cells = func(row T) []any { return append(cells(row), "UTC") }
	return t
}

// installBaseCSV exports exactly the rows of the filter.
func (s *Server) installBaseCSV(v *visit) error {
	if v.QueryParam("at") != "" {
		return s.pastInstallBaseCSV(v)
	}
	f, err := installBaseFilter(v.QueryParams())
	if err != nil {
		return err
	}
	var facets release.Facets
	if v.QueryParam("watch") != "" { // only a page that watches asks how many there will be
		if facets, err = s.reader.InstallBaseFacets(v.ctx(), v.actor, f); err != nil {
			return err
		}
	}
	t := installBaseExport(s.reader, v.actor, f)
	return s.makeExport(v, knownTotal(facets), func(x *export) error { return streamTable(v.download(), x, t) })
}

// installBaseXLSX exports exactly the rows of the filter as a workbook; its instants are dates, and a column says of which zone.
func (s *Server) installBaseXLSX(v *visit) error {
	if v.QueryParam("at") != "" {
		return errPastWorkbook
	}
	f, err := installBaseFilter(v.QueryParams())
	if err != nil {
		return err
	}
	facets, err := s.reader.InstallBaseFacets(v.ctx(), v.actor, f)
	if err != nil {
		return err
	}
	if facets.Attachments > workbookRows {
		return v.tooLongForWorkbook()
	}
	chips, err := s.installBaseChips(v, f)
	if err != nil {
		return err
	}
	t := installBaseExport(s.reader, v.actor, f)
	t = t.inUTC()
	t.about = s.aboutExport(v, view.FindChips(f, chips))
	err = s.makeExport(v, knownTotal(facets), func(x *export) error { return streamWorkbook(v.download(), x, t, s.exports.dir) })
	if errors.Is(err, errWorkbookFull) {
		return v.tooLongForWorkbook()
	}
	return err
}

// tooLongForWorkbook offers the same list as text.
func (v *visit) tooLongForWorkbook() error {
	head := view.Page{Title: "Too long for a workbook", Crumbs: exportCrumbs()}
	csv := "/install-base.csv?" + v.Request().URL.RawQuery
	return v.page(http.StatusUnprocessableEntity, head, view.FindTooLargePage(workbookRows, csv))
}

// errPastWorkbook refuses what would show the present in place of the past.
var errPastWorkbook = &release.Error{
	Kind: release.Invalid, Rule: "R32", Field: "at", Message: "A past moment is exported as CSV. Take the CSV, or leave the moment out.",
}

// knownTotal is how many rows a list has; 0 where only a lower bound is known.
func knownTotal(f release.Facets) int64 {
	if f.AttachmentsAtLeast {
		return 0
	}
	return f.Attachments
}

// aboutExport says what an export is: of what, when, for whom.
func (s *Server) aboutExport(v *visit, chips []view.Chip) [][2]string {
	about := [][2]string{{"Install base", "Every attachment with the release that it runs"}}
	for _, c := range chips {
		about = append(about, [2]string{c.Label, c.Text})
	}
	if len(chips) == 0 {
		about = append(about, [2]string{"Narrowed to", "nothing: all that this person may see"})
	}
	return append(about,
		[2]string{"As of", v.now.UTC().Format(time.RFC3339)},
		[2]string{"For", strings.TrimSpace(v.person.Name + " <" + v.person.Email + ">")},
		[2]string{"Link", s.baseURL + strings.Replace(v.Request().URL.RequestURI(), ".xlsx", "", 1)},
	)
}

// exportPage offers the list as files, with their number of rows.
func (s *Server) exportPage(v *visit) error {
	f, err := installBaseFilter(v.QueryParams())
	if err != nil {
		return err
	}
	page := view.FindExport{Query: v.QueryParams(), Watch: string(release.NewSecret()), MostXL: workbookRows}
	if page.Facets, err = s.reader.InstallBaseFacets(v.ctx(), v.actor, f); err != nil {
		return err
	}
	chips, err := s.installBaseChips(v, f)
	if err != nil {
		return err
	}
	page.Chips = view.FindChips(f, chips)
	head := view.Page{
		Title: "Export the install base", Lede: view.FindTotal(page.Facets) + ", as a file.", Crumbs: exportCrumbs(),
	}
	return v.page(http.StatusOK, head, view.FindExportPage(page))
}

func exportCrumbs() []view.Crumb {
	return []view.Crumb{{Href: "/install-base", Label: "Install base"}, {Label: "Export"}}
}
