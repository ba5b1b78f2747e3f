package web

import (
	"net/http"
	"strconv"

	"packtide/release"
	"packtide/web/view"
)

// recentReleases is how many releases a pack's page shows before it leads to all of them.
const recentReleases = 5

func (s *Server) pack(v *visit) error {
	id, err := v.id("pack")
	if err != nil {
		return err
	}
	return s.showPack(v, http.StatusOK, id, nil)
}

// showPack draws the pack's page; problems say why a button on it was refused.
func (s *Server) showPack(v *visit, status int, id release.ID, problems []view.FieldError) error {
	p := view.PackPage{Problems: problems, Clock: v.clock(), MayPublish: v.mayPublish(), Site: v.actor.ReadsSite()}
	var err error
	if p.Pack, err = s.reader.Pack(v.ctx(), v.actor, id); err != nil {
		return err
	}
	if p.Packages, err = s.reader.PackPackages(v.ctx(), v.actor, id); err != nil {
		return err
	}
	if p.Ages, err = s.reader.VersionAges(v.ctx(), v.actor, id); err != nil {
		return err
	}
	if p.Adoption, err = s.reader.Adoption(v.ctx(), v.actor, id, p.Clock.Now.AddDate(-1, 0, 0), p.Clock.Now); err != nil {
		return err
	}
	if p.Ledger, err = s.ledgerOf(v, release.LedgerOf{Pack: id}, "pack", id); err != nil {
		return err
	}
	if p.MayPublish {
		if p.Addable, err = s.reader.AddablePackages(v.ctx(), v.actor, id); err != nil {
			return err
		}
	}
	if p.Pack.Draft != nil {
		if p.Together, err = s.together(v, p.Pack.Draft); err != nil {
			return err
		}
	}
	releases, err := s.reader.Releases(v.ctx(), v.actor, id, 0, recentReleases+1)
	if err != nil {
		return err
	}
	p.Releases, p.MoreReleases = cut(releases, recentReleases)
	p.Releases = withDraft(p.Pack, p.Releases)
	if p.Groups, err = s.reader.GroupsOfPack(v.ctx(), v.actor, id); err != nil {
		return err
	}
	head := view.Page{
		Title: p.Pack.PackRow.Name, LedeContent: view.PackSentence(p), Actions: view.PackActions(p),
		Crumbs: []view.Crumb{{Href: "/packs", Label: "Packs"}, {Label: p.Pack.PackRow.Name}},
	}
	return v.page(status, head, view.PackDetail(p))
}

// changePack does what a button on the pack's page asks for, and shows the page again: with what was done, or why not.
func (s *Server) changePack(v *visit, change func(pack release.ID) (done string, err error)) error {
	id, err := v.id("pack")
	if err != nil {
		return err
	}
	done, err := change(id)
	if r, ok := refused(err); ok {
		return s.showPack(v, r.Status, id, r.Errors)
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "%s", done)
	return v.redirect(packPath(id) + "#packages")
}

func (s *Server) addPackage(v *visit) error {
	return s.changePack(v, func(pack release.ID) (string, error) {
		pkg, err := release.ParseID(v.FormValue("package"))
		if err != nil {
			return "", &release.Error{Kind: release.Invalid, Field: "package", Message: "Choose the package to add."}
		}
		return "The package comes with the next release, in its newest shareable version.", s.service.AddPackage(v.ctx(), v.actor, pack, pkg)
	})
}

func (s *Server) removePackage(v *visit) error {
	return s.changePack(v, func(pack release.ID) (string, error) {
		pkg, err := v.id("package")
		if err != nil {
			return "", err
		}
		return "The package is removed in the next release. Until that is released, you can undo it.", s.service.RemovePackage(v.ctx(), v.actor, pack, pkg)
	})
}

func (s *Server) undoRemoval(v *visit) error {
	return s.changePack(v, func(pack release.ID) (string, error) {
		pkg, err := v.id("package")
		if err != nil {
			return "", err
		}
		return "The package stays in the next release.", s.service.UndoRemoval(v.ctx(), v.actor, pack, pkg)
	})
}

func (s *Server) takeUpdates(v *visit) error {
	return s.changePack(v, func(pack release.ID) (string, error) {
		return "Every package of the next release is at its newest shareable version.", s.service.TakeUpdates(v.ctx(), v.actor, pack)
	})
}

// withDraft puts what is being prepared on top of the releases that were decided.
func withDraft(p release.PackView, decided []release.ReleaseView) []release.ReleaseView {
	if p.Draft == nil {
		return decided
	}
	return append([]release.ReleaseView{*p.Draft}, decided...)
}

// packReleases lists all decided releases of a pack, newest first.
func (s *Server) packReleases(v *visit) error {
	p, err := s.packOf(v)
	if err != nil {
		return err
	}
	below, err := strconv.ParseInt(v.QueryParam("below"), 10, 32)
	if err != nil || below < 0 {
		below = 0 // whatever is no key of ours begins at the newest
	}
	const size = 20
	releases, err := s.reader.Releases(v.ctx(), v.actor, p.ID, int(below), size+1)
	if err != nil {
		return err
	}
	list := view.ReleaseList{Pack: p, Clock: v.clock(), MayPublish: v.mayPublish()}
	var more bool
	list.Releases, more = cut(releases, size)
	if more {
		list.Older = v.withQuery("below", strconv.Itoa(list.Releases[size-1].Number))
	}
	if below > 0 {
		list.Newest = packPath(p.ID) + "/releases"
	} else {
		list.Releases = withDraft(p, list.Releases)
	}
	head := view.Page{
		Title: "Releases of " + p.PackRow.Name, Lede: "Every release, newest first. A release never changes once it is released.",
		Crumbs: packCrumbs(p.ID, p.PackRow.Name, view.Crumb{Label: "Releases"}),
	}
	return v.page(http.StatusOK, head, view.Releases(list))
}
