package api

import (
	"net/http"
	"time"

	"packtide/release"
	"packtide/store"
	"packtide/web"
)

func groupRoutes() []route {
	return []route{
		{http.MethodGet, "/account-groups", web.Publishers, nothing, paged, (*Server).groups},
		{http.MethodPost, "/account-groups", web.AsPublisher, asJSON, "", (*Server).createGroup},
		{http.MethodGet, "/account-groups/:group_id", web.PublisherSide, nothing, "", (*Server).group},
		{http.MethodPatch, "/account-groups/:group_id", web.AsPublisher, asJSON, "", (*Server).renameGroup},
		{http.MethodDelete, "/account-groups/:group_id", web.AsPublisher, nothing, "", (*Server).deleteGroup},
		{http.MethodGet, "/account-groups/:group_id/accounts", web.PublisherSide, nothing, searched, (*Server).groupAccounts},
		{http.MethodPut, "/account-groups/:group_id/accounts/:account_id", web.AsPublisher, nothing, "", (*Server).addGroupAccount},
		{http.MethodDelete, "/account-groups/:group_id/accounts/:account_id", web.AsPublisher, nothing, "", (*Server).removeGroupAccount},
		{http.MethodGet, "/packs/:pack_id/account-groups", web.PublisherSide, nothing, paged, (*Server).packGroups},
		{http.MethodGet, "/account-groups/:group_id/packs", web.PublisherSide, nothing, paged, (*Server).groupPacks},
		{http.MethodPut, "/account-groups/:group_id/packs/:pack_id", web.AsPublisher, nothing, "", (*Server).addGroupPack},
		{http.MethodDelete, "/account-groups/:group_id/packs/:pack_id", web.AsPublisher, nothing, "", (*Server).removeGroupPack},
	}
}

type group struct {
	ID        release.ID `json:"id"`
	Name      string     `json:"name"`
	Everyone  bool       `json:"everyone"`
	Accounts  int64      `json:"accounts"`
	Packs     int        `json:"packs"`
	CreatedAt time.Time  `json:"created_at"`
}

func groupOf(g release.GroupRow) group {
	return group{g.ID, g.Name, g.Everyone, g.Accounts, g.Packs, g.CreatedAt.UTC()}
}

func (s *Server) groups(c *call) error {
	rows, err := s.reader.Groups(c.ctx(), c.actor)
	if err != nil {
		return err
	}
	return listOf(c, rows, groupOf, func(g release.GroupRow) release.ID { return g.ID })
}

// groupRow reads the group of the address.
func (s *Server) groupRow(c *call) (release.GroupRow, error) {
	id, err := c.id("group_id")
	if err != nil {
		return release.GroupRow{}, err
	}
	return s.reader.Group(c.ctx(), c.actor, id)
}

func (s *Server) group(c *call) error {
	g, err := s.groupRow(c)
	if err != nil {
		return err
	}
	return c.one(groupOf(g))
}

type groupName struct {
	Name string `json:"name"`
}

func (s *Server) createGroup(c *call) error {
	in, err := decode[groupName](c)
	if err != nil {
		return err
	}
	made, err := s.service.CreateGroup(c.ctx(), c.actor, in.Name)
	if err != nil {
		return err
	}
	return c.created("/account-groups/"+made.ID.String(), groupOf(release.GroupRow{Group: made}))
}

func (s *Server) renameGroup(c *call) error {
	id, err := c.id("group_id")
	if err != nil {
		return err
	}
	in, err := decode[groupName](c)
	if err != nil {
		return err
	}
	if err := s.service.RenameGroup(c.ctx(), c.actor, id, in.Name); err != nil {
		return err
	}
	g, err := s.groupRow(c)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, groupOf(g))
}

func (s *Server) deleteGroup(c *call) error {
	id, err := c.id("group_id")
	if err != nil {
		return err
	}
	if err := s.service.DeleteGroup(c.ctx(), c.actor, id); err != nil {
		return err
	}
	return c.done()
}

func (s *Server) groupAccounts(c *call) error {
	g, err := s.groupRow(c)
	if err != nil {
		return err
	}
	return s.listAccounts(c, store.AccountFilter{Group: g.ID, Members: true})
}

func (s *Server) groupPacks(c *call) error {
	g, err := s.groupRow(c)
	if err != nil {
		return err
	}
	rows, err := s.reader.PacksOfGroup(c.ctx(), c.actor, g.ID)
	if err != nil {
		return err
	}
	return listOf(c, rows, packSummaryOf, func(p release.PackRow) release.ID { return p.ID })
}

// packGroups are the groups that hold the pack.
func (s *Server) packGroups(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	p, err := s.reader.Pack(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	rows, err := s.reader.GroupsOfPack(c.ctx(), c.actor, p.ID)
	if err != nil {
		return err
	}
	return listOf(c, rows, groupOf, func(g release.GroupRow) release.ID { return g.ID })
}

// groupAnd are the group of the address and the other id.
func (c *call) groupAnd(name string) (group, other release.ID, err error) {
	if group, err = c.id("group_id"); err == nil {
		other, err = c.id(name)
	}
	return group, other, err
}

func (s *Server) addGroupAccount(c *call) error {
	group, account, err := c.groupAnd("account_id")
	if err != nil {
		return err
	}
	if err := s.service.AddAccountToGroup(c.ctx(), c.actor, group, account); err != nil {
		return err
	}
	return c.done()
}

func (s *Server) addGroupPack(c *call) error {
	group, pack, err := c.groupAnd("pack_id")
	if err != nil {
		return err
	}
	if err := s.service.AddPackToGroup(c.ctx(), c.actor, group, pack); err != nil {
		return err
	}
	return c.done()
}

// outside tells how many attachments stay though their account may not install the pack any more (R30).
type outside struct {
	OutsideGroups int `json:"outside_groups"`
}

func (s *Server) removeGroupAccount(c *call) error {
	group, account, err := c.groupAnd("account_id")
	if err != nil {
		return err
	}
	n, err := s.service.RemoveAccountFromGroup(c.ctx(), c.actor, group, account)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, outside{n})
}

func (s *Server) removeGroupPack(c *call) error {
	group, pack, err := c.groupAnd("pack_id")
	if err != nil {
		return err
	}
	n, err := s.service.RemovePackFromGroup(c.ctx(), c.actor, group, pack)
	if err != nil {
		return err
	}
	return c.answer(http.StatusOK, outside{n})
}
