package packfile

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

// example begins: docs/formats.md shows it.

// acmeFlows reads the flows of a platform that exports each as one JSON text: {"flow": …, "version": …, "inputs": […]}.
func acmeFlows() platform {
	return platform{
		key: "acme", label: "Acme Flows",
		rules: []Rule{
			{Code: "A-JSON", Severity: SeverityError, Source: SourceVendor, Check: "The flow is a JSON object."},
			{Code: "A-VERSION", Severity: SeverityError, Source: SourceVendor, Check: "The flow has a version of three whole numbers."},
			{Code: "A-BUMP", Severity: SeverityError, Source: SourceOurs, Check: "The version number goes up as far as the changes ask for."},
		},
		formats: []func(*source) (reading, bool, error){readAcmeFlow},
		weigh:   weighAcmeFlow,
		judge:   judgeAcmeFlow,
	}
}

func readAcmeFlow(src *source) (reading, bool, error) {
	data, err := src.text('{', func(head []byte) bool { return bytes.Contains(head, []byte(`"flow"`)) })
	if data == nil || err != nil {
		return reading{}, false, err
	}
	var r reading
	r.manifest.Kind = "flow"
	tree, fault := parseJSONTree(data)
	if fault != nil {
		r.find(fault.finding("A-JSON", src.ownName(), "Export the flow again."))
		return r, true, nil
	}
	r.manifest.DisplayName = tree.root.member("flow").string()
	r.manifest.Name = madeName(r.manifest.DisplayName)
	r.takeAcmeVersion(src, tree)
	for _, input := range tree.root.member("inputs").list() {
		name := input.member("name").string()
		part := Part{Kind: "input", Key: name, Name: name, File: src.ownName()}
		part.Line, _ = tree.place(input)
		part.Facets = []Facet{{Name: "required", Value: acmeYesNo(input.member("required").isTrue())}}
		r.parts = append(r.parts, part)
	}
	return r, true, nil
}

func (r *reading) takeAcmeVersion(src *source, tree *jsonTree) {
	version := tree.root.member("version")
	r.manifest.PlatformVersion = version.string()
	r.manifest.Version, r.manifest.HasVersion = ParsePlatform(version.string())
	if r.manifest.HasVersion {
		return
	}
	f := Finding{Code: "A-VERSION", Path: src.ownName(), Field: "version", Message: "The flow has no version that can be read.", Fix: "Set version to three whole numbers, as in 1.0.4."}
	f.Line, f.Column = tree.place(version)
	r.find(f)
}

func acmeYesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// weighAcmeFlow: whoever calls a flow gives its inputs by name.
func weighAcmeFlow(ch Change, old, new *Part) (Bump, string) {
	switch {
	case ch.Event == Removed:
		return BumpMajor, "Callers that give it fail."
	case new.facet("required") == "yes":
		return BumpMajor, "Callers that do not give it fail."
	case ch.Event == Added:
		return BumpMinor, ""
	default:
		return BumpRelease, ""
	}
}

func judgeAcmeFlow(c *Comparison, old, new Package, opts Options) []Finding { // R4
	if !c.TooSmall() {
		return nil
	}
	return []Finding{{
		Code: "A-BUMP", Field: "version",
		Message: "The changes ask for a " + string(c.Smallest) + " version.", Fix: "Raise the version, and export the flow again.",
	}}
}

// example ends

func TestAFourthPlatform(t *testing.T) {
	t.Parallel()
	among := slices.Concat([]platform{acmeFlows()}, platforms())
	read := func(text string) Package {
		src := &source{fileName: "sync.json", r: strings.NewReader(text), size: int64(len(text))}
		p, got, err := src.recognise(among)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := src.finish(p, got)
		if err != nil {
			t.Fatal(err)
		}
		return whole
	}
	old := read(`{"flow": "Acme Sync", "version": "1.0.0", "inputs": [{"name": "a"}]}`)
	next := read(`{"flow": "Acme Sync", "version": "1.0.1", "inputs": [{"name": "a", "required": true}]}`)
	if m := old.Manifest; m.PlatformLabel != "Acme Flows" || m.Name != "acme_sync" || !m.HasVersion || len(old.Findings) > 0 {
		t.Errorf("got %+v, %+v", m, old.Findings)
	}
	c := compareOn(acmeFlows(), old, next, Options{})
	if c.Smallest != BumpMajor || len(c.Findings) != 1 || c.Findings[0].Severity != SeverityError {
		t.Errorf("got %+v", c)
	}
	if broken := read(`{"flow": 1`); len(broken.Findings) != 1 || broken.Findings[0].Excerpt == "" {
		t.Errorf("got %+v", broken.Findings)
	}
}

// The guide shows the example as it is tested here.
func TestGuideShowsTheExample(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("newplatform_internal_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(source), "// example begins: docs/formats.md shows it.\n\n")
	example, _, _ := strings.Cut(rest, "// example ends")
	guide, err := os.ReadFile("../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	if block := "```go\n" + strings.TrimSpace(example) + "\n```"; !strings.Contains(string(guide), block) {
		t.Errorf("docs/formats.md does not show the example as it is tested here; it has to hold\n%s", block)
	}
}
