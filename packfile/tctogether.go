package packfile

import (
	"fmt"
	"slices"
	"strings"
)

// tcGives says which app a package installs: as its only component, whose ID is the app's program name as the platform
// writes it, "TCPB - Vault v1". Two apps of one program name can't be installed beside each other.
func (r *reading) tcGives(program string) {
	m := &r.manifest
	program = strings.Join(strings.Fields(strings.ReplaceAll(program, "_", " ")), " ")
	if program == "" {
		return
	}
	m.Identifier = tcProgram(program)
	m.Components = []Component{{ID: program, Name: m.DisplayName, Version: m.PlatformVersion}}
}

// tcProgram is a program name without what the platform's tools write in several ways.
func tcProgram(name string) string {
	return foldCase(strings.Join(strings.Fields(strings.ReplaceAll(name, "_", " ")), " "))
}

// tcProgramKey is a program name that is the same for all versions of the app.
func tcProgramKey(name string) string { return tcProgram(withoutVersion(name)) }

// togetherThreatConnect reports what a release lacks of the apps that its playbooks run, and apps that displace each
// other.
func togetherThreatConnect(members []Member) []Finding {
	r := tcRelease{given: map[string][]tcGiven{}}
	for _, m := range members {
		for _, c := range m.Manifest.Components {
			r.give(m.Label, c)
		}
	}
	for _, m := range members {
		r.need(m)
	}
	return r.findings
}

// tcRelease is what the packages of one release install.
type tcRelease struct {
	given    map[string][]tcGiven // by tcProgramKey
	findings []Finding
}

type tcGiven struct {
	label, program string
	major          int // -1 if the app tells none
}

func (r *tcRelease) give(label string, c Component) {
	major := tcNamedMajor(c.ID)
	if v, ok := ParsePlatform(c.Version); ok {
		major = v.Major
	}
	key := tcProgramKey(c.ID)
	for _, other := range r.given[key] {
		if tcProgram(other.program) == tcProgram(c.ID) {
			r.findings = append(r.findings, Finding{
				Code: "TC-DEP-03", Path: label, Field: c.ID,
				Message: fmt.Sprintf("%s installs the app “%s”, and so does %s: the platform keeps one of them only.", label, shorten(c.ID), other.label),
				Fix:     "Keep one of the two packages in the release.",
			})
			return
		}
	}
	r.given[key] = append(r.given[key], tcGiven{label: label, program: c.ID, major: major})
}

// need holds what the playbooks of a package need against what the release gives.
func (r *tcRelease) need(m Member) {
	var absent []string
	for _, need := range m.Manifest.Needs {
		given := r.given[tcProgramKey(need.Name)]
		switch {
		case len(given) == 0:
			absent = append(absent, tcNeedText(need))
		case need.Major >= 0 && !slices.ContainsFunc(given, func(g tcGiven) bool { return g.major == need.Major || g.major < 0 }):
			r.findings = append(r.findings, Finding{
				Code: "TC-DEP-01", Path: m.Label, Field: need.Name,
				Message: fmt.Sprintf("%s needs %s, but the release holds %s.", m.Label, tcNeedText(need), tcGivenText(given)),
				Fix:     "Put the version of the app into the release that the playbook is built for, or export the playbook anew after setting its steps to the other version.",
			})
		}
	}
	if len(absent) > 0 {
		r.findings = append(r.findings, Finding{
			Code: "TC-DEP-02", Path: m.Label,
			Message: fmt.Sprintf("%s needs %s not in this release: %s.", m.Label, tcAppsThat(len(absent)), listText(absent)),
			Fix:     "Every platform that takes the release must have them already, or take them from another pack; say so in the installation guide.",
		})
	}
}

func tcAppsThat(n int) string {
	if n == 1 {
		return "an app that is"
	}
	return fmt.Sprintf("%d apps that are", n)
}

func tcNeedText(need Need) string {
	if need.Major < 0 {
		return "“" + shorten(need.Name) + "”"
	}
	return fmt.Sprintf("“%s” in version %d", shorten(need.Name), need.Major)
}

// tcGivenText names what the release has of one app, and where.
func tcGivenText(given []tcGiven) string {
	var told []string
	for _, g := range given {
		told = append(told, fmt.Sprintf("version %d of it (%s)", g.major, g.label))
	}
	return listText(told)
}
