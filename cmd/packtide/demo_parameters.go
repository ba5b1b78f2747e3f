package main

import (
	"fmt"
	"strings"

	"packtide/packfile"
)

// demoParameter is a parameter that came or went with a version of a package, so that comparing two versions has something
// to tell.
type demoParameter struct {
	pkg, action      string // action is empty for an app, whose parameters are its own
	name, label      string
	from, until      string // the first version with it and the first without; empty: always, still
	required, breaks bool   // breaks: version from asks users to change what they have made with the package
	encrypted        bool
}

var demoParameters = []demoParameter{
	{pkg: "Atlassian Jira", action: "Update", name: "Transition id", label: "The number of the transition.", until: "14.0"},
	{pkg: "Atlassian Jira", action: "Update", name: "Transition name", label: "The transition as the board names it.", from: "14.0", breaks: true},
	{pkg: "Meridian ServiceNow Incidents", name: "poll_minutes", label: "Minutes between two looks", until: "2.0.0"},
	{pkg: "Meridian ServiceNow Incidents", name: "webhook_secret", label: "Secret of the webhook", from: "2.0.0", required: true, encrypted: true},
	{pkg: demoSeveralPackage, name: "region", label: "Region of the mailbox", from: "3.0.0", required: true},
	{pkg: demoSeveralPackage, name: "legacy_score", label: "Tell the old score too", until: "3.0.0"},
}

// demoParametersOf are the parameters that a version of a package, or of one of its actions, has beside the usual ones.
func demoParametersOf(pkg, action, version string) []demoParameter {
	var some []demoParameter
	for _, p := range demoParameters {
		if p.pkg == pkg && p.action == action && !demoBefore(version, p.from) && (p.until == "" || demoBefore(version, p.until)) {
			some = append(some, p)
		}
	}
	return some
}

// demoBreaks tells whether a version of a package breaks with the one before.
func demoBreaks(pkg, version string) bool {
	for _, p := range demoParameters {
		if p.pkg == pkg && p.breaks && p.from == version {
			return true
		}
	}
	return false
}

// demoBefore tells whether a version comes before another; nothing comes before an empty one.
func demoBefore(version, other string) bool {
	a, _ := packfile.ParsePlatform(version)
	b, ok := packfile.ParsePlatform(other)
	return ok && a.Compare(b) < 0
}

// demoActionParameters are an action's parameters as its YAML file has them.
func demoActionParameters(pkg, action, version string) string {
	params := demoParametersOf(pkg, action, version)
	if len(params) == 0 {
		return "parameters: []\n"
	}
	var b strings.Builder
	b.WriteString("parameters:\n")
	for _, p := range params {
		fmt.Fprintf(&b, "  - name: %s\n    type: string\n    description: %s\n    is_mandatory: %t\n", p.name, p.label, p.required)
	}
	return b.String()
}

// demoAppParameters are an app's parameters as its install.json has them.
func demoAppParameters(pkg, version string) []map[string]any {
	all := []map[string]any{
		{"name": "api_url", "label": "Address of the service", "type": "String", "required": true, "sequence": 1},
		{"name": "api_token", "label": "Token", "type": "String", "required": true, "encrypt": true, "sequence": 2},
	}
	for _, p := range demoParametersOf(pkg, "", version) {
		all = append(all, map[string]any{
			"name": p.name, "label": p.label, "type": "String", "required": p.required, "encrypt": p.encrypted, "sequence": len(all) + 1,
		})
	}
	return all
}
