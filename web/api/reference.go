package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"packtide/web/view"
)

// The document as its pages show it: read once at the start, in the order in which it is written.

// inOrder is an object of the document whose members keep their order.
type inOrder[T any] []memberOf[T]

type memberOf[T any] struct {
	name  string
	value T
}

// UnmarshalYAML reads the members one after the other.
func (o *inOrder[T]) UnmarshalYAML(n *yaml.Node) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		m := memberOf[T]{name: n.Content[i].Value}
		if err := n.Content[i+1].Decode(&m.value); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		*o = append(*o, m)
	}
	return nil
}

func (o inOrder[T]) get(name string) T {
	for _, m := range o {
		if m.name == name {
			return m.value
		}
	}
	var none T
	return none
}

type docFile struct {
	Info  struct{ Description string }
	Tags  []struct{ Name, Description string }
	Paths inOrder[inOrder[docOperation]]

	Components struct {
		Parameters inOrder[docParameter]
		Responses  inOrder[docResponse]
		Schemas    inOrder[docSchema]
	}
}

type docOperation struct {
	OperationID string `yaml:"operationId"`
	Tags        []string
	Summary     string
	Description string
	Roles       []string `yaml:"x-roles"`
	Parameters  []docParameter
	RequestBody struct{ Content inOrder[docMedia] } `yaml:"requestBody"`
	Responses   inOrder[docResponse]
}

type docParameter struct {
	Ref         string `yaml:"$ref"`
	Name, In    string
	Required    bool
	Description string
	Schema      docSchema
}

type docResponse struct {
	Ref         string `yaml:"$ref"`
	Description string
	Content     inOrder[docMedia]
}

type docMedia struct{ Schema docSchema }

type docSchema struct {
	Ref                  string `yaml:"$ref"`
	Type                 yaml.Node
	Format               string
	Enum                 []any
	Description          string
	Items                *docSchema
	OneOf                []docSchema `yaml:"oneOf"`
	Required             []string
	Properties           inOrder[docSchema]
	AdditionalProperties yaml.Node `yaml:"additionalProperties"`
	Examples             []any
}

// Reference is the document for the pages that show it. Like contractJSON, it panics on a document that can't be read.
func Reference() view.APIReference {
	var doc docFile
	if err := yaml.Unmarshal(openapi, &doc); err != nil {
		panic(fmt.Errorf("read openapi.yaml: %w", err))
	}
	r := view.APIReference{Intro: doc.Info.Description}
	for _, tag := range doc.Tags {
		n := view.APINoun{Slug: strings.ReplaceAll(strings.ToLower(tag.Name), " ", "-"), Name: tag.Name, Says: tag.Description}
		for _, path := range doc.Paths {
			for _, o := range path.value {
				if slices.Contains(o.value.Tags, tag.Name) {
					n.Operations = append(n.Operations, doc.operation(o.name, path.name, o.value))
				}
			}
		}
		r.Nouns = append(r.Nouns, n)
	}
	for _, s := range doc.Components.Schemas {
		r.Things = append(r.Things, thing(s.name, s.value))
	}
	return r
}

// lastOf is the name at the end of a reference.
func lastOf(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }

func (d docFile) operation(method, path string, o docOperation) view.APIOperation {
	out := view.APIOperation{ID: o.OperationID, Method: strings.ToUpper(method), Path: path, Summary: o.Summary, Says: o.Description}
	for _, role := range o.Roles {
		out.Roles = append(out.Roles, roleWords[role])
	}
	for _, p := range o.Parameters {
		if p.Ref != "" {
			p = d.Components.Parameters.get(lastOf(p.Ref))
		}
		out.Parameters = append(out.Parameters, view.APIField{Name: p.Name, In: p.In, Type: typeOf(p.Schema), Needed: p.Required, Says: p.Description})
	}
	for _, b := range o.RequestBody.Content {
		out.Bodies = append(out.Bodies, view.APIBody{Kind: b.name, Thing: lastOf(b.value.Schema.Ref)})
	}
	for _, a := range o.Responses {
		out.Answers = append(out.Answers, d.answer(a.name, a.value))
	}
	out.Example = d.example(out, o)
	return out
}

// roleWords are the roles as people know them.
var roleWords = map[string]string{
	"publisher": "publishers", "publisher_viewer": "those who look on at a publisher", "admin": "admins of an account",
	"account_viewer": "those who look on at an account", "support": "support", "operator": "operators", "agent": "agents",
}

