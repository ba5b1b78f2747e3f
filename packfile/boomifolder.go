package packfile

// What this file reads of a Boomi package: component XML, a single file or a folder of them packed as zip, tar or
// tar.gz, with a manifest.json beside them or without. boomicomponent.go reads the components, boomicheck.go checks them,
// boomiparts.go brings them to the form in which packages are compared.
//
// The primary component, the process or API service that no other refers to, gives name and kind. A component's
// version counts its changes and is no version of the package: the uploader gives that. (R1)

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

const boomiNamespace = "http://api.platform.boomi.com/"

// maxComponentBytes bounds the components of a package together; they are read at once. Real ones have some KiB each.
const maxComponentBytes = 16 << 20

// maxBoomiSettings bounds what the components of a package declare and offer together; real packages have some hundreds.
const maxBoomiSettings = 10_000

func readBoomi(src *source) (reading, bool, error) {
	files, err := boomiFiles(src)
	if err != nil || len(files) == 0 {
		return reading{}, false, err
	}
	b := boomiFolder{}
	others := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		c, ok := readComponent(name, files[name])
		if !ok {
			others++
			continue
		}
		b.components = append(b.components, c)
		if b.declared += len(c.settings) + len(c.routes); b.declared > maxBoomiSettings {
			return reading{}, false, &UnreadableError{
				Reason: fmt.Sprintf("The components declare more than %d extensible settings and API paths together.", maxBoomiSettings),
				Fix:    "Pack only the components that belong together, or split them into several packages.",
			}
		}
	}
	if len(files) == others || others > len(files)/2 {
		return reading{}, false, nil // at most some components among other files
	}
	if src.archive != nil {
		if tops := src.archive.tops(); len(tops) == 1 && strings.HasSuffix(tops[0], "/") {
			b.root = tops[0]
		}
		if err := b.readManifest(src.archive); err != nil {
			return reading{}, false, err
		}
	}
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
		if strings.EqualFold(path.Ext(f.path), ".xml") && !isLitter(f.path) {
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

// boomiFolder is one package while it is being read.
type boomiFolder struct {
	reading
	components []boomiComponent
	declared   int // settings and routes of all components
	packageID  string
}

// settle finds the primary component, lets it name the package, and says what else is known of it.
func (b *boomiFolder) settle() {
	b.checkComponents()
	primaries := b.primaries()
	m := &b.manifest
	m.Kind = "component folder"
	var one *boomiComponent
	switch {
	case len(primaries) == 1:
		one = primaries[0]
		m.Identifier, m.Countable = one.id, one.kind == "process"
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
		b.fact("Routes", countText(len(one.routes)))
	}
	if slices.ContainsFunc(b.components, func(c boomiComponent) bool { return c.kind == apiService }) {
		m.OneOnly = "It holds an API service, which an account can have only once."
	}
	if len(b.components) > 1 {
		b.fact("Components", b.contents())
	}
	b.fact("Package id", b.packageID)
	if len(primaries) != 1 {
		b.find(primaryFinding(primaries, b.components))
	}
	b.offer()
}

// primaries returns the processes and API services that no other component refers to.
func (b *boomiFolder) primaries() []*boomiComponent {
	referred := map[string]bool{}
	for _, c := range b.components {
		for id := range c.refers {
			if id != c.id {
				referred[id] = true
			}
		}
	}
	var primaries []*boomiComponent
	for i := range b.components {
		if c := &b.components[i]; (c.kind == "process" || c.kind == apiService) && !referred[c.id] {
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
