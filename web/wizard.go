package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"packtide/release"
	"packtide/web/view"
)

// errNoDraft tells that the wizard's draft was released or discarded meanwhile.
var errNoDraft = errors.New("nothing is being prepared")

// beginRelease begins the pack's next release, or goes on with the draft that is there (R14).
func (s *Server) beginRelease(v *visit) error {
	id, err := v.id("pack")
	if err != nil {
		return err
	}
	if _, err := s.service.DraftRelease(v.ctx(), v.actor, id); err != nil {
		return err
	}
	return v.redirect(packPath(id) + "/release/versions")
}

// wizard reads the pack of the address and its draft as they are now.
func (s *Server) wizard(v *visit) (view.Wizard, error) {
	p, err := s.packOf(v)
	if err != nil {
		return view.Wizard{}, err
	}
	if p.Draft == nil {
		return view.Wizard{Pack: p}, errNoDraft
	}
	return view.Wizard{Pack: p, Draft: *p.Draft, Clock: v.clock()}, nil
}

// inWizard runs a step. Without a draft, a page leads back to the pack, and a form says that it came too late.
// The draft may go while the step runs, by the other click of a double click.
func (s *Server) inWizard(v *visit, step func(view.Wizard) error) error {
	w, err := s.wizard(v)
	if err == nil {
		if err = step(w); errors.Is(err, release.ErrNotFound) {
			if _, gone := s.wizard(v); errors.Is(gone, errNoDraft) {
				err = gone
			}
		}
	}
	if errors.Is(err, errNoDraft) {
		if v.Request().Method == http.MethodGet {
			v.flash(view.Info, "Nothing is being prepared for %s: the draft was released or discarded.", w.Pack.PackRow.Name)
			return v.redirect(packPath(w.Pack.ID))
		}
		return s.showPack(v, http.StatusConflict, w.Pack.ID, []view.FieldError{{Text: "The draft that you worked on was released or discarded in another window. Nothing was changed by this one."}})
	}
	return err
}

// showStep draws one step with the rail beside it.
func (v *visit) showStep(status int, w view.Wizard, step view.WizardStep, content view.StepContent) error {
	head := view.Page{
		Title: w.StepTitle(step), Lede: w.StepLede(step), Actions: view.WizardActions(w),
		Crumbs: packCrumbs(w.Pack.ID, w.Pack.PackRow.Name, view.Crumb{Label: "Next release"}),
	}
	return v.page(status, head, view.WizardFrame(w, step, content))
}

// revision is the draft as the form has seen it; a form that does not tell is stale.
func (v *visit) revision() int {
	n, err := strconv.Atoi(v.FormValue("revision"))
	if err != nil {
		return 0
	}
	return n
}

// onForm keeps the field of those errors whose field is on the form; the others speak for the whole form, and their links
// would lead nowhere.
func onForm(list []view.FieldError, fields ...string) []view.FieldError {
	kept := make([]view.FieldError, len(list))
	for i, e := range list {
		kept[i] = e
		if !slices.Contains(fields, e.Field) {
			kept[i].Field = ""
		}
	}
	return kept
}

// again reads the wizard once more after a refusal, with what it said: the page shows the present draft.
func (s *Server) again(v *visit, r refusal, fields ...string) (view.Wizard, error) {
	w, err := s.wizard(v)
	w.Errors, w.Status = onForm(r.Errors, fields...), r.Status
	return w, err
}

// ---- which versions --------------------------------------------------------------------------------------------------

const versionField = "version."

func (s *Server) versionsStep(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error { return s.showVersions(v, http.StatusOK, w) })
}

// chosenVersions are the form's choices by package, as typed; empty where a package is left out.
func (v *visit) chosenVersions() (map[release.ID]string, error) {
	form, err := v.FormValues()
	if err != nil {
		return nil, err
	}
	chosen := map[release.ID]string{}
	for name, values := range form {
		text, ok := strings.CutPrefix(name, versionField)
		if !ok {
			continue
		}
		pkg, err := release.ParseID(text)
		if err != nil {
			return nil, err
		}
		chosen[pkg] = values[0]
	}
	return chosen, nil
}

// showVersions offers each package's shareable versions. Choices of the form, in a refused one or while the person is still
// choosing, stand before those of the draft.
func (s *Server) showVersions(v *visit, status int, w view.Wizard) error {
	chosen, err := v.chosenVersions()
	if err != nil {
		return err
	}
	rows, err := s.reader.PackPackages(v.ctx(), v.actor, w.Pack.ID)
	if err != nil {
		return err
	}
	ids := make([]release.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.PackageID
	}
	shareable, err := s.reader.ShareableVersions(v.ctx(), v.actor, ids)
	if err != nil {
		return err
	}
	step := view.VersionsStep{Wizard: w}
	for _, r := range rows {
		choice, typed := chosen[r.PackageID]
		step.Rows = append(step.Rows, view.NewVersionChoice(r, shareable[r.PackageID], choice, typed))
	}
	return v.showStep(status, w, view.StepVersions, view.VersionsForm(step))
}

func (s *Server) chooseVersions(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error {
		contents, err := v.chosenContents(w)
		if err != nil {
			return err
		}
		if !contents.Equal(w.Contents()) || v.revision() != w.Draft.Revision {
			err = s.service.ChooseVersions(v.ctx(), v.actor, w.Draft.ID, v.revision(), contents)
		}
		if r, ok := refused(err); ok {
			if w, err = s.again(v, r); err != nil {
				return err
			}
			return s.showVersions(v, w.Status, w)
		}
		if err != nil {
			return err
		}
		return v.redirect(packPath(w.Pack.ID) + "/release/impact")
	})
}

// chosenContents are the draft's contents with the form's choices in place; a package that the form does not name stays.
func (v *visit) chosenContents(w view.Wizard) (release.Contents, error) {
	chosen, err := v.chosenVersions()
	if err != nil {
		return nil, err
	}
	contents := w.Contents()
	for pkg, text := range chosen {
		if text == "" {
			delete(contents, pkg)
			continue
		}
		id, err := release.ParseID(text)
		if err != nil {
			return nil, err
		}
		contents[pkg] = id
	}
	return contents, nil
}

// ---- discard ---------------------------------------------------------------------------------------------------------

func (s *Server) discardForm(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error { return s.showDiscard(v, http.StatusOK, w) })
}

func (s *Server) showDiscard(v *visit, status int, w view.Wizard) error {
	c := view.DiscardDraft(w)
	head := view.Page{Title: c.Title, Crumbs: packCrumbs(w.Pack.ID, w.Pack.PackRow.Name, view.Crumb{Label: "Discard the draft"})}
	return v.page(status, head, view.ConfirmPage(c))
}

func (s *Server) discardDraft(v *visit) error {
	return s.inWizard(v, func(w view.Wizard) error {
		err := s.service.DiscardDraft(v.ctx(), v.actor, w.Draft.ID, v.revision())
		if r, ok := refused(err); ok {
			if w, err = s.again(v, r); err != nil {
				return err
			}
			return s.showDiscard(v, w.Status, w)
		}
		if err != nil {
			return err
		}
		v.flash(view.Good, "The draft is discarded. %s is as it was.", w.Pack.PackRow.Name)
		return v.redirect(packPath(w.Pack.ID))
	})
}
