package main

import (
	"context"
	"strings"

	"packtide/client"
)

// plannedPack is a pack that is there, or will be once the changes before are made.
type plannedPack struct {
	client.Pack // as the plan was made for it
	versions    []*plannedVersion
	decide      func() // plans its release; nil: none is needed
}

// pack plans one pack. Its release is worked out here, and planned when all groups are.
func (p *planner) pack(ctx context.Context, w *wishedPack) error {
	planned := &plannedPack{}
	p.packs[strings.ToLower(w.name)] = planned
	found, err := p.packOf(ctx, w.name)
	if err != nil {
		return err
	}
	if found != nil {
		planned.Pack = *found
	}
	if err := p.packTexts(w, planned, found == nil); err != nil {
		return err
	}
	for i, wished := range w.packages {
		version, err := p.version(ctx, wished)
		if err != nil {
			return err
		}
		for j, other := range planned.versions {
			if other.pkg == version.pkg {
				return wished.at.refuse("package %s stands in pack %s twice; the first time at %s. Keep one of them", version.pkg.display, w.name, w.packages[j].at)
			}
		}
		planned.versions = append(planned.versions, version)
		if w.release == nil {
			p.packPackage(w, planned, w.packages[i], version)
		}
	}
	if w.release != nil {
		return p.decideRelease(ctx, w, planned)
	}
	p.prunePackages(w, planned)
	return nil
}

// packOf finds a pack by its exact name; nil if there is none.
func (p *planner) packOf(ctx context.Context, name string) (*client.Pack, error) {
	for one, err := range p.Packs(ctx, name) {
		if err != nil {
			return nil, err
		}
		if strings.EqualFold(one.Name, name) {
			whole, err := p.Pack(ctx, one.ID)
			return &whole, err
		}
	}
	return nil, nil //nolint:nilnil // none is an answer
}

func (p *planner) packTexts(w *wishedPack, planned *plannedPack, isNew bool) error {
	texts := client.PackTexts{
		Description: w.texts.description, SupportContact: w.texts.supportContact, InstallationGuide: w.texts.installationGuide, UserGuide: w.texts.userGuide,
	}
	if isNew {
		mode := firstOf(w.mode, "single")
		planned.Name = w.name
		p.add("+", func(ctx context.Context) error {
			texts.Name, texts.AttachmentMode = &w.name, &mode
			made, err := p.CreatePack(ctx, texts)
			planned.Pack = made
			return err
		}, "pack %s", w.name)
		return nil
	}
	if w.mode != "" && w.mode != planned.AttachmentMode {
		return w.at.refuse("pack %s is of attachment mode %s, which is final", w.name, planned.AttachmentMode)
	}
	change := client.PackTexts{}
	var what []string
	compare := func(label, has string, wished *string, into **string) {
		if wished != nil && *wished != has {
			*into = wished
			what = append(what, label)
		}
	}
	compare("name", planned.Name, &w.name, &change.Name)
	compare("description", planned.Description, texts.Description, &change.Description)
	compare("support contact", planned.SupportContact, texts.SupportContact, &change.SupportContact)
	compare("installation guide", planned.InstallationGuide, texts.InstallationGuide, &change.InstallationGuide)
	compare("user guide", planned.UserGuide, texts.UserGuide, &change.UserGuide)
	if len(what) > 0 {
		p.add("~", func(ctx context.Context) error {
			_, err := p.EditPack(ctx, planned.ID, change)
			return err
		}, "pack %s: %s", w.name, strings.Join(what, ", "))
	}
	return nil
}

// holds is the pack's own line of a package; nil if it has none.
func (p *plannedPack) holds(pkg string) *client.PackPackage {
	for i := range p.Packages {
		if pkg != "" && p.Packages[i].PackageID == pkg {
			return &p.Packages[i]
		}
	}
	return nil
}

// packPackage plans what the next release of a pack holds of one package, where the file does not release by itself. A line
// that names neither a version nor a file leaves the one that was chosen before.
func (p *planner) packPackage(w *wishedPack, planned *plannedPack, wished *wishedPackage, v *plannedVersion) {
	there := planned.holds(v.pkg.id)
	switch {
	case there == nil || there.Next == nil:
		p.add("+", func(ctx context.Context) error {
			added, err := p.AddPackage(ctx, planned.ID, v.pkg.id)
			if err == nil && added.Next.Label() != v.label {
				err = p.choose(ctx, planned, v) // it came with its newest version, or with the one that the current release holds
			}
			return err
		}, "pack %s: package %s %s", w.name, v.pkg.display, v.label)
	case there.Next.Label() != v.label && (wished.file != "" || wished.version != ""):
		p.add("~", func(ctx context.Context) error { return p.choose(ctx, planned, v) },
			"pack %s: package %s from %s to %s in its next release", w.name, v.pkg.display, there.Next.Label(), v.label)
	}
}

func (p *planner) choose(ctx context.Context, planned *plannedPack, v *plannedVersion) error {
	draft, err := p.BeginDraft(ctx, planned.ID)
	if err == nil {
		_, err = p.EditDraft(ctx, draft, map[string]*string{v.pkg.id: &v.label})
	}
	return err
}

// prunePackages plans to take out of the next release what the file does not name.
func (p *planner) prunePackages(w *wishedPack, planned *plannedPack) {
	if !w.hasPackages || !p.prunes(prunePackPackages) {
		return
	}
	for _, there := range planned.Packages {
		if !planned.names(there.PackageID) && there.Next != nil {
			p.add("-", func(ctx context.Context) error { return p.takeOut(ctx, planned, there.PackageID) },
				"pack %s: package %s", w.name, there.DisplayName)
		}
	}
}

// takeOut removes a package from the draft, which lacks it already where only a release in testing holds it.
func (p *planner) takeOut(ctx context.Context, planned *plannedPack, pkg string) error {
	draft, err := p.BeginDraft(ctx, planned.ID)
	if err != nil || contentsOf(draft)[pkg] == "" {
		return err
	}
	return p.RemovePackage(ctx, planned.ID, pkg)
}

// names tells whether the file names the package.
func (p *plannedPack) names(pkg string) bool {
	for _, v := range p.versions {
		if v.pkg.id == pkg {
			return true
		}
	}
	return false
}
