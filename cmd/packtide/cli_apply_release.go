package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"packtide/client"
)

// heldPackage is one package of a release that is planned, beside what the current release holds of it.
type heldPackage struct {
	Mark string `json:"mark"` // + comes, ~ changes, - goes, = stays
	Name string `json:"package"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`

	id  string          // of a package that is there
	pkg *plannedPackage // of one that the file names: its id is known once it is uploaded
}

func (h heldPackage) text() string {
	if h.Mark == "~" {
		return h.Name + " from " + h.From + " to " + h.To
	}
	return h.Name + " " + firstOf(h.To, h.From)
}

// decideRelease works out the pack's release: none if the current one or the one in testing holds what the file asks for.
func (p *planner) decideRelease(ctx context.Context, w *wishedPack, pack *plannedPack) error {
	wanted := p.wanted(w, pack)
	current := pack.Current != nil && p.satisfied(w, pack, wanted, currentContents(pack))
	if pack.Pending != nil {
		pending, err := p.Release(ctx, pack.Pending.ID)
		if err != nil {
			return err
		}
		switch coming := p.satisfied(w, pack, wanted, contentsOf(pending)); {
		case coming && !current:
			return p.pendingRelease(w, pack, pending)
		case !coming && current:
			return failure{fmt.Errorf("%s: %s holds what the file asks for, but release %s in testing brings something else on %s. Withdraw it with packtide release withdraw, or let the file say what it holds", w.release.at, w.name, pending.Label(), pending.Date), exitConflict}
		case !coming && w.release.schedule == "scheduled":
			return failure{fmt.Errorf("%s: release %s of %s is in testing already, with other versions. Withdraw it, or wait for %s", w.release.at, pending.Label(), w.name, pending.Date), exitConflict}
		}
	}
	if current {
		return nil
	}
	pack.decide = func() { p.decide(w, pack, wanted) }
	return p.onlyNamed(w, pack)
}

// release plans what decideRelease has worked out.
func (p *planner) release(w *wishedPack) {
	if pack := p.packs[strings.ToLower(w.name)]; pack.decide != nil {
		pack.decide()
	}
}

// satisfied tells whether a release holds what the file asks for: what it names and, where it prunes, nothing else. A file
// without packages asks for the newest version of each that the release holds.
func (p *planner) satisfied(w *wishedPack, pack *plannedPack, wanted []heldPackage, holds map[string]string) bool {
	for _, v := range pack.versions {
		if v.fresh || v.pkg.id == "" || holds[v.pkg.id] != v.label {
			return false
		}
	}
	if !w.hasPackages {
		return p.allNewest(pack, holds)
	}
	if !p.prunes(prunePackPackages) {
		return true
	}
	all := map[string]string{}
	for _, one := range wanted {
		if one.To != "" {
			all[one.id] = one.To
		}
	}
	return maps.Equal(all, holds)
}

// allNewest tells whether the release holds each of its packages in its newest version.
func (p *planner) allNewest(pack *plannedPack, holds map[string]string) bool {
	for id, label := range holds {
		if there := pack.holds(id); there == nil || p.newestOf(there) != label {
			return false
		}
	}
	return true
}

// newestOf is a package's newest version that may enter a pack, uploads of this file among them.
func (p *planner) newestOf(there *client.PackPackage) string {
	label := firstOf(there.Newest.Label(), there.Next.Label())
	for _, one := range p.packages {
		if one.id != there.PackageID {
			continue
		}
		for _, upload := range one.uploads {
			if newer(upload.label, label) {
				label = upload.label
			}
		}
	}
	return label
}

// onlyNamed refuses a release that would bring what the file does not name: somebody else has a draft under way, or a release in
// testing, with another version of it. A file without packages chooses the versions, but no package comes or goes by it.
func (p *planner) onlyNamed(w *wishedPack, pack *plannedPack) error {
	if w.hasPackages && p.prunes(prunePackPackages) {
		return nil
	}
	for _, there := range pack.Packages {
		now, next := there.Current.Label(), there.Next.Label()
		if chosen := pack.names(there.PackageID) || (!w.hasPackages && now != "" && next != ""); !chosen && next != now {
			return failure{fmt.Errorf("%s: the next release of %s would change %s too (%s to %s), which the file does not name. Name it, or decide the draft or the release in testing first", w.release.at, w.name, there.DisplayName, firstOf(now, "none"), firstOf(next, "none")), exitConflict}
		}
	}
	return nil
}

