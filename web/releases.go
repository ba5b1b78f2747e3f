package web

import (
	"packtide/release"
)

// ownRelease is a release for those who decide on it and for staff. An account that has the pack installed may read parts
// of it elsewhere; here it is not found.
func (s *Server) ownRelease(v *visit, id release.ID) (release.ReleaseView, error) {
	r, err := s.reader.Release(v.ctx(), v.actor, id)
	if err == nil && !v.actor.ReadsSite() && r.PublisherID != v.actor.Account {
		return release.ReleaseView{}, release.ErrNotFound
	}
	return r, err
}
