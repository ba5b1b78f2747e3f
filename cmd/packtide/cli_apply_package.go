package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"packtide/client"
	"packtide/packfile"
	"packtide/release"
)

// plannedPackage is a package that is there, or will be once a first version of it is uploaded.
type plannedPackage struct {
	id       string // empty until then
	name     string // technical; a file may not tell it
	display  string
	newest   string // shareable version on the server
	uploads  []*plannedVersion
	versions map[string]client.Version // on the server, deleted ones too; nil until they are asked for
}

// plannedVersion is a version that is there, or is uploaded by a change before.
type plannedVersion struct {
	pkg   *plannedPackage
	label string
	fresh bool           // is yet to be uploaded
	wish  *wishedPackage // whose file it is; nil for one that is chosen by name
	sum   string         // sha256 of that file
}

// uploads plans to upload the files of a pack that the server does not have. A file that several packs name is uploaded once.
func (p *planner) uploads(ctx context.Context, w *wishedPack) error {
	for _, wished := range w.packages {
		if wished.file == "" {
			continue
		}
		version, err := p.fileVersion(ctx, wished)
		if err != nil {
			return err
		}
		p.chosen[wished] = version
	}
	return nil
}

// fileVersion is the version of a file. What was uploaded under the same version with other content is refused: a version
// never changes (R1).
func (p *planner) fileVersion(ctx context.Context, w *wishedPackage) (*plannedVersion, error) {
	read, err := localPackage(w.file, p.clock())
	if err != nil {
		return nil, failure{fmt.Errorf("%s: %w", w.at, err), exitUsage}
	}
	sum, err := fileSum(w.file)
	if err != nil {
		return nil, w.at.refuse("%w", err)
	}
	label, err := w.label(read.Manifest)
	if err != nil {
		return nil, err
	}
	pkg, err := p.packageNamed(ctx, read.Manifest.Name, read.Manifest.DisplayName)
	if err != nil {
		return nil, err
	}
	for _, other := range pkg.uploads {
		if other.label == label {
			return other, other.mustAgree(w, sum)
		}
	}
	there, has, err := p.serverVersion(ctx, pkg, label)
	if err != nil {
		return nil, err
	}
	v := &plannedVersion{pkg: pkg, label: label, wish: w, sum: sum}
	if has {
		return v, v.mayStay(there)
	}
	return v, p.addUpload(ctx, v)
}

// label is the version of a file: its own word, else what stands beside it.
func (w *wishedPackage) label(told packfile.Manifest) (string, error) {
	file := filepath.Base(w.file)
	switch {
	case told.Name == "" && told.DisplayName == "":
		return "", w.at.refuse("%s does not tell what it is called. Upload it with packtide packages push --name, then give its name here in place of the file", file)
	case told.HasVersion && w.version != "" && w.version != told.Version.String():
		return "", w.at.refuse("%s tells version %s of itself, the file here %s", file, told.Version, w.version)
	case told.HasVersion:
		return told.Version.String(), nil
	case w.version == "":
		return "", w.at.refuse("%s does not tell its version: give one with version:", file)
	}
	return w.version, nil
}

// mayStay refuses a file whose version is there with other content, or can't enter a pack.
func (v *plannedVersion) mayStay(there client.Version) error {
	if there.DeletedAt == nil && there.SHA256 != v.sum {
		return failure{fmt.Errorf("%s: version %s of %s was uploaded before with other content, and never changes. Give the file the next version", v.wish.at, v.label, v.pkg.display), exitConflict}
	}
	return mayEnter(v.wish, v.pkg, there)
}

// mayEnter refuses a version that no pack may hold.
func mayEnter(w *wishedPackage, pkg *plannedPackage, v client.Version) error {
	switch {
	case v.DeletedAt != nil:
		return failure{fmt.Errorf("%s: version %s of %s was deleted, and its number is never used again. Take another", w.at, v.Version, pkg.display), exitConflict} // R1
	case !v.Shareable:
		return failure{fmt.Errorf("%s: version %s of %s was uploaded as not shareable, which is final, so it can't enter a pack. Upload the next version with shareable: true", w.at, v.Version, pkg.display), exitConflict} // R2
	}
	return nil
}

