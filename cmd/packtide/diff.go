package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"packtide/packfile"
)

// diffCmd compares two versions of a package, without server or database.
type diffCmd struct {
	packageFlags

	Old  string `arg:"" help:"The older version: a package file, or a folder that is one, unpacked."`
	New  string `arg:"" help:"The newer version."`
	JSON bool   `name:"json" xor:"form" help:"Print one JSON object."`
	Text bool   `xor:"form" help:"Print also what changed in each text file, line by line."`
}

// jsonDiff is a comparison as --json prints it.
type jsonDiff struct {
	From         string        `json:"from"`
	To           string        `json:"to"`
	SmallestBump string        `json:"smallest_bump"`
	Changes      []jsonChange  `json:"changes"`
	Findings     []jsonFinding `json:"findings"`
}

type jsonChange struct {
	Event string `json:"event"` // added, removed, changed
	Kind  string `json:"kind"`
	Key   string `json:"key"`
	Name  string `json:"name"`
	Facet string `json:"facet,omitempty"`
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
	Bump  string `json:"bump"`
	Why   string `json:"why,omitempty"`
	File  string `json:"file,omitempty"`
	Line  int    `json:"line,omitempty"`
}

// Run compares the two and prints what changed. The status is 0 if the step between them is sound, 1 if it has an error, 2 if
// one of them can't be read.
func (c *diffCmd) Run(std streams) error {
	opts, err := c.options()
	if err != nil {
		return err
	}
	var both [2]packfile.Package
	for i, path := range []string{c.Old, c.New} {
		if both[i], err = readPackage(path, opts); err != nil {
			return verdict{fmt.Sprintf("%s: %v", path, err), 2}
		}
	}
	comparison := packfile.Compare(both[0], both[1], opts)
	from, to := versionText(both[0].Manifest), versionText(both[1].Manifest)
	if c.JSON {
		err = printJSON(std.out, newJSONDiff(comparison, from, to))
	} else {
		err = c.print(std.out, comparison, from, to)
	}
	if err == nil && c.Text {
		err = c.printTexts(std.out, comparison, both)
	}
	if err != nil {
		return fmt.Errorf("print the comparison: %w", err)
	}
	if packfile.HasErrors(comparison.Findings) {
		return verdict{"the step between the two versions has errors", 1}
	}
	return nil
}

// readPackage reads a file or a folder that a person named.
func readPackage(path string, opts packfile.Options) (packfile.Package, error) {
	found, err := findPackages([]string{path}, opts)
	if err != nil {
		return packfile.Package{}, err
	}
	if len(found) != 1 || found[0].path != path {
		return packfile.Package{}, errors.New("the folder is no package; name a package file, or the folder of one")
	}
	return found[0].inspect(opts)
}

func newJSONDiff(c packfile.Comparison, from, to string) jsonDiff {
	d := jsonDiff{From: from, To: to, SmallestBump: string(c.Smallest), Changes: make([]jsonChange, len(c.Changes)), Findings: jsonFindings(c.Findings)}
	for i, ch := range c.Changes {
		d.Changes[i] = jsonChange{
			string(ch.Event), ch.Kind, ch.Key, ch.Name, ch.Facet, ch.Old, ch.New, string(ch.Bump), ch.Why, ch.File, ch.Line,
		}
	}
	return d
}

// bumpWords say what a change asks for.
var bumpWords = map[packfile.Bump]string{
	packfile.BumpMajor: "breaking, asks for a new major version", packfile.BumpMinor: "an addition, asks for a new minor version",
	packfile.BumpRelease: "asks for a new release number only", packfile.BumpNone: "nothing changed",
}

func (c *diffCmd) print(out io.Writer, cmp packfile.Comparison, from, to string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s → %s: %s\n", oneLine(orUnknown(from)), oneLine(orUnknown(to)), bumpWords[cmp.Smallest])
	for _, ch := range cmp.Changes {
		fmt.Fprintf(&b, "  %-7s  %-8s %s\n", ch.Bump, ch.Event, oneLine(changeText(ch)))
	}
	for _, f := range cmp.Findings {
		fmt.Fprintf(&b, "%s\n", findingLine(linted{path: packagePath{path: c.New}}.place(f.Path), f))
	}
	_, err := io.WriteString(out, b.String())
	return err //nolint:wrapcheck // Run says what was attempted
}

func orUnknown(version string) string {
	if version == "" {
		return "(no version)"
	}
	return version
}

func changeText(ch packfile.Change) string {
	text := ch.Kind + " " + ch.Name
	switch {
	case ch.Event == packfile.Renamed:
		text = fmt.Sprintf("%s %s → %s", ch.Kind, ch.Old, ch.New)
	case ch.Facet != "":
		text += fmt.Sprintf(", %s: %q → %q", ch.Facet, ch.Old, ch.New)
	}
	if ch.Why != "" {
		text += " (" + strings.TrimSuffix(ch.Why, ".") + ")"
	}
	return text
}
