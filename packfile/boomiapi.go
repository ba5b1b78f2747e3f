package packfile

import (
	"slices"
	"strings"
)

// boomiRoute is one thing that an API service offers.
//
//	webservice[@urlPath]/restApi/route[@processId]/overrides[@httpMethod, @urlPath, @objectName, @inputType, @outputType]
//
// and in soapApi and odataApi alike: whatever names a process there.
type boomiRoute struct {
	api                                            string // "REST", "SOAP", "OData"
	process, method, path, object, inputs, outputs string
	offset                                         int
}

var boomiAPIs = map[string]string{"restApi": "REST", "soapApi": "SOAP", "odataApi": "OData"}

// takeRoute takes the element at the end of the stack, if it tells of the API.
func (c *boomiComponent) takeRoute(offset int) {
	const service, api = 2, 3 // Component, object, webservice, restApi
	if len(c.stack) <= service || c.stack[service].Name.Local != apiService {
		return
	}
	element := c.stack[len(c.stack)-1]
	if len(c.stack) == service+1 {
		c.basePath = xmlAttribute(element, "urlPath")
		return
	}
	kind := boomiAPIs[c.stack[api].Name.Local]
	if kind == "" {
		return
	}
	switch process, told := findXMLAttribute(element, "processId"); {
	case told:
		c.routes = append(c.routes, boomiRoute{api: kind, process: process, offset: offset})
	case element.Name.Local != "overrides" || len(c.routes) == 0:
		return
	}
	r := &c.routes[len(c.routes)-1]
	for name, value := range map[string]*string{
		"httpMethod": &r.method, "urlPath": &r.path, "objectName": &r.object, "inputType": &r.inputs, "outputType": &r.outputs,
	} {
		if said := xmlAttribute(element, name); said != "" {
			*value = said
		}
	}
}

// offered are the paths and objects of the API, each once. A route that names neither takes both from its process.
func (c *boomiComponent) offered() []Part {
	var parts []Part
	seen := map[string]bool{}
	offer := func(kind, what string, r boomiRoute) {
		name := strings.Join(slices.DeleteFunc([]string{r.api, r.method, what}, func(s string) bool { return s == "" }), " ")
		if seen[kind+name] {
			return
		}
		seen[kind+name] = true
		p := Part{Kind: kind, Key: c.id + "/" + name, Name: name, File: c.path, Line: c.line(r.offset)}
		for _, f := range []Facet{{"process", r.process}, {"input type", r.inputs}, {"output type", r.outputs}} {
			if f.Value != "" {
				p.Facets = append(p.Facets, f)
			}
		}
		parts = append(parts, p)
	}
	for _, r := range c.routes {
		at := urlPath(c.basePath, r.path)
		switch {
		case r.path == "" && r.object == "":
			offer(partAPIPath, at+" (as process "+r.process+" says)", r)
		case r.path != "":
			offer(partAPIPath, at, r)
		}
		if r.object != "" {
			offer(partAPIObject, r.object+" at "+at, r)
		}
	}
	return parts
}

// urlPath joins the parts of a path, whether or not they begin and end in slashes.
func urlPath(parts ...string) string {
	var all []string
	for _, p := range parts {
		if p = strings.Trim(p, "/"); p != "" {
			all = append(all, p)
		}
	}
	return "/" + strings.Join(all, "/")
}
