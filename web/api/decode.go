package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"packtide/release"
	"packtide/web"
)

// decode reads the body into a struct of T: every field that T does not know is named, every value of a wrong type is told by
// its JSON pointer, all of them at once. Fields that may be left out are pointers, slices or maps; others keep their zero.
func decode[T any](c *call) (T, error) {
	var into T
	if len(c.body) == 0 {
		return into, errBodyMissing
	}
	n, err := parse(c.body)
	if err != nil {
		return into, err
	}
	b := binder{}
	b.bind(n, reflect.ValueOf(&into).Elem(), "")
	return into, several(b.refusals)
}

var errBodyMissing = &release.Error{Kind: release.Invalid, Message: "This address takes a JSON body. Send one, with Content-Type: application/json."}

// node is one value of a JSON text, with objects in their order: a name that is given twice is no slip to pass over.
type node struct {
	value   any // string, json.Number, bool, nil; or for []node and object, see below
	array   []node
	members []member
	is      string // "object", "array", "text", "number", "boolean", "null"
}

type member struct {
	name  string
	value node
}

const maxDepth = 32

// parse reads one JSON value and nothing behind it.
func parse(data []byte) (node, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	n, err := parseValue(d, 0)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more behind the value")
		}
	}
	if err != nil {
		return node{}, malformed(fmt.Sprintf("The body is no JSON that can be read, at byte %d: %s.", d.InputOffset(), jsonFault(err)))
	}
	return n, nil
}

func jsonFault(err error) string {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return "it ends too early"
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

func parseValue(d *json.Decoder, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, errors.New("it is nested too deep")
	}
	t, err := d.Token()
	if err != nil {
		return node{}, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return parseObject(d, depth)
		}
		return parseArray(d, depth)
	case string:
		return node{is: "text", value: t}, nil
	case json.Number:
		return node{is: "number", value: t}, nil
	case bool:
		return node{is: "boolean", value: t}, nil
	default:
		return node{is: "null"}, nil
	}
}

func parseObject(d *json.Decoder, depth int) (node, error) {
	n := node{is: "object"}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return n, err
		}
		value, err := parseValue(d, depth+1)
		if err != nil {
			return n, err
		}
		n.members = append(n.members, member{fmt.Sprint(name), value})
	}
	_, err := d.Token()
	return n, err
}

func parseArray(d *json.Decoder, depth int) (node, error) {
	n := node{is: "array"}
	for d.More() {
		value, err := parseValue(d, depth+1)
		if err != nil {
			return n, err
		}
		n.array = append(n.array, value)
	}
	_, err := d.Token()
	return n, err
}

// binder puts nodes into Go values, and notes what does not fit.
type binder struct{ refusals release.Errors }

// However much is wrong, the answer stays small.
const (
	maxRefusals = 50  // how many things are told at once
	maxNames    = 100 // how many names of its own choosing a request may give in one object
	maxNameTold = 100 // how many characters of such a name are told
)

func (b *binder) refuse(pointer, format string, args ...any) {
	if len(b.refusals) < maxRefusals {
		b.refusals = append(b.refusals, onField(pointer, format, args...))
	}
}

func (b *binder) wrong(pointer, want string, n node) {
	if pointer == "" {
		b.refuse(pointer, "The body must be %s, not %s.", want, article(n.is))
		return
	}
	b.refuse(pointer, "%s must be %s, not %s.", pointer, want, article(n.is))
}

func article(is string) string {
	switch is {
	case "null":
		return is
	case "object", "array":
		return "an " + is
	default:
		return "a " + is
	}
}

func (b *binder) bind(n node, into reflect.Value, pointer string) {
	if into.Kind() == reflect.Pointer {
		if n.is != "null" {
			into.Set(reflect.New(into.Type().Elem()))
			b.bind(n, into.Elem(), pointer)
		}
		return
	}
	if text, ok := reflect.TypeAssert[encoding.TextUnmarshaler](into.Addr()); ok {
		b.bindText(n, text, pointer)
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		b.bindStruct(n, into, pointer)
	case reflect.Slice:
		b.bindSlice(n, into, pointer)
	case reflect.Map:
		b.bindMap(n, into, pointer)
	default:
		b.bindScalar(n, into, pointer)
	}
}

