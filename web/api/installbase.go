package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"packtide/release"
	"packtide/web"
)

// installBaseQuery are the parameters that narrow the install base.
const installBaseQuery = "publisher pack account release state observed zone environment "

func installBaseRoutes() []route {
	return []route{
		{http.MethodGet, "/install-base", web.PublisherSide, nothing, installBaseQuery + "version at format " + searched, (*Server).installBase},
		{http.MethodGet, "/install-base/facets", web.PublisherSide, nothing, installBaseQuery + "q", (*Server).facets},
		{http.MethodGet, "/audit-events", web.SignedIn, nothing, "actor action subject publisher account pack source from to format " + paged, (*Server).events},
	}
}

// severalOf are the values of a parameter that may have several, separated by commas.
func severalOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// mostValues is how many values of a parameter a list is narrowed to.
const mostValues = 50

// installBaseFilter reads what narrows the install base.
func (s *Server) installBaseFilter(c *call) (release.InstallBaseFilter, error) {
	f := release.InstallBaseFilter{Query: c.QueryParam("q"), Zones: severalOf(c.QueryParam("zone"))}
	for _, e := range severalOf(c.QueryParam("environment")) {
		if e == "-" {
			e = "" // those without one
		}
		f.Environments = append(f.Environments, e)
	}
	if len(f.Zones) > mostValues || len(f.Environments) > mostValues {
		return f, onField("zone", "Give at most %d values.", mostValues)
	}
	var err error
	if f.State, err = oneOf("state", c.QueryParam("state"), attachmentStates...); err != nil {
		return f, err
	}
	if f.Observed, err = oneOf("observed", c.QueryParam("observed"), release.LedgerStates...); err != nil {
		return f, err
	}
	err = readIDs(c.QueryParams(), map[string]*release.ID{"publisher": &f.Publisher, "pack": &f.Pack, "account": &f.Account, "release": &f.Release})
	if err != nil || c.QueryParam("version") == "" {
		return f, err
	}
	f.Release, err = s.releaseOfVersion(c, f)
	return f, err
}

// releaseOfVersion finds the release of the pack that has the version.
func (s *Server) releaseOfVersion(c *call, f release.InstallBaseFilter) (release.ID, error) {
	v, err := release.ParseVersion(c.QueryParam("version"))
	switch {
	case err != nil:
		return release.ID{}, onField("version", "%s", release.ErrVersionForm.Message)
	case f.Pack.IsZero():
		return release.ID{}, onField("version", "Give “pack” too: each pack has versions of its own.")
	case !f.Release.IsZero():
		return release.ID{}, onField("version", "Give “version” or “release”, not both.")
	}
	refs, err := s.reader.ReleaseRefs(c.ctx(), c.actor, f.Pack)
	if err != nil {
		return release.ID{}, err
	}
	i := slices.IndexFunc(refs, func(r release.ReleaseRef) bool {
		return r.Version != nil && *r.Version == v && r.State != release.Draft
	})
	if i < 0 {
		return release.ID{}, onField("version", "This pack has no release %s.", v)
	}
	return refs[i].ID, nil
}

