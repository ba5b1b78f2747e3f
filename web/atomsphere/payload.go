package atomsphere

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// payload is an object of a request, whichever its format: texts, numbers, truth values, objects and lists by name. What it
// holds that nobody asks for does not matter, as Boomi's clients send much.
type payload map[string]any

// maxDepth is how deep a request may be nested.
const maxDepth = 32

func readAll(r io.Reader) ([]byte, error) { return io.ReadAll(r) } //nolint:wrapcheck // its caller looks at the error itself

// parse reads a body; an empty one is an empty object. The format is what the body itself shows: some clients name another.
func parse(body []byte) (payload, error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	switch {
	case len(body) == 0:
		return payload{}, nil
	case !utf8.Valid(body): // which the reader of JSON would mend without a word
		return nil, errNoText
	case body[0] == '<':
		return parseXML(body)
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var p payload
	if err := d.Decode(&p); err != nil {
		return nil, bad("The request is no JSON object: %s.", jsonFault(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, bad("The request has something behind its JSON object.")
	}
	return p, sound(map[string]any(p), 1)
}

// errNoText refuses what no text of ours may hold: databases and logs take neither.
var errNoText = bad("The request holds a NUL, or bytes that are no text in UTF-8. Send plain text in UTF-8.")

var errTooDeep = bad("The request is nested more than %d deep.", maxDepth)

func jsonFault(err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("at byte %d, %s", syntax.Offset, syntax.Error())
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	default:
		return "it begins otherwise"
	}
}

// sound refuses an object that is nested too deep, or that has a NUL in any text, wherever it stands.
func sound(value any, depth int) error {
	switch v := value.(type) {
	case map[string]any:
		if depth > maxDepth {
			return errTooDeep
		}
		for _, inner := range v {
			if err := sound(inner, depth+1); err != nil {
				return err
			}
		}
	case []any:
		if depth > maxDepth {
			return errTooDeep
		}
		for _, inner := range v {
			if err := sound(inner, depth+1); err != nil {
				return err
			}
		}
	case string:
		if !isText(v) {
			return errNoText
		}
	}
	return nil
}

// isText tells whether everything that keeps or shows a text takes this one.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// parseXML reads the root's attributes and elements as the fields of an object; an element that repeats is a list. No
// document type declaration is read, nor any entity but XML's own.
func parseXML(body []byte) (payload, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err != nil {
			return nil, bad("The request is no well-formed XML.")
		}
		switch tk := token.(type) {
		case xml.Directive:
			return nil, errDirective
		case xml.StartElement:
			value, err := xmlValue(d, tk, 1)
			if err != nil {
				return nil, err
			}
			if !endsHere(d) {
				return nil, bad("The request has something behind its XML element.")
			}
			if p, ok := value.(map[string]any); ok {
				return p, nil
			}
			return payload{}, nil
		}
	}
}

var errDirective = bad("The request has a document type declaration, which is not read. Leave it out.")

// endsHere tells whether nothing comes any more but blanks and comments.
func endsHere(d *xml.Decoder) bool {
	for {
		token, err := d.Token()
		switch tk := token.(type) {
		case xml.Comment:
		case xml.CharData:
			if len(bytes.TrimSpace(tk)) > 0 {
				return false
			}
		default:
			return errors.Is(err, io.EOF)
		}
	}
}

// xmlValue is an element: its text, or an object when it has attributes or elements of its own.
func xmlValue(d *xml.Decoder, start xml.StartElement, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errTooDeep
	}
	p := map[string]any{}
	for _, a := range start.Attr {
		if a.Name.Space == "" && a.Name.Local != "xmlns" {
			p[a.Name.Local] = a.Value
		}
	}
	var words strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return nil, bad("The request is no well-formed XML.")
		}
		switch tk := token.(type) {
		case xml.Directive:
			return nil, errDirective
		case xml.CharData:
			words.Write(tk)
		case xml.StartElement:
			value, err := xmlValue(d, tk, depth+1)
			if err != nil {
				return nil, err
			}
			p[tk.Name.Local] = joined(p[tk.Name.Local], value)
		case xml.EndElement:
			if len(p) == 0 {
				return strings.TrimSpace(words.String()), nil
			}
			return p, nil
		}
	}
}

// joined adds a repeated element to those before it.
func joined(before, value any) any {
	switch b := before.(type) {
	case nil:
		return value
	case []any:
		return append(b, value)
	default:
		return []any{b, value}
	}
}

// text is a text of the object; numbers and truth values are taken as written. Missing, null and "null", which shells send
// for a variable that is not set, are empty.
func (p payload) text(name string) (string, error) {
	switch v := p[name].(type) {
	case nil:
		return "", nil
	case string:
		if v == "null" {
			return "", nil
		}
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	default:
		return "", bad("%s must be a text.", name)
	}
}

// has tells whether the object says anything of the name.
func (p payload) has(name string) bool { return p[name] != nil }

// flag is a truth value, also as a text; nil where the object does not say.
func (p payload) flag(name string) (*bool, error) {
	said, err := p.text(name)
	if err != nil || said == "" {
		return nil, err
	}
	value, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(said)))
	if err != nil {
		return nil, bad("%s must be true or false.", name)
	}
	return &value, nil
}

// object is an object within; nil where there is none.
func (p payload) object(name string) (payload, error) {
	switch v := p[name].(type) {
	case nil:
		return nil, nil //nolint:nilnil // none is an object without anything
	case map[string]any:
		return v, nil
	case string:
		if strings.TrimSpace(v) == "" { // an empty element
			return nil, nil //nolint:nilnil // as above
		}
	}
	return nil, bad("%s must be an object.", name)
}

// list are the objects of a list; one that stands alone is a list of one.
func (p payload) list(name string) ([]payload, error) {
	all, ok := p[name].([]any)
	if !ok {
		if !p.has(name) {
			return nil, nil
		}
		all = []any{p[name]}
	}
	list := make([]payload, len(all))
	for i, value := range all {
		inner, ok := value.(map[string]any)
		if !ok {
			return nil, bad("%s must be a list of objects.", name)
		}
		list[i] = inner
	}
	return list, nil
}
