package packfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// What a JSON document may be at most. Real ones nest below 20 and hold some thousand values.
const (
	maxJSONDepth  = 100
	maxJSONValues = 200_000
)

// jsonKind is what a JSON value is.
type jsonKind int

// The kinds of JSON values. A value that is not there, nil, is of kind jsonMissing.
const (
	jsonMissing jsonKind = iota
	jsonNull
	jsonBool
	jsonNumber
	jsonString
	jsonArray
	jsonMembers // an object
)

// String is the kind as people call it.
func (k jsonKind) String() string {
	return [...]string{"nothing", "null", "true or false", "a number", "a text", "a list", "an object"}[k]
}

// jsonTree is a JSON document, read once, with the place of every value.
type jsonTree struct {
	root  *jsonValue
	text  []byte
	lines lineIndex
}

// jsonValue is one value of a document. All methods take nil as a value that is not there.
type jsonValue struct {
	kind jsonKind
	text string // of a string: decoded; of a number or boolean: as written
	at   int    // the offset of its first byte
	end  int    // the offset behind its last byte

	items    []*jsonValue // of a list, or the members of an object, repeated ones too, in the order of the file
	repeated []*jsonValue // the members of an object whose key an earlier one has

	key   string // if it is the member of an object
	keyAt int
}

// parseJSONTree reads a JSON document, which must be UTF-8, and within the limits; a byte order mark is passed over.
func parseJSONTree(data []byte) (*jsonTree, *textFault) {
	text, fault := checkText(data)
	if fault != nil {
		return nil, fault
	}
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, jsonFault(text, err)
	}
	t := &jsonTree{text: text, lines: indexLines(text)}
	w := jsonWalker{tree: t}
	if t.root, fault = w.value(1); fault != nil {
		return nil, fault
	}
	return t, nil
}

// parseJSONTreeObject is parseJSONTree for a document that must be an object.
func parseJSONTreeObject(data []byte) (*jsonTree, *textFault) {
	tree, fault := parseJSONTree(data)
	if fault == nil && !tree.root.is(jsonMembers) {
		return nil, errNoObject()
	}
	return tree, fault
}

// place returns line and column where a value begins, or the beginning of the document for none.
func (t *jsonTree) place(v *jsonValue) (line, column int) {
	if v == nil {
		return 1, 1
	}
	return t.lines.place(t.text, v.at)
}

// keyPlace returns line and column of a member's key; of a value that is no member, its own.
func (t *jsonTree) keyPlace(v *jsonValue) (line, column int) {
	if v == nil || v.keyAt == 0 {
		return t.place(v)
	}
	return t.lines.place(t.text, v.keyAt)
}

// written returns a value as the file writes it, without the space between its parts; a text without its quotes.
func (t *jsonTree) written(v *jsonValue) string {
	if v.is(jsonArray) || v.is(jsonMembers) {
		var b bytes.Buffer
		if json.Compact(&b, t.text[v.at:v.end]) == nil {
			return b.String()
		}
	}
	return v.string()
}

// is reports whether the value is of a kind.
func (v *jsonValue) is(kind jsonKind) bool { return v.kindOf() == kind }

func (v *jsonValue) kindOf() jsonKind {
	if v == nil {
		return jsonMissing
	}
	return v.kind
}

// given reports whether the value is there and not null.
func (v *jsonValue) given() bool { return v.kindOf() > jsonNull }

// member returns the member of an object, nil if it has none; of a repeated one the last, as the platforms' readers do.
func (v *jsonValue) member(key string) *jsonValue {
	if v.kindOf() != jsonMembers {
		return nil
	}
	for _, m := range slices.Backward(v.items) {
		if m.key == key {
			return m
		}
	}
	return nil
}

// members returns the members of an object in the order of the file, nothing for other values.
func (v *jsonValue) members() []*jsonValue {
	if v.kindOf() != jsonMembers {
		return nil
	}
	return v.items
}

// list returns the items of a list, nothing for other values.
func (v *jsonValue) list() []*jsonValue {
	if v.kindOf() != jsonArray {
		return nil
	}
	return v.items
}

