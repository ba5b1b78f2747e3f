package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"packtide/client"
)

// nextRelease is what a pack's next release is to hold, fixed when it was read: what is shown is what is released, or nothing is,
// where somebody changes the pack meanwhile.
type nextRelease struct {
	contents map[string]*string // package id → version
	draft    *client.Release    // that is released as it is, with its version and notes; nil: none is
	holds    []client.Content   // the same for people, beside what the pack holds now
	newer    []string           // newer shareable versions that stay out, as the draft holds others
	seen     *client.Seen       // the pack as all that was read
}

// chosenVersion is the version of a package that a person asked for; without one it is left out.
type chosenVersion struct {
	pkg     client.Package
	version string
}

// contents brings names of packages to their ids.
func (s *session) contents(ctx context.Context, named map[string]string) (map[string]chosenVersion, error) {
	chosen := map[string]chosenVersion{}
	for name, version := range named {
		pkg, err := s.findPackage(ctx, name)
		if err != nil {
			return nil, err
		}
		if version == "none" {
			version = ""
		}
		chosen[pkg.ID] = chosenVersion{pkg, version}
	}
	return chosen, nil
}

// nextOf works out what the pack's next release is to hold: what its draft holds or, where no draft changes anything yet, the
// newest shareable versions (R9: only because this release was asked for); with newest always these. named are versions that
// the person chose, by package id.
func (s *session) nextOf(ctx context.Context, pack client.Pack, newest bool, named map[string]chosenVersion) (nextRelease, error) {
	draft, held, err := s.held(ctx, pack)
	if err != nil {
		return nextRelease{}, err
	}
	next := nextRelease{contents: map[string]*string{}, seen: pack.Seen()}
	if draft.ID != "" {
		next.seen.DraftID, next.seen.DraftRevision = &draft.ID, &draft.Revision
	}
	if changesSomething(draft) && !newest {
		next.draft = &draft
	}
	shareable := map[string]*client.VersionRef{}
	for _, pkg := range pack.Packages {
		shareable[pkg.PackageID] = pkg.Newest
	}
	for _, one := range held {
		there := shareable[one.PackageID]
		if choice, chosen := named[one.PackageID]; chosen {
			one.To = choice.ref()
		} else if one.To != nil && newer(there.Label(), one.To.Label()) {
			if next.draft == nil {
				one.To = there
			} else {
				next.newer = append(next.newer, one.DisplayName+" "+there.Label())
			}
		}
		next.add(one)
	}
	for id, choice := range named {
		known := func(one client.Content) bool { return one.PackageID == id }
		if !slices.ContainsFunc(held, known) {
			next.add(client.Content{PackageID: id, Name: choice.pkg.Name, DisplayName: choice.pkg.DisplayName, To: choice.ref()})
		}
	}
	if len(named) > 0 {
		next.draft = nil // another release than whoever wrote its version and notes had in mind
	}
	return next, nil
}

// ref is the version as it is typed; the server finds it by its label.
func (c chosenVersion) ref() *client.VersionRef {
	if c.version == "" {
		return nil
	}
	return &client.VersionRef{ID: c.version, Version: c.version}
}

// add takes a package into the release, unless it has no version.
func (n *nextRelease) add(one client.Content) {
	if one.To != nil {
		n.contents[one.PackageID] = &one.To.ID
	}
	if one.From != nil || one.To != nil {
		n.holds = append(n.holds, one)
	}
}

// held is what the pack's draft holds; without one, which has no id then, what the pack does.
func (s *session) held(ctx context.Context, pack client.Pack) (draft client.Release, held []client.Content, err error) {
	if pack.DraftID != "" {
		draft, err = s.drafted(ctx, pack)
		return draft, draft.Contents, err
	}
	for _, pkg := range pack.Packages {
		held = append(held, client.Content{PackageID: pkg.PackageID, Name: pkg.Name, DisplayName: pkg.DisplayName, From: pkg.Current, To: pkg.Next})
	}
	return draft, held, nil
}

// drafted reads the pack's draft.
func (s *session) drafted(ctx context.Context, pack client.Pack) (client.Release, error) {
	draft, err := s.Release(ctx, pack.DraftID)
	if client.Status(err) == http.StatusNotFound || err == nil && draft.State != "draft" {
		return draft, failure{fmt.Errorf("the next release of %s was decided or thrown away just now.\nLook with packtide pack show %q, then try again", pack.Name, pack.Name), exitConflict}
	}
	return draft, err
}

// changesSomething tells whether a draft holds anything else than the release that it is compared with.
func changesSomething(draft client.Release) bool {
	return slices.ContainsFunc(draft.Contents, func(c client.Content) bool {
		return c.From == nil || c.To == nil || c.From.ID != c.To.ID
	})
}

// into fills in what the person has not said of the release.
func (n nextRelease) into(plan *client.Plan) {
	plan.Contents, plan.Versions, plan.Seen = n.contents, "none", n.seen
	if n.draft == nil {
		return
	}
	plan.Version = firstOf(plan.Version, n.draft.Version)
	if plan.Notes == nil && n.draft.Notes != "" {
		plan.Notes = &n.draft.Notes
	}
}

// sayNewer tells people what stays out of the release.
func (s *session) sayNewer(n nextRelease) {
	if len(n.newer) > 0 {
		fmt.Fprintf(s.err, "Newer shareable versions stay out, as the draft holds others: %s. To take them, give --newest.\n", oneLine(strings.Join(n.newer, ", ")))
	}
}
