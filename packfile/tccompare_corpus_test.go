package packfile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

// tcKnownSteps are pairs of real packages with their known answers; the goldens tell the rest.
var tcKnownSteps = []struct {
	name, old, new string
	smallest       packfile.Bump
	declared       packfile.Bump
	codes          []string // all findings of the step, with their severities
	before         []string // among the findings of the older package itself
	own            []string // among the findings of the newer package itself
	changes        []string // among the changes
}{
	{
		name: "malwarebazaar", old: "abx/546814e/Abuse.ch MalwareBazaar.abx", new: "abx/0bb61dc/Abuse.ch MalwareBazaar.abx",
		smallest: packfile.BumpMajor, declared: packfile.BumpMajor, codes: []string{"TC-DIF-02 info"},
		changes: []string{"major parameter zip_password removed", "minor parameter additional_tags added"},
	},
	{
		name: "observations-tagger-down", old: "abx/546814e/Observations Tagger.abx", new: "abx/fe38026/Observations Tagger.abx",
		smallest: packfile.BumpRelease, declared: packfile.BumpNone, codes: []string{"TC-DIF-02 error", "TC-DIF-07 warning"},
	},
	{
		name: "observations-tagger-major", old: "abx/fe38026/Observations Tagger.abx", new: "abx/4805c66/Observations Tagger.abx",
		smallest: packfile.BumpRelease, declared: packfile.BumpMajor, codes: []string{"TC-DIF-08 info"},
		changes: []string{"release file app.py changed", "release file install.json changed"},
	},
	{
		name:     "phishme",
		old:      "tcx/5cd0143/phishme_intelligence_tc_v1.1_v1.1.tcx",
		new:      "tcx/6811c98/phishme_intelligence_tc_v1.1_v1.1_v1.1.tcx",
		smallest: packfile.BumpRelease, declared: packfile.BumpNone, codes: []string{"TC-DIF-01 error", "TC-DIF-06 error"},
		before: []string{"TC-PKG-07", "TC-NAM-08"}, own: []string{"TC-PKG-10", "TC-NAM-08"}, changes: []string{"release app  main file"},
	},
	{
		name: "escape-quotes", old: "pbx/33634e4/[utility] Escape Quotes for Datastore.pbx", new: "pbx/b8fbadb/[utility] Escape Quotes for Datastore.pbx",
		smallest: packfile.BumpMajor, declared: packfile.BumpNone, codes: []string{"TC-DIF-03 error"}, own: []string{"TC-VER-04"},
		changes: []string{
			"major input array removed", "major input string added", "major output escapedString renamed",
		},
	},
	{
		name: "math-operation", old: "pbx/60b9cd3/[utility] [math] Perform Math Operation.pbx", new: "pbx/d861179/[utility] [math] Perform Math Operation.pbx",
		smallest: packfile.BumpRelease, declared: packfile.BumpNone, codes: []string{"TC-DIF-05 info"}, own: []string{"TC-VER-04"},
	},
	{
		name: "expressions", old: "rebuilt/d9828fd/TCPB_-_Expressions_v1.tcx", new: "rebuilt/9796310/TCPB_-_Expressions_v1.tcx",
		smallest: packfile.BumpMinor, declared: packfile.BumpRelease, codes: []string{"TC-DIF-04 warning"},
	},
}

func TestCorpusThreatConnectSteps(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(corpusDir(t), "threatconnect")
	for _, step := range tcKnownSteps {
		t.Run(step.name, func(t *testing.T) {
			t.Parallel()
			older, newer := readReal(t, filepath.Join(dir, step.old)), readReal(t, filepath.Join(dir, step.new))
			c := packfile.Compare(older, newer, packfile.Options{})
			if c.Smallest != step.smallest || c.Declared != step.declared {
				t.Errorf("got smallest bump %s, declared %s; want %s, %s", c.Smallest, c.Declared, step.smallest, step.declared)
			}
			var codes []string
			for _, f := range c.Findings {
				codes = append(codes, f.Code+" "+f.Severity)
			}
			if diff := cmp.Diff(step.codes, codes); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			wantCodes(t, "older", older.Findings, step.before)
			wantCodes(t, "newer", newer.Findings, step.own)
			answer := tcAnswer(&c)
			for _, change := range step.changes {
				if !strings.Contains(answer, "\n"+change+"\n") {
					t.Errorf("no change %q among:\n%s", change, answer)
				}
			}
			checkGolden(t, filepath.Join("testdata", "compare", "threatconnect-"+step.name+".golden"), answer)
		})
	}
}

func wantCodes(t *testing.T, which string, findings []packfile.Finding, codes []string) {
	t.Helper()
	for _, code := range codes {
		if !slices.ContainsFunc(findings, func(f packfile.Finding) bool { return f.Code == code }) {
			t.Errorf("the %s package has no finding %s", which, code)
		}
	}
}

// tcAnswer writes a comparison as its golden file has it: without values, which are the vendor's texts.
func tcAnswer(c *packfile.Comparison) string {
	const mostFiles = 10
	var b strings.Builder
	fmt.Fprintf(&b, "%s → %s (versioned: %v), smallest bump: %s, declared: %s\n%s\n",
		c.From, c.To, c.Versioned, c.Smallest, c.Declared, c.Summary())
	files := 0
	for _, ch := range c.Changes {
		if ch.Kind == packfile.KindFile {
			if files++; files > mostFiles {
				continue
			}
		}
		what := string(ch.Event)
		if ch.Facet != "" {
			what = ch.Facet
		}
		fmt.Fprintf(&b, "%s %s %s %s\n", ch.Bump, ch.Kind, ch.Key, what)
	}
	if files > mostFiles {
		fmt.Fprintf(&b, "and %d more files\n", files-mostFiles)
	}
	for _, f := range c.Findings {
		fmt.Fprintf(&b, "%s %s\n  %s\n  %s\n", f.Code, f.Severity, f.Message, f.Fix)
	}
	return b.String()
}

func checkGolden(t *testing.T, golden, got string) {
	t.Helper()
	if os.Getenv("PACKTIDE_GOLDEN") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the answer differs (-want +got); PACKTIDE_GOLDEN=1 writes it anew:\n%s", diff)
	}
}
