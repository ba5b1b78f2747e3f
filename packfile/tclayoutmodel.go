package packfile

import (
	"fmt"
	"strings"
)

const layoutJSON = "layout.json"

// layoutModel is what an app's layout.json says: the sections of its form, and when which output is shown.
type layoutModel struct {
	path string // of layout.json, as findings name it
	tree *jsonTree
	root *jsonValue // the object

	inputs  []layoutSection
	outputs []layoutItem
}

// layoutSection is one of inputs[].
type layoutSection struct {
	node  *jsonValue
	field string // "inputs[0]"

	title, sequence string
	parameters      []layoutItem
}

// layoutItem is a parameter of a section, or one of outputs[].
type layoutItem struct {
	node  *jsonValue
	field string // "inputs[0].parameters[2]"

	name    string
	display string // the condition under which it is shown; "" for always
	hidden  bool
}

// readLayoutModel reads layout.json; path is its name in findings.
func readLayoutModel(path string, data []byte) (*layoutModel, *textFault) {
	tree, fault := parseJSONTreeObject(data)
	if fault != nil {
		return nil, fault
	}
	l := &layoutModel{path: path, tree: tree, root: tree.root}
	for i, node := range l.root.member("inputs").list() {
		if !node.is(jsonMembers) {
			continue
		}
		s := layoutSection{node: node, field: fmt.Sprintf("inputs[%d]", i)}
		s.title = strings.TrimSpace(node.member("title").string())
		s.sequence = node.member("sequence").string()
		s.parameters = readLayoutItems(node.member("parameters"), s.field+".parameters")
		l.inputs = append(l.inputs, s)
	}
	l.outputs = readLayoutItems(l.root.member("outputs"), "outputs")
	return l, nil
}

func readLayoutItems(list *jsonValue, field string) []layoutItem {
	var items []layoutItem
	for i, node := range list.list() {
		if node.is(jsonMembers) {
			items = append(items, layoutItem{
				node: node, field: fmt.Sprintf("%s[%d]", field, i),
				name:    strings.TrimSpace(node.member("name").string()),
				display: strings.TrimSpace(node.member("display").string()),
				hidden:  node.member("hidden").isTrue(),
			})
		}
	}
	return items
}
