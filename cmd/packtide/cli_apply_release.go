package main

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"packtide/client"
)

// release plans the pack's release, where the file asks for one: none if the current or the pending release holds all that
// it would hold.
func (p *planner) release(ctx context.Context, w *wishedPack) error {
	if w.release == nil {
		return nil
	}
	pack := p.packs[strings.ToLower(w.name)]
	wanted := p.wantedContents(w, pack)
	if pack.Current != nil && maps.Equal(wanted, currentContents(pack)) {
		return nil
	}
	if pack.Pending != nil {
		pending, err := p.Release(ctx, pack.Pending.ID)
		if err != nil {
			return err
		}
		if maps.Equal(wanted, contentsOf(pending)) {
			return p.pendingRelease(w, pending)
		}
		if w.release.schedule == "scheduled" {
			return failure{fmt.Errorf("%s: release %s of %s is in testing already, with other versions. Withdraw it, or wait for %s", w.release.at, pending.Label(), w.name, pending.Date), exitConflict}
		}
	}
	if err := p.onlyNamed(w, pack); err != nil {
		return err
	}
	p.decide(w, pack)
	return nil
}

// onlyNamed refuses a release that would bring what the file does not name: somebody else has a draft under way, or a release in
// testing, with another version of it.
func (p *planner) onlyNamed(w *wishedPack, pack *plannedPack) error {
	if !w.hasPackages || pack.Current == nil || p.prunes(prunePackPackages) {
		return nil
	}
	named := map[string]bool{}
	for _, pkg := range pack.packages {
		named[pkg.id] = true
	}
	current := currentContents(pack)
	for _, there := range pack.Packages {
		next := ""
		if there.Next != nil {
			next = there.Next.Label()
		}
		if now := current[there.PackageID]; !named[there.PackageID] && next != now {
			return failure{fmt.Errorf("%s: the next release of %s would change %s too (%s to %s), which the file does not name. Name it, or decide the draft or the release in testing first", w.release.at, w.name, there.Name, versionOrNone(now), versionOrNone(next)), exitConflict}
		}
	}
	return nil
}

func versionOrNone(version string) string {
	if version == "" {
		return "none"
	}
	return version
}

// decide plans to make the release.
func (p *planner) decide(w *wishedPack, pack *plannedPack) {
	when := "at once"
	switch {
	case w.release.schedule == "scheduled":
		when = "on " + w.release.date
	case pack.Pending != nil:
		when += ", which supersedes " + pack.Pending.Label() + " in testing"
	}
	p.add("+", func(ctx context.Context) error {
		_, err := p.CreateRelease(ctx, pack.ID, p.wishedPlan(w, pack))
		return err
	}, "release %s %s", strings.TrimSpace(w.name+" "+w.release.version), when)
}

// pendingRelease plans what is to be done about a release in testing that holds what the file asks for.
func (p *planner) pendingRelease(w *wishedPack, pending client.Release) error {
	switch {
	case w.release.schedule == "immediate": // it is in testing already: what the file asks for is on its way
	case pending.Date == w.release.date:
	case w.release.reason == "":
		return w.release.at.refuse("release %s of %s is planned for %s: to move it to %s, give a reason:, which the accounts will see", pending.Label(), w.name, pending.Date, w.release.date)
	default:
		p.add("~", func(ctx context.Context) error {
			_, err := p.Reschedule(ctx, pending.ID, w.release.date, w.release.reason)
			return err
		}, "release %s %s from %s to %s", w.name, pending.Label(), pending.Date, w.release.date)
	}
	return nil
}

// wishedPlan is made once all changes before it are: packages then have their ids. What the file does not name stays as
// the pack's next release has it.
func (p *planner) wishedPlan(w *wishedPack, pack *plannedPack) client.Plan {
	plan := client.Plan{
		Schedule: w.release.schedule, Date: w.release.date, Version: w.release.version, Notes: w.release.notes,
	}
	if !w.hasPackages {
		return plan
	}
	plan.Versions, plan.Contents = "draft", map[string]*string{}
	for _, pkg := range pack.packages {
		plan.Contents[pkg.id] = &pkg.version
	}
	return plan
}

// wantedContents is what the release would hold: package id → version. A version that is yet to be uploaded is none that
// any release holds.
func (p *planner) wantedContents(w *wishedPack, pack *plannedPack) map[string]string {
	wanted := map[string]string{}
	for _, there := range pack.Packages {
		version := there.Next
		if !w.hasPackages && version != nil {
			version = there.Newest // nothing is named: the newest of all
		}
		if goes := w.hasPackages && p.prunes(prunePackPackages); version != nil && !goes {
			wanted[there.PackageID] = version.Label()
		}
	}
	for key, pkg := range pack.packages {
		switch {
		case pkg.fresh:
			wanted[key] = pkg.version // no id that any release knows
		default:
			wanted[pkg.id] = pkg.version
		}
	}
	return wanted
}

func currentContents(pack *plannedPack) map[string]string {
	holds := map[string]string{}
	for _, there := range pack.Packages {
		if there.Current != nil {
			holds[there.PackageID] = there.Current.Label()
		}
	}
	return holds
}

func contentsOf(r client.Release) map[string]string {
	holds := map[string]string{}
	for _, one := range r.Contents {
		if one.To != nil {
			holds[one.PackageID] = one.To.Label()
		}
	}
	return holds
}
