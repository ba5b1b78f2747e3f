package packfile

import (
	"cmp"
	"fmt"
	"slices"
)

// Bump is how much of a version number a change asks for.
type Bump string

// The bumps, from the smallest.
const (
	BumpNone    Bump = "none"    // nothing changed
	BumpRelease Bump = "release" // the third number: texts, code, files
	BumpMinor   Bump = "minor"   // the second: something was added that nobody has to use
	BumpMajor   Bump = "major"   // the first: what users rely on is gone, renamed or different
)

var bumpOrder = []Bump{BumpNone, BumpRelease, BumpMinor, BumpMajor}

// Compare returns -1, 0 or +1 as b asks for less than, the same as or more than other.
func (b Bump) Compare(other Bump) int {
	return cmp.Compare(slices.Index(bumpOrder, b), slices.Index(bumpOrder, other))
}

// BumpBetween is the bump that two version numbers declare: the first number that differs. It is BumpNone also for a
// number that went down.
func BumpBetween(from, to Version) Bump {
	switch {
	case to.Compare(from) <= 0:
		return BumpNone
	case to.Major != from.Major:
		return BumpMajor
	case to.Minor != from.Minor:
		return BumpMinor
	default:
		return BumpRelease
	}
}

// Event says what happened to a part or a file.
type Event string

// What can happen.
const (
	Added   Event = "added"
	Removed Event = "removed"
	Changed Event = "changed"
	Renamed Event = "renamed" // removed under one key, added under another, and otherwise the same
)

// KindFile is the kind of a change of a file; all other kinds are of parts.
const KindFile = "file"