const (
	kindCSV  = "text/csv"
	kindXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// format is what the list is to be answered as: the parameter's word before the header's.
func (c *call) format(known ...string) (string, error) {
	if text := c.QueryParam("format"); text != "" {
		return oneOf("format", text, known...)
	}
	accept := c.Request().Header.Get("Accept")
	switch {
	case strings.Contains(accept, kindCSV):
		return "csv", nil
	case strings.Contains(accept, kindXLSX) && slices.Contains(known, "xlsx"):
		return "xlsx", nil
	default:
		return "json", nil
	}
}

// instant reads an instant of the query; nil where it is left out.
func (c *call) instant(name string) (*time.Time, error) {
	text := c.QueryParam(name)
	if text == "" {
		return nil, nil //nolint:nilnil // left out
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil, onField(name, "Give an instant like 2026-11-30T23:00:00Z.")
	}
	return &at, nil
}

// download is an answer that streams; a fault on the way is logged, and the connection broken.
func (s *Server) download(c *call) web.Download {
	return web.Download{Context: c.Context, Now: c.now, Fault: func(err error) { s.logFault(c.Context, err) }}
}

// installBase is what runs where, now or at a past moment (R32).
func (s *Server) installBase(c *call) error {
	f, err := s.installBaseFilter(c)
	if err != nil {
		return err
	}
	format, err := c.format("json", "csv", "xlsx")
	if err != nil {
		return err
	}
	at, err := c.instant("at")
	if err != nil {
		return err
	}
	if at != nil {
		return s.pastInstallBase(c, f, *at, format)
	}
	switch format {
	case "csv":
		return s.exports.InstallBaseCSV(s.download(c), c.actor, f)
	case "xlsx":
		return s.exports.InstallBaseXLSX(s.download(c), c.actor, f)
	default:
		return s.listAttachments(c, f)
	}
}

// attachmentThen is an attachment as it was at a past moment.
type attachmentThen struct {
	attachmentBase
	At         time.Time               `json:"at"`
	State      release.AttachmentState `json:"state"`
	Ran        *releaseRef             `json:"ran"`
	Since      *time.Time              `json:"since"`
	How        *release.HistoryHow     `json:"how"`
	By         string                  `json:"by"`
	Late       bool                    `json:"late"`
	Testing    *releaseRef             `json:"testing"`
	AttachedAt time.Time               `json:"attached_at"`
	DetachedAt *time.Time              `json:"detached_at"`
}

func attachmentThenOf(a release.PastRow, at time.Time) attachmentThen {
	out := attachmentThen{
		attachmentBase: attachmentBase{
			a.ID, a.Name, a.Environment,
			named{a.Pack, a.PackName},
			accountRef{a.PublisherID, a.PublisherName, a.PublisherZone},
			accountRef{a.Account, a.AccountName, a.AccountZone},
			attachmentMode(a.Multiple),
		},
		At: at.UTC(), State: a.State(), Ran: releaseRefOrNull(a.Release()), Testing: releaseRefOrNull(a.Testing), AttachedAt: a.AttachedAt.UTC(),
		DetachedAt: utc(a.DetachedAt),
	}
	if h := a.Ran; h != nil {
		out.Since, out.How, out.By, out.Late = utc(&h.Since), &h.How, h.By, h.Late
	}
	return out
}

func (s *Server) pastInstallBase(c *call, f release.InstallBaseFilter, at time.Time, format string) error {
	switch {
	case at.After(c.now):
		return onField("at", "That moment is still to come. Give one of the past.")
	case format == "xlsx":
		return onField("format", "A past moment is answered as JSON or CSV. Take the CSV, or leave “at” out.")
	case f.State == release.StateOutside, f.State == release.StateDetached:
		return onField("state", "Of a past moment, give one of: current, trying, waiting.")
	case f.Observed != "":
		return onField("observed", "What agents said at a past moment is not kept for lists. Leave “observed” out.")
	case format == "csv":
		return s.exports.PastCSV(s.download(c), c.actor, at, f)
	}
	p, before, err := c.byID()
	if err != nil {
		return err
	}
	f.Before, f.Limit = before, p.ask()
	rows, err := s.reader.InstallBaseAt(c.ctx(), c.actor, at, f)
	if err != nil {
		return err
	}
	item := func(r release.PastRow) attachmentThen { return attachmentThenOf(r, at) }
	return list(c, p, rows, item, func(r release.PastRow) []string { return []string{r.ID.String()} })
}

// facets are how the rows of the install base spread.
type facets struct {
	Attachments        int64   `json:"attachments"`
	AttachmentsAtLeast bool    `json:"attachments_at_least"`
	Accounts           int64   `json:"accounts"`
	AccountsAtLeast    bool    `json:"accounts_at_least"`
	AtLeast            bool    `json:"at_least"`
	Publishers         []facet `json:"publishers"`
	Packs              []facet `json:"packs"`
	Releases           []facet `json:"releases"`
	States             []facet `json:"states"`
	Observed           []facet `json:"observed"`
	Zones              []facet `json:"zones"`
	Environments       []facet `json:"environments"`
}

type facet struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Of    string `json:"of"`
	Rows  int64  `json:"rows"`
}

func (s *Server) facets(c *call) error {
	f, err := s.installBaseFilter(c)
	if err != nil {
		return err
	}
	n, err := s.reader.InstallBaseFacets(c.ctx(), c.actor, f)
	if err != nil {
		return err
	}
	values := func(all []release.FacetValue) []facet {
		return eachOf(all, func(v release.FacetValue) facet { return facet{v.Value, v.Label, v.Of, v.Rows} })
	}
	return c.answer(http.StatusOK, facets{
		n.Attachments, n.AttachmentsAtLeast, n.Accounts, n.AccountsAtLeast, n.AtLeast, values(n.Publishers), values(n.Packs), values(n.Releases),
		values(n.States), values(n.Observed), values(n.Zones), values(n.Environments),
	})
}