// packageNamed is the package that a file says it is: one that is there, or will be.
func (p *planner) packageNamed(ctx context.Context, name, display string) (*plannedPackage, error) {
	found, has, err := p.packageOf(ctx, name, display)
	if err != nil {
		return nil, err
	}
	if has {
		return p.known(found), nil
	}
	for _, one := range p.packages {
		if one.id == "" && one.name == name && (name != "" || one.display == display) {
			return one, nil
		}
	}
	one := &plannedPackage{name: name, display: firstOf(display, name)}
	p.packages = append(p.packages, one)
	return one, nil
}

// known is the package of the server, the same one whatever it was found by.
func (p *planner) known(found client.Package) *plannedPackage {
	for _, one := range p.packages {
		if one.id == found.ID {
			return one
		}
	}
	one := &plannedPackage{id: found.ID, name: found.Name, display: found.DisplayName, newest: found.Shareable.Label()}
	p.packages = append(p.packages, one)
	return one
}

// serverVersion finds a version by its label, a deleted one too.
func (p *planner) serverVersion(ctx context.Context, pkg *plannedPackage, label string) (client.Version, bool, error) {
	if pkg.versions == nil {
		pkg.versions = map[string]client.Version{}
		if pkg.id != "" {
			all, err := client.All(p.Versions(ctx, pkg.id))
			if err != nil {
				return client.Version{}, false, err
			}
			for _, v := range all {
				pkg.versions[v.Version] = v
			}
		}
	}
	v, has := pkg.versions[label]
	return v, has, nil
}

// version is what a line of a pack chooses: its file's version, the one that it names, or the newest that may enter a pack,
// uploads of this file among them.
func (p *planner) version(ctx context.Context, w *wishedPackage) (*plannedVersion, error) {
	if v := p.chosen[w]; v != nil {
		return v, nil
	}
	pkg, err := p.packageByName(ctx, w)
	if err != nil {
		return nil, err
	}
	v := &plannedVersion{pkg: pkg, label: w.version}
	for _, upload := range pkg.uploads {
		if upload.label == w.version || (w.version == "" && newer(upload.label, v.label)) {
			v = upload
		}
	}
	if w.version == "" && newer(pkg.newest, v.label) {
		v = &plannedVersion{pkg: pkg, label: pkg.newest}
	}
	if v.label == "" {
		return nil, w.at.refuse("package %s has no shareable version yet: upload one, for example with file: in its place", pkg.display)
	}
	if w.version != "" && !v.fresh {
		there, has, err := p.serverVersion(ctx, pkg, v.label)
		if err != nil {
			return nil, err
		}
		if !has {
			return nil, failure{fmt.Errorf("%s: package %s has no version %s.\npacktide packages show %q shows its versions", w.at, pkg.display, v.label, pkg.display), exitNotFound}
		}
		return v, mayEnter(w, pkg, there)
	}
	return v, nil
}

// packageByName finds the package that a line names, among those that are yet to come too.
func (p *planner) packageByName(ctx context.Context, w *wishedPackage) (*plannedPackage, error) {
	for _, one := range p.packages {
		if one.id == "" && (strings.EqualFold(one.name, w.name) || strings.EqualFold(one.display, w.name)) {
			return one, nil
		}
	}
	found, err := p.findPackage(ctx, w.name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", w.at, err)
	}
	return p.known(found), nil
}

// newer tells by the numbers, not by the text, whether the first label is the newer one; any is newer than none.
func newer(label, than string) bool {
	a, err := release.ParseVersion(label)
	if err != nil {
		return false
	}
	b, err := release.ParseVersion(than)
	return err != nil || a.Compare(b) > 0
}
