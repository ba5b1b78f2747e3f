package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"packtide/client"
)

// plannedPack is a pack that is there, or will be once the changes before are made.
type plannedPack struct {
	client.Pack
	packages map[string]*plannedPackage // by name or file, as the file says
}

// plannedPackage is a package that is there, or will be.
type plannedPackage struct {
	id      string
	name    string // for people
	version string // that the next release holds
	fresh   bool   // the version is uploaded by a change before
}

// pack plans one pack but for its release.
func (p *planner) pack(ctx context.Context, w *wishedPack) error {
	key := strings.ToLower(w.name)
	if p.packs[key] != nil {
		return w.at.refuse("pack %s stands in the file twice", w.name)
	}
	planned := &plannedPack{packages: map[string]*plannedPackage{}}
	p.packs[key] = planned
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
	for _, pkg := range w.packages {
		if err := p.packPackage(ctx, w, planned, pkg); err != nil {
			return err
		}
	}
	p.packVersions(w, planned)
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

// packPackage finds or uploads a package, and plans to add it to the pack where it is not there.
func (p *planner) packPackage(ctx context.Context, w *wishedPack, planned *plannedPack, wished *wishedPackage) error {
	pkg, err := p.wishedPackage(ctx, wished)
	if err != nil {
		return err
	}
	for _, other := range planned.packages {
		if other.id != "" && other.id == pkg.id {
			return wished.at.refuse("package %s stands in the pack twice", pkg.name)
		}
	}
	planned.packages[wished.key()] = pkg
	if there := planned.holds(pkg.id); there == nil || there.Next == nil {
		p.add("+", func(ctx context.Context) error {
			_, err := p.AddPackage(ctx, planned.ID, pkg.id)
			return err
		}, "pack %s: package %s", w.name, pkg.name)
	}
	return nil
}

func (w *wishedPackage) key() string { return w.name + "\x00" + w.file }

// holds is the pack's own line of a package; nil if it has none.
func (p *plannedPack) holds(pkg string) *client.PackPackage {
	for i := range p.Packages {
		if pkg != "" && p.Packages[i].PackageID == pkg {
			return &p.Packages[i]
		}
	}
	return nil
}

// wishedPackage is the package with the version that the file asks for: the newest shareable one where it asks for none.
func (p *planner) wishedPackage(ctx context.Context, w *wishedPackage) (*plannedPackage, error) {
	if w.file != "" {
		return p.filePackage(ctx, w)
	}
	pkg, err := p.findPackage(ctx, w.name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.at, err)
	}
	version := firstOf(w.version, pkg.Shareable.Label())
	if version == "" {
		return nil, w.at.refuse("package %s has no shareable version yet: upload one, for example with file: in its place", pkg.DisplayName)
	}
	return &plannedPackage{id: pkg.ID, name: pkg.DisplayName, version: version}, nil
}

// filePackage is the package of a file, which is uploaded unless the server has it. What is uploaded under the same version
// with other content is refused: a version never changes (R1).
func (p *planner) filePackage(ctx context.Context, w *wishedPackage) (*plannedPackage, error) {
	read, err := localPackage(w.file, p.clock())
	if err != nil {
		return nil, failure{fmt.Errorf("%s: %w", w.at, err), exitUsage}
	}
	version := w.version
	switch told := read.Manifest; {
	case told.HasVersion && version != "" && version != told.Version.String():
		return nil, w.at.refuse("%s tells version %s of itself, the file here %s", filepath.Base(w.file), told.Version, version)
	case told.HasVersion:
		version = told.Version.String()
	case version == "":
		return nil, w.at.refuse("%s does not tell its version: give one with version:", filepath.Base(w.file))
	}
	planned := &plannedPackage{name: firstOf(read.Manifest.DisplayName, read.Manifest.Name), version: version}
	pkg, found, err := p.packageOf(ctx, read.Manifest.Name, read.Manifest.DisplayName)
	if err != nil {
		return nil, err
	}
	if found {
		planned.id, planned.name = pkg.ID, pkg.DisplayName
		there, has, err := p.versionOf(ctx, pkg.ID, version)
		if err != nil {
			return nil, err
		}
		if has {
			return planned, p.checkSame(w, there)
		}
	}
	planned.fresh = true
	p.add("+", func(ctx context.Context) error {
		made, err := p.uploadFile(ctx, w.file, client.Upload{Version: w.version, Notes: w.notes, OverrideReason: w.reason, Shareable: w.shareable})
		planned.id = made.Package.ID
		return err
	}, "version %s of package %s, from %s", version, planned.name, filepath.Base(w.file))
	return planned, nil
}

func (p *planner) checkSame(w *wishedPackage, there client.Version) error {
	sum, err := fileSum(w.file)
	if err == nil && sum != there.SHA256 {
		err = failure{fmt.Errorf("%s: version %s of %s was uploaded before with other content, and never changes. Give the file the next version", w.at, there.Version, there.DisplayName), exitConflict}
	}
	return err
}

// packVersions plans to choose versions for the next release, where the file names them and does not release by itself.
func (p *planner) packVersions(w *wishedPack, planned *plannedPack) {
	if w.release != nil {
		return
	}
	for _, wished := range w.packages {
		pkg := planned.packages[wished.key()]
		if wished.file == "" && wished.version == "" {
			continue
		}
		there := planned.holds(pkg.id)
		from := "the newest"
		if there != nil && there.Next != nil {
			from = there.Next.Label()
		}
		if from == pkg.version || (there == nil && wished.version == "") {
			continue
		}
		p.add("~", func(ctx context.Context) error {
			draft, err := p.BeginDraft(ctx, planned.ID)
			if err == nil {
				_, err = p.EditDraft(ctx, draft, map[string]*string{pkg.id: &pkg.version})
			}
			return err
		}, "pack %s: package %s from %s to %s in its next release", w.name, pkg.name, from, pkg.version)
	}
}

// prunePackages plans to take out what the file does not name.
func (p *planner) prunePackages(w *wishedPack, planned *plannedPack) {
	if !w.hasPackages || !p.prunes(prunePackPackages) {
		return
	}
	for _, there := range planned.Packages {
		named := false
		for _, pkg := range planned.packages {
			named = named || pkg.id == there.PackageID
		}
		if !named && there.Next != nil {
			p.add("-", func(ctx context.Context) error { return p.RemovePackage(ctx, planned.ID, there.PackageID) },
				"pack %s: package %s", w.name, there.DisplayName)
		}
	}
}
