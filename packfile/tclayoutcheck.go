package packfile

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The length of a section's title that the packager takes, in characters.
const (
	minLayoutTitle = 3
	maxLayoutTitle = 100
)

// tcLayoutCheck holds an app's layout.json against its install.json.
type tcLayoutCheck struct {
	*layoutModel
	jsonReport
	app    *installModel
	params map[string]*installParam // by name as written
	keys   map[string]*installParam // by what the platform makes of the name
	known  map[string]bool          // the names of the outputs
	shown  map[string]bool          // the keys of the parameters in a section
}

func (t *tcx) checkAppLayout() {
	c := tcLayoutCheck{
		layoutModel: t.app.layout, jsonReport: newJSONReport(&t.reading, t.app.layout.path, t.app.layout.tree), app: t.app,
		params: map[string]*installParam{}, keys: map[string]*installParam{}, known: map[string]bool{}, shown: map[string]bool{},
	}
	for i := range t.app.params {
		p := &t.app.params[i]
		c.params[p.name], c.keys[p.key] = p, p
	}
	for _, o := range t.app.outputs {
		c.known[o.name] = true
	}
	c.checkForm()
	for _, s := range c.inputs {
		c.checkSection(s)
		for _, item := range s.parameters {
			c.checkShown(item)
			c.checkDisplay(item)
		}
	}
	c.checkForgotten()
	for _, o := range c.outputs {
		c.checkShownOutput(o)
		c.checkDisplay(o)
	}
}

// checkForm wants lists of objects where layout.json has them.
func (c *tcLayoutCheck) checkForm() {
	const code = "TC-LAY-01"
	inputs := c.root.member("inputs")
	if !inputs.given() {
		c.report(c.root, Finding{Code: code, Field: "inputs", Message: "layout.json has no inputs.", Fix: "Add “inputs” with the sections of the form."})
	}
	c.checkList(inputs, "inputs")
	for _, s := range c.inputs {
		c.checkList(s.node.member("parameters"), s.field+".parameters")
	}
	c.checkList(c.root.member("outputs"), "outputs")

	c.unknownKeys(c.root, "", tcLayoutKeys, code)
	for _, s := range c.inputs {
		c.unknownKeys(s.node, s.field, tcLayoutSectionKeys, code)
		for _, item := range s.parameters {
			c.unknownKeys(item.node, item.field, tcLayoutItemKeys, code)
		}
	}
	for _, o := range c.outputs {
		c.unknownKeys(o.node, o.field, tcLayoutItemKeys, code)
	}
}

func (c *tcLayoutCheck) checkList(list *jsonValue, field string) {
	tcListForm{code: "TC-LAY-01", field: field, of: "objects", item: "This", like: "an object, { … }"}.check(list, c.report)
}

func (c *tcLayoutCheck) checkSection(s layoutSection) {
	const code = "TC-LAY-01"
	switch length := utf8.RuneCountInString(s.title); {
	case length == 0:
		c.report(memberOr(s.node, "title"), Finding{Code: code, Field: s.field + ".title", Message: "The section has no title.", Fix: "Give it a title."})
	case length < minLayoutTitle || length > maxLayoutTitle:
		c.report(s.node.member("title"), Finding{
			Code: code, Severity: SeverityWarning, Field: s.field + ".title",
			Message: fmt.Sprintf("The title “%s” has %d characters; the packager takes %d to %d.", shorten(s.title), length, minLayoutTitle, maxLayoutTitle),
			Fix:     "Give the section a title of that length.",
		})
	}
	if v := s.node.member("sequence"); !v.is(jsonNumber) || strings.ContainsAny(v.text, ".eE") {
		c.report(memberOr(s.node, "sequence"), Finding{
			Code: code, Severity: SeverityWarning, Field: s.field + ".sequence", Message: "The section has no whole number as its sequence.",
			Fix: "Set sequence to the section's place in the form, from 1.",
		})
	}
	if list := s.node.member("parameters"); len(list.list()) == 0 {
		c.report(memberOr(s.node, "parameters"), Finding{
			Code: code, Field: s.field + ".parameters", Message: fmt.Sprintf("The section “%s” shows no parameter.", shorten(s.title)),
			Fix: "Put a parameter into it, or take the section out.",
		})
	}
}

