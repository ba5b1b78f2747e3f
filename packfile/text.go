package packfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/pelletier/go-toml/v2"
)

// Limits of the text files that are parsed, since the parsers' time grows with the square of these. Real files
// stay below a tenth of each.
const (
	maxNesting     = 100
	maxYAMLEntries = 20_000
)

var utf8BOM = []byte("\xef\xbb\xbf")

// textFault is why a text file can't be read, with its place.
type textFault struct {
	line, column int
	what         string
}

func (t *textFault) finding(code, path, fix string) Finding {
	return Finding{
		Code: code, Severity: SeverityError, Path: path, Line: t.line, Column: t.column,
		Message: t.what, Fix: fix,
	}
}

// lineColumn returns the place of a byte offset, both counted from 1, the column in characters.
func lineColumn(data []byte, offset int) (line, column int) {
	offset = min(max(offset, 0), len(data))
	before := data[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}

// checkText returns the data without a byte order mark, or the fault if it is not UTF-8.
func checkText(data []byte) ([]byte, *textFault) {
	data = bytes.TrimPrefix(data, utf8BOM)
	if utf8.Valid(data) {
		return data, nil
	}
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return nil, &textFault{line: 1, column: 1, what: "The file is written in UTF-16; it must be UTF-8."}
	}
	offset := 0
	for offset < len(data) {
		r, n := utf8.DecodeRune(data[offset:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		offset += n
	}
	line, column := lineColumn(data, offset)
	return nil, &textFault{line, column, "The file is not written in UTF-8."}
}

// checkNesting refuses what is nested deeper than maxNesting, counted generously: brackets, indentation, and
// markers of lists within a line. The YAML and TOML parsers recurse without a limit of their own.
func checkNesting(data []byte) *textFault {
	brackets := 0
	for number, line := range strings.Split(string(data), "\n") {
		inner := strings.TrimLeft(line, " \t-?:")
		if len(line)-len(inner) > 2*maxNesting {
			return errNesting(number + 1)
		}
		for _, c := range []byte(line) {
			switch c {
			case '[', '{':
				brackets++
			case ']', '}':
				brackets = max(0, brackets-1)
			}
			if brackets > maxNesting {
				return errNesting(number + 1)
			}
		}
	}
	return nil
}

func errNesting(line int) *textFault {
	return &textFault{line: line, column: 1, what: fmt.Sprintf("The file is nested deeper than the limit of %d.", maxNesting)}
}

// jsonObject is a JSON object with its members unread and the place of each in the file.
type jsonObject struct {
	data    []byte
	members map[string]json.RawMessage
	offsets map[string]int
}

// parseJSONObject reads a JSON object; of a repeated member the last counts, as the platforms' readers do.
func parseJSONObject(data []byte) (jsonObject, *textFault) {
	text, fault := checkText(data)
	if fault != nil {
		return jsonObject{}, fault
	}
	obj := jsonObject{data: text, members: map[string]json.RawMessage{}, offsets: map[string]int{}}
	if err := json.Unmarshal(text, &obj.members); err != nil {
		return jsonObject{}, jsonFault(text, err)
	}
	if obj.members == nil {
		return jsonObject{}, &textFault{1, 1, "The file must hold a JSON object, { … }."}
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	_, _ = dec.Token() // the opening brace: the object is known to be valid
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			break
		}
		name, _ := key.(string)
		obj.offsets[name] = int(dec.InputOffset()) - len(name) - len(`""`)
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			break
		}
	}
	return obj, nil
}

func jsonFault(text []byte, err error) *textFault {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		line, column := lineColumn(text, int(syntax.Offset)-1)
		return &textFault{line, column, "The file is not valid JSON: " + syntax.Error() + "."}
	}
	return &textFault{1, 1, "The file must hold a JSON object, { … }."}
}

// text returns a member that is a JSON string, without the space around it.
func (o jsonObject) text(name string) string {
	var s string
	if json.Unmarshal(o.members[name], &s) != nil {
		return ""
	}
	return strings.TrimSpace(s)
}

// list returns the members of a JSON array, or nothing for anything else.
func (o jsonObject) list(name string) []json.RawMessage {
	var items []json.RawMessage
	if json.Unmarshal(o.members[name], &items) != nil {
		return nil
	}
	return items
}

// place returns line and column of a member's name; the first character of the file if it is missing.
func (o jsonObject) place(name string) (line, column int) {
	return lineColumn(o.data, o.offsets[name])
}

