package packfile

import (
	"fmt"
	"slices"
)

// Rule is one check of a platform's packages: what must hold, and who asks for it. Every finding carries the code of a
// rule, and docs/formats.md lists them all.
type Rule struct {
	Code     string   // stable: "TC-VER-01"
	Severity Severity // the most severe that the rule reports
	Check    string   // what must hold, as a sentence for people
	Source   string   // one of the Source constants

	// Since is the day from which packages had to follow the rule, "YYYY-MM-DD", or empty if they always had to. A package
	// that is judged by the rules of an earlier day gets an information instead, once a rule.
	Since string

	// Secret: what the rule finds must not be shown, also not as an excerpt of the file.
	Secret bool
}

// Who asks for a rule.
const (
	SourceGuide  = "packaging guide" // the platform's written guide for packages
	SourceVendor = "vendor's tools"  // what the vendor's own validators and packagers refuse or report
	SourceOurs   = "packtide"        // what breaks installs, upgrades or comparison though no vendor's tool says so
)

// Rules returns the rules of a platform in the order of its list, and nothing for a platform that is not known.
func Rules(platform string) []Rule {
	if p := platformOf(platform); p.key == platform {
		return slices.Clone(p.rules)
	}
	return nil
}

// maxFindingsPerRule is how often one rule is reported of one package; the last report counts the rest.
const maxFindingsPerRule = 100

// settle gives findings without a severity their rule's, eases rules that are younger than the day of the rule set, and
// bounds how often each is reported. The order of the findings stays.
func settle(findings []Finding, rules []Rule, day string) []Finding {
	byCode := make(map[string]Rule, len(rules))
	for _, r := range rules {
		byCode[r.Code] = r
	}
	seen := map[string]int{}
	var settled []Finding
	for _, f := range findings {
		rule := byCode[f.Code]
		if f.Severity == "" {
			f.Severity = rule.Severity
		}
		most := maxFindingsPerRule
		if day != "" && day < rule.Since {
			f.Severity, most = SeverityInfo, 1
			f.Fix = fmt.Sprintf("Asked for since %s only, after this version; mend it in the next one. %s", rule.Since, f.Fix)
		}
		if seen[f.Code]++; seen[f.Code] <= most {
			settled = append(settled, f)
		}
	}
	for i := range slices.Backward(settled) {
		f := &settled[i]
		if left := seen[f.Code] - maxFindingsPerRule; left > 0 {
			f.Message += fmt.Sprintf(" (%d more like this are not listed.)", left)
		}
		seen[f.Code] = 0 // only the last report says so
	}
	return settled
}
