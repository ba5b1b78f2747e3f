package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"packtide/release"
	"packtide/store"
	"packtide/web/view"
)

// groups lists the publisher's account groups, with the form for another one under it.
func (s *Server) groups(v *visit) error {
	return s.showGroups(v, http.StatusOK, view.GroupForm{})
}

func (s *Server) showGroups(v *visit, status int, f view.GroupForm) error {
	rows, err := s.reader.Groups(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	head := view.Page{Title: "Account groups", Lede: "An account sees and installs the packs of the groups that it belongs to."}
	return v.page(status, head, view.Groups(view.GroupList{Rows: rows, Form: f, MayEdit: v.publishes()}))
}

func (s *Server) groupCreate(v *visit) error {
	name := v.FormValue("name")
	g, err := s.service.CreateGroup(v.ctx(), v.actor, name)
	if r, ok := refused(err); ok {
		return s.showGroups(v, r.Status, view.GroupForm{Name: name, Errors: r.Errors})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "The group %s is there. Add its accounts and packs.", g.Name)
	return v.redirect(groupPath(g.ID))
}

func groupPath(id release.ID) string { return "/groups/" + id.String() }

// groupOne is one group with its packs and a page of its accounts, or of all accounts to choose from.
func (s *Server) groupOne(v *visit) error {
	id, err := v.id("group")
	if err != nil {
		return err
	}
	return s.showGroup(v, http.StatusOK, id, view.GroupForm{})
}

func (s *Server) showGroup(v *visit, status int, id release.ID, f view.GroupForm) error {
	one, err := s.readGroup(v, id)
	if err != nil {
		return err
	}
	one.Form = f
	if (refusal{Errors: f.Errors}).On("name") == "" {
		one.Form.Name = one.Group.Name
	}
	return v.page(status, view.GroupHead(one), view.GroupPage(one))
}

func (s *Server) readGroup(v *visit, id release.ID) (view.GroupOne, error) {
	one := view.GroupOne{MayEdit: v.publishes(), Site: v.actor.ReadsSite(), Back: v.Request().URL.RequestURI(), Query: strings.TrimSpace(v.QueryParam("q"))}
	var err error
	if one.Group, err = s.reader.Group(v.ctx(), v.actor, id); err != nil {
		return one, err
	}
	one.All = v.QueryParam("show") == "all" && one.MayEdit && !one.Group.Everyone
	if v.Request().Method != http.MethodGet {
		one.Back = groupPath(id)
	}
	name, after := v.afterKey()
	rows, err := s.reader.Accounts(v.ctx(), v.actor, store.AccountFilter{
		Query: one.Query, Group: id, Members: !one.All, AfterName: name, AfterID: after, Limit: pageSize + 1,
	})
	if err != nil {
		return one, err
	}
	accounts, more := cut(rows, pageSize)
	one.Accounts, one.Page = accounts, v.nameKeys("")
	if more {
		last := accounts[len(accounts)-1]
		one.Page = v.nameKeys(nameKey(last.Name, last.ID))
	}
	if one.Packs, err = s.reader.PacksOfGroup(v.ctx(), v.actor, id); err != nil {
		return one, err
	}
	if one.MayEdit {
		one.Addable, err = s.packsOutside(v, one.Packs)
	}
	return one, err
}

// mostAddable is how many packs the list of those to add offers.
const mostAddable = 1000

// packsOutside are the publisher's packs that the group does not hold, by name.
func (s *Server) packsOutside(v *visit, inside []release.PackRow) ([]view.Option, error) {
	all, err := s.reader.Packs(v.ctx(), v.actor, "", "", release.ID{}, mostAddable)
	if err != nil {
		return nil, err
	}
	var options []view.Option
	for _, p := range all {
		if !slices.ContainsFunc(inside, func(in release.PackRow) bool { return in.ID == p.ID }) {
			options = append(options, view.Option{Value: p.ID.String(), Label: p.Name})
		}
	}
	return options, nil
}

func (s *Server) groupRename(v *visit) error {
	id, err := v.id("group")
	if err != nil {
		return err
	}
	name := v.FormValue("name")
	err = s.service.RenameGroup(v.ctx(), v.actor, id, name)
	if r, ok := refused(err); ok {
		return s.showGroup(v, r.Status, id, view.GroupForm{Name: name, Errors: r.Errors})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "The group is called %s now.", strings.TrimSpace(name))
	return v.redirect(groupPath(id))
}

// groupDeleteForm asks before a group goes, and names what its accounts no longer see.
func (s *Server) groupDeleteForm(v *visit) error {
	id, err := v.id("group")
	if err != nil {
		return err
	}
	one, err := s.readGroup(v, id)
	if err != nil {
		return err
	}
	if one.Group.Everyone {
		return release.ErrGroupBuiltIn
	}
	head := view.GroupHead(one)
	head.Title, head.Lede, head.Actions = "Delete the group "+one.Group.Name+"?", "", nil
	head.Crumbs[len(head.Crumbs)-1].Href = groupPath(id)
	head.Crumbs = append(head.Crumbs, view.Crumb{Label: "Delete"})
	return v.page(http.StatusOK, head, view.ConfirmPage(view.GroupDelete(one)))
}

func (s *Server) groupDelete(v *visit) error {
	id, err := v.id("group")
	if err != nil {
		return err
	}
	g, err := s.reader.Group(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	if err := s.service.DeleteGroup(v.ctx(), v.actor, id); err != nil {
		return err
	}
	v.flashLink(view.Flash{
		Tone: view.Good, Text: "The group " + g.Name + " is deleted. What its accounts have installed stays.",
		Link: "Show the attachments outside their groups", Href: outsidePath("", release.ID{}),
	})
	return v.redirect("/groups")
}

// outsidePath leads to the attachments whose account may not install the pack any more (R30), of one account or pack.
func outsidePath(of string, id release.ID) string {
	q := url.Values{"state": {string(release.StateOutside)}}
	if of != "" {
		q.Set(of, id.String())
	}
	return "/install-base?" + q.Encode()
}

// groupMember reads the group and the other thing of a path, and where the person came from.
func (v *visit) groupMember(other string) (group, member release.ID, back string, err error) {
	group, groupErr := v.id("group")
	member, memberErr := v.id(other)
	back = localPath(v.FormValue("back"))
	if back == "/" {
		back = groupPath(group)
	}
	return group, member, back, errors.Join(groupErr, memberErr)
}

func (s *Server) groupAddAccount(v *visit) error {
	group, account, back, err := v.groupMember("account")
	if err != nil {
		return err
	}
	if err := s.service.AddAccountToGroup(v.ctx(), v.actor, group, account); err != nil {
		return err
	}
	name, err := s.accountName(v, account)
	if err != nil {
		return err
	}
	v.flash(view.Good, "%s is in the group and sees its packs now.", name)
	return v.redirect(back)
}

func (s *Server) groupRemoveAccount(v *visit) error {
	group, account, back, err := v.groupMember("account")
	if err != nil {
		return err
	}
	outside, err := s.service.RemoveAccountFromGroup(v.ctx(), v.actor, group, account)
	if err != nil {
		return err
	}
	name, err := s.accountName(v, account)
	if err != nil {
		return err
	}
	v.flashLink(removedFlash(name+" is no longer in the group.", "of this account", outside, outsidePath("account", account)))
	return v.redirect(back)
}

// removedFlash is the notice of R30: what stays installed, and where to see it.
func removedFlash(done, whose string, outside int, href string) view.Flash {
	if outside == 0 {
		return view.Flash{Tone: view.Good, Text: done}
	}
	return view.Flash{
		Tone: view.Warn, Text: done + " " + view.StaysInstalled(outside, whose),
		Link: "Show " + map[bool]string{true: "it", false: "them"}[outside == 1], Href: href,
	}
}

// groupChoosePack adds the pack that was chosen from the list.
func (s *Server) groupChoosePack(v *visit) error {
	group, err := v.id("group")
	if err != nil {
		return err
	}
	if v.FormValue("pack") == "" {
		return s.showGroup(v, http.StatusUnprocessableEntity, group, view.GroupForm{
			Errors: []view.FieldError{{Field: "pack", Text: "Choose a pack to add."}},
		})
	}
	pack, err := release.ParseID(v.FormValue("pack"))
	if err != nil {
		return err
	}
	return s.addPackToGroup(v, group, pack, groupPath(group))
}

func (s *Server) groupAddPack(v *visit) error {
	group, pack, back, err := v.groupMember("pack")
	if err != nil {
		return err
	}
	return s.addPackToGroup(v, group, pack, back)
}

func (s *Server) addPackToGroup(v *visit, group, pack release.ID, back string) error {
	if err := s.service.AddPackToGroup(v.ctx(), v.actor, group, pack); err != nil {
		return err
	}
	p, err := s.reader.Pack(v.ctx(), v.actor, pack)
	if err != nil {
		return err
	}
	if p.Current == nil {
		v.flash(view.Good, "%s is in the group. Its accounts see it once it is released.", p.PackRow.Name) // R21
	} else {
		v.flash(view.Good, "%s is in the group. Its accounts can install it now.", p.PackRow.Name)
	}
	return v.redirect(back)
}

func (s *Server) groupRemovePack(v *visit) error {
	group, pack, back, err := v.groupMember("pack")
	if err != nil {
		return err
	}
	outside, err := s.service.RemovePackFromGroup(v.ctx(), v.actor, group, pack)
	if err != nil {
		return err
	}
	p, err := s.reader.Pack(v.ctx(), v.actor, pack)
	if err != nil {
		return err
	}
	v.flashLink(removedFlash(p.PackRow.Name+" is no longer in the group.", "of this pack", outside, outsidePath("pack", pack)))
	return v.redirect(back)
}
