package packfile

// What this file reads of a Boomi package: component XML, a single file or a folder of them packed as zip, tar or
// tar.gz. Each component is a bns:Component:
//
//	@componentId, @type, @name, @version  which component it is
//	bns:description                       of the primary component
//	every attribute and text that is another's componentId: a reference to it
//	shape, route                          steps of a process, routes of an API service, counted
//
// The primary component, the process or API service that no other refers to, gives name and kind. A component's
// version counts its changes and is no version of the package: the uploader gives that. (R1)

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

const boomiNamespace = "http://api.platform.boomi.com/"

// maxComponentBytes bounds the components of a package together; they are read at once. Real ones have some KiB each.
const maxComponentBytes = 16 << 20

// boomiKinds says in words what a component calls type.
var boomiKinds = map[string]string{
	"process": "process", "webservice": "API service", "connector-settings": "connection", "connector-action": "operation",
	"transform.map": "map", "transform.function": "map function", "documentcache": "document cache",
	"processproperty": "process property", "crossref": "cross reference table", "processroute": "process route",
	"profile.xml": "profile", "profile.json": "profile", "profile.flatfile": "profile", "profile.db": "profile", "profile.edi": "profile",
	"script.processing": "script", "script.mapping": "script", "flowservice": "flow service", "tradingpartner": "trading partner",
	"certificate": "certificate", "certificate.pgp": "PGP certificate", "customlibrary": "custom library", "xslt": "stylesheet",
}

func readBoomi(src *source) (reading, bool, error) {
	files, err := boomiFiles(src)
	if err != nil || len(files) == 0 {
		return reading{}, false, err
	}
	var b boomiFolder
	others := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !b.readFile(name, files[name]) {
			others++
		}
	}
	if len(files) == others || others > len(files)/2 {
		return reading{}, false, nil // at most some components among other files
	}
	b.checkComponents()
	b.settle()
	return b.reading, true, nil
}

// boomiFiles returns the XML files that may be components.
func boomiFiles(src *source) (map[string][]byte, error) {
	if src.archive == nil {
		data, err := src.text('<', looksLikeComponent)
		if data == nil || err != nil {
			return nil, err
		}
		return map[string][]byte{src.ownName(): data}, nil
	}
	var names []string
	total := int64(0)
	for _, f := range src.archive.files {
		if path.Ext(f.path) == ".xml" && !strings.HasPrefix(f.path, "__MACOSX/") {
			names = append(names, f.path)
			total += f.size
		}
	}
	slices.Sort(names)
	if ok, err := samplesComponents(src.archive, names); !ok || err != nil {
		return nil, err
	}
	if total > maxComponentBytes {
		return nil, &UnreadableError{
			Reason: fmt.Sprintf("The XML files in the archive have %s together; the limit is %s.", bytesText(total), bytesText(maxComponentBytes)),
			Fix:    "Pack only the components that belong together, or split them into several packages.",
		}
	}
	return src.archive.read(names...)
}

// samplesComponents looks into some of the XML files only, and wants half of them to be components: an archive may
// hold very many that are something else, which is then no reason to refuse it.
func samplesComponents(a *archive, names []string) (bool, error) {
	const most = 8
	var sample []string
	for _, name := range names {
		if a.files[a.index[name]].size <= maxManifestBytes && len(sample) < most {
			sample = append(sample, name)
		}
	}
	files, err := a.read(sample...)
	if err != nil {
		return false, err
	}
	components := 0
	for _, data := range files {
		if looksLikeComponent(asciiText(data)) {
			components++
		}
	}
	return components > 0 && components >= len(files)-components, nil
}

// looksLikeComponent takes broken components too: they are to be refused by their faults, not to pass as plain files.
func looksLikeComponent(text []byte) bool {
	return bytes.Contains(text, []byte(boomiNamespace)) && bytes.Contains(text, []byte("Component"))
}

// boomi is one package while it is being read.
type boomiFolder struct {
	reading
	components []boomiComponent
}

type boomiComponent struct {
	path                                         string
	id, kind, name, version, folder, description string
	steps, routes                                int
	routed                                       bool            // has a Process Route step
	refers                                       map[string]bool // what may be other components' ids
}