// string returns the text of a string, number or boolean, "" for other values: what the platform's lenient readers take
// where they want a text.
func (v *jsonValue) string() string {
	if v == nil {
		return ""
	}
	return v.text
}

// isTrue reports whether the value is true, or the text of it in any case.
func (v *jsonValue) isTrue() bool {
	return v.is(jsonBool) && v.text == "true" || v.is(jsonString) && foldCase(v.text) == "true"
}

// strings returns the texts in a list of texts, or one text as a list of one; other items are left out.
func (v *jsonValue) strings() []string {
	if v.is(jsonString) {
		return []string{v.text}
	}
	var texts []string
	for _, item := range v.list() {
		if item.is(jsonString) {
			texts = append(texts, item.text)
		}
	}
	return texts
}

// jsonWalker goes through a text that is known to be valid JSON.
type jsonWalker struct {
	tree   *jsonTree
	at     int
	values int
}

func (w *jsonWalker) value(depth int) (*jsonValue, *textFault) {
	w.skipSpace()
	v := &jsonValue{at: w.at}
	defer func() { v.end = w.at }()
	if w.values++; w.values > maxJSONValues {
		return nil, w.limit("The file holds more than %d values, which is the limit.", maxJSONValues)
	}
	if depth > maxJSONDepth {
		return nil, w.limit("The file is nested more than %d deep, which is the limit.", maxJSONDepth)
	}
	switch w.tree.text[w.at] {
	case '{':
		v.kind = jsonMembers
		return v, w.object(v, depth)
	case '[':
		v.kind = jsonArray
		return v, w.array(v, depth)
	case '"':
		v.kind, v.text = jsonString, w.string()
	case 'n':
		v.kind = jsonNull
		w.at += len("null")
	case 't', 'f':
		v.kind, v.text = jsonBool, w.word()
	default:
		v.kind, v.text = jsonNumber, w.word()
	}
	return v, nil
}

func (w *jsonWalker) limit(format string, args ...any) *textFault {
	line, column := w.tree.lines.place(w.tree.text, w.at)
	return &textFault{line: line, column: column, what: fmt.Sprintf(format, args...)}
}

func (w *jsonWalker) array(v *jsonValue, depth int) *textFault {
	for w.more(']') {
		item, fault := w.value(depth + 1)
		if fault != nil {
			return fault
		}
		v.items = append(v.items, item)
	}
	return nil
}

func (w *jsonWalker) object(v *jsonValue, depth int) *textFault {
	seen := map[string]bool{}
	for w.more('}') {
		keyAt := w.at
		key := w.string()
		w.skipSpace()
		w.at++ // the colon
		member, fault := w.value(depth + 1)
		if fault != nil {
			return fault
		}
		member.key, member.keyAt = key, keyAt
		if v.items = append(v.items, member); seen[key] {
			v.repeated = append(v.repeated, member)
		}
		seen[key] = true
	}
	return nil
}

// more steps over the bracket or comma in front of the next item, or over the closing bracket.
func (w *jsonWalker) more(closing byte) bool {
	w.skipSpace()
	if w.tree.text[w.at] != closing {
		w.at++
		w.skipSpace()
	}
	if w.tree.text[w.at] == closing {
		w.at++
		return false
	}
	return true
}

// skipSpace leaves the walker at the next byte that means something, or at the end.
func (w *jsonWalker) skipSpace() {
	for w.at < len(w.tree.text) && bytes.IndexByte([]byte(" \t\r\n"), w.tree.text[w.at]) >= 0 {
		w.at++
	}
}

// string steps over a string and returns it decoded.
func (w *jsonWalker) string() string {
	from, escaped := w.at, false
	for w.at++; w.tree.text[w.at] != '"'; w.at++ {
		if w.tree.text[w.at] == '\\' {
			escaped = true
			w.at++
		}
	}
	w.at++
	raw := w.tree.text[from:w.at]
	if !escaped {
		return string(raw[1 : len(raw)-1])
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// word steps over a number or boolean and returns it as written.
func (w *jsonWalker) word() string {
	from := w.at
	for w.at < len(w.tree.text) && bytes.IndexByte([]byte(" \t\r\n,]}"), w.tree.text[w.at]) < 0 {
		w.at++
	}
	return string(w.tree.text[from:w.at])
}
