package packfile

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// The YAML parser's time and memory grow with the square of what is limited here. Real files stay below a tenth
// of each limit.
const (
	maxYAMLBytes    = 512 << 10
	maxYAMLTokens   = 30_000
	maxYAMLNesting  = 30
	maxYAMLKeyBytes = 200
	maxBlankLines   = 100 // in a row: the lexer strips them from a text one by one, copying it each time

	yamlIndent = 2 // columns per level, in every real file
)

// yamlNode is a value in a YAML file. Aliases are not followed: no field of a manifest needs them, and followed
// blindly they grow without end.
type yamlNode struct{ node ast.Node }

// parseYAML returns the first document. A repeated key is reported as a fault beside a usable root, in which the
// last value counts, as the platform's reader does.
func parseYAML(data []byte) (yamlNode, *textFault) {
	text, fault := checkText(data)
	if fault != nil {
		return yamlNode{}, fault
	}
	if len(text) > maxYAMLBytes {
		return yamlNode{}, errLimit(1, "The file is larger than the limit of %s.", bytesText(maxYAMLBytes))
	}
	source := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(string(text))
	if fault := checkBlankLines(source); fault != nil {
		return yamlNode{}, fault
	}
	if fault := checkYAML(lexer.Tokenize(source)); fault != nil {
		return yamlNode{}, fault
	}
	file, err := parser.ParseBytes([]byte(source), 0)
	if err != nil {
		fault = yamlFault(err)
		if file, err = parser.ParseBytes([]byte(source), 0, parser.AllowDuplicateMapKey()); err != nil {
			return yamlNode{}, fault
		}
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return yamlNode{}, &textFault{1, 1, "The file is empty."}
	}
	return yamlNode{file.Docs[0].Body}, fault
}

func checkBlankLines(source string) *textFault {
	number, blank := 0, 0
	for line := range strings.Lines(source) {
		number++
		if blank++; strings.TrimSpace(line) != "" {
			blank = 0
		}
		if blank > maxBlankLines {
			return errLimit(number, "The file has more than %d empty lines in a row.", maxBlankLines)
		}
	}
	return nil
}

// checkYAML refuses what the parser, which recurses and keeps each value's path, can't take in bounded time.
func checkYAML(tokens token.Tokens) *textFault {
	if len(tokens) > maxYAMLTokens {
		return errLimit(1, "The file has more than %d words and marks; that is the limit.", maxYAMLTokens)
	}
	var depth yamlDepth
	for _, tk := range tokens {
		if tk.Position == nil {
			continue
		}
		if depth.take(tk) > maxYAMLNesting {
			return errLimit(tk.Position.Line, "The file is nested deeper than the limit of %d.", maxYAMLNesting)
		}
		if tk.Type == token.MappingValueType && tk.Prev != nil && len(tk.Prev.Value) > maxYAMLKeyBytes {
			return errLimit(tk.Position.Line, "A field's name is longer than the limit of %d characters.", maxYAMLKeyBytes)
		}
	}
	return nil
}

// yamlDepth estimates the nesting at a token from indentation, brackets and runs of marks.
type yamlDepth struct{ line, column, flow, marks int }

func (d *yamlDepth) take(tk *token.Token) int {
	if tk.Type == token.CommentType {
		return 0
	}
	if tk.Position.Line != d.line {
		if d.flow == 0 && tk.Position.Column <= d.column {
			d.marks = 0
		}
		d.line, d.column = tk.Position.Line, tk.Position.Column
	}
	switch tk.Type {
	case token.SequenceStartType, token.MappingStartType:
		d.flow++
	case token.SequenceEndType, token.MappingEndType:
		d.flow = max(0, d.flow-1)
		d.marks = 0
	case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType, token.TagType, token.AnchorType:
		d.marks++
	case token.CollectEntryType:
		d.marks = 0
	default:
		if tk.Next == nil || tk.Next.Type != token.MappingValueType || tk.Next.Position.Line != tk.Position.Line ||
			(tk.Prev != nil && tk.Prev.Position.Line != tk.Position.Line) {
			d.marks = 0
		}
	}
	return d.column/yamlIndent + d.flow + d.marks
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
	for _, pair := range slices.Backward(mapping.Values) {
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
