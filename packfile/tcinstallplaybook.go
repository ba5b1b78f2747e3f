package packfile

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

// maxPlaybookType is the longest category of a playbook app that the platform takes, in characters.
const maxPlaybookType = 35

// checkPlaybook wants the part of install.json that playbooks bind to. Of apps at other levels nothing reads it, so that
// its faults are warnings there.
func (c *tcInstallCheck) checkPlaybook() {
	const code = "TC-INS-08"
	v := c.root.member("playbook")
	needed := c.runsAt("Playbook")
	if needed && !c.hasPlaybook {
		c.report(memberOr(c.root, "playbook"), Finding{
			Code: code, Field: "playbook", Message: "A playbook app needs the object playbook, with its category and its outputs.",
			Fix: "Add “playbook” with type and outputVariables.",
		})
	}
	if !c.hasPlaybook {
		return
	}
	severity := SeverityWarning
	if needed {
		severity = SeverityError
	}
	switch length := utf8.RuneCountInString(c.playbookType); {
	case c.playbookType == "":
		c.report(memberOr(v, "type"), Finding{
			Code: code, Severity: severity, Field: "playbook.type", Message: "The playbook app has no category.",
			Fix: "Set playbook.type to the app's category, as in “Utility”.",
		})
	case length > maxPlaybookType:
		c.report(v.member("type"), Finding{
			Code: code, Severity: severity, Field: "playbook.type",
			Message: fmt.Sprintf("The category “%s” has %d characters; the platform takes %d.", shorten(c.playbookType), length, maxPlaybookType),
			Fix:     "Shorten it.",
		})
	}
	c.checkOutputs(v.member("outputVariables"), severity)
}

func (c *tcInstallCheck) checkOutputs(list *jsonValue, severity Severity) {
	const code, field = "TC-INS-08", "playbook.outputVariables"
	outputs := tcListForm{code: code, severity: severity, field: field, of: "outputs", item: "The output", like: `{ "name": …, "type": … }`}
	outputs.check(list, c.report)
	for i := range c.outputs {
		c.checkOutput(&c.outputs[i], severity)
	}
	c.checkSameOutputs()
}

func (c *tcInstallCheck) checkOutput(o *installOutput, severity Severity) {
	const code = "TC-INS-08"
	if o.name == "" {
		c.report(memberOr(o.node, "name"), Finding{
			Code: code, Severity: severity, Field: o.field + ".name", Message: "The output has no name.", Fix: "Give it a name.",
		})
	}
	known, ok := tcInstallVariableTypes.find(o.kind)
	switch field := o.field + ".type"; {
	case o.kind == "":
		c.report(memberOr(o.node, "type"), Finding{
			Code: code, Severity: severity, Field: field, Message: fmt.Sprintf("The output “%s” has no type.", shorten(o.name)),
			Fix: fmt.Sprintf("Set type to %s.", tcInstallVariableTypes),
		})
	case ok && known != o.kind:
		c.reportCase(o.node.member("type"), code, field, o.kind, known)
	case !ok:
		c.report(o.node.member("type"), Finding{
			Code: code, Severity: SeverityWarning, Field: field,
			Message: fmt.Sprintf("The output “%s” is of the type “%s”, which is none of the platform's own.", shorten(o.name), shorten(o.kind)),
			Fix:     fmt.Sprintf("If it is meant as one of them, set type to %s; playbooks take a type of your own too, as long as all apps write it alike.", tcInstallVariableTypes),
		})
	}
}

// checkSameOutputs wants each pair of name and type once; one name with two types is two outputs.
func (c *tcInstallCheck) checkSameOutputs() {
	type pair struct{ name, kind string }
	first := map[pair]*installOutput{}
	for i := range c.outputs {
		o := &c.outputs[i]
		other, taken := first[pair{o.name, o.kind}]
		if !taken {
			first[pair{o.name, o.kind}] = o
			continue
		}
		c.report(memberOr(o.node, "name"), Finding{
			Code: "TC-INS-06", Field: o.field + ".name",
			Message: fmt.Sprintf("The output “%s” of type %s stands in %s already.", shorten(o.name), shorten(o.kind), other.field),
			Fix:     "Take one of them out.",
		})
	}
}

// checkFeeds wants of each feed what the platform needs to make its source and its job.
func (c *tcInstallCheck) checkFeeds() {
	const code = "TC-INS-14"
	feeds := tcListForm{code: code, field: "feeds", of: "feeds", item: "The feed", like: `{ "sourceName": …, "jobFile": … }`}
	feeds.check(c.root.member(feeds.field), c.report)
	first := map[string]*installFeed{}
	for i := range c.feeds {
		f := &c.feeds[i]
		c.checkFeed(f)
		if other, taken := first[f.sourceName]; taken && f.sourceName != "" {
			c.report(f.node.member("sourceName"), Finding{
				Code: code, Field: f.field + ".sourceName", Message: fmt.Sprintf("The source “%s” is that of %s too.", shorten(f.sourceName), other.field),
				Fix: "Give each feed a sourceName of its own.",
			})
			continue
		}
		first[f.sourceName] = f
	}
}

func (c *tcInstallCheck) checkFeed(f *installFeed) {
	const code = "TC-INS-14"
	for _, want := range []struct {
		key, value string
		severity   Severity
	}{
		{"sourceName", f.sourceName, SeverityError},
		{"sourceCategory", f.sourceCategory, SeverityError},
		{"sourceDescription", f.sourceDescription, SeverityError},
		{"indicatorLimit", f.indicatorLimit, SeverityError},
		{"jobFile", f.jobFile, SeverityError},
		{"documentStorageLimitMb", f.documentStorageLimit, SeverityWarning},
	} {
		if want.value == "" {
			c.report(memberOr(f.node, want.key), Finding{
				Code: code, Severity: want.severity, Field: f.field + "." + want.key,
				Message: fmt.Sprintf("The feed “%s” has no %s.", shorten(f.sourceName), want.key), Fix: fmt.Sprintf("Add %s.", want.key),
			})
		}
	}
	for i, rule := range f.node.member("deprecation").list() {
		action := rule.member("actionAtMinimum")
		if action.given() && !slices.Contains(tcInstallActionsAtMinimum, action.string()) {
			c.report(action, Finding{
				Code: code, Field: fmt.Sprintf("%s.deprecation[%d].actionAtMinimum", f.field, i),
				Message: fmt.Sprintf("The platform knows no action “%s” for what has lost its confidence.", shorten(c.tree.written(action))),
				Fix:     fmt.Sprintf("Set actionAtMinimum to %s.", tcInstallActionsAtMinimum),
			})
		}
	}
}
