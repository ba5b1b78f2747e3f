package packfile

import (
	"strconv"
	"strings"
)

// soProject is pyproject.toml.
type soProject struct {
	file  *soFile        // nil if it is missing
	tree  map[string]any // nil if it can't be read, which fault then tells
	fault *textFault
	lines map[string]int // where a table or key stands: "project", "project.version"

	name, version, description, python string // python is requires-python
	dependencies, dev                  []string
}

// line returns where a key stands, "project.version", 0 if it does not.
func (p *soProject) line(key string) int { return p.lines[key] }

// get returns the value of a key, "tool.uv.sources", nil if there is none.
func (p *soProject) get(key string) any {
	var value any = p.tree
	for part := range strings.SplitSeq(key, ".") {
		table, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = table[part]
	}
	return value
}

func (in *integration) loadProject() {
	p := &in.project
	if p.file = in.file(pyprojectTOML); p.file == nil {
		return
	}
	if !p.file.read {
		p.fault = errLimit(1, "The file is larger than the limit of %s.", bytesText(maxTOMLBytes))
		return
	}
	if p.tree, p.fault = parseTOML(p.file.data); p.fault != nil {
		return
	}
	p.lines = tomlLines(string(p.file.data))
	text := func(key string) string { s, _ := p.get(key).(string); return strings.TrimSpace(s) }
	p.name, p.description, p.python = text("project.name"), text("project.description"), text("project.requires-python")
	p.version = scalarText(p.get("project.version"))
	p.dependencies = tomlTexts(p.get("project.dependencies"))
	p.dev = tomlTexts(p.get("dependency-groups.dev"))
}

// tomlTexts returns the texts of a list.
func tomlTexts(value any) []string {
	list, _ := value.([]any)
	var texts []string
	for _, item := range list {
		if text, ok := item.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// tomlLines tells on which line of a TOML file, known to be valid, each table and key stands. Of a list of tables the
// first counts; keys in quotes are left out. What looks like a key inside of a text over several lines is taken for one.
func tomlLines(text string) map[string]int {
	lines := map[string]int{}
	note := func(key string, number int) {
		if _, known := lines[key]; !known {
			lines[key] = number
		}
	}
	table, number := "", 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			if name, _, ok := strings.Cut(strings.TrimLeft(line, "["), "]"); ok && !strings.ContainsAny(name, `"',{`) {
				table = strings.TrimSpace(name)
				note(table, number)
			}
			continue
		}
		key, _, ok := strings.Cut(line, "=")
		if key = strings.TrimSpace(key); !ok || key == "" || strings.ContainsAny(key, `"'[{#(<>! `) {
			continue
		}
		if table != "" {
			key = table + "." + key
		}
		note(key, number)
	}
	return lines
}

// scalarText brings a version to text, also one that the author forgot to quote.
func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		text := strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return text
	}
	return ""
}