// yamlNode is a value in a YAML file. Aliases are not followed: no field of a manifest needs them, and followed
// blindly they grow without end.
type yamlNode struct{ node ast.Node }

// parseYAML returns the first document. A repeated key is reported as a fault beside a usable root, in which the
// last value counts, as the platform's reader does.
func parseYAML(data []byte) (root yamlNode, fault *textFault) {
	text, fault := checkText(data)
	if fault != nil {
		return yamlNode{}, fault
	}
	if fault := checkNesting(text); fault != nil {
		return yamlNode{}, fault
	}
	if n := bytes.Count(text, []byte(":")) + bytes.Count(text, []byte(",")) + bytes.Count(text, []byte("\n")); n > 4*maxYAMLEntries {
		return yamlNode{}, &textFault{1, 1, fmt.Sprintf("The file has more entries than the limit of %d.", maxYAMLEntries)}
	}
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		fault = yamlFault(err)
		if file, err = parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey()); err != nil {
			return yamlNode{}, fault
		}
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return yamlNode{}, &textFault{1, 1, "The file is empty."}
	}
	return yamlNode{file.Docs[0].Body}, fault
}

func yamlFault(err error) *textFault {
	parseErr, ok := errors.AsType[yaml.Error](err)
	if !ok {
		return &textFault{1, 1, "The file is not valid YAML."}
	}
	fault := &textFault{1, 1, "The file is not valid YAML: " + parseErr.GetMessage() + "."}
	if tk := parseErr.GetToken(); tk != nil && tk.Position != nil {
		fault.line, fault.column = tk.Position.Line, tk.Position.Column
	}
	return fault
}

// value looks through tags and anchors.
func (y yamlNode) value() ast.Node {
	node := y.node
	for {
		switch n := node.(type) {
		case *ast.TagNode:
			node = n.Value
		case *ast.AnchorNode:
			node = n.Value
		default:
			return node
		}
	}
}

// get returns the value of a mapping's key, and false if there is none.
func (y yamlNode) get(key string) (yamlNode, bool) {
	mapping, ok := y.value().(*ast.MappingNode)
	if !ok {
		return yamlNode{}, false
	}
	for i := len(mapping.Values) - 1; i >= 0; i-- {
		pair := mapping.Values[i]
		if tk := pair.Key.GetToken(); tk != nil && tk.Value == key {
			return yamlNode{pair.Value}, true
		}
	}
	return yamlNode{}, false
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
	switch n := y.value().(type) {
	case *ast.StringNode:
		return strings.TrimSpace(n.Value)
	case *ast.LiteralNode:
		return strings.TrimSpace(n.Value.Value)
	case *ast.NullNode, nil:
		return ""
	case ast.ScalarNode:
		return n.GetToken().Value
	}
	return ""
}

func (y yamlNode) isTrue(key string) bool {
	child, ok := y.get(key)
	if !ok {
		return false
	}
	b, ok := child.value().(*ast.BoolNode)
	return ok && b.Value
}

// items returns the members of a list, or nothing for anything else.
func (y yamlNode) items() []yamlNode {
	sequence, ok := y.value().(*ast.SequenceNode)
	if !ok {
		return nil
	}
	items := make([]yamlNode, len(sequence.Values))
	for i, v := range sequence.Values {
		items[i] = yamlNode{v}
	}
	return items
}

func (y yamlNode) isMapping() bool { _, ok := y.value().(*ast.MappingNode); return ok }

func (y yamlNode) isList() bool { _, ok := y.value().(*ast.SequenceNode); return ok }

// place returns where the value begins.
func (y yamlNode) place() (line, column int) {
	if tk := y.node.GetToken(); tk != nil && tk.Position != nil {
		return tk.Position.Line, tk.Position.Column
	}
	return 1, 1
}

// parseTOML reads a TOML file into a tree of maps.
func parseTOML(data []byte) (map[string]any, *textFault) {
	text, fault := checkText(data)
	if fault != nil {
		return nil, fault
	}
	if fault := checkNesting(text); fault != nil {
		return nil, fault
	}
	tree := map[string]any{}
	if err := toml.Unmarshal(text, &tree); err != nil {
		fault := &textFault{1, 1, "The file is not valid TOML."}
		if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
			fault.line, fault.column = decode.Position()
			fault.what = "The file is not valid TOML: " + strings.TrimPrefix(decode.Error(), "toml: ") + "."
		}
		return nil, fault
	}
	return tree, nil
}