var componentID = regexp.MustCompile(`^[0-9A-Za-z-]{36}$`)

// readFile takes one XML file into the package, and returns false if it is no component.
func (b *boomiFolder) readFile(name string, data []byte) bool {
	c := boomiComponent{path: name, refers: map[string]bool{}}
	rooted, known, child := false, false, ""
	fault := eachXML(data, func(token xml.Token, depth, _ int) {
		switch tk := token.(type) {
		case xml.StartElement:
			if depth == 1 {
				rooted, known = true, tk.Name == xml.Name{Space: boomiNamespace, Local: "Component"}
				c.takeRoot(tk)
				return
			}
			if depth == 2 {
				child = tk.Name.Local
			}
			c.takeElement(tk)
		case xml.CharData:
			c.take(string(tk))
			if depth == 2 && child == "description" {
				c.description += string(tk)
			}
		}
	})
	if rooted && !known || !rooted && !looksLikeComponent(asciiText(data)) {
		return false
	}
	if fault != nil {
		b.report(fault.finding("B-XML", name, downloadAgain))
	}
	b.components = append(b.components, c)
	return true
}

func (c *boomiComponent) takeRoot(root xml.StartElement) {
	c.id, c.kind, c.name = xmlAttribute(root, "componentId"), xmlAttribute(root, "type"), xmlAttribute(root, "name")
	c.version, c.folder = xmlAttribute(root, "version"), xmlAttribute(root, "folderFullPath")
}

func (c *boomiComponent) takeElement(element xml.StartElement) {
	switch element.Name.Local {
	case "shape":
		c.steps++
		c.routed = c.routed || xmlAttribute(element, "shapetype") == "processroute"
	case "route":
		c.routes++
	}
	for _, a := range element.Attr {
		c.take(a.Value)
	}
}

func (c *boomiComponent) take(value string) {
	if value = strings.TrimSpace(value); componentID.MatchString(value) {
		c.refers[value] = true
	}
}

// kindWords is what people call the component.
func (c *boomiComponent) kindWords() string { return cmp.Or(boomiKinds[c.kind], "component") }

func (c *boomiComponent) isPrimaryKind() bool { return c.kind == "process" || c.kind == "webservice" }

// report keeps the first findings: a folder of thousands of broken files tells no more than some of them.
func (b *boomiFolder) report(f Finding) {
	const most = 50
	if len(b.findings) < most {
		b.find(f)
	}
}

// settle finds the primary component and lets it name the package.
func (b *boomiFolder) settle() {
	primaries := b.primaries()
	m := &b.manifest
	m.Kind = "component folder"
	var one *boomiComponent
	switch {
	case len(primaries) == 1:
		one = &primaries[0]
	case len(b.components) == 1:
		one = &b.components[0]
	}
	if one != nil {
		m.Kind, m.DisplayName, m.Description = one.kindWords(), one.name, strings.TrimSpace(one.description)
		m.Name = madeName(m.DisplayName)
		b.fact("Component", one.id)
		b.fact("Component version", one.version)
		b.fact("Folder", one.folder)
		b.fact("Steps", countText(one.steps))
		b.fact("Routes", countText(one.routes))
	}
	if len(b.components) > 1 {
		b.fact("Components", b.contents())
	}
	if len(primaries) != 1 {
		b.find(primaryFinding(primaries, b.components))
	}
}

// primaries returns the processes and API services that no other component refers to.
func (b *boomiFolder) primaries() []boomiComponent {
	referred := map[string]bool{}
	for _, c := range b.components {
		for id := range c.refers {
			if id != c.id {
				referred[id] = true
			}
		}
	}
	var primaries []boomiComponent
	for _, c := range b.components {
		if c.isPrimaryKind() && !referred[c.id] {
			primaries = append(primaries, c)
		}
	}
	return primaries
}

// contents counts the components by kind: "2 × connection, 1 × process".
func (b *boomiFolder) contents() string {
	counts := map[string]int{}
	for _, c := range b.components {
		counts[c.kindWords()]++
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d × %s", counts[kind], kind))
	}
	return strings.Join(parts, ", ")
}
