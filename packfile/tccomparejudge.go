package packfile

import (
	"fmt"
	"path"
	"strings"
)

// judgeThreatConnect reports what is wrong with the step from one version to the next: first the version numbers, then
// what they should say by what changed (R4), then what the platform knows the app by.
func judgeThreatConnect(c *Comparison, old, new Package, _ Options) []Finding {
	j := tcJudge{Comparison: c, old: tcWholePart(old), new: tcWholePart(new)}
	if j.old == nil || j.new == nil { // it can't be read; its own findings tell why
		return nil
	}
	j.told = withRenames(c.Changes, old.Contents, new.Contents)
	j.path = j.new.File
	if folder := j.new.facet(tcFacetFolder); folder != "" {
		j.path = path.Join(folder, j.new.File)
	}
	if c.Versioned {
		j.checkOrder()
	}
	j.checkBump()
	j.checkFolder()
	j.checkIdentity()
	return j.findings
}

// tcJudge is the step while it is judged.
type tcJudge struct {
	*Comparison
	old, new *Part    // the app or playbook itself
	told     []Change // as people are told
	path     string   // of the file that tells the version
	findings []Finding
}

// tcWholePart is the part that stands for the whole package. A bundle of apps is as good as its first.
func tcWholePart(p Package) *Part {
	for i, part := range p.Contents.Parts {
		if part.Kind == tcApp || part.Kind == tcPlaybook {
			return &p.Contents.Parts[i]
		}
	}
	return nil
}

func (j *tcJudge) find(f Finding) {
	if f.Path == "" {
		f.Path = j.path
	}
	j.findings = append(j.findings, f)
}

// checkOrder wants a version for each contents, and that it goes up.
func (j *tcJudge) checkOrder() {
	atLeast := j.From.Next(maxBump(j.Smallest, BumpRelease))
	switch order := j.To.Compare(j.From); {
	case order == 0 && len(j.Changes) > 0:
		j.find(Finding{
			Code: "TC-DIF-01", Field: "programVersion",
			Message: fmt.Sprintf("This is not what was uploaded as version %s: %s.", j.From, summaryOfChanges(j.told)),
			Fix:     fmt.Sprintf("Give it a version of its own: %s, or a higher one.", atLeast),
		})
	case order < 0:
		j.find(Finding{
			Code: "TC-DIF-02", Field: "programVersion",
			Message: fmt.Sprintf("The version goes down, from %s to %s.", j.From, j.To),
			Fix:     fmt.Sprintf("Give it a version above %s: %s, or a higher one.", j.From, atLeast),
		})
	case order > 0 && j.To != j.From.Next(j.Declared):
		j.find(Finding{
			Code: "TC-DIF-02", Severity: SeverityInfo, Field: "programVersion",
			Message: fmt.Sprintf("The version goes from %s to %s; the next of that step would be %s.", j.From, j.To, j.From.Next(j.Declared)),
			Fix:     "Nothing, if the versions between them were kept back.",
		})
	}
}

func maxBump(a, b Bump) Bump {
	if a.Compare(b) >= 0 {
		return a
	}
	return b
}

// checkBump holds the declared step against what changed.
func (j *tcJudge) checkBump() {
	breaking := j.which(func(ch Change) bool { return ch.Bump == BumpMajor })
	risky := j.which(isTCCaution)
	additions := j.which(func(ch Change) bool { return ch.Bump == BumpMinor && !isTCCaution(ch) })
	major := j.Declared == BumpMajor
	switch {
	case len(breaking) > 0 && !major:
		j.findChanges("TC-DIF-03", "", BumpMajor, breaking, "what jobs and playbooks of users rely on is gone or different", ", or take these changes back")
	case len(risky) > 0 && !major:
		j.findChanges("TC-DIF-03", SeverityWarning, BumpMajor, risky, "it asks more of the platform than before", ", or tell it in the release notes at least")
	}
	if len(breaking) == 0 && len(additions) > 0 && j.Declared.Compare(BumpMinor) < 0 {
		j.findChanges("TC-DIF-04", "", BumpMinor, additions, "there is something new for users", "")
	}
	if !major || len(risky) == 0 {
		j.checkTooMuch()
	}
}

// checkTooMuch tells of a step that is larger than what changed, and what the smallest would be.
func (j *tcJudge) checkTooMuch() {
	switch {
	case j.Smallest == BumpRelease && (j.Declared == BumpMinor || !j.Versioned):
		j.find(Finding{
			Code:    "TC-DIF-05",
			Message: fmt.Sprintf("Nothing that users rely on has changed: %s.", summaryOfChanges(j.told)),
			Fix:     j.enough(),
		})
	case j.Declared == BumpMajor && j.Smallest.Compare(BumpMajor) < 0:
		j.find(Finding{
			Code:    "TC-DIF-08",
			Message: fmt.Sprintf("Version %s is a new major version, but nothing that users rely on is gone or different: %s.", j.To, summaryOfChanges(j.told)),
			Fix:     fmt.Sprintf("Give the reason in the release notes, or make it %s.", j.From.Next(maxBump(j.Smallest, BumpRelease))),
		})
	}
}

func (j *tcJudge) which(holds func(Change) bool) []Change {
	var some []Change
	for _, ch := range j.told {
		if holds(ch) {
			some = append(some, ch)
		}
	}
	return some
}

// isTCCaution reports whether a change may break some installations only.
func isTCCaution(ch Change) bool {
	for _, facet := range tcCaution {
		if ch.Facet == facet && ch.Bump == BumpMinor {
			return true
		}
	}
	return false
}

// findChanges reports changes that ask for more than the versions declare, at the place of the first.
func (j *tcJudge) findChanges(code string, severity Severity, bump Bump, changes []Change, what, or string) {
	f := Finding{
		Code: code, Severity: severity, Field: "programVersion",
		Message: fmt.Sprintf("%s is no new %s version of %s, but %s: %s.", j.To, bump, j.From, what, listChanges(changes)),
		Fix:     j.wanted(bump) + or + ".",
	}
	if first := changes[0]; first.Event != Removed && first.File == j.new.File { // the place is in the newer version
		f.Line = first.Line
	}
	if !j.Versioned {
		f.Message = fmt.Sprintf("No version number tells that %s: %s.", what, listChanges(changes))
	}
	j.find(f)
}

// wanted says which version the package should have, without the full stop.
func (j *tcJudge) wanted(bump Bump) string {
	if !j.Versioned {
		return fmt.Sprintf("Upload it as a new %s version", bump)
	}
	return fmt.Sprintf("Give it the version %s or a higher one", j.From.Next(bump))
}

// enough says that a new release number would do.
func (j *tcJudge) enough() string {
	if !j.Versioned {
		return j.wanted(BumpRelease) + "."
	}
	return fmt.Sprintf("%s would do; %s is right if more has changed than the package shows.", j.From.Next(BumpRelease), j.To)
}

// maxToldChanges is how many changes a finding tells; the list of changes has them all.
const maxToldChanges = 5

// listChanges tells changes behind each other.
func listChanges(changes []Change) string {
	var told []string
	for _, ch := range changes[:min(len(changes), maxToldChanges)] {
		told = append(told, ch.Text())
	}
	if more := len(changes) - maxToldChanges; more > 0 {
		told = append(told, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(told, "; ")
}
