package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"packtide/packfile"
	"packtide/release"
	"packtide/web"
)

func settingRoutes() []route {
	return []route{
		{http.MethodGet, "/settings", web.Publishers | web.Managed, nothing, "", (*Server).settings},
		{http.MethodPatch, "/settings", web.AsPublisher, asJSON, "", (*Server).editSettings},
		{http.MethodGet, "/settings/checks", web.Publishers, nothing, "", (*Server).checkSettings},
		{http.MethodPut, "/settings/checks", web.AsPublisher, asJSON, "", (*Server).setCheckSettings},
		{http.MethodGet, "/settings/evidence", web.Publishers, nothing, "", (*Server).evidenceSettings},
		{http.MethodPut, "/settings/evidence", web.AsPublisher, asJSON, "", (*Server).setEvidenceSettings},
	}
}

// settings are what an account has settled for itself.
type settings struct {
	Account            accountRef `json:"account"`
	ShareableByDefault *bool      `json:"shareable_by_default"` // null: it publishes nothing
	ToolsURL           string     `json:"tools_url"`
}

func (s *Server) settingsNow(c *call) (settings, error) {
	a, err := s.reader.Account(c.ctx(), c.actor, c.actor.Account)
	out := settings{Account: accountRef{a.ID, a.Name, a.Zone}, ToolsURL: s.baseURL + "/api/rest/v1/" + a.ID.String()}
	if a.Publisher {
		out.ShareableByDefault = &a.ShareableByDefault
	}
	return out, err
}

func (s *Server) settings(c *call) error {
	now, err := s.settingsNow(c)
	if err != nil {
		return err
	}
	return c.one(now)
}

type settingsChange struct {
	ShareableByDefault *bool `json:"shareable_by_default"`
}

func (s *Server) editSettings(c *call) error {
	in, err := decode[settingsChange](c)
	if err != nil {
		return err
	}
	if in.ShareableByDefault != nil {
		if err := s.service.SetShareableDefault(c.ctx(), c.actor, *in.ShareableByDefault); err != nil {
			return err
		}
	}
	now, err := s.settingsNow(c)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, now)
}

// checkSetting is one choice for the rules by which packages are checked.
type checkSetting struct {
	Key      string        `json:"key"`
	Platform string        `json:"platform"`
	Label    string        `json:"label"`
	Help     string        `json:"help"`
	Choices  []checkChoice `json:"choices"`
	Free     bool          `json:"free"`
	Value    string        `json:"value"`
}

type checkChoice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// answerCheckSettings tells every setting with the account's value.
func (s *Server) answerCheckSettings(c *call) error {
	a, err := s.reader.Account(c.ctx(), c.actor, c.actor.Account)
	if err != nil {
		return err
	}
	all := []checkSetting{}
	for _, platform := range packfile.Settings() {
		for _, k := range platform.Settings {
			all = append(all, checkSetting{
				k.Key, platform.Label, k.Label, k.Help,
				eachOf(k.Choices, func(one packfile.Choice) checkChoice { return checkChoice(one) }),
				k.Free, a.CheckSettings[k.Key],
			})
		}
	}
	return c.answer(http.StatusOK, items[checkSetting]{Items: all})
}

func (s *Server) checkSettings(c *call) error { return s.answerCheckSettings(c) }

type checkValues struct {
	Values map[string]string `json:"values"`
}

// setCheckSettings keeps all values anew: what is left out is as by default.
func (s *Server) setCheckSettings(c *call) error {
	in, err := decode[checkValues](c)
	if err != nil {
		return err
	}
	if in.Values == nil {
		return onField("/values", "Give the values by the keys of the settings; an empty object for all as by default.")
	}
	places := map[string]string{}
	for key := range in.Values {
		places[key] = "/values/" + escape(key)
	}
	if err := s.service.SetCheckSettings(c.ctx(), c.actor, in.Values); err != nil {
		return inFields(err, places)
	}
	return s.answerCheckSettings(c)
}

// evidenceItem is one item of a publisher's checklist (R35).
type evidenceItem struct {
	ID       release.ID `json:"id"`
	Label    string     `json:"label"`
	Demanded bool       `json:"demanded"`
}

func evidenceItemOf(i release.EvidenceItem) evidenceItem {
	return evidenceItem{i.ID, i.Label, i.Demanded}
}

func (s *Server) evidenceSettings(c *call) error {
	offered, err := s.reader.EvidenceItems(c.ctx(), c.actor, c.actor.Account)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, whole(offered, evidenceItemOf))
}

// evidenceList is a checklist as it is to be.
type evidenceList struct {
	Items []evidenceWish `json:"items"`
}

type evidenceWish struct {
	ID       *release.ID `json:"id"` // left out: the one of this label, or a new one
	Label    string      `json:"label"`
	Demanded bool        `json:"demanded"`
}

// setEvidenceSettings makes the checklist the one that is given: its items in their order. Those that it leaves out are offered
// no more; one that somebody added since the list was read stays. Asked twice, it does nothing the second time.
func (s *Server) setEvidenceSettings(c *call) error {
	in, err := decode[evidenceList](c)
	if err != nil {
		return err
	}
	if in.Items == nil {
		return onField("/items", "Give the items of the checklist; an empty list for none.")
	}
	if len(in.Items) > release.MaxEvidenceItems {
		return release.ErrEvidenceFull.On("/items")
	}
	offered, err := s.reader.EvidenceItems(c.ctx(), c.actor, c.actor.Account)
	if err != nil {
		return err
	}
	wanted, places, err := wishedItems(in.Items, offered)
	if err != nil {
		return err
	}
	for _, old := range offered {
		if !holdsItem(wanted, old.ID) {
			old.Retired = true
			wanted = append(wanted, old)
		}
	}
	if err := s.service.SetEvidenceItems(c.ctx(), c.actor, wanted); err != nil {
		return inFields(err, places)
	}
	return s.evidenceSettings(c)
}

func holdsItem(items []release.EvidenceItem, id release.ID) bool {
	return slices.ContainsFunc(items, func(i release.EvidenceItem) bool { return i.ID == id })
}

// wishedItems are the items of a request, with where in it the fields stand that a refusal names. One without an id is the one
// of its label that is offered, so that a list that is sent again does not put new items in the place of those with evidence.
func wishedItems(wishes []evidenceWish, offered []release.EvidenceItem) ([]release.EvidenceItem, map[string]string, error) {
	wanted, places := make([]release.EvidenceItem, 0, len(wishes)), map[string]string{}
	named := func(id release.ID) bool {
		return slices.ContainsFunc(wishes, func(w evidenceWish) bool { return w.ID != nil && *w.ID == id })
	}
	for n, wish := range wishes {
		item := release.EvidenceItem{Label: wish.Label, Demanded: wish.Demanded}
		if wish.ID != nil {
			item.ID = *wish.ID
		} else if i := slices.IndexFunc(offered, func(o release.EvidenceItem) bool {
			return strings.EqualFold(o.Label, strings.TrimSpace(wish.Label)) && !named(o.ID) && !holdsItem(wanted, o.ID)
		}); i >= 0 {
			item.ID = offered[i].ID
		}
		place, field := "/items/"+strconv.Itoa(n), item.Field()
		switch _, twice := places[field]; {
		case twice && wish.ID != nil:
			return nil, nil, onField(place+"/id", "This item stands in the list twice. Give it once.")
		case twice:
			places[field] = "/items" // one of the new ones
		default:
			places[field] = place + "/label"
		}
		wanted = append(wanted, item)
	}
	return wanted, places, nil
}