// decide plans to make the release, of exactly the versions that the plan shows.
func (p *planner) decide(w *wishedPack, pack *plannedPack, wanted []heldPackage) {
	when := "at once"
	switch {
	case w.release.schedule == "scheduled":
		when = "on " + w.release.date
	case pack.Pending != nil:
		when += ", which supersedes " + pack.Pending.Label() + " in testing"
	}
	seen := pack.Seen() // by which the plan is made, and shown: what others do later would be lost, or come along unseen
	p.changes = append(p.changes, change{
		Mark: "+", What: "release " + strings.TrimSpace(w.name+" "+w.release.version) + " " + when, Contents: wanted,
		do: func(ctx context.Context) error {
			plan := w.release.plan(wanted)
			plan.Seen = seen
			_, err := p.CreateRelease(ctx, pack.ID, plan)
			if lacksEvidence(err) {
				fmt.Fprintf(p.err, "packtide release evidence %q shows what is to be ticked off first.\n", printable(w.name))
			}
			return asPlanned(err, w.name)
		},
	})
}

// lacksEvidence tells a refusal for what nobody has ticked off yet (R35).
func lacksEvidence(err error) bool {
	refusal, ok := errors.AsType[*client.Error](err)
	return ok && (refusal.Rule == "R35" || slices.ContainsFunc(refusal.Errors, func(one client.FieldError) bool { return one.Rule == "R35" }))
}

// asPlanned tells what to do where the release was refused because somebody has changed the pack since the plan was made (R14).
func asPlanned(err error, pack string) error {
	if refusal, ok := errors.AsType[*client.Error](err); ok && refusal.Status == http.StatusConflict && refusal.Rule == "R14" {
		return failure{fmt.Errorf("pack %s has changed since the plan was made, so nothing of it was released. Run it again to see how it is now", pack), exitConflict}
	}
	return err
}

// plan is the release as the API takes it, once the packages have their ids.
func (w *wishedRelease) plan(wanted []heldPackage) client.Plan {
	plan := client.Plan{
		Schedule: w.schedule, Date: w.date, Version: w.version, Notes: w.notes, Versions: "none", Contents: map[string]*string{},
	}
	for _, one := range wanted {
		switch {
		case one.To == "":
		case one.pkg != nil:
			plan.Contents[one.pkg.id] = &one.To
		default:
			plan.Contents[one.id] = &one.To
		}
	}
	return plan
}

// pendingRelease plans what is to be done about a release in testing that holds what the file asks for.
func (p *planner) pendingRelease(w *wishedPack, pack *plannedPack, pending client.Release) error {
	switch {
	case w.release.schedule == "immediate": // it is in testing already: what the file asks for is on its way
	case pending.Date == w.release.date:
	case w.release.reason == "":
		return w.release.at.refuse("release %s of %s is planned for %s: to move it to %s, give a reason:, which the accounts will see", pending.Label(), w.name, pending.Date, w.release.date)
	default:
		pack.decide = func() {
			p.add("~", func(ctx context.Context) error {
				_, err := p.Reschedule(ctx, pending.ID, w.release.date, w.release.reason)
				return err
			}, "release %s %s from %s to %s", w.name, pending.Label(), pending.Date, w.release.date)
		}
	}
	return nil
}

// wanted is all that the release would hold, and what goes, by name. What the file does not name stays as the pack's next
// release has it; of a pack whose packages it does not name, each comes with its newest version.
func (p *planner) wanted(w *wishedPack, pack *plannedPack) []heldPackage {
	var all []heldPackage
	for _, there := range pack.Packages {
		if pack.names(there.PackageID) {
			continue
		}
		one := heldPackage{Name: there.DisplayName, From: there.Current.Label(), To: there.Next.Label(), id: there.PackageID}
		switch {
		case one.To == "":
		case !w.hasPackages:
			one.To = p.newestOf(&there)
		case p.prunes(prunePackPackages):
			one.To = ""
		}
		all = append(all, one)
	}
	for _, v := range pack.versions {
		one := heldPackage{Name: v.pkg.display, To: v.label, id: v.pkg.id, pkg: v.pkg}
		if there := pack.holds(v.pkg.id); there != nil {
			one.From = there.Current.Label()
		}
		all = append(all, one)
	}
	all = slices.DeleteFunc(all, func(h heldPackage) bool { return h.From == "" && h.To == "" })
	for i := range all {
		all[i].Mark = markOf(all[i].From, all[i].To)
	}
	slices.SortStableFunc(all, func(a, b heldPackage) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return all
}

func markOf(from, to string) string {
	switch {
	case from == to:
		return "="
	case from == "":
		return "+"
	case to == "":
		return "-"
	default:
		return "~"
	}
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
