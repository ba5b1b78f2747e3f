package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract is openapi.yaml as the server serves it, with its schemas at hand.
type contract struct {
	t          *testing.T
	doc        map[string]any
	operations []operation
	compiler   *jsonschema.Compiler
	schemas    map[string]*jsonschema.Schema // by place in the document
}

// operation is one of the document.
type operation struct {
	id, method, path string // as the document writes them
	at               []string
	said             map[string]any
}

const contractURL = "https://packtide.example/openapi.json"

// readContract reads the document that is served. Of what it answers, schemas are made strict: it says that clients pass over
// fields that they do not know, but we send none that it does not name.
func readContract(t *testing.T, served []byte) *contract {
	t.Helper()
	c := &contract{t: t, schemas: map[string]*jsonschema.Schema{}, compiler: jsonschema.NewCompiler()}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(served))
	if err != nil {
		t.Fatal(err)
	}
	c.doc = parsed.(map[string]any) //nolint:forcetypeassert // the test may end here
	strict(c.doc["components"].(map[string]any)["schemas"])
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource(contractURL, c.doc); err != nil {
		t.Fatal(err)
	}
	paths := c.doc["paths"].(map[string]any) //nolint:forcetypeassert // as above
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := paths[path].(map[string]any) //nolint:forcetypeassert // as above
		for _, method := range slices.Sorted(maps.Keys(item)) {
			said := item[method].(map[string]any) //nolint:forcetypeassert // as above
			c.operations = append(c.operations, operation{
				id: fmt.Sprint(said["operationId"]), method: strings.ToUpper(method), path: path, at: []string{"paths", path, method}, said: said,
			})
		}
	}
	return c
}

// strict closes every object that names its fields.
func strict(node any) {
	switch node := node.(type) {
	case map[string]any:
		_, names := node["properties"]
		if _, says := node["additionalProperties"]; names && !says {
			node["additionalProperties"] = false
		}
		for _, child := range node {
			strict(child)
		}
	case []any:
		for _, child := range node {
			strict(child)
		}
	}
}

// follow is what a reference stands for, and where.
func (c *contract) follow(node any, at []string) (map[string]any, []string) {
	c.t.Helper()
	m, _ := node.(map[string]any)
	text, ok := m["$ref"].(string)
	if !ok {
		return m, at
	}
	at = strings.Split(strings.TrimPrefix(text, "#/"), "/")
	var there any = c.doc
	for _, part := range at {
		next, ok := there.(map[string]any)[part]
		if !ok {
			c.t.Fatalf("%s leads nowhere", text)
		}
		there = next
	}
	return c.follow(there, at)
}

// responses are the documented answers by status.
func (o operation) responses() map[string]any {
	m, _ := o.said["responses"].(map[string]any)
	return m
}

// list is what the operation says of a field that holds texts.
func (o operation) list(field string) []string {
	var all []string
	for _, v := range asList(o.said[field]) {
		all = append(all, fmt.Sprint(v))
	}
	return all
}

func asList(v any) []any { l, _ := v.([]any); return l }

// parameters are the names of those in the place: path, query or header.
func (c *contract) parameters(o operation, in string) []string {
	var names []string
	for _, p := range asList(o.said["parameters"]) {
		m, _ := c.follow(p, nil)
		if m["in"] == in {
			names = append(names, fmt.Sprint(m["name"]))
		}
	}
	slices.Sort(names)
	return names
}

// takes are the documented kinds of the body.
func (c *contract) takes(o operation) []string {
	body, _ := c.follow(o.said["requestBody"], nil)
	content, _ := body["content"].(map[string]any)
	return slices.Sorted(maps.Keys(content))
}

// check holds an answer against what the document says of its status.
func (c *contract) check(o operation, r response) {
	c.t.Helper()
	key := strconv.Itoa(r.status)
	if _, ok := o.responses()[key]; !ok {
		c.t.Errorf("%s: %s answers %d, which is not documented: %.300s", o.id, r.what, r.status, r.body)
		return
	}
	answer, at := c.follow(o.responses()[key], append(slices.Clone(o.at), "responses", key))
	for name := range asMap(answer["headers"]) {
		if r.header.Get(name) == "" && name != headerReplayed {
			c.t.Errorf("%s: %s answers %d without the header %s", o.id, r.what, r.status, name)
		}
	}
	content := asMap(answer["content"])
	kind, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	switch _, documented := content[kind]; {
	case len(content) == 0 && len(r.body) > 0:
		c.t.Errorf("%s: %s answers %d with a body that is not documented: %.300s", o.id, r.what, r.status, r.body)
	case len(content) == 0:
	case !documented:
		c.t.Errorf("%s: %s answers %d as %q, which is not documented", o.id, r.what, r.status, kind)
	case strings.HasSuffix(kind, "json"):
		c.validate(o, r, append(slices.Clone(at), "content", kind, "schema"))
	}
}

func asMap(v any) map[string]any { m, _ := v.(map[string]any); return m }

func (c *contract) validate(o operation, r response, at []string) {
	c.t.Helper()
	pointer := ""
	for _, part := range at {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(part)
	}
	schema, ok := c.schemas[pointer]
	if !ok {
		var err error
		if schema, err = c.compiler.Compile(contractURL + "#" + pointer); err != nil {
			c.t.Fatalf("%s: %v", pointer, err)
		}
		c.schemas[pointer] = schema
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.body))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		c.t.Errorf("%s: %s answers %d against the document: %v\n%.600s", o.id, r.what, r.status, err, r.body)
	}
	if r.status < 300 && !json.Valid(r.body) {
		c.t.Errorf("%s: %s answers no JSON", o.id, r.what)
	}
}
