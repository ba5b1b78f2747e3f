package view

import (
	"strconv"
	"strings"

	"packtide/packfile"
	"packtide/release"
)

// mostFindingsOpen is up to how many findings a page shows all of them at once; beyond, those of one rule are folded.
const mostFindingsOpen = 10

// findingGroup is the findings of one severity.
type findingGroup struct {
	title string // "Errors"
	tone  Tone
	icon  string
	count int
	rules []findingsOfRule
	last  bool // nothing that has to be mended: among many others, folded away
}

// heading is the title with the count: "Errors: 3".
func (g findingGroup) heading() string { return g.title + ": " + Number(g.count) }

// findingsOfRule are the findings that carry one code.
type findingsOfRule struct {
	code     string
	check    string // what the rule asks for; empty for a rule of another release of packtide
	findings []packfile.Finding
}

// groupFindings sorts findings by what they mean for the upload, the worst first, and then by rule.
func groupFindings(all []packfile.Finding) []findingGroup {
	groups := []findingGroup{
		{title: "Errors", tone: Red, icon: "circle-x"},
		{title: "Warnings", tone: Amber, icon: "triangle-alert"},
		{title: "Good to know", tone: Blue, icon: "info", last: true},
	}
	checks := ruleChecks()
	for _, f := range all {
		i := 2
		switch f.Severity {
		case packfile.SeverityError:
			i = 0
		case packfile.SeverityWarning:
			i = 1
		}
		groups[i].add(f, checks[f.Code])
	}
	var some []findingGroup
	for _, g := range groups {
		if g.count > 0 {
			some = append(some, g)
		}
	}
	return some
}

func (g *findingGroup) add(f packfile.Finding, check string) {
	g.count++
	for i := range g.rules {
		if g.rules[i].code == f.Code {
			g.rules[i].findings = append(g.rules[i].findings, f)
			return
		}
	}
	g.rules = append(g.rules, findingsOfRule{f.Code, check, []packfile.Finding{f}})
}

// ruleChecks are what the rules ask for, by code.
func ruleChecks() map[string]string {
	checks := map[string]string{}
	for _, platform := range packfile.PlatformKeys() {
		for _, r := range packfile.Rules(platform) {
			checks[r.Code] = r.Check
		}
	}
	return checks
}

// findingPlace is where a finding is: "src/install.json:12:3".
func findingPlace(f packfile.Finding) string {
	place := f.Path
	if f.Line > 0 {
		place += ":" + strconv.Itoa(f.Line)
		if f.Column > 0 {
			place += ":" + strconv.Itoa(f.Column)
		}
	}
	return place
}

// sharedWithErrors marks a version that its publisher shared in spite of errors (R4), wherever versions are chosen.
const sharedWithErrors = "shared with errors"

// overrideWords is the mark in a choice, which is a line of text.
func overrideWords(v *release.VersionRef) string {
	if v == nil || !v.Overridden {
		return ""
	}
	return ", " + sharedWithErrors
}

// excerptLine is one line that a finding quotes.
type excerptLine struct {
	number int
	text   string
	meant  bool // the finding is about this one
}

func excerptLines(f packfile.Finding) []excerptLine {
	if f.Excerpt == "" {
		return nil
	}
	var lines []excerptLine
	for i, text := range strings.Split(f.Excerpt, "\n") {
		n := f.ExcerptLine + i
		lines = append(lines, excerptLine{n, text, n == f.Line})
	}
	return lines
}

// excerptLabel names an excerpt for those who can't see where it stands.
func excerptLabel(f packfile.Finding) string {
	return "Lines of " + f.Path + " around line " + strconv.Itoa(f.Line)
}
