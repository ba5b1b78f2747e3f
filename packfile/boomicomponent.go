package packfile

// What is read of one bns:Component:
//
//	@componentId, @type, @name, @version  which component it is
//	bns:description                       of the primary component
//	every attribute and text that is another's componentId: a reference to it
//	shape                                 steps of a process, counted
//	bns:object/webservice                 what an API service offers (boomiapi.go)
//	bns:processOverrides                  extensible settings (boomioverrides.go)
//	bns:encryptedValues                   which fields hold secrets that are encrypted (boomisecret.go)

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
)

const apiService = "webservice" // the type of an API service

// boomiKinds says in words what a component calls type.
var boomiKinds = map[string]string{
	"process": "process", apiService: "API service", "connector-settings": "connection", "connector-action": "operation",
	"transform.map": "map", "transform.function": "map function", "documentcache": "document cache",
	"processproperty": "process property", "crossref": "cross reference table", "processroute": "process route",
	"profile.xml": "profile", "profile.json": "profile", "profile.flatfile": "profile", "profile.db": "profile", "profile.edi": "profile",
	"script.processing": "script", "script.mapping": "script", "flowservice": "flow service", "tradingpartner": "trading partner",
	"certificate": "certificate", "certificate.pgp": "PGP certificate", "customlibrary": "custom library", "xslt": "stylesheet",
}

// boomiComponent is one component while it is being read, and what was found in it.
type boomiComponent struct {
	path                                         string
	text                                         []byte // without a byte order mark
	lines                                        lineIndex
	id, kind, name, version, folder, description string
	rootAt                                       int // offsets in text
	routedAt                                     int // of a Process Route step; 0: there is none
	steps                                        int
	refers                                       map[string]bool // what may be other components' ids
	settings                                     []boomiSetting
	routes                                       []boomiRoute
	basePath                                     string // of an API service
	secrets                                      boomiSecrets
	fault                                        *textFault

	stack []xml.StartElement // the elements around the place that is read
	entry boomiEntry
}

var componentID = regexp.MustCompile(`^[0-9A-Za-z-]{36}$`)

// readComponent reads one XML file, and returns false if it is no component.
func readComponent(name string, data []byte) (boomiComponent, bool) {
	c := boomiComponent{path: name, refers: map[string]bool{}, text: bytes.TrimPrefix(data, utf8BOM)}
	known := false
	c.fault = eachXML(data, func(token xml.Token, depth, offset int) {
		switch tk := token.(type) {
		case xml.StartElement:
			c.stack = append(c.stack[:depth-1], tk)
			if depth == 1 {
				known = tk.Name == xml.Name{Space: boomiNamespace, Local: "Component"}
				c.takeRoot(tk, offset)
				return
			}
			c.takeElement(tk, offset)
		case xml.CharData:
			c.stack = c.stack[:depth]
			c.takeText(string(tk), offset)
		}
	})
	rooted := len(c.stack) > 0
	if rooted && !known || !rooted && !looksLikeComponent(asciiText(data)) {
		return boomiComponent{}, false
	}
	c.endEntry()
	c.stack = nil
	return c, true
}

func (c *boomiComponent) takeRoot(root xml.StartElement, offset int) {
	c.rootAt = offset
	c.id, c.kind, c.name = xmlAttribute(root, "componentId"), xmlAttribute(root, "type"), xmlAttribute(root, "name")
	c.version, c.folder = xmlAttribute(root, "version"), xmlAttribute(root, "folderFullPath")
}

// under tells which child of the component the place lies in.
func (c *boomiComponent) under(child string) bool {
	return len(c.stack) > 1 && c.stack[1].Name.Local == child
}

func (c *boomiComponent) takeElement(element xml.StartElement, offset int) {
	for _, a := range element.Attr {
		c.refer(a.Value)
	}
	switch {
	case c.under("processOverrides"):
		c.takeOverride(offset)
	case c.under("encryptedValues"):
		c.secrets.takeEncrypted(element)
	case c.under("object"):
		if element.Name.Local == "shape" {
			c.steps++
			if xmlAttribute(element, "shapetype") == "processroute" {
				c.routedAt = cmp.Or(c.routedAt, offset)
			}
		}
		if c.kind == apiService {
			c.takeRoute(offset)
		}
		c.secrets.takeElement(c.stack, offset)
	}
}

func (c *boomiComponent) takeText(text string, offset int) {
	c.refer(text)
	switch {
	case len(c.stack) == 2 && c.under("description"):
		c.description += text
	case c.under("object"):
		c.secrets.takeText(c.stack, strings.TrimSpace(text), offset)
	}
}

func (c *boomiComponent) refer(value string) {
	if value = strings.TrimSpace(value); componentID.MatchString(value) {
		c.refers[value] = true
	}
}

// kindWords is what people call the component.
func (c *boomiComponent) kindWords() string { return cmp.Or(boomiKinds[c.kind], "component") }

// label names the component in a sentence.
func (c *boomiComponent) label() string { return "“" + shorten(cmp.Or(c.name, c.id, c.path)) + "”" }

// place returns line and column of an offset.
func (c *boomiComponent) place(offset int) (line, column int) {
	if c.lines.starts == nil {
		c.lines = indexLines(c.text)
	}
	return c.lines.place(c.text, min(offset, len(c.text)))
}

func (c *boomiComponent) line(offset int) int {
	line, _ := c.place(offset)
	return line
}

// at completes a finding with its place in the component.
func (c *boomiComponent) at(offset int, f Finding) Finding {
	f.Path = c.path
	f.Line, f.Column = c.place(offset)
	return f
}

// firstAttribute returns the first of the attributes that the element has and that is not empty.
func firstAttribute(element xml.StartElement, names ...string) string {
	for _, name := range names {
		if value := xmlAttribute(element, name); value != "" {
			return value
		}
	}
	return ""
}

// skipsUnused tells whether the place lies in what the platform keeps of settings that are not used any more.
func skipsUnused(stack []xml.StartElement) bool {
	return slices.ContainsFunc(stack, func(e xml.StartElement) bool { return strings.HasPrefix(e.Name.Local, "unused") })
}
