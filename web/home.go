package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"packtide/release"
	"packtide/web/view"
)

const (
	homeCards = 12 // packs with a pending release that are shown whole
	homeNews  = 8
	homePacks = 10 // installed packs that are listed
)

// home shows an account what needs it: the releases in testing by deadline, what happened, what it has.
func (s *Server) home(v *visit) error {
	h := view.Home{Admin: v.actor.Managed == release.RoleAdmin, Clock: v.clock()}
	cards, err := s.pendingCards(v)
	if err != nil {
		return err
	}
	if len(cards) > homeCards {
		h.MoreCards, cards = len(cards)-homeCards, cards[:homeCards]
	}
	if h.Cards, err = s.withReleases(v, cards); err != nil {
		return err
	}
	if h.News, err = s.reader.News(v.ctx(), v.actor, release.ID{}, homeNews); err != nil {
		return err
	}
	own := release.InstallBaseFilter{Account: v.actor.Account, Limit: homePacks}
	if h.Installed, err = s.reader.InstallBase(v.ctx(), v.actor, own); err != nil {
		return err
	}
	slices.SortStableFunc(h.Installed, byDeadline)
	return v.page(http.StatusOK, view.Page{Title: "What needs " + v.accountName() + "?", Lede: view.HomeLede(h)}, view.HomePage(h))
}

// byDeadline puts attachments that something will happen to first, the nearest midnight before others.
func byDeadline(a, b release.AttachmentRow) int {
	switch {
	case a.Pending == nil && b.Pending == nil:
		return 0
	case a.Pending == nil:
		return 1
	case b.Pending == nil:
		return -1
	default:
		return a.Pending.DueAt.Compare(*b.Pending.DueAt)
	}
}

// pendingCards gathers the account's attachments with a pending release by pack, the nearest midnight first. They are read
// as they come: a card keeps a few of them and counts the others.
func (s *Server) pendingCards(v *visit) ([]view.PendingCard, error) {
	of := map[release.ID]*view.PendingCard{}
	for _, state := range []release.AttachmentState{release.StateWaiting, release.StateTrying} {
		f := release.InstallBaseFilter{Account: v.actor.Account, State: state}
		err := s.reader.EachAttachment(v.ctx(), v.actor, f, func(a release.AttachmentRow) error {
			if a.Account != v.actor.Account || a.Pending == nil {
				return nil // applied or withdrawn between two reads
			}
			c := of[a.Pack]
			if c == nil {
				c = &view.PendingCard{Pack: a.Pack, Multiple: a.Multiple, Release: release.ReleaseView{ReleaseRef: *a.Pending, PackName: a.PackName}}
				of[a.Pack] = c
			}
			if a.Trying() {
				c.Trying++
			} else {
				c.Waiting++
			}
			if len(c.Rows) < view.MostCardRows {
				c.Rows = append(c.Rows, a)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	cards := make([]view.PendingCard, 0, len(of))
	for _, c := range of {
		cards = append(cards, *c)
	}
	slices.SortFunc(cards, func(a, b view.PendingCard) int {
		return cmp.Or(a.Release.DueAt.Compare(*b.Release.DueAt), strings.Compare(a.Release.PackName, b.Release.PackName), strings.Compare(a.Pack.String(), b.Pack.String()))
	})
	return cards, nil
}

// withReleases reads what the cards' releases bring. One that was withdrawn meanwhile needs nobody any more.
func (s *Server) withReleases(v *visit, cards []view.PendingCard) ([]view.PendingCard, error) {
	var kept []view.PendingCard
	for _, c := range cards {
		r, err := s.reader.Release(v.ctx(), v.actor, c.Release.ID)
		if errors.Is(err, release.ErrNotFound) || (err == nil && r.State != release.Pending) {
			continue
		}
		if err != nil {
			return nil, err
		}
		c.Release = r
		kept = append(kept, c)
	}
	return kept, nil
}

// accountName is the name of the account in which the person acts.
func (v *visit) accountName() string {
	for _, m := range v.memberships {
		if m.Account == v.actor.Account {
			return m.AccountName
		}
	}
	return "you"
}
