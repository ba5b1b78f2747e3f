package view

import (
	"strings"
	"time"

	"packtide/release"
)

// Zone is the time zone of that name; UTC stands in for one that is not known any more, so that a page never breaks.
func Zone(name string) *time.Location {
	zone, err := release.LoadZone(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// ReleaseState is the word for where a release stands.
func ReleaseState(r release.ReleaseRef) State {
	switch r.State {
	case release.Draft:
		return StateDraft
	case release.Pending:
		return StateTesting
	case release.Withdrawn:
		return StateWithdrawn
	case release.Superseded:
		return StateReplaced
	case release.Released:
		if r.Current() {
			return StateCurrent
		}
		return StateReplaced
	default:
		return State(r.State)
	}
}

// ReleaseLabel is a release's version; empty for no release and for a draft that has none yet.
func ReleaseLabel(r *release.ReleaseRef) string {
	if r == nil || r.Version == nil {
		return ""
	}
	return r.Version.String()
}

// VersionLabel is a package version, with the platform's own number where that counts otherwise (R1); empty for none.
func VersionLabel(v *release.VersionRef) string {
	if v == nil {
		return ""
	}
	if isCount(v.Version, v.PlatformVersion) {
		return VersionIn(v.Version, v.PlatformVersion, "")
	}
	if label := v.Version.String(); v.PlatformVersion == "" || v.PlatformVersion == label {
		return label
	}
	return v.Version.String() + " (" + v.PlatformVersion + ")"
}

// ChangeOf is what happens to one package between two releases; nil stands for not in the release.
func ChangeOf(from, to *release.VersionRef) ChangeKind {
	switch {
	case from == nil && to == nil:
		return ChangeNone
	case from == nil:
		return ChangeAdded
	case to == nil:
		return ChangeRemoved
	case to.Version.Compare(from.Version) < 0:
		return ChangeDowngrade
	}
	switch release.BumpBetween(from.Version, to.Version) {
	case release.BumpMajor:
		return ChangeMajor
	case release.BumpMinor:
		return ChangeMinor
	case release.BumpRelease:
		return ChangeRelease
	default:
		return ChangeNone
	}
}

// ChangesText counts the changes of a release in words: "2 packages upgraded (1 major), 1 added, 1 removed".
func ChangesText(rows []release.ContentRow) string {
	count := map[ChangeKind]int{}
	for _, r := range rows {
		count[ChangeOf(r.From, r.To)]++
	}
	upgraded := count[ChangeMajor] + count[ChangeMinor] + count[ChangeRelease]
	var parts []string
	add := func(n int, verb string) {
		switch {
		case n == 0:
		case len(parts) == 0:
			parts = append(parts, Counted(n, "package")+" "+verb)
		default:
			parts = append(parts, Number(n)+" "+verb)
		}
	}
	major := ""
	if n := count[ChangeMajor]; n > 0 {
		major = " (" + Number(n) + " major)"
	}
	add(upgraded, "upgraded"+major)
	add(count[ChangeAdded], "added")
	add(count[ChangeRemoved], "removed")
	add(count[ChangeDowngrade], "downgraded")
	if len(parts) == 0 {
		return "no package changes"
	}
	return strings.Join(parts, ", ")
}
