package packfile_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"packtide/packfile"
)

// proof shows one rule at work: a package that follows it and one that does not. A rule about two versions is shown by the
// step from before to each of them; a rule about one release, by the packages in beside as its other members.
type proof struct {
	name       string // of the file; "" gives x.zip
	good, bad  []byte
	before     []byte              // nil: the rule is about one version
	beside     [][]byte            // nil: the rule is not about a release
	versions   [3]packfile.Version // that are given at upload, of before, good and bad; zero: the file tells it
	settings   map[string]string
	mended     map[string]string   // the settings of the good one, where the rule is about them
	severities []packfile.Severity // what the bad one may be reported as; nil: as the rule says
}

// proofs holds one for every rule, by code. Each platform's tests add theirs where they declare them.
func proofs(t testing.TB) map[string]proof {
	t.Helper()
	all := map[string]proof{}
	for _, some := range []map[string]proof{
		threatConnectProofs(t), tcPackageProofs(t), tcNameProofs(t), tcInstallProofs(t), tcCompareProofs(t),
		secOpsProofs(t), secOpsSchemaProofs(t), secOpsFilesProofs(t), secOpsCompareProofs(t),
		boomiProofs(t),
	} {
		for code, p := range some {
			if _, twice := all[code]; twice {
				t.Errorf("%s is proved twice", code)
			}
			all[code] = p
		}
	}
	return all
}

// found returns what the rules find of data, in whichever way the proof asks. The version is the one given at upload.
func (p proof) found(t testing.TB, data []byte, version packfile.Version) []packfile.Finding {
	t.Helper()
	read := func(data []byte, version packfile.Version) packfile.Package {
		name := p.name
		if name == "" {
			name = "x.zip"
		}
		got, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), name, packfile.Options{Settings: p.settings, Day: packfile.DayLatest})
		if err != nil {
			t.Fatalf("Inspect: %v", err)
		}
		if version != (packfile.Version{}) {
			got.Manifest.Version, got.Manifest.HasVersion = version, true
		}
		return got
	}
	switch {
	case p.before != nil:
		c := packfile.Compare(read(p.before, p.versions[0]), read(data, version), packfile.Options{Settings: p.settings, Day: packfile.DayLatest})
		return c.Findings
	case p.beside != nil:
		members := []packfile.Member{{Label: "this one", Manifest: read(data, version).Manifest}}
		for i, other := range p.beside {
			members = append(members, packfile.Member{Label: fmt.Sprintf("other %d", i+1), Manifest: read(other, packfile.Version{}).Manifest})
		}
		return packfile.CheckTogether(members)
	default:
		return read(data, version).Findings
	}
}

func TestRulesAreProved(t *testing.T) {
	t.Parallel()
	all := proofs(t)
	for _, platform := range packfile.PlatformKeys() {
		for _, rule := range packfile.Rules(platform) {
			p, ok := all[rule.Code]
			if !ok {
				t.Errorf("%s has no proof", rule.Code)
				continue
			}
			delete(all, rule.Code)
			t.Run(rule.Code, func(t *testing.T) {
				t.Parallel()
				checkProof(t, rule, p)
			})
		}
	}
	for code := range all {
		t.Errorf("%s is proved and is no rule", code)
	}
}

func checkProof(t *testing.T, rule packfile.Rule, p proof) {
	t.Helper()
	carries := func(f packfile.Finding) bool { return f.Code == rule.Code }
	follows := p
	if p.mended != nil {
		follows.settings = p.mended
	}
	if good := follows.found(t, p.good, p.versions[1]); slices.ContainsFunc(good, carries) {
		t.Errorf("the package that follows the rule is reported: %+v", good)
	}
	bad := p.found(t, p.bad, p.versions[2])
	i := slices.IndexFunc(bad, carries)
	if i < 0 {
		t.Fatalf("the package that breaks the rule is not reported: %+v", bad)
	}
	wanted := p.severities
	if wanted == nil {
		wanted = []packfile.Severity{rule.Severity}
	}
	if f := bad[i]; !slices.Contains(wanted, f.Severity) || f.Message == "" || f.Fix == "" {
		t.Errorf("got %+v, want severity %v, a message and a fix", f, wanted)
	}
}