func (d docFile) answer(status string, a docResponse) view.APIAnswer {
	if a.Ref != "" {
		a = d.Components.Responses.get(lastOf(a.Ref))
	}
	out := view.APIAnswer{Status: status, Meaning: a.Description}
	if status == "default" {
		out.Status = "5xx"
	}
	for _, m := range a.Content {
		switch {
		case strings.HasSuffix(m.name, "json") && m.value.Schema.Ref != "":
			out.Things = append(out.Things, lastOf(m.value.Schema.Ref))
		case !strings.HasSuffix(m.name, "json"):
			out.Kinds = append(out.Kinds, m.name)
		}
	}
	return out
}

// example is the operation as a line of curl.
func (d docFile) example(o view.APIOperation, said docOperation) string {
	path := o.Path
	for _, p := range o.Parameters {
		if p.In == "path" {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", "$"+strings.ToUpper(p.Name))
		}
		if p.In == "query" && p.Needed {
			path += "?" + p.Name + "=$" + strings.ToUpper(p.Name)
		}
	}
	lines := []string{`curl "$PACKTIDE/api/v1` + path + `"`}
	if o.Method != http.MethodGet {
		lines[0] = "curl -X " + o.Method + lines[0][len("curl"):]
	}
	if len(o.Roles) > 0 {
		lines = append(lines, `-H "Authorization: Bearer $TOKEN"`)
	}
	for _, m := range said.RequestBody.Content {
		body := d.Components.Schemas.get(lastOf(m.value.Schema.Ref))
		switch {
		case m.name == "application/json" && len(body.Examples) > 0:
			lines = append(lines, "--json '"+jsonText(body.Examples[0])+"'")
		case m.name == "application/json":
			lines = append(lines, "--json '{}'")
		case len(said.RequestBody.Content) == 1:
			lines = append(lines, "-F file=@package.zip -F shareable=true")
		}
	}
	return strings.Join(lines, " \\\n  ")
}

// jsonText writes an example of the document in one line.
func jsonText(example any) string {
	text, err := json.Marshal(example)
	if err != nil {
		panic(fmt.Errorf("write an example of openapi.yaml: %w", err))
	}
	return string(text)
}

func thing(name string, s docSchema) view.APIThing {
	t := view.APIThing{Name: name, Says: s.Description, Type: words(s)}
	for _, p := range s.Properties {
		t.Fields = append(t.Fields, view.APIField{
			Name: p.name, Type: typeOf(p.value), Needed: slices.Contains(s.Required, p.name), Says: p.value.Description,
		})
	}
	return t
}

// typeOf is what a value is, in words and with the thing that it is.
func typeOf(s docSchema) view.APIType {
	switch {
	case s.Ref != "":
		return view.APIType{Thing: lastOf(s.Ref)}
	case len(s.OneOf) == 2 && hasType(s.OneOf[1], "null"):
		t := typeOf(s.OneOf[0])
		t.After += " or null"
		return t
	case s.Items != nil:
		t := typeOf(*s.Items)
		t.Before = strings.TrimSpace("list of " + t.Before)
		return t
	default:
		return view.APIType{Before: words(s)}
	}
}

func hasType(s docSchema, name string) bool { return slices.Contains(typesOf(s), name) }

// typesOf are the schema's types: one, or several.
func typesOf(s docSchema) []string {
	if s.Type.Value != "" {
		return []string{s.Type.Value}
	}
	var all []string
	for _, n := range s.Type.Content {
		all = append(all, n.Value)
	}
	return all
}

// words are what a plain value is.
func words(s docSchema) string {
	if len(s.Enum) > 0 {
		var known []string
		for _, e := range s.Enum {
			if e == nil {
				e = "null"
			}
			known = append(known, fmt.Sprint(e))
		}
		return strings.Join(known, ", ")
	}
	var all []string
	for _, t := range typesOf(s) {
		all = append(all, map[string]string{"string": "text", "integer": "whole number", "boolean": "true or false"}[t])
		if all[len(all)-1] == "" {
			all[len(all)-1] = t
		}
	}
	if len(s.OneOf) > 0 {
		for _, one := range s.OneOf {
			all = append(all, lastOf(one.Ref))
		}
	}
	text := strings.Join(all, " or ")
	if s.Format != "" {
		text += " (" + s.Format + ")"
	}
	return text
}
