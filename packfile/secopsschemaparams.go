package packfile

import (
	"fmt"
	"slices"
	"strings"
)

// Kinds of parameter of which one value, or several, are chosen from a list.
var (
	soChooseOne  = []string{"ddl"}
	soChooseMany = []string{"multi_choice_parameter", "multi_values"}
)

// checkSecOpsOptions wants choices where the value of an action's parameter is chosen, and only there.
func checkSecOpsOptions(c *secopsCheck) {
	for _, action := range c.of(soAction) {
		for _, p := range action.params {
			found := secopsFound{code: "R-PARAM-OPTS", field: p.field + ".optional_values"}
			many := slices.Contains(soChooseMany, p.kind)
			switch chosen := many || slices.Contains(soChooseOne, p.kind); {
			case p.kind == "":
			case chosen && len(p.options) == 0:
				found.message = fmt.Sprintf("The parameter “%s” is of type %s and has no values to choose from.", shorten(p.name), p.kind)
				found.fix = "List them as optional_values, or choose another type."
				c.atField(action.file, p.node, "optional_values", found)
			case !chosen && len(p.options) > 0:
				found.message = fmt.Sprintf("The parameter “%s” has optional_values, which type %s does not show.", shorten(p.name), shorten(p.kind))
				found.fix = "Take them out, or choose the type ddl."
				c.atField(action.file, p.node, "optional_values", found)
			case chosen:
				checkSecOpsChoice(c, action.file, p, many)
			}
		}
	}
}

// checkSecOpsChoice wants the default value among the choices.
func checkSecOpsChoice(c *secopsCheck, f *soFile, p soParam, many bool) {
	value := strings.TrimSpace(p.value.raw())
	if value == "" || p.value.kind() == yamlNull {
		return
	}
	choices := map[string]bool{}
	for _, option := range p.options {
		choices[strings.TrimSpace(option.raw())] = true
	}
	parts := []string{value}
	if many && !choices[value] {
		parts = strings.Split(value, ",")
	}
	for _, part := range parts {
		if part = strings.TrimSpace(part); !choices[part] {
			c.atField(f, p.node, "default_value", secopsFound{
				code: "R-PARAM-OPTS", field: p.field + ".default_value",
				message: fmt.Sprintf("The default value “%s” of the parameter “%s” can't be chosen.", shorten(part), shorten(p.name)),
				fix:     "Use one of the optional_values, or add it to them.",
			})
			return
		}
	}
}

// checkSecOpsDefaults wants default values that mean something, and descriptions of what an action is given.
func checkSecOpsDefaults(c *secopsCheck) {
	for _, owner := range c.owners() {
		for _, p := range owner.params {
			isAction := strings.HasPrefix(owner.file.path, soAction.folder+"/")
			if text, ok := p.node.get("description"); isAction && ok && text.kind() == yamlText && p.description == "" {
				c.atField(owner.file, p.node, "description", secopsFound{
					code: "R-PARAM-DESC", field: p.field + ".description",
					message: fmt.Sprintf("The description of the parameter “%s” is empty.", shorten(p.name)),
					fix:     "Say in a sentence what it is for.",
				})
			}
			if want, ok := soDefaultFits(p); !ok {
				c.atField(owner.file, p.node, "default_value", secopsFound{
					code: "R-PARAM-DEFAULT", field: p.field + ".default_value",
					message: fmt.Sprintf("The default value of the parameter “%s” is “%s”; its type wants %s.", shorten(p.name), shorten(p.value.raw()), want),
					fix:     "Write " + string(want) + ", or leave the default value out.",
				})
			}
		}
	}
}

// soDefaultFits reports whether the default value can be read as the parameter's type, and what that wants.
func soDefaultFits(p soParam) (soWant, bool) {
	kind := p.value.kind()
	if kind == yamlNone || kind == yamlNull || kind == yamlAlias || kind == yamlMap || kind == yamlList || strings.TrimSpace(p.value.raw()) == "" {
		return "", true // not given, or the schema's matter
	}
	switch p.kind {
	case "boolean":
		return soBool, soField{want: soBool}.takes(p.value)
	case "integer":
		return soInt, kind != yamlBool && soField{want: soInt}.takes(p.value)
	default:
		return "", true
	}
}

// soSSLNames are the names by which the vendor's tools know the parameter.
var soSSLNames = []string{"Verify SSL", "Verify SSL Certificate", "SSL Verification", "Verify SSL ", "Git Verify SSL", "Siemplify Verify SSL"}

// checkSecOpsSSL wants the integration and each connector to check certificates unless told otherwise.
func checkSecOpsSSL(c *secopsCheck) {
	for _, owner := range c.owners() {
		switch {
		case owner.file == c.definition:
			checkSecOpsVerify(c, owner, "R-SSL", owner.root.text("name"), c.identifier)
		case strings.HasPrefix(owner.file.path, soConnector.folder+"/"):
			checkSecOpsVerify(c, owner, "R-SSL-CONN", owner.root.text("name"))
		}
	}
}

func checkSecOpsVerify(c *secopsCheck, owner soOwner, code string, names ...string) {
	if c.excused(code, "no parameter", names...) {
		return
	}
	i := slices.IndexFunc(owner.params, func(p soParam) bool {
		name, _ := p.node.get("name")
		return slices.Contains(soSSLNames, name.raw())
	})
	if i < 0 {
		c.atField(owner.file, owner.root, "parameters", secopsFound{
			code: code, field: "parameters", message: capital(owner.what) + " has no parameter “Verify SSL”.",
			fix: "Add it, with type boolean and default value true, and let the code follow it.",
		})
		return
	}
	p := owner.params[i]
	yes, _ := soBoolOf(p.value)
	switch {
	case p.kind != "boolean":
		c.atField(owner.file, p.node, "type", secopsFound{
			code: code, field: p.field + ".type", message: fmt.Sprintf("The parameter “%s” of %s is no boolean.", shorten(p.name), owner.what),
			fix: "Set its type to boolean.",
		})
	case !yes && !c.excused(code, "other default", names...):
		c.atField(owner.file, p.node, "default_value", secopsFound{
			code: code, field: p.field + ".default_value",
			message: fmt.Sprintf("The parameter “%s” of %s is not true by default, so certificates are not checked unless somebody asks for it.", shorten(p.name), owner.what),
			fix:     "Set default_value to true.",
		})
	}
}
