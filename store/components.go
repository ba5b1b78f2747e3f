package store

import (
	"context"
	"strconv"
	"strings"

	"packtide/packfile"
	"packtide/release"
)

// addComponents keeps which components a version brings, in the words of its platform. A package that holds none, or of which
// none is the main one, is a component itself.
func (t *tx) addComponents(ctx context.Context, v release.PackageVersion) error {
	var ids, names, kinds []string
	var numbers []int
	var main []bool
	add := func(id, name, kind string, number int, is bool) {
		ids, names, kinds = append(ids, id), append(names, name), append(kinds, kind)
		numbers, main = append(numbers, number), append(main, is)
	}
	m, found := v.Manifest, false
	if m.Platform == "boomi" {
		for _, c := range m.Components {
			if c.ID == "" || c.Name == "" { // only set from outside, and not packed
				continue
			}
			is := c.ID == m.Identifier
			found = found || is
			add(c.ID, c.Name, c.Kind, componentNumber(c), is)
		}
	}
	if !found {
		add(v.Package.String(), v.DisplayName, strings.ToLower(m.Kind), 1, true)
	}
	return t.do(ctx, "keep the components of a version", `
		INSERT INTO version_component (version_id, component_id, package_id, publisher_id, version, name, kind, main)
		SELECT $1, c.id, p.id, p.publisher_id, c.number, c.name, c.kind, c.main
		  FROM package p, unnest($3::text[], $4::int[], $5::text[], $6::text[], $7::bool[]) c (id, number, name, kind, main)
		 WHERE p.id = $2`, v.ID, v.Package, ids, numbers, names, kinds, main)
}

// componentNumber is the component's version as its platform counts; 0 where it does not tell.
func componentNumber(c packfile.Component) int {
	const most = 999_999_999
	n, err := strconv.Atoi(c.Version)
	if err != nil || n < 0 || n > most {
		return 0
	}
	return n
}
