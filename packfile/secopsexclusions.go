package packfile

import (
	_ "embed" // the list of names
	"slices"
	"strings"
	"sync"
)

// secopsExclusionsYAML lists names that the vendor's validators let pass though they break a rule: old ones that can't be
// renamed any more.
//
//go:embed secopsexclusions.yaml
var secopsExclusionsYAML []byte

// secopsStart is the kind of list whose names are the beginnings of what is let pass.
const secopsStart = "description start"

// secopsVendorLists are the names by rule and by what they name.
var secopsVendorLists = sync.OnceValue(func() map[[2]string][]string {
	root, fault := parseYAML(secopsExclusionsYAML)
	if fault != nil {
		panic("secopsexclusions.yaml: " + fault.what) // part of the program
	}
	lists := map[[2]string][]string{}
	for _, entry := range root.items() {
		codes, _ := entry.get("rules")
		names, _ := entry.get("names")
		for _, code := range codes.items() {
			key := [2]string{code.scalar(), entry.text("what")}
			for _, name := range names.items() {
				lists[key] = append(lists[key], name.raw())
			}
		}
	}
	return lists
})

// secopsExcludes reports whether the vendor's validators let a name pass, as its list says.
func secopsExcludes(code, what, name string) bool {
	names := secopsVendorLists()[[2]string{code, what}]
	if what == secopsStart {
		return slices.ContainsFunc(names, func(start string) bool { return strings.HasPrefix(name, start) })
	}
	return slices.Contains(names, name)
}

// secopsMisses reports whether the vendor's validators let a name pass by mistake: they look for the excluded names
// anywhere in it.
func secopsMisses(code, what, name string) bool {
	return slices.ContainsFunc(secopsVendorLists()[[2]string{code, what}], func(excluded string) bool { return strings.Contains(name, excluded) })
}

// The settings of the platform's rules.
const (
	secopsExclusionsKey = "secops.exclusions"
	secopsScopeKey      = "secops.scope"
)

func secOpsSettings() []Setting {
	return []Setting{
		{
			Key: secopsExclusionsKey, Label: "The vendor's exceptions",
			Help: "Google's own checks let some old names pass that break its rules. Switch this on to let the same names pass here.",
			Choices: []Choice{
				{Value: "", Label: "Report every name"},
				{Value: "on", Label: "Let pass what Google lets pass"},
			},
		},
		{
			Key: secopsScopeKey, Label: "Part of the content hub",
			Help: "Where Google's repository has the integrations of this account; it decides about a few rules, for example that partners give an e-mail address.",
			Choices: []Choice{
				{Value: "", Label: "Not said"},
				{Value: "google", Label: "Google"},
				{Value: "third_party/community", Label: "Third party, community"},
				{Value: "third_party/partner", Label: "Third party, partner"},
				{Value: "power_ups", Label: "Power-ups"},
				{Value: "custom", Label: "Custom"},
			},
		},
	}
}

// scope is where the vendor's repository has the integration, "" if nobody said.
func (c *secopsCheck) scope() string { return c.opts.setting(secopsScopeKey) }

// excused reports whether the vendor's exceptions are switched on and have one of the names.
func (c *secopsCheck) excused(code, what string, names ...string) bool {
	return c.opts.setting(secopsExclusionsKey) == "on" &&
		slices.ContainsFunc(names, func(name string) bool { return secopsExcludes(code, what, name) })
}
