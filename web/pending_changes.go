package web

import (
	"errors"
	"sync"

	"packtide/packfile"
	"packtide/release"
	"packtide/web/view"
)

// knownChanges keeps what comparisons found: uploaded versions never change (R1), so neither does what differs between two.
type knownChanges struct {
	mu  sync.Mutex
	all map[[2]release.ID]view.PackageChanges
}

// mostKnown bounds the memory: beyond it, everything is found anew.
const mostKnown = 4000

func (k *knownChanges) get(from, to release.ID) (view.PackageChanges, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.all[[2]release.ID{from, to}]
	return c, ok
}

func (k *knownChanges) put(from, to release.ID, c view.PackageChanges) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil || len(k.all) >= mostKnown {
		k.all = map[[2]release.ID]view.PackageChanges{}
	}
	k.all[[2]release.ID{from, to}] = c
}

// changesOf tells what a release changes in each package that it changes. The account that asks sees the release; who may
// read it was decided when that was read, and what is known is asked for by the versions that it holds.
func (s *Server) changesOf(v *visit, r release.ReleaseView) ([]view.PackageChanges, error) {
	var all []view.PackageChanges
	for _, row := range r.Contents {
		if view.ChangeOf(row.From, row.To) == view.ChangeNone {
			continue
		}
		c := view.PackageChanges{}
		if row.From != nil && row.To != nil && r.Base != nil {
			var err error
			if c, err = s.packageChanges(v, r, row); err != nil {
				return nil, err
			}
		}
		c.ContentRow = row
		all = append(all, c)
	}
	return all, nil
}

// packageChanges compares the two versions of one package. The weight of a change does not depend on anybody's settings.
func (s *Server) packageChanges(v *visit, r release.ReleaseView, row release.ContentRow) (view.PackageChanges, error) {
	if c, ok := s.known.get(row.From.ID, row.To.ID); ok {
		return c, nil
	}
	from, err := s.reader.ComparableOf(v.ctx(), v.actor, r.Base.ID, row.From.ID)
	if err == nil {
		var to release.Comparable
		if to, err = s.reader.ComparableOf(v.ctx(), v.actor, r.ID, row.To.ID); err == nil {
			c := view.PackageChanges{Compared: from.Kept && to.Kept}
			if c.Compared {
				found := packfile.Compare(from.Package, to.Package, packfile.Options{})
				c.Groups = found.Groups()
			}
			s.known.put(row.From.ID, row.To.ID, c)
			return c, nil
		}
	}
	if errors.Is(err, release.ErrNotFound) {
		err = nil // withdrawn since the release was read: the page says so when it is asked for again
	}
	return view.PackageChanges{}, err
}
