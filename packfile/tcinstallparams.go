package packfile

import (
	"fmt"
	"slices"
	"strings"
)

func (c *tcInstallCheck) checkParams() {
	params := tcListForm{code: "TC-INS-04", field: "params", of: "parameters", item: "The parameter", like: `{ "name": …, "label": …, "type": … }`}
	params.check(c.root.member(params.field), c.report)
	for i := range c.params {
		p := &c.params[i]
		c.checkParamForm(p)
		c.checkParamType(p)
		c.checkExposedKey(p)
		c.checkChoices(p)
		c.checkEncrypted(p)
	}
	c.checkSameNames()
	c.checkSameSequences()
}

// called names a parameter for people.
func (p *installParam) called() string {
	for _, name := range []string{p.name, p.label} {
		if strings.TrimSpace(name) != "" {
			return "The parameter “" + shorten(name) + "”"
		}
	}
	return "The parameter"
}

func (c *tcInstallCheck) checkParamForm(p *installParam) {
	for _, key := range []string{"name", "label"} {
		if strings.TrimSpace(p.node.member(key).string()) == "" {
			c.report(memberOr(p.node, key), Finding{
				Code: "TC-INS-04", Field: p.field + "." + key, Message: fmt.Sprintf("%s has no %s.", p.called(), key),
				Fix: fmt.Sprintf("Give it a %s.", key),
			})
		}
	}
	for _, key := range tcInstallParamFlags {
		if v := p.node.member(key); v.given() && !v.is(jsonBool) {
			c.report(v, Finding{
				Code: "TC-INS-04", Severity: SeverityWarning, Field: p.field + "." + key,
				Message: fmt.Sprintf("%s says in %s neither true nor false, but %s.", p.called(), key, shorten(c.tree.written(v))),
				Fix:     fmt.Sprintf("Set %s to true or false, without quotes.", key),
			})
		}
	}
	if v := p.node.member("default"); v.is(jsonArray) || v.is(jsonMembers) {
		c.report(v, Finding{
			Code: "TC-INS-04", Severity: SeverityWarning, Field: p.field + ".default",
			Message: fmt.Sprintf("%s has %s as its default.", p.called(), v.kind),
			Fix:     "Write the default as a text, or as true or false.",
		})
	}
}

func (c *tcInstallCheck) checkParamType(p *installParam) {
	field, v := p.field+".type", memberOr(p.node, "type")
	written := strings.TrimSpace(p.node.member("type").string())
	known, ok := tcInstallParamTypes.find(written)
	switch {
	case written == "":
		c.report(v, Finding{
			Code: "TC-INS-04", Severity: SeverityWarning, Field: field, Message: p.called() + " has no type, and is taken for a String.",
			Fix: fmt.Sprintf("Set type to %s.", tcInstallParamTypes),
		})
	case !ok:
		c.report(v, Finding{
			Code: "TC-INS-04", Field: field, Message: fmt.Sprintf("%s is of the type “%s”, which the platform does not know.", p.called(), shorten(written)),
			Fix: fmt.Sprintf("Set type to %s.", tcInstallParamTypes),
		})
	case known != written:
		c.reportCase(v, "TC-INS-04", field, written, known)
	}
}

// checkExposedKey wants exposePlaybookKeyAs at lists of keys and values only, and a type there that playbooks know.
func (c *tcInstallCheck) checkExposedKey(p *installParam) {
	v := p.node.member("exposePlaybookKeyAs")
	if !v.given() {
		return
	}
	field := p.field + ".exposePlaybookKeyAs"
	if p.kind != "KeyValueList" {
		c.report(v, Finding{
			Code: "TC-INS-04", Field: field, Message: fmt.Sprintf("%s has exposePlaybookKeyAs, but its type is %s.", p.called(), shorten(p.kind)),
			Fix: "Take exposePlaybookKeyAs out, or make it a KeyValueList.",
		})
	}
	if !slices.Contains(tcInstallExposedTypes, p.exposeKeyAs) {
		c.report(v, Finding{
			Code: "TC-INS-04", Severity: SeverityWarning, Field: field,
			Message: fmt.Sprintf("%s exposes its keys as “%s”, which today's packager does not know.", p.called(), shorten(p.exposeKeyAs)),
			Fix:     fmt.Sprintf("Set exposePlaybookKeyAs to %s.", tcInstallExposedTypes),
		})
	}
}

func (c *tcInstallCheck) checkChoices(p *installParam) {
	v := p.node.member("validValues")
	field := p.field + ".validValues"
	switch {
	case v.given() && !v.is(jsonArray):
		c.report(v, Finding{
			Code: "TC-INS-07", Field: field, Message: fmt.Sprintf("%s has %s as validValues; it must be a list.", p.called(), v.kind),
			Fix: "Put the values into a list, [ … ].",
		})
	case slices.Contains(tcInstallChoices, p.kind) && len(v.list()) == 0:
		c.report(memberOr(p.node, "validValues"), Finding{
			Code: "TC-INS-07", Field: field, Message: fmt.Sprintf("%s is a %s and offers nothing to choose.", p.called(), p.kind),
			Fix: "List the values in validValues, or the platform's own as in “${OWNERS}”.",
		})
	}
}

// checkEncrypted wants secrets to be texts, and none of them in the package. The message must not tell the default.
func (c *tcInstallCheck) checkEncrypted(p *installParam) {
	if !p.encrypt {
		return
	}
	if p.kind != "String" {
		c.report(memberOr(p.node, "type"), Finding{
			Code: "TC-INS-10", Field: p.field + ".type", Message: fmt.Sprintf("%s is encrypted, but its type is %s.", p.called(), shorten(p.kind)),
			Fix: "Set type to String, or encrypt to false.",
		})
	}
	if text := strings.TrimSpace(p.defaultText); text != "" && !strings.HasPrefix(text, "${") {
		c.report(p.node.member("default"), Finding{
			Code: "TC-INS-10", Field: p.field + ".default", Message: p.called() + " is encrypted, and its default stands in the package for everybody to read.",
			Fix: "Take the default out; if it is a secret that is in use, change it.",
		})
	}
}

// checkSameNames wants each name once, as the platform makes it of what is written.
func (c *tcInstallCheck) checkSameNames() {
	first := map[string]*installParam{}
	for i := range c.params {
		p := &c.params[i]
		if p.key == "" {
			continue
		}
		other, taken := first[p.key]
		if !taken {
			first[p.key] = p
			continue
		}
		c.report(p.node.member("name"), Finding{
			Code: "TC-INS-05", Field: p.field + ".name",
			Message: fmt.Sprintf("%s has the same name as %s: to the platform both are “%s”.", p.called(), other.field, shorten(p.key)),
			Fix:     "Give one of them another name.",
		})
	}
}

func (c *tcInstallCheck) checkSameSequences() {
	first := map[string]*installParam{}
	for i := range c.params {
		p := &c.params[i]
		if p.sequence == "" {
			continue
		}
		other, taken := first[p.sequence]
		if !taken {
			first[p.sequence] = p
			continue
		}
		c.report(p.node.member("sequence"), Finding{
			Code: "TC-INS-05", Severity: SeverityWarning, Field: p.field + ".sequence",
			Message: fmt.Sprintf("%s has the sequence %s, and so has %s.", p.called(), shorten(p.sequence), other.field),
			Fix:     "Number the parameters anew, each with a number of its own.",
		})
	}
}