// checkShown wants a section to show parameters that the app has, and that are not hidden.
func (c *tcLayoutCheck) checkShown(item layoutItem) {
	const code = "TC-LAY-02"
	field, v := item.field+".name", memberOr(item.node, "name")
	c.shown[installKey(item.name)] = true
	p := c.params[item.name]
	switch {
	case item.name == "":
		c.report(v, Finding{Code: code, Field: field, Message: "The layout shows a parameter without a name.", Fix: "Name a parameter of install.json, or take it out."})
	case p == nil:
		fix := "Take it out, or add the parameter to install.json."
		if near := c.keys[installKey(item.name)]; near != nil {
			fix = fmt.Sprintf("Write the name as install.json does, “%s”.", shorten(near.name))
		}
		c.report(v, Finding{Code: code, Field: field, Message: fmt.Sprintf("The layout shows “%s”, but install.json has no such parameter.", shorten(item.name)), Fix: fix})
	case p.hidden || p.serviceConfig:
		c.report(v, Finding{
			Code: code, Severity: SeverityWarning, Field: field,
			Message: fmt.Sprintf("The layout shows “%s”, which install.json hides (%s).", shorten(item.name), p.field),
			Fix:     "Take it out of layout.json, or out of hiding in install.json.",
		})
	}
}

// checkForgotten wants every parameter in the layout that is not hidden: nobody can fill in the others.
func (c *tcLayoutCheck) checkForgotten() {
	for _, p := range c.app.params {
		if p.hidden || p.serviceConfig || p.key == "" || c.shown[p.key] {
			continue
		}
		c.report(c.root.member("inputs"), Finding{
			Code: "TC-LAY-03", Field: "inputs", Message: fmt.Sprintf("No section shows the parameter “%s” (%s of install.json).", shorten(p.name), p.field),
			Fix: "Put it into a section of layout.json, or hide it in install.json.",
		})
	}
}

func (c *tcLayoutCheck) checkShownOutput(o layoutItem) {
	const code = "TC-LAY-04"
	if o.name == "" || !c.known[o.name] {
		c.report(memberOr(o.node, "name"), Finding{
			Code: code, Field: o.field + ".name", Message: fmt.Sprintf("The layout shows the output “%s”, but install.json has no such output.", shorten(o.name)),
			Fix: "Take it out, or add the output to install.json.",
		})
	}
	if o.display == "" {
		c.report(memberOr(o.node, "display"), Finding{
			Code: code, Field: o.field + ".display", Message: fmt.Sprintf("The layout does not say when the output “%s” is shown.", shorten(o.name)),
			Fix: "Add display, as in “tc_action in ('Block IP')”, or take the output out of the layout.",
		})
	}
}

// checkDisplay wants a condition that a database can read and that asks for parameters of the form.
func (c *tcLayoutCheck) checkDisplay(item layoutItem) {
	const code = "TC-LAY-05"
	if item.display == "" {
		return
	}
	field, v := item.field+".display", item.node.member("display")
	names, fault := readCondition(item.display)
	if fault != nil {
		severity := SeverityWarning
		if fault.broken {
			severity = SeverityError
		}
		c.report(v, Finding{
			Code: code, Severity: severity, Field: field,
			Message: fmt.Sprintf("The condition “%s” can't be read: %s.", shorten(item.display), fault.what),
			Fix:     "Write it as in “tc_action in ('Block IP', 'Unblock IP')”, with texts in single quotes.",
		})
	}
	for _, name := range names {
		if p := c.keys[installKey(name)]; p != nil && !p.hidden && !p.serviceConfig {
			continue
		}
		c.report(v, Finding{
			Code: code, Severity: SeverityWarning, Field: field,
			Message: fmt.Sprintf("The condition “%s” asks for “%s”, which is no visible parameter.", shorten(item.display), shorten(name)),
			Fix:     "Name a visible parameter of install.json; if a text is meant, put it in single quotes.",
		})
		return // the others show once this one is mended
	}
}
