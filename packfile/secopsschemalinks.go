package packfile

import (
	"fmt"
	"path"
	"strings"
)

// checkSecOpsJSON wants the JSON files in resources to be JSON.
func checkSecOpsJSON(c *secopsCheck) {
	for _, f := range c.below("resources", ".json") {
		if fault := f.jsonFault(); fault != nil {
			c.findings = append(c.findings, fault.finding("R-JSON", c.root+f.path, "Mend the file and pack the integration again."))
		}
	}
}

// checkSecOpsResults wants the examples that actions name for their results.
func checkSecOpsResults(c *secopsCheck) {
	for _, action := range c.of(soAction) {
		results, _ := action.root.get("dynamic_results_metadata")
		for i, result := range results.items() {
			example, _ := result.get("result_example_path")
			name := example.raw()
			if example.kind() != yamlText || name == "" {
				continue
			}
			found := secopsFound{code: "R-DRM-PATH", field: fmt.Sprintf("dynamic_results_metadata[%d].result_example_path", i)}
			f := c.file(path.Clean(name))
			switch {
			case !soStaysInside(name):
				found.message = fmt.Sprintf("The path “%s” leads out of the integration's folder.", shorten(name))
				found.fix = "Write the path below the integration's folder, as resources/ping_JsonResult_example.json."
			case f == nil:
				found.message = fmt.Sprintf("There is no file “%s”.", shorten(name))
				found.fix = "Add the example, write its path as the file is named, or leave the path empty."
			default:
				fault := f.jsonFault()
				if fault == nil {
					continue
				}
				found.message = fmt.Sprintf("The example “%s” is no JSON: see its line %d.", shorten(name), fault.line)
				found.fix = "Mend the example."
			}
			c.atField(action.file, result, "result_example_path", found)
		}
	}
}

// checkSecOpsLinks wants a link to documentation for the integration and each connector.
func checkSecOpsLinks(c *secopsCheck) {
	check := func(code, what string, f *soFile, root yamlNode, list string, names ...string) {
		if root.isMapping() && root.text("documentation_link") == "" && !c.excused(code, list, names...) {
			c.atField(f, root, "documentation_link", secopsFound{
				code: code, field: "documentation_link", message: "There is no link to the documentation of " + what + ".",
				fix: "Add it as documentation_link, beginning with https://.",
			})
		}
	}
	if c.definition != nil {
		check("R-DOC", "the integration", c.definition, c.definition.root, "folder", c.folder(), c.manifest.Name)
	}
	for _, connector := range c.of(soConnector) {
		check("R-DOC-CONN", "the connector “"+shorten(connector.name)+"”", connector.file, connector.root, "display name", connector.root.text("name"))
	}
}

// checkSecOpsFlags warns of parts that are marked as made by a customer, or switched off.
func checkSecOpsFlags(c *secopsCheck) {
	for _, owner := range c.owners() {
		custom, _ := owner.root.get("is_custom")
		if yes, _ := soBoolOf(custom); yes {
			c.atField(owner.file, owner.root, "is_custom", secopsFound{
				code: "R-CUSTOM", field: "is_custom", message: capital(owner.what) + " is marked as made by a customer (is_custom).",
				fix: "Take is_custom out: what is released is not custom.",
			})
		}
		enabled, _ := owner.root.get("is_enabled")
		if yes, ok := soBoolOf(enabled); ok && !yes {
			c.atField(owner.file, owner.root, "is_enabled", secopsFound{
				code: "R-DISABLED", field: "is_enabled", message: capital(owner.what) + " is switched off (is_enabled).",
				fix: "Take is_enabled out, or leave the component out of the release.",
			})
		}
	}
}

// soProjectFields are the keys of pyproject.toml that the vendor's tools read; versions have rules of their own.
var soProjectFields = []struct {
	key  string
	want soWant
	need bool
	most int
}{
	{key: "project", want: soGroup, need: true},
	{key: "project.name", want: soText},
	{key: "project.description", want: soText, need: true, most: maxSecOpsDescription},
	{key: "project.requires-python", want: soText, need: true},
	{key: "project.dependencies", want: soTexts},
	{key: "dependency-groups", want: soGroup},
	{key: "tool.uv.sources", want: soGroup},
}

// checkSecOpsProjectFields checks what pyproject.toml holds.
func checkSecOpsProjectFields(c *secopsCheck) {
	if c.project.tree == nil {
		return
	}
	for _, field := range soProjectFields {
		value := c.project.get(field.key)
		found := secopsFound{code: "R-SCHEMA-PYPROJECT", field: field.key}
		text, _ := value.(string)
		switch {
		case value == nil && (!field.need || (strings.Contains(field.key, ".") && c.project.get("project") == nil)):
			continue
		case value == nil:
			found.message, found.fix = "“"+field.key+"” is missing.", "Add it; it must be "+string(field.want)+"."
		case !soTOMLFits(field.want, value):
			found.message, found.fix = "“"+field.key+"” must be "+string(field.want)+".", "Write "+string(field.want)+"."
		case field.most > 0 && len([]rune(text)) > field.most:
			found.message = fmt.Sprintf("“%s” has %d characters; the platform takes %d.", field.key, len([]rune(text)), field.most)
			found.fix = "Shorten it."
		default:
			continue
		}
		c.atProject(field.key, found)
	}
}

func soTOMLFits(want soWant, value any) bool {
	switch v := value.(type) {
	case string:
		return want == soText
	case map[string]any:
		return want == soGroup
	case []any:
		return want == soTexts && len(tomlTexts(v)) == len(v)
	default:
		return false
	}
}
