package atomsphere

import (
	"packtide/release"
	"packtide/store"
)

var publisherPacks = queryable{
	properties: map[string]kind{"id": aText, "name": aText, "installationType": aText, "Description": aText},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		if id := f.equal("id"); id != "" {
			t, err := c.publisherPack(id)
			return onlyOne(after, t, err)
		}
		id, name, err := idKey(after)
		if err != nil {
			return nil, err
		}
		packs, err := c.reader.Packs(c.ctx, c.by, f.part("name"), name, id, limit)
		if err != nil {
			return nil, err
		}
		return c.packRows(packs)
	},
}

// packRows reads the packages of all packs of a page at once.
func (c *call) packRows(packs []release.PackRow) ([]row, error) {
	ids := make([]release.ID, len(packs))
	for i, p := range packs {
		ids[i] = p.ID
	}
	texts, err := c.reader.PackDescriptions(c.ctx, c.by, ids)
	if err != nil {
		return nil, err
	}
	contents, err := c.contentsOf(ids)
	if err != nil {
		return nil, err
	}
	rows := make([]row, len(packs))
	for i, p := range packs {
		rows[i] = row{p.ID.String() + p.Name, packThing(p, texts[p.ID], contents[p.ID])}
	}
	return rows, nil
}

// packPackage is one package of a pack with the component by which clients name it.
type packPackage struct {
	release.PackPackageRow
	component store.MainComponent
}

// packContents are the packages of one pack.
type packContents []packPackage

// contentsOf reads the packages of packs, with the components that they are named by: those of their next versions, else of
// their current ones, else of the newest.
func (c *call) contentsOf(packs []release.ID) (map[release.ID]packContents, error) {
	of, err := c.reader.PackagesOfPacks(c.ctx, c.by, packs)
	if err != nil {
		return nil, err
	}
	var versions []release.ID
	for _, packages := range of {
		for _, p := range packages {
			versions = append(versions, naming(p))
		}
	}
	mains, err := c.reader.MainComponents(c.ctx, c.by, versions)
	if err != nil {
		return nil, err
	}
	contents := make(map[release.ID]packContents, len(of))
	for pack, packages := range of {
		for _, p := range packages {
			main, ok := mains[naming(p)]
			if !ok {
				main = store.MainComponent{ID: p.PackageID.String(), Name: p.DisplayName}
			}
			contents[pack] = append(contents[pack], packPackage{p, main})
		}
	}
	return contents, nil
}

// naming is the version whose component names the package.
func naming(p release.PackPackageRow) release.ID {
	for _, v := range []*release.VersionRef{p.Next, p.Current, p.Newest} {
		if v != nil {
			return v.ID
		}
	}
	return release.ID{}
}

// find looks for a package by its component, or by its own id.
func (p packContents) find(component string) (packPackage, bool) {
	for _, one := range p {
		if one.component.ID == component || one.PackageID.String() == component {
			return one, true
		}
	}
	return packPackage{}, false
}

func packThing(p release.PackRow, description string, contents packContents) thing {
	components := make([]thing, len(contents))
	for i, one := range contents {
		components[i] = one.thing()
	}
	return thing{"PublisherIntegrationPack", fields{
		{"id", p.ID.String()},
		{"name", p.Name},
		{"installationType", installationType(p.Multiple)},
		{"Description", description},
		{"PublisherPackagedComponents", thing{"PublisherPackagedComponents", fields{{"PublisherPackagedComponent", components}}}},
	}}
}

// thing tells the three versions of R9 and, in Boomi's way, leaves empty what there is not.
func (p packPackage) thing() thing {
	latest := ""
	if p.Newest != nil && (p.Next == nil || p.Newest.Version.Compare(p.Next.Version) > 0) {
		latest = label(p.Newest)
	}
	return thing{"PublisherPackagedComponent", fields{
		{"componentId", p.component.ID},
		{"componentName", p.DisplayName},
		{"componentType", p.component.Kind},
		{"currentVersion", label(p.Current)},
		{"pendingVersion", label(p.Next)},
		{"latestVersion", latest},
		{"deleted", p.Next == nil},
	}}
}

func label(v *release.VersionRef) string {
	if v == nil {
		return ""
	}
	return v.Version.String()
}

