package api

import (
	"maps"
	"slices"
	"strings"

	"packtide/release"
)

// formTexts are the texts of the form; a field that it does not know is refused by name.
func (c *call) formTexts(known ...string) (map[string]string, error) {
	texts := c.form.Texts()
	var unknown release.Errors
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if !slices.Contains(known, name) {
			unknown = append(unknown, onField(name, "There is no field %.60q here. It takes %s and file.", name, strings.Join(known, ", ")))
		}
	}
	return texts, several(unknown)
}
