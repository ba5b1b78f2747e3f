package packfile

import (
	"fmt"
)

// soOwner is what has parameters: the integration itself, an action, a connector, a job.
type soOwner struct {
	file   *soFile
	root   yamlNode
	what   string // for people: "the integration", "the action “Ping”"
	params []soParam
}

// owners returns all that have parameters and can be read.
func (in *integration) owners() []soOwner {
	var all []soOwner
	if in.definition != nil && in.definition.root.isMapping() {
		all = append(all, soOwner{in.definition, in.definition.root, "the integration", in.params})
	}
	for _, c := range in.components {
		if c.root.exists() && c.kind != soWidget {
			all = append(all, soOwner{c.file, c.root, "the " + c.kind.word + " “" + shorten(c.name) + "”", c.params})
		}
	}
	return all
}

// checkSecOpsStrictNames warns of names that the vendor's tools take and that its own rules refuse in new integrations.
func checkSecOpsStrictNames(c *secopsCheck) {
	const code = "R-NAME-STRICT"
	check := func(f *soFile, owner yamlNode, field, at string, form *soForm) {
		p, ok := owner.pair(field)
		name := p.value.raw()
		if !ok || p.value.kind() != yamlText || form.pattern.MatchString(name) || c.excused(code, form.list, name) {
			return
		}
		c.atField(f, owner, field, secopsFound{
			code: code, field: at, message: fmt.Sprintf("The name is “%s”; %s", shorten(name), form.rule), fix: form.fix,
		})
	}
	if c.definition != nil {
		check(c.definition, c.definition.root, "name", "name", soStrictForm)
	}
	for _, part := range c.components {
		if part.kind == soJob || (part.kind != soWidget && soDisplayForm.pattern.MatchString(part.name)) { // else the schema says so
			check(part.file, part.root, "name", "name", soStrictForm)
		}
	}
	for _, owner := range c.owners() {
		for _, p := range owner.params {
			check(owner.file, p.node, "name", p.field+".name", soStrictParamForm)
		}
	}
}

// checkSecOpsIdentity wants all parts to name the integration that they are of.
func checkSecOpsIdentity(c *secopsCheck) {
	if c.identifier == "" {
		return
	}
	check := func(f *soFile, owner yamlNode, field, at string) {
		if said := owner.text(field); said != "" && said != c.identifier {
			c.atField(f, owner, field, secopsFound{
				code: "R-IDENT", field: at,
				message: fmt.Sprintf("This names the integration “%s”; definition.yaml names it “%s”.", shorten(said), shorten(c.identifier)),
				fix:     "Write the identifier of definition.yaml.",
			})
		}
	}
	for _, p := range c.params {
		check(c.definition, p.node, "integration_identifier", p.field+".integration_identifier")
	}
	for _, part := range c.components {
		if part.kind.integration != "" {
			check(part.file, part.root, part.kind.integration, part.kind.integration)
		}
	}
}

// checkSecOpsTwins wants different names for the components of one kind, and for the parameters of one component.
func checkSecOpsTwins(c *secopsCheck) {
	type kindName struct{ kind, name string }
	first := map[kindName]string{}
	for _, part := range c.components {
		key := kindName{part.kind.word, part.name}
		if other, twice := first[key]; twice && part.name != "" {
			c.atField(part.file, part.root, part.kind.name, secopsFound{
				code: "R-DUP-NAME", field: part.kind.name,
				message: fmt.Sprintf("The %s in %s is named “%s” too.", part.kind.word, other, shorten(part.name)),
				fix:     "Give one of them another name.",
			})
			continue
		}
		first[key] = part.file.path
	}
	for _, owner := range c.owners() {
		seen := map[string]bool{}
		for _, p := range owner.params {
			if seen[p.name] && p.name != "" {
				c.atField(owner.file, p.node, "name", secopsFound{
					code: "R-DUP-NAME", field: p.field + ".name",
					message: fmt.Sprintf("Of %s another parameter is named “%s” too.", owner.what, shorten(p.name)),
					fix:     "Give one of them another name, or take it out.",
				})
			}
			seen[p.name] = true
		}
	}
}

// checkSecOpsWidgets wants each widget to show the result of an action that is there.
func checkSecOpsWidgets(c *secopsCheck) {
	var actions []string
	named := map[string]bool{}
	for _, action := range c.of(soAction) {
		if !action.root.exists() {
			return // its name is not known
		}
		actions = append(actions, action.name)
		named[action.name] = true
	}
	guesses := maxFindingsPerRule
	for _, widget := range c.of(soWidget) {
		action := widget.root.text("action_identifier")
		if action == "" || named[action] {
			continue
		}
		fix := "Write the name of an action of this integration."
		if guesses--; guesses < 0 {
			actions = nil // what is not listed needs no guess
		}
		if near := closest(action, actions); near != "" {
			fix = "Did you mean “" + near + "”? " + fix
		}
		c.atField(widget.file, widget.root, "action_identifier", secopsFound{
			code: "R-WIDGET-ACTION", field: "action_identifier",
			message: fmt.Sprintf("There is no action named “%s”.", shorten(action)), fix: fix,
		})
	}
}
