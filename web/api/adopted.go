package api

import "packtide/release"

// adoption is how far a release got.
type adoption struct {
	Attachments int64 `json:"attachments"`
	OptedIn     int64 `json:"opted_in"`
	Observed    int64 `json:"observed"`
}

// installs are the attachments of a pack as its release's adoption tells of them: those of the actor's own where it installs.
type installs struct {
	attachments, optIns int64
	own                 bool                 // of the actor's own attachments alone: others' agents are not told of
	observed            map[release.ID]int64 // by release, where they are the actor's own
}

// installsOf counts them; a pack that the actor does not see is not found.
func (s *Server) installsOf(c *call, pack release.ID) (installs, error) {
	read := s.reader.CataloguePack
	if c.actor.ReadsPublisher() || c.actor.ReadsSite() {
		read = s.reader.Pack
	}
	p, err := read(c.ctx(), c.actor, pack)
	if err != nil && c.actor.ReadsPublisher() && c.actor.ReadsManaged() {
		p, err = s.reader.CataloguePack(c.ctx(), c.actor, pack) // another publisher's, for an account that installs too
	}
	n := installs{p.Attachments, p.OptIns, !c.actor.ReadsSite() && (!c.actor.ReadsPublisher() || p.PublisherID != c.actor.Account), nil}
	if err == nil && n.own {
		n.observed, err = s.reader.ObservedOwn(c.ctx(), c.actor, pack)
	}
	return n, err
}

func (n installs) adoptionOf(r release.ReleaseView) adoption {
	a := adoption{Observed: r.Observed}
	if n.own {
		a.Observed = n.observed[r.ID]
	}
	switch {
	case r.Current():
		a.Attachments = n.attachments - n.optIns
	case r.State == release.Pending:
		a.Attachments, a.OptedIn = n.optIns, n.optIns
	default:
	}
	return a
}