// packView reads one pack of the publisher with its packages.
func (c *call) packView(id string) (release.PackView, packContents, error) {
	pack, err := release.ParseID(id)
	if err != nil {
		return release.PackView{}, nil, err
	}
	view, err := c.reader.Pack(c.ctx, c.by, pack)
	if err != nil {
		return release.PackView{}, nil, err
	}
	of, err := c.contentsOf([]release.ID{pack})
	return view, of[pack], err
}

func (c *call) publisherPack(id string) (thing, error) {
	view, contents, err := c.packView(id)
	if err != nil {
		return thing{}, err
	}
	return packThing(view.PackRow, view.Description, contents), nil
}

// packagesIn are the packages that a body lists by their components: those of the pack, else the publisher's newest with the
// component.
func (c *call) packagesIn(p payload, contents packContents) ([]release.ID, error) {
	outer, err := p.object("PublisherPackagedComponents")
	if err != nil {
		return nil, err
	}
	listed, err := outer.list("PublisherPackagedComponent")
	if err != nil {
		return nil, err
	}
	var packages []release.ID
	for _, l := range listed {
		component, err := l.text("componentId")
		if err != nil {
			return nil, err
		}
		if one, ok := contents.find(component); ok {
			packages = append(packages, one.PackageID)
			continue
		}
		pkg, err := c.packageOf(component)
		if err != nil {
			return nil, err
		}
		packages = append(packages, pkg)
	}
	return packages, nil
}

// packageOf is the publisher's newest package with the main component.
func (c *call) packageOf(component string) (release.ID, error) {
	packages, err := c.reader.PackagesOfComponent(c.ctx, c.by, component)
	if err != nil {
		return release.ID{}, err
	}
	if len(packages) == 0 {
		return release.ID{}, bad("No uploaded package has the component %.80q. Upload its package first, in the browser or with packtide packages push.", component)
	}
	return packages[0], nil
}

func (c *call) createPublisherPack(p payload) (thing, error) {
	n := release.NewPack{}
	var err error
	if n.Name, err = p.text("name"); err != nil {
		return thing{}, err
	}
	if n.Description, err = p.text("Description"); err != nil {
		return thing{}, err
	}
	switch kind, err := p.text("installationType"); {
	case err != nil:
		return thing{}, err
	case kind == single || kind == multi:
		n.Multiple = new(kind == multi)
	case kind != "":
		return thing{}, bad("The installationType is %s or %s.", single, multi)
	}
	packages, err := c.packagesIn(p, nil)
	if err != nil {
		return thing{}, err
	}
	pack, err := c.service.AssemblePack(c.ctx, c.by, n, packages)
	if err != nil {
		return thing{}, err
	}
	return c.publisherPack(pack.ID.String())
}

// updatePublisherPack changes name and description where the body gives them, and adds or removes the packages that it lists; all
// others stay.
func (c *call) updatePublisherPack(id string, p payload) (thing, error) {
	view, contents, err := c.packView(id)
	if err != nil {
		return thing{}, err
	}
	packages, err := c.packagesIn(p, contents)
	if err != nil {
		return thing{}, err
	}
	a := release.Assembly{}
	switch operation, err := p.text("operationType"); {
	case err != nil:
		return thing{}, err
	case operation == "DELETE":
		a.Remove = packages
	case operation == "ADD" || operation == "" && len(packages) == 0:
		a.Add = packages
	default:
		return thing{}, bad("Give the operationType ADD or DELETE: what is to be done with the components listed.")
	}
	for name, into := range map[string]**string{"name": &a.Texts.Name, "Description": &a.Texts.Description} {
		if p.has(name) {
			said, err := p.text(name)
			if err != nil {
				return thing{}, err
			}
			*into = &said
		}
	}
	if err := c.service.ChangePack(c.ctx, c.by, view.ID, a); err != nil {
		return thing{}, err
	}
	return c.publisherPack(id)
}

// deletePublisherPack uninstalls it everywhere, as in Boomi; the name that people type to confirm is the pack's own (R11).
func (c *call) deletePublisherPack(id string) error {
	view, _, err := c.packView(id)
	if err != nil {
		return err
	}
	_, err = c.service.DeletePack(c.ctx, c.by, view.ID, view.PackRow.Name)
	return err
}
