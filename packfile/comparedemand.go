package packfile

import "slices"

// demandFacets are the properties by which a platform says that a setting must be given.
var demandFacets = []string{tcFacetRequired, "mandatory"}

// demands reports whether a change of a part asks its users for a value: a setting that is new and has no default, or one
// that could be left empty. Of what is new, platforms weigh only that as breaking.
func demands(ch Change) bool {
	return ch.Bump == BumpMajor && (ch.Event == Added || ch.Event == Changed && slices.Contains(demandFacets, ch.Facet))
}
