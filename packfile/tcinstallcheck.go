package packfile

import (
	"fmt"
	"slices"
	"strings"
)

// tcInstallCheck holds an app's install.json against what the platform and the vendor's packager take. A fault is an error
// where the platform's own library refuses the app or the packager breaks; what only the packager's models dislike is a
// warning.
type tcInstallCheck struct {
	*installModel
	jsonReport
	levels []string // runtimeLevel, each as the vendor writes it
	unmade bool     // see tcx
}

// checkInstall reports what is wrong with the app's install.json and layout.json.
func (t *tcx) checkInstall() {
	c := tcInstallCheck{installModel: t.app, jsonReport: newJSONReport(&t.reading, t.app.path, t.app.tree), unmade: t.unmade}
	for _, level := range c.root.member("runtimeLevel").strings() {
		c.levels = append(c.levels, tcInstallLevels.canonical(strings.TrimSpace(level)))
	}
	c.checkLanguage()
	c.checkLevels()
	c.checkMain()
	c.checkAdvised()
	c.checkPath()
	c.checkServerVersion()
	c.checkParams()
	c.checkPlaybook()
	c.checkFeeds()
	c.checkKeys()
	c.checkFeatures()
	if t.app.layout != nil {
		t.checkAppLayout()
	}
}

// runsAt reports whether the app has a runtime level.
func (c *tcInstallCheck) runsAt(level string) bool { return slices.Contains(c.levels, level) }

// jsonReport reports findings about one JSON file, each at the place of a value.
type jsonReport struct {
	to    *reading
	file  string
	doc   *jsonTree
	found map[string]int // how often each code
}

func newJSONReport(to *reading, file string, doc *jsonTree) jsonReport {
	return jsonReport{to: to, file: file, doc: doc, found: map[string]int{}}
}

// report adds a finding at the place of v, which is nil for the file as a whole.
func (r *jsonReport) report(v *jsonValue, f Finding) {
	f.Path = r.file
	if r.full(f.Code) { // counted, and never shown: see settle
		f = Finding{Code: f.Code, Severity: f.Severity, Path: f.Path}
	} else {
		f.Line, f.Column = r.doc.keyPlace(v)
	}
	r.found[f.Code]++
	r.to.find(f)
}

// full reports whether no more findings of the code are shown, so that a flood of them costs little.
func (r *jsonReport) full(code string) bool { return r.found[code] >= maxFindingsPerRule }

// memberOr is where a fault of a member stands: at the member, or where it is missing from.
func memberOr(of *jsonValue, key string) *jsonValue {
	if m := of.member(key); m != nil {
		return m
	}
	return of
}

// unknownKeys reports the members of an object that nothing reads, and those that stand there twice.
func (r *jsonReport) unknownKeys(object *jsonValue, field string, known tabled, code string) {
	for _, m := range object.members() {
		if slices.Contains(known, m.key) {
			continue
		}
		fix := "Take it out: the packager drops it, and the platform does not read it."
		if !r.full(code) {
			if meant := closest(m.key, known); meant != "" {
				fix = fmt.Sprintf("Did you mean “%s”? What is not known is dropped.", meant)
			}
		}
		r.report(m, Finding{
			Code: code, Severity: SeverityWarning, Field: joinField(field, m.key),
			Message: fmt.Sprintf("The key “%s” is not known here.", shorten(m.key)), Fix: fix,
		})
	}
	if object == nil {
		return
	}
	for _, m := range object.repeated {
		r.report(m, Finding{
			Code: code, Severity: SeverityWarning, Field: joinField(field, m.key),
			Message: fmt.Sprintf("The key “%s” stands here more than once; only the last one counts.", shorten(m.key)),
			Fix:     "Keep the one that is meant and take out the others.",
		})
	}
}

// canonical returns the name as the list writes it; as it is if the list does not have it in any case.
func (l tabled) canonical(name string) string {
	if known, ok := l.find(name); ok {
		return known
	}
	return name
}

// find looks for a name in any case.
func (l tabled) find(name string) (string, bool) {
	for _, known := range l {
		if strings.EqualFold(known, name) {
			return known, true
		}
	}
	return "", false
}

// String is the list as people read it: "a, b or c".
func (l tabled) String() string {
	if len(l) < 2 {
		return strings.Join(l, "")
	}
	return strings.Join(l[:len(l)-1], ", ") + " or " + l[len(l)-1]
}
