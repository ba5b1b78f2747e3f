package web

import (
	"net/url"
	"slices"
	"time"

	"packtide/release"
	"packtide/web/view"
)

// observedLedger is the ledger that the facets of an install base know, unless the list is narrowed to one of its states.
func observedLedger(facets release.Facets, f release.InstallBaseFilter, q url.Values) *view.LedgerBox {
	if f.Observed != "" || len(facets.Observed) == 0 {
		return nil
	}
	l := release.LedgerFrom(func(s release.LedgerState) (n int64) {
		for _, v := range facets.Observed {
			if v.Value == string(s) {
				n = v.Rows
			}
		}
		return n
	})
	kept := url.Values{}
	for _, name := range []string{"publisher", "pack", "account"} {
		if value := q.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	return &view.LedgerBox{Ledger: l, Query: kept}
}

// ledgerOf is the ledger of what can be narrowed by one parameter of the install base.
func (s *Server) ledgerOf(v *visit, of release.LedgerOf, param string, id release.ID) (view.LedgerBox, error) {
	l, err := s.reader.Ledger(v.ctx(), v.actor, of)
	return view.LedgerBox{Ledger: l, Query: url.Values{param: {id.String()}}}, err
}

// agentReport is what the attachment's agent says, with the command that starts one.
func (s *Server) agentReport(v *visit, p view.Attachment) (view.AgentReport, error) {
	said, err := s.reader.Observed(v.ctx(), v.actor, p.Row.ID)
	return view.AgentReport{
		Row: p.Row, View: said, Admin: p.Admin, Command: view.AgentCommand(s.baseURL, p.Row.ID), Clock: p.Clock,
	}, err
}

func observedRelease(a release.AttachmentRow) string {
	if a.Observed == nil {
		return ""
	}
	return view.ReleaseLabel(&a.Observed.Release)
}

func observedSeen(a release.AttachmentRow) *time.Time {
	if a.Observed == nil {
		return nil
	}
	return &a.Observed.SeenAt
}

// mostTrouble is how many attachments a home names whose agents need somebody.
const mostTrouble = 5

// behindFor is how long an attachment may be behind before anybody has to know: its agent asks in its own time.
const behindFor = time.Hour

// ownTrouble are attachments of the account whose agents could not install, are silent, or are behind for long.
func (s *Server) ownTrouble(v *visit) ([]release.AttachmentRow, error) {
	l, err := s.reader.Ledger(v.ctx(), v.actor, release.LedgerOf{Account: v.actor.Account})
	var all []release.AttachmentRow
	for _, state := range []release.LedgerState{release.LedgerFailed, release.LedgerSilent, release.LedgerBehind} {
		if err != nil || l.Of(state) == 0 || len(all) >= mostTrouble {
			continue
		}
		var rows []release.AttachmentRow
		f := release.InstallBaseFilter{Account: v.actor.Account, Observed: state, Limit: 4 * mostTrouble}
		if rows, err = s.reader.InstallBase(v.ctx(), v.actor, f); err != nil {
			return nil, err
		}
		all = append(all, slices.DeleteFunc(rows, func(a release.AttachmentRow) bool {
			return state == release.LedgerBehind && v.now.Sub(a.ShouldSince()) < behindFor
		})...)
	}
	return all[:min(len(all), mostTrouble)], err
}
