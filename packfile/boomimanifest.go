package packfile

import (
	"encoding/json"
	"fmt"
	"strings"
)

const boomiManifest = "manifest.json"

// readManifest holds manifest.json, if there is one beside the components, against them:
//
//	{"packageId": "…", "componentInfo": [{"id": "…", "version": 7}, …]}
func (b *boomiFolder) readManifest(a *archive) error {
	path := b.root + boomiManifest
	if !a.has(path) {
		return nil
	}
	files, err := a.read(path)
	if err != nil {
		return err
	}
	obj, fault := parseJSONObject(files[path])
	if fault != nil {
		b.find(fault.finding("B-MANIFEST", path, "Write it as {\"packageId\": …, \"componentInfo\": [{\"id\": …, \"version\": …}]}, or leave it out."))
		return nil
	}
	b.packageID = obj.text("packageId")
	m := boomiManifestFile{path: path, versions: map[string]string{}}
	m.line, m.column = obj.place("componentInfo")
	for i, raw := range obj.list("componentInfo") {
		if f, ok := m.take(i, raw); !ok {
			b.find(f)
		}
	}
	if _, there := obj.members["componentInfo"]; !there {
		return nil // only the package's id
	}
	b.findings = append(b.findings, m.compare(b.components)...)
	return nil
}

// boomiManifestFile is the list of components while it is being read.
type boomiManifestFile struct {
	path         string
	line, column int               // of the list
	ids          []string          // in the order of the file
	versions     map[string]string // by id
}

func (m *boomiManifestFile) finding(f Finding) Finding {
	f.Code, f.Path, f.Line, f.Column = "B-MANIFEST", m.path, m.line, m.column
	return f
}

// take reads one entry; its version is a number, or a text that holds one.
func (m *boomiManifestFile) take(i int, raw json.RawMessage) (Finding, bool) {
	var entry struct {
		ID      string `json:"id"`
		Version any    `json:"version"`
	}
	field := fmt.Sprintf("componentInfo[%d]", i)
	if json.Unmarshal(raw, &entry) != nil || entry.ID == "" {
		return m.finding(Finding{
			Field: field, Message: "The entry names no component.",
			Fix: "Give each entry an id and a version, or take it out.",
		}), false
	}
	if _, twice := m.versions[entry.ID]; twice {
		return m.finding(Finding{
			Field: field, Message: fmt.Sprintf("The component %s is listed twice.", shorten(entry.ID)),
			Fix: "Keep the entry with the version that is packed.",
		}), false
	}
	m.ids = append(m.ids, entry.ID)
	m.versions[entry.ID] = ""
	if entry.Version != nil {
		m.versions[entry.ID] = strings.TrimSpace(fmt.Sprint(entry.Version))
	}
	return Finding{}, true
}

// compare reports what is listed and not packed, packed and not listed, or packed in another version.
func (m *boomiManifestFile) compare(components []boomiComponent) []Finding {
	var findings []Finding
	packed := map[string]*boomiComponent{}
	for i := range components {
		packed[components[i].id] = &components[i]
	}
	for _, id := range m.ids {
		c, want := packed[id], m.versions[id]
		switch {
		case c == nil:
			findings = append(findings, m.finding(Finding{
				Field:   "componentInfo",
				Message: fmt.Sprintf("The component %s is listed and not in the package.", shorten(id)),
				Fix:     "Put the component's file into the folder and pack it again, or take it off the list.",
			}))
		case want != "" && c.version != "" && want != c.version:
			findings = append(findings, m.finding(Finding{
				Severity: SeverityWarning, Field: "componentInfo",
				Message: fmt.Sprintf("The component %s is listed in version %s, and packed in version %s (%s).", c.label(), shorten(want), shorten(c.version), shorten(c.path)),
				Fix:     "Download the component in the version that is listed, or correct the list.",
			}))
		}
	}
	for _, c := range components {
		if _, listed := m.versions[c.id]; c.id != "" && !listed {
			findings = append(findings, m.finding(Finding{
				Severity: SeverityWarning, Field: "componentInfo",
				Message: fmt.Sprintf("The component %s (%s) is in the package and not listed.", c.label(), shorten(c.path)),
				Fix:     "Add it to the list, or take its file out if the package does not need it.",
			}))
		}
	}
	return findings
}
