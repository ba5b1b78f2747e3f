package packfile

// The descriptions of a Google SecOps integration come in two forms with the same meaning: the source, YAML that authors
// write, and the built form, JSON that the vendor's packager makes of it. This file reads both in one way.

import "strings"

// secopsField is one field of a description, as the source calls it and as the built form does. A dot leads into a
// mapping within. "" means that the form has no such field.
type secopsField struct{ source, built string }

// secopsRecord is one mapping of a description. All methods take fields that are not there.
type secopsRecord interface {
	text(f secopsField) (string, bool) // false: not there, null or no single value
	texts(f secopsField) []string      // of a list
	records(f secopsField) []secopsRecord
	line() int
}

// secopsSource is a mapping of a YAML file.
type secopsSource struct{ node yamlNode }

func (s secopsSource) at(f secopsField) (yamlNode, bool) {
	node := s.node
	for name := range strings.SplitSeq(f.source, ".") {
		var ok bool
		if node, ok = node.get(name); !ok {
			return yamlNode{}, false
		}
	}
	return node, true
}

func (s secopsSource) text(f secopsField) (string, bool) {
	node, ok := s.at(f)
	if !ok {
		return "", false
	}
	switch node.kind() {
	case yamlNone, yamlNull, yamlList, yamlMap, yamlAlias:
		return "", false
	default:
		return node.scalar(), true
	}
}

func (s secopsSource) texts(f secopsField) []string {
	node, ok := s.at(f)
	if !ok {
		return nil
	}
	var texts []string
	for _, item := range node.items() {
		texts = append(texts, item.scalar())
	}
	return texts
}

func (s secopsSource) records(f secopsField) []secopsRecord {
	node, ok := s.at(f)
	if !ok {
		return nil
	}
	return secopsSources(node)
}

func (s secopsSource) line() int {
	line, _ := s.node.place()
	return line
}

// secopsSources are the members of a list in a YAML file.
func secopsSources(list yamlNode) []secopsRecord {
	var records []secopsRecord
	for _, item := range list.items() {
		records = append(records, secopsSource{item})
	}
	return records
}

// secopsBuilt is an object of a JSON file.
type secopsBuilt struct {
	tree  *jsonTree
	value *jsonValue
}

func (b secopsBuilt) at(f secopsField) *jsonValue {
	value := b.value
	for name := range strings.SplitSeq(f.built, ".") {
		value = value.member(name)
	}
	return value
}

func (b secopsBuilt) text(f secopsField) (string, bool) {
	value := b.at(f)
	if !value.given() || value.is(jsonArray) || value.is(jsonMembers) {
		return "", false
	}
	return strings.TrimSpace(value.string()), true
}

func (b secopsBuilt) texts(f secopsField) []string {
	var texts []string
	for _, item := range b.at(f).list() {
		texts = append(texts, strings.TrimSpace(item.string()))
	}
	return texts
}

func (b secopsBuilt) records(f secopsField) []secopsRecord { return b.tree.secopsRecords(b.at(f)) }

func (b secopsBuilt) line() int {
	line, _ := b.tree.place(b.value)
	return line
}

// secopsRecords are the items of a list in a JSON file.
func (t *jsonTree) secopsRecords(list *jsonValue) []secopsRecord {
	var records []secopsRecord
	for _, item := range list.list() {
		records = append(records, secopsBuilt{t, item})
	}
	return records
}
