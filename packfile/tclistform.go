package packfile

import "fmt"

// tcListForm is how a list in install.json or layout.json must look.
type tcListForm struct {
	code     string
	severity Severity // "" for the rule's
	field    string   // "playbook.outputVariables"
	of       string   // what the list holds: "outputs"
	item     string   // one of them, at the beginning of a sentence: "The output"
	like     string   // how one is written: "{ \"name\": … }"; "" if the list holds no objects
}

// check reports a value that is no list, and each item that is no object where the list must hold objects. It returns false
// if there is a value that is no list.
func (l tcListForm) check(list *jsonValue, report func(at *jsonValue, f Finding)) bool {
	if list.given() && !list.is(jsonArray) {
		report(list, Finding{
			Code: l.code, Severity: l.severity, Field: l.field, Message: fmt.Sprintf("%s is %s; it must be a list of %s.", shorten(l.field), list.kind, l.of),
			Fix: fmt.Sprintf("Put the %s into a list, [ … ].", l.of),
		})
		return false
	}
	if l.like == "" {
		return true
	}
	for i, item := range list.list() {
		if !item.is(jsonMembers) {
			report(item, Finding{
				Code: l.code, Severity: l.severity, Field: fmt.Sprintf("%s[%d]", l.field, i),
				Message: fmt.Sprintf("%s is %s; it must be an object.", l.item, item.kind), Fix: "Write it as " + l.like + ", or take it out.",
			})
		}
	}
	return true
}