var codeInText = regexp.MustCompile(`"((?:TC|R|D|B)-[A-Z0-9]+(?:-[A-Z0-9]+)*)"`)

// Every code in the source stands in its platform's list, and every rule is reported somewhere.
func TestRulesAndCodeAgree(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, platform := range packfile.PlatformKeys() {
		for _, rule := range packfile.Rules(platform) {
			if listed[rule.Code] {
				t.Errorf("%s stands in the lists twice", rule.Code)
			}
			listed[rule.Code] = true
			if rule.Check == "" || rule.Source == "" || !strings.HasSuffix(rule.Check, ".") {
				t.Errorf("%s must tell in a sentence what it checks, and who asks for it: %+v", rule.Code, rule)
			}
		}
	}
	used := map[string]bool{}
	for _, name := range sources(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(string(data), "\n") {
			if strings.Contains(line, "Check:") { // the list itself
				continue
			}
			for _, m := range codeInText.FindAllStringSubmatch(line, -1) {
				if used[m[1]] = true; !listed[m[1]] {
					t.Errorf("%s: %s is in no list of rules", name, m[1])
				}
			}
		}
	}
	for code := range listed {
		if !used[code] {
			t.Errorf("%s is listed and nowhere reported", code)
		}
	}
}

func sources(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil || len(names) == 0 {
		t.Fatalf("no source files: %v", err)
	}
	return slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
}

// The guide's tables of rules are written from the lists: set PACKTIDE_DOCS to write them anew.
func TestRulesInTheGuide(t *testing.T) {
	t.Parallel()
	const guide = "../docs/formats.md"
	data, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, platform := range packfile.PlatformKeys() {
		rules := packfile.Rules(platform)
		if len(rules) == 0 {
			continue
		}
		begin, end := fmt.Sprintf("<!-- rules: %s -->\n", platform), "<!-- end of rules -->"
		_, after, ok := strings.Cut(text, begin)
		table, _, closed := strings.Cut(after, end)
		if !ok || !closed {
			t.Errorf("%s has no place for the rules of %s", guide, platform)
			continue
		}
		if want := ruleTable(rules); table != want {
			if os.Getenv("PACKTIDE_DOCS") == "" {
				t.Errorf("the rules of %s in %s are not those of the code: run this test with PACKTIDE_DOCS=1", platform, guide)
			}
			text = strings.Replace(text, begin+table+end, begin+want+end, 1)
		}
	}
	if os.Getenv("PACKTIDE_DOCS") != "" {
		if err := os.WriteFile(guide, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func ruleTable(rules []packfile.Rule) string {
	var b strings.Builder
	b.WriteString("| rule | severity | what must hold | asked for by |\n|---|---|---|---|\n")
	for _, r := range rules {
		check := r.Check
		if r.Since != "" {
			check += " Since " + r.Since + "."
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", r.Code, r.Severity, check, r.Source)
	}
	return b.String()
}

// An old version is judged by the rules of its own day, unless all are asked for: what is younger is told once, as an
// information.
func TestRulesOfTheDay(t *testing.T) {
	t.Parallel()
	rule := "R-AI-SCHEMA"
	bad := proofs(t)[rule].bad
	for day, want := range map[string]packfile.Severity{
		"": packfile.SeverityInfo, "2026-06-30": packfile.SeverityInfo, "2026-07-01": packfile.SeverityWarning, packfile.DayLatest: packfile.SeverityWarning,
	} {
		p, err := packfile.Inspect(bytes.NewReader(bad), int64(len(bad)), "x.zip", packfile.Options{Day: day})
		if err != nil {
			t.Fatal(err)
		}
		var got []packfile.Severity
		for _, f := range p.Findings {
			if f.Code == rule {
				got = append(got, f.Severity)
			}
		}
		if len(got) == 0 || got[0] != want || (want == packfile.SeverityInfo && len(got) > 1) {
			t.Errorf("day %q: got %v, want %s", day, got, want)
		}
	}
}