// Change is one difference between two versions of a package.
type Change struct {
	Event Event  `json:"event"`
	Kind  string `json:"kind"`            // "parameter", "action", KindFile
	Key   string `json:"key"`             // the part's key, a file's path; of what was renamed, the new one
	Name  string `json:"name"`            // for people
	Facet string `json:"facet,omitempty"` // which property changed; "" for parts and files as a whole

	// The property's values; the names of what was renamed. A file's sizes are not told.
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`

	Bump Bump   `json:"bump"`          // what the change asks for
	Why  string `json:"why,omitempty"` // why it asks for more than the third number: a sentence, or empty

	// Demands tells that whoever uses the package has to give a value that nobody had to give before.
	Demands bool `json:"demands,omitempty"`

	// Where it stands in the newer version, in the older one if it was removed.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// Comparison is what changed from one version of a package to another.
type Comparison struct {
	From, To  Version
	Versioned bool     // both packages have a version; otherwise From, To and Declared say nothing
	Changes   []Change // the weightiest first, then in the order of the package
	Smallest  Bump     // the smallest bump that the changes allow (R4)
	Declared  Bump     // the bump that the version numbers declare
	Findings  []Finding
}

// TooSmall reports whether the versions declare a smaller bump than the changes ask for (R4). Packages without versions
// declare nothing.
func (c *Comparison) TooSmall() bool { return c.Versioned && c.Declared.Compare(c.Smallest) < 0 }

// Compare tells what changed from old to new, how much that means for those who use the package, and what is wrong with
// the step between them. Both must be of one platform; of packages of two platforms only the files are compared.
//
// A platform weighs and judges what was renamed as one removal and one addition; the Comparison tells it as one change.
func Compare(old, new Package, opts Options) Comparison {
	if old.Manifest.Platform != new.Manifest.Platform {
		old.Contents.Parts, new.Contents.Parts = nil, nil
		return compareOn(plain(), old, new, opts)
	}
	return compareOn(platformOf(new.Manifest.Platform), old, new, opts)
}

func compareOn(p platform, old, new Package, opts Options) Comparison {
	c := Comparison{
		From: old.Manifest.Version, To: new.Manifest.Version, Smallest: BumpNone, Declared: BumpNone,
		Versioned: old.Manifest.HasVersion && new.Manifest.HasVersion,
	}
	if c.Versioned {
		c.Declared = BumpBetween(c.From, c.To)
	}
	c.compareParts(old.Contents.Parts, new.Contents.Parts, p.weigh)
	c.compareFiles(old.Contents.Files, new.Contents.Files, cmp.Or(new.Manifest.DisplayName, new.Manifest.Name, "the file itself"))
	c.Changes = byWeight(c.Changes)
	if len(c.Changes) > 0 {
		c.Smallest = c.Changes[0].Bump
	}
	if p.judge != nil {
		c.Findings = settle(p.judge(&c, old, new, opts), p.rules, opts.Day)
	}
	c.Changes = withRenames(c.Changes, old.Contents, new.Contents)
	return c
}

// byWeight puts the weightiest changes first, and keeps the order among those of one weight.
func byWeight(changes []Change) []Change {
	sorted := make([]Change, 0, len(changes))
	for _, bump := range slices.Backward(bumpOrder) {
		for _, ch := range changes {
			if ch.Bump == bump {
				sorted = append(sorted, ch)
			}
		}
	}
	return sorted
}

// partIndex finds the parts of one version by their keys.
type partIndex map[string]*Part

// partKeys returns the ID of each part. Where a broken package has a part twice, each is compared with its like.
func partKeys(parts []Part) []string {
	keys, seen := make([]string, len(parts)), make(map[string]int, len(parts))
	for i := range parts {
		id := parts[i].ID()
		if keys[i] = id; seen[id] > 0 {
			keys[i] = fmt.Sprintf("%s\x00%d", id, seen[id])
		}
		seen[id]++
	}
	return keys
}

func indexParts(parts []Part, keys []string) partIndex {
	index := make(partIndex, len(parts))
	for i, key := range keys {
		index[key] = &parts[i]
	}
	return index
}

// lone reports whether a part that the other version lacks came or went by itself, and not with the part that holds it.
func (x partIndex) lone(p *Part, other partIndex) bool {
	return p.Within == "" || x[p.Within] == nil || other[p.Within] != nil
}

func (c *Comparison) compareParts(old, new []Part, weigh func(Change, *Part, *Part) (Bump, string)) {
	oldKeys, newKeys := partKeys(old), partKeys(new)
	before, after := indexParts(old, oldKeys), indexParts(new, newKeys)
	note := func(ch Change, o, n *Part) {
		ch.Bump = BumpRelease
		if weigh != nil {
			ch.Bump, ch.Why = weigh(ch, o, n)
			ch.Bump = cmp.Or(ch.Bump, BumpRelease)
		}
		ch.Demands = demands(ch)
		c.Changes = append(c.Changes, ch)
	}
	for i := range new {
		n, o := &new[i], before[newKeys[i]]
		if o == nil {
			if after.lone(n, before) {
				note(partChange(Added, n), nil, n)
			}
			continue
		}
		for _, facet := range facetNames(o, n) {
			if ch := partChange(Changed, n); o.facet(facet) != n.facet(facet) {
				ch.Facet, ch.Old, ch.New = facet, o.facet(facet), n.facet(facet)
				note(ch, o, n)
			}
		}
	}
	for i := range old {
		if o := &old[i]; after[oldKeys[i]] == nil && before.lone(o, after) {
			note(partChange(Removed, o), o, nil)
		}
	}
}

func partChange(event Event, p *Part) Change {
	return Change{Event: event, Kind: p.Kind, Key: p.Key, Name: p.Name, File: p.File, Line: p.Line}
}

// facetNames returns the names of both parts' facets, each once.
func facetNames(old, new *Part) []string {
	var names []string
	for _, p := range []*Part{new, old} {
		for _, f := range p.Facets {
			if !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

// compareFiles walks both lists, which are sorted by path. A package that is a single file is called whole.
func (c *Comparison) compareFiles(old, new []FileMark, whole string) {
	file := func(event Event, path string) {
		c.Changes = append(c.Changes, Change{
			Event: event, Kind: KindFile, Key: path, Name: cmp.Or(path, whole), File: path, Bump: BumpRelease,
		})
	}
	for len(old) > 0 || len(new) > 0 {
		switch {
		case len(new) == 0 || (len(old) > 0 && old[0].Path < new[0].Path):
			file(Removed, old[0].Path)
			old = old[1:]
		case len(old) == 0 || new[0].Path < old[0].Path:
			file(Added, new[0].Path)
			new = new[1:]
		default:
			if old[0] != new[0] {
				file(Changed, new[0].Path)
			}
			old, new = old[1:], new[1:]
		}
	}
}