func (b *binder) bindText(n node, into encoding.TextUnmarshaler, pointer string) {
	text, ok := n.value.(string)
	if !ok {
		b.wrong(pointer, "a text", n)
		return
	}
	if into.UnmarshalText([]byte(text)) == nil {
		return
	}
	if _, isID := into.(*release.ID); isID {
		b.refuse(pointer, "This is no id.")
		return
	}
	b.refuse(pointer, "This can't be read.")
}

func (b *binder) bindScalar(n node, into reflect.Value, pointer string) {
	switch into.Kind() {
	case reflect.String:
		text, ok := n.value.(string)
		switch {
		case !ok:
			b.wrong(pointer, "a text", n)
		case !web.IsText(text):
			b.refuse(pointer, "This text holds a character that can't be kept.")
		default:
			into.SetString(text)
		}
	case reflect.Bool:
		yes, ok := n.value.(bool)
		if !ok {
			b.wrong(pointer, "true or false", n)
			return
		}
		into.SetBool(yes)
	case reflect.Int, reflect.Int64:
		number, ok := n.value.(json.Number)
		whole, err := number.Int64()
		if !ok || err != nil {
			b.wrong(pointer, "a whole number", n)
			return
		}
		into.SetInt(whole)
	default:
		panic("api: no body holds a " + into.Type().String())
	}
}

func (b *binder) bindSlice(n node, into reflect.Value, pointer string) {
	if n.is != "array" {
		b.wrong(pointer, "an array", n)
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(n.array), len(n.array)))
	for i, one := range n.array {
		b.bind(one, into.Index(i), pointer+"/"+strconv.Itoa(i))
	}
}

func (b *binder) bindMap(n node, into reflect.Value, pointer string) {
	if n.is != "object" {
		b.wrong(pointer, "an object", n)
		return
	}
	if len(n.members) > maxNames {
		b.refuse(pointer, "%s has more than %d fields. Give fewer.", pointer, maxNames)
		return
	}
	into.Set(reflect.MakeMap(into.Type()))
	for _, m := range n.members {
		key := reflect.New(into.Type().Key()).Elem()
		b.bind(node{is: "text", value: m.name}, key, pointer+"/"+escape(m.name))
		if into.MapIndex(key).IsValid() {
			b.refuse(pointer+"/"+escape(m.name), "This stands twice. Give it once.")
			continue
		}
		value := reflect.New(into.Type().Elem()).Elem()
		b.bind(m.value, value, pointer+"/"+escape(m.name))
		into.SetMapIndex(key, value)
	}
}

func (b *binder) bindStruct(n node, into reflect.Value, pointer string) {
	if n.is != "object" {
		b.wrong(pointer, "an object", n)
		return
	}
	var known []string
	fields := map[string]reflect.Value{}
	for field, value := range into.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		known = append(known, name)
		fields[name] = value
	}
	var seen []string
	for _, m := range n.members {
		at := pointer + "/" + escape(m.name)
		field, ok := fields[m.name]
		switch {
		case !ok:
			b.refuse(at, "There is no field %q here. It takes %s.", shorten(m.name), strings.Join(known, ", "))
		case slices.Contains(seen, m.name):
			b.refuse(at, "The field %q is given twice.", m.name)
		default:
			seen = append(seen, m.name)
			b.bind(m.value, field, at)
		}
	}
}

// escape writes a name as a part of a JSON pointer; of a long one, its beginning.
func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(shorten(name))
}

// shorten is as much of a name as is told.
func shorten(name string) string {
	n := 0
	for i := range name {
		if n == maxNameTold {
			return name[:i] + "…"
		}
		n++
	}
	return name
}
