package atomsphere

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"packtide/release"
)

// thing is an object of an answer: a type's name and its fields in order. A field holds a text, a number, a truth value, an
// instant, a thing or a list of things; nil is left out. One description serves both formats and the filters of queries.
type thing struct {
	kind   string
	fields fields
}

type fields []field

type field struct {
	name  string
	value any
}

// get is the value of a field; nil for none.
func (t thing) get(name string) any {
	for _, f := range t.fields {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// MarshalJSON writes the type as "@type", as clients look for it.
func (t thing) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"@type":`)
	if err := appendJSON(&b, t.kind); err != nil {
		return nil, err
	}
	for _, f := range t.fields {
		if f.value == nil {
			continue
		}
		b.WriteString("," + strconv.Quote(f.name) + ":")
		value := f.value
		if at, ok := value.(time.Time); ok {
			value = instant(at)
		}
		if list, ok := value.([]thing); ok && list == nil {
			value = []thing{}
		}
		if err := appendJSON(&b, value); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// appendJSON leaves < and & as they are: nobody reads an answer as HTML.
func appendJSON(b *bytes.Buffer, value any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	b.Truncate(b.Len() - 1) // the line's end
	return nil
}

// instant is how Boomi writes one.
func instant(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

// namespace is that of everything in XML, of which only the prefix is ours to choose.
const namespace = "http://api.platform.boomi.com/"

// asElement are the types, and the fields of other types, whose values are elements; all others are attributes.
var asElement = map[string]bool{
	"PackagedComponent": true, "PackagedComponentManifest": true, "Description": true, "queryToken": true, "message": true, "errorMessage": true,
}

// encodeXML writes an answer as Boomi does.
func encodeXML(t thing) ([]byte, error) {
	b := bytes.NewBufferString(xml.Header)
	if t.kind == "Error" {
		b.WriteString("<error><message>")
		escapeXML(b, text(t.get("message")))
		b.WriteString("</message></error>")
		return b.Bytes(), nil
	}
	err := appendXML(b, t.kind, t, ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:bns="`+namespace+`"`)
	return b.Bytes(), err
}

// appendXML writes one element with what it begins with besides its own attributes. Within it, texts come before things, as
// Boomi's schema has the query token before the results.
func appendXML(b *bytes.Buffer, name string, t thing, more string) error {
	b.WriteString("<bns:" + name + more)
	var inner, things fields
	for _, f := range t.fields {
		switch f.value.(type) {
		case nil:
		case thing, []thing:
			things = append(things, f)
		default:
			if asElement[t.kind] || asElement[f.name] {
				inner = append(inner, f)
				continue
			}
			b.WriteString(" " + f.name + `="`)
			escapeXML(b, text(f.value))
			b.WriteByte('"')
		}
	}
	inner = append(inner, things...)
	if len(inner) == 0 {
		b.WriteString("/>")
		return nil
	}
	b.WriteByte('>')
	for _, f := range inner {
		if err := appendField(b, f); err != nil {
			return err
		}
	}
	b.WriteString("</bns:" + name + ">")
	return nil
}

func appendField(b *bytes.Buffer, f field) error {
	switch v := f.value.(type) {
	case thing:
		return appendXML(b, f.name, v, typed(f.name, v))
	case []thing:
		for _, t := range v {
			if err := appendXML(b, f.name, t, typed(f.name, t)); err != nil {
				return err
			}
		}
	default:
		b.WriteString("<bns:" + f.name + ">")
		escapeXML(b, text(v))
		b.WriteString("</bns:" + f.name + ">")
	}
	return nil
}

// typed names the type of an element that may be of any.
func typed(name string, t thing) string {
	if name == "result" || name == "Result" {
		return ` xsi:type="bns:` + t.kind + `"`
	}
	return ""
}

func escapeXML(b *bytes.Buffer, s string) { _ = xml.EscapeText(b, []byte(s)) } // a buffer takes everything

// text is a value as both formats and filters have it.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case time.Time:
		return instant(v)
	case release.Version:
		return v.String()
	default:
		return ""
	}
}

// writer answers in the client's format.
type writer struct {
	http.ResponseWriter
	xml bool
}

// answer sends a thing, true (which Boomi says of some deletions), or nothing.
func (w writer) answer(status int, answer any) error {
	var body []byte
	var err error
	kind := "application/json"
	t, isThing := answer.(thing)
	switch {
	case answer == nil:
		w.WriteHeader(status)
		return nil
	case isThing && w.xml:
		kind = "application/xml"
		body, err = encodeXML(t)
	case w.xml:
		kind = "text/plain"
		body = []byte("true")
	default:
		body, err = json.Marshal(answer)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind) // no charset: some clients compare it as a whole
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil { //nolint:gosec // JSON or XML, and no browser takes it for a page
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}
