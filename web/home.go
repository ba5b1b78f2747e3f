package web

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"packtide/release"
	"packtide/web/view"
)

const (
	homeCards   = 12 // releases in testing that are shown whole
	homeComing  = 50 // that are listed
	homeNew     = 6  // packs that are new to the account
	homeNews    = 8
	homePacks   = 10 // installed packs that are listed
	homeAnswers = 20 // feedback of a release among which answers are looked for
)

// newFor is how long a pack is new to an account.
const newFor = 30 * 24 * time.Hour

// home shows an account what needs it: the releases in testing by deadline, with what the publisher answered, then what is
// new, what it has, what comes, and what happened.
func (s *Server) home(v *visit) error {
	h := view.Home{Admin: v.actor.Managed == release.RoleAdmin, Clock: v.clock()}
	var err error
	if h.Coming, err = s.reader.OwnPending(v.ctx(), v.actor, homeComing); err != nil {
		return err
	}
	if h.Cards, err = s.pendingCards(v, h.Coming[:min(homeCards, len(h.Coming))]); err != nil {
		return err
	}
	if h.New, err = s.reader.NewlyOffered(v.ctx(), v.actor, v.now.Add(-newFor), homeNew+1); err != nil {
		return err
	}
	h.New, h.MoreNew = cut(h.New, homeNew)
	if h.News, err = s.reader.News(v.ctx(), v.actor, release.ID{}, homeNews); err != nil {
		return err
	}
	own := release.InstallBaseFilter{Account: v.actor.Account, Limit: homePacks + 1}
	if h.Installed, err = s.reader.InstallBase(v.ctx(), v.actor, own); err != nil {
		return err
	}
	h.Installed, h.More = cut(h.Installed, homePacks)
	slices.SortStableFunc(h.Installed, byDeadline)
	if h.Trouble, err = s.ownTrouble(v); err != nil {
		return err
	}
	if h.Admins, err = s.reader.Admins(v.ctx(), v.actor); err != nil {
		return err
	}
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

// pendingCards read what the releases bring and what was answered. One that was withdrawn meanwhile needs nobody any more.
func (s *Server) pendingCards(v *visit, coming []release.OwnPending) ([]view.PendingCard, error) {
	var cards []view.PendingCard
	for _, own := range coming {
		r, err := s.reader.Release(v.ctx(), v.actor, own.ID)
		if errors.Is(err, release.ErrNotFound) || (err == nil && r.State != release.Pending) {
			continue
		}
		if err != nil {
			return nil, err
		}
		c := view.PendingCard{Own: own, Release: r}
		changes, err := s.changesOf(v, r)
		if err != nil {
			return nil, err
		}
		c.Changes = view.ChangesSummary(changes, r.Contents)
		if c.Answered, err = s.answered(v, own.ID); err != nil {
			return nil, err
		}
		cards = append(cards, c)
	}
	return cards, nil
}

// answered is what the publisher answered to feedback that the release is blocked, where the account has not said anything
// since: its turn.
func (s *Server) answered(v *visit, id release.ID) ([]release.FeedbackRow, error) {
	rows, err := s.reader.Feedback(v.ctx(), v.actor, release.FeedbackFilter{
		Release: id, Account: v.actor.Account, Verdict: release.VerdictBlocked, Limit: homeAnswers,
	})
	return slices.DeleteFunc(rows, func(f release.FeedbackRow) bool { return !f.Newest || len(f.Answers) == 0 }), err
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
