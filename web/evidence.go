package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"packtide/release"
	"packtide/web/view"
)

// evidenceLines reads the checklist of a draft.
func (s *Server) evidenceLines(v *visit, publisher, draft release.ID) ([]view.EvidenceLine, error) {
	items, err := s.reader.EvidenceItems(v.ctx(), v.actor, publisher)
	if err != nil {
		return nil, err
	}
	given, err := s.reader.Evidence(v.ctx(), v.actor, draft)
	return view.EvidenceLines(items, given), err
}

func (s *Server) evidence(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error { return s.showEvidence(v, http.StatusOK, w) })
}

func evidenceCrumbs(w view.Wizard, rest ...view.Crumb) []view.Crumb {
	return packCrumbs(w.Pack.ID, w.Pack.PackRow.Name, rest...)
}

// showEvidence draws the checklist of a draft; what w says was refused stands above it.
func (s *Server) showEvidence(v *visit, status int, w view.Wizard) error {
	lines, err := s.evidenceLines(v, w.Pack.PublisherID, w.Draft.ID)
	if err != nil {
		return err
	}
	head := view.Page{
		Title: "What shows that the next release is ready?", Lede: view.EvidenceSentence(lines),
		Crumbs: evidenceCrumbs(w, view.Crumb{Label: "Evidence"}),
	}
	if len(lines) == 0 {
		head.Lede = ""
	}
	return v.page(status, head, view.Evidence(view.EvidencePage{Wizard: w, Lines: lines, MayGive: v.mayPublish()}))
}

// evidenceItem is the item of the address, as long as it is offered; items come and go in the settings.
func (s *Server) evidenceItem(v *visit, w view.Wizard) (release.EvidenceItem, error) {
	id, err := v.id("item")
	if err != nil {
		return release.EvidenceItem{}, err
	}
	items, err := s.reader.EvidenceItems(v.ctx(), v.actor, w.Pack.PublisherID)
	if err != nil {
		return release.EvidenceItem{}, err
	}
	if i := slices.IndexFunc(items, func(i release.EvidenceItem) bool { return i.ID == id }); i >= 0 {
		return items[i], nil
	}
	return release.EvidenceItem{}, release.ErrNotFound
}

func (s *Server) evidenceForm(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error {
		item, err := s.evidenceItem(v, w)
		if err != nil {
			return err
		}
		return s.showEvidenceForm(v, http.StatusOK, view.EvidenceForm{Wizard: w, Item: item})
	})
}

func (s *Server) showEvidenceForm(v *visit, status int, f view.EvidenceForm) error {
	head := view.Page{
		Title:  f.Item.Label + "?",
		Crumbs: evidenceCrumbs(f.Wizard, view.Crumb{Href: evidencePath(f.Wizard), Label: "Evidence"}, view.Crumb{Label: f.Item.Label}),
	}
	return v.page(status, head, view.GiveEvidence(f))
}

func evidencePath(w view.Wizard) string { return packPath(w.Pack.ID) + "/release/evidence" }

// giveEvidence ticks one item off, with what was added to it.
func (s *Server) giveEvidence(v *visit) error {
	if _, err := s.packOf(v); err != nil {
		return err
	}
	got, err := v.receive(release.MaxFile)
	defer got.discard()
	if err != nil {
		return err
	}
	return s.inWizard(v, func(w view.Wizard) error {
		item, err := s.evidenceItem(v, w)
		if err != nil {
			return err
		}
		n := release.NewEvidence{Item: item.ID, Note: got.texts["note"], Link: got.texts["link"], File: got.added()}
		err = s.service.GiveEvidence(v.ctx(), v.actor, w.Draft.ID, n)
		if errors.Is(err, release.ErrEvidenceGiven) || errors.Is(err, release.ErrEvidenceRetired) {
			return s.evidenceRefused(v, err)
		}
		if r, ok := refused(err); ok {
			f := view.EvidenceForm{Wizard: w, Item: item, Note: n.Note, Link: n.Link}
			f.Errors = r.Errors
			return s.showEvidenceForm(v, r.Status, f)
		}
		if err != nil {
			return err
		}
		v.flash(view.Good, "“%s” is ticked off.", item.Label)
		return v.sent(evidencePath(w))
	})
}

// evidenceRefused shows the checklist as it is now, with why it could not be changed.
func (s *Server) evidenceRefused(v *visit, err error) error {
	r, ok := refused(err)
	if !ok {
		return err
	}
	w, err := s.again(v, r)
	if err != nil {
		return err
	}
	return s.showEvidence(v, r.Status, w)
}

func (s *Server) takeEvidenceBack(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error {
		item, err := v.id("item")
		if err != nil {
			return err
		}
		if err := s.service.TakeEvidenceBack(v.ctx(), v.actor, w.Draft.ID, item); err != nil {
			return s.evidenceRefused(v, err)
		}
		v.flash(view.Info, "It is taken back. The activity still tells that it was there.")
		return v.redirect(evidencePath(w))
	})
}

func (s *Server) evidenceFile(v *visit) error {
	id, err := v.id("evidence")
	if err != nil {
		return err
	}
	f, content, err := s.reader.EvidenceFile(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	v.sendFile(f.Name, f.SHA256, f.AddedAt, content)
	return nil
}

// ---- settings --------------------------------------------------------------------------------------------------------

// saveEvidenceSettings keeps the publisher's checklist.
func (s *Server) saveEvidenceSettings(v *visit) error {
	f, err := v.evidenceSettings()
	if err != nil {
		return err
	}
	err = s.service.SetEvidenceItems(v.ctx(), v.actor, arrangedEvidence(f))
	if r, ok := refused(err); ok {
		f.Errors = r.Errors
		return s.showSettings(v, r.Status, view.Settings{Evidence: f})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "The checklist is saved. It holds for every release that is not decided yet.")
	return v.redirect("/settings#evidence")
}

// evidenceSettings is the checklist as typed, in the order in which the form showed it.
func (v *visit) evidenceSettings() (view.EvidenceSettings, error) {
	form, err := v.FormValues()
	if err != nil {
		return view.EvidenceSettings{}, err
	}
	f := view.EvidenceSettings{New: form.Get("label.new"), Needed: form.Get("demanded.new") == "true"}
	for n, text := range form["item"] {
		id, err := release.ParseID(text)
		if err != nil {
			return f, err
		}
		place, err := strconv.Atoi(form.Get("place." + text))
		if err != nil || place < 1 {
			place = n + 1
		}
		f.Items = append(f.Items, view.EvidenceSetting{Place: place, EvidenceItem: release.EvidenceItem{
			ID: id, Label: form.Get("label." + text), Demanded: form.Get("demanded."+text) == "true", Retired: form.Get("retired."+text) == "true",
		}})
	}
	return f, nil
}

// arrangedEvidence puts the items into the order of the chosen places. An item that was moved up comes before the one that
// holds its new place, one that was moved down after it.
func arrangedEvidence(f view.EvidenceSettings) []release.EvidenceItem {
	type placed struct {
		release.EvidenceItem
		key int
	}
	var list []placed
	for n, i := range f.Items {
		list = append(list, placed{i.EvidenceItem, 2*i.Place + cmp.Compare(i.Place, n+1)})
	}
	slices.SortStableFunc(list, func(a, b placed) int { return cmp.Compare(a.key, b.key) })
	items := make([]release.EvidenceItem, 0, len(list)+1)
	for _, p := range list {
		items = append(items, p.EvidenceItem)
	}
	if strings.TrimSpace(f.New) != "" {
		items = append(items, release.EvidenceItem{Label: f.New, Demanded: f.Needed})
	}
	return items
}
