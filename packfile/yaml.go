package packfile

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// What a YAML file may have. Real files stay below a quarter of each limit.
const (
	maxYAMLBytes   = 512 << 10
	maxYAMLMarks   = 50_000 // lines, colons, commas and brackets
	maxYAMLNesting = 30
	maxBlankLines  = 100 // in a row
)

// yamlNode is a value in a YAML file. Aliases are not followed: no field of a manifest needs them, and followed
// blindly they grow without end.
type yamlNode struct{ node *yaml.Node }

// parseYAML returns the value of a file that holds one document, or why it can't be read. Keys may be repeated: the last
// value counts, as for the platform's reader, and repeated tells where.
func parseYAML(data []byte) (yamlNode, *textFault) {
	text, fault := checkText(data)
	if fault != nil {
		return yamlNode{}, fault
	}
	if len(text) > maxYAMLBytes {
		return yamlNode{}, errLimit(1, "The file is larger than the limit of %s.", bytesText(maxYAMLBytes))
	}
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	if fault := checkYAML(text); fault != nil {
		return yamlNode{}, fault
	}
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		return yamlNode{}, yamlFault(err)
	}
	var document, second yaml.Node
	switch err := loader.Load(&document); {
	case errors.Is(err, io.EOF) || (err == nil && len(document.Content) == 0):
		return yamlNode{}, &textFault{1, 1, "The file is empty."}
	case err != nil:
		return yamlNode{}, yamlFault(err)
	}
	root := yamlNode{document.Content[0]}
	if fault := root.checkNesting(1); fault != nil {
		return yamlNode{}, fault
	}
	if err := loader.Load(&second); err == nil {
		return yamlNode{}, &textFault{max(second.Line, 1), max(second.Column, 1), "The file holds more than one YAML document."}
	} else if !errors.Is(err, io.EOF) {
		return yamlNode{}, yamlFault(err)
	}
	return root, nil
}

// checkYAML refuses what would take the parser long.
func checkYAML(text []byte) *textFault {
	marks, number, blank := 0, 0, 0
	for line := range bytes.Lines(text) {
		number++
		if blank++; len(bytes.TrimSpace(line)) > 0 {
			blank = 0
		}
		if blank > maxBlankLines {
			return errLimit(number, "The file has more than %d empty lines in a row.", maxBlankLines)
		}
		marks++
		for _, c := range line {
			if c == ':' || c == ',' || c == '[' || c == '{' {
				marks++
			}
		}
		if marks > maxYAMLMarks {
			return errLimit(number, "The file has more than %d lines, colons, commas and brackets; that is the limit.", maxYAMLMarks)
		}
	}
	return nil
}

func (y yamlNode) checkNesting(depth int) *textFault {
	if depth > maxYAMLNesting {
		return errLimit(max(y.node.Line, 1), "The file is nested deeper than the limit of %d.", maxYAMLNesting)
	}
	for _, child := range y.node.Content {
		if len(child.Content) == 0 {
			continue
		}
		if fault := (yamlNode{child}).checkNesting(depth + 1); fault != nil {
			return fault
		}
	}
	return nil
}

func yamlFault(err error) *textFault {
	load, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return &textFault{1, 1, "The file is not valid YAML."}
	}
	what := strings.ToValidUTF8(load.Message, "\uFFFD")
	return &textFault{max(load.Mark.Line, 1), max(load.Mark.Column, 1), "The file is not valid YAML: " + what + "."}
}

// repeated returns the places of keys that their mapping already has, the whole file through.
func (y yamlNode) repeated() []textFault {
	if y.node == nil {
		return nil
	}
	var faults []textFault
	if y.isMapping() {
		seen := make(map[string]bool, len(y.node.Content)/2)
		for _, p := range y.pairs() {
			if seen[p.key] {
				line, column := p.place()
				faults = append(faults, textFault{line, column, "The field “" + shorten(p.key) + "” is given twice."})
			}
			seen[p.key] = true
		}
	}
	for _, child := range y.node.Content {
		if len(child.Content) > 0 {
			faults = append(faults, yamlNode{child}.repeated()...)
		}
	}
	return faults
}

// exists reports whether there is a value at all, null or not.
func (y yamlNode) exists() bool { return y.node != nil }

// yamlPair is one field of a mapping.
type yamlPair struct {
	key   string
	name  yamlNode // the key itself, for its place
	value yamlNode
}

// place returns where the field begins.
func (p yamlPair) place() (line, column int) { return p.name.place() }

// pairs returns the fields of a mapping in the order of the file, or nothing for anything else.
func (y yamlNode) pairs() []yamlPair {
	if !y.isMapping() {
		return nil
	}
	pairs := make([]yamlPair, 0, len(y.node.Content)/2)
	for i := 0; i+1 < len(y.node.Content); i += 2 {
		key := yamlNode{y.node.Content[i]}
		pairs = append(pairs, yamlPair{key: key.node.Value, name: key, value: yamlNode{y.node.Content[i+1]}})
	}
	return pairs
}

// pair returns a mapping's field, and false if there is none; of a repeated one the last.
func (y yamlNode) pair(key string) (yamlPair, bool) {
	if !y.isMapping() {
		return yamlPair{}, false
	}
	for i := len(y.node.Content) - 2; i >= 0; i -= 2 {
		if name := y.node.Content[i]; name.Value == key && name.Kind == yaml.ScalarNode {
			return yamlPair{key: key, name: yamlNode{name}, value: yamlNode{y.node.Content[i+1]}}, true
		}
	}
	return yamlPair{}, false
}

// get returns the value of a mapping's key, and false if there is none.
func (y yamlNode) get(key string) (yamlNode, bool) {
	p, ok := y.pair(key)
	return p.value, ok
}

// text returns the scalar of a mapping's key as it is written, without quotes (15.0 stays "15.0"). Missing keys,
// null and everything that is no scalar give an empty text.
func (y yamlNode) text(key string) string {
	child, ok := y.get(key)
	if !ok {
		return ""
	}
	return child.scalar()
}

func (y yamlNode) scalar() string {
	if y.node == nil || y.node.Kind != yaml.ScalarNode || y.kind() == yamlNull {
		return ""
	}
	return strings.TrimSpace(y.node.Value)
}

// raw is a scalar as it is, with the space around it; empty for everything else.
func (y yamlNode) raw() string {
	if y.node == nil || y.node.Kind != yaml.ScalarNode {
		return ""
	}
	return y.node.Value
}

func (y yamlNode) isTrue(key string) bool {
	child, ok := y.get(key)
	return ok && child.kind() == yamlBool && slices.Contains(yamlTrue, strings.ToLower(child.node.Value))
}

// items returns the members of a list, or nothing for anything else.
func (y yamlNode) items() []yamlNode {
	if !y.isList() {
		return nil
	}
	items := make([]yamlNode, len(y.node.Content))
	for i, v := range y.node.Content {
		items[i] = yamlNode{v}
	}
	return items
}

func (y yamlNode) isMapping() bool { return y.node != nil && y.node.Kind == yaml.MappingNode }

func (y yamlNode) isList() bool { return y.node != nil && y.node.Kind == yaml.SequenceNode }

// place returns where the value begins.
func (y yamlNode) place() (line, column int) {
	if y.node == nil {
		return 1, 1
	}
	return max(y.node.Line, 1), max(y.node.Column, 1)
}
