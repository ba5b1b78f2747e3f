package packfile_test

import (
	"slices"
	"strings"

	"packtide/packfile"
)

// packageFaults are the errors and warnings about a ThreatConnect package as a whole, its names and its versions. What
// install.json and layout.json must hold in detail is left out.
func packageFaults(findings []packfile.Finding) []packfile.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f packfile.Finding) bool {
		return f.Severity == packfile.SeverityInfo || strings.HasPrefix(f.Code, "TC-INS-") || strings.HasPrefix(f.Code, "TC-LAY-")
	})
}

// codesOf returns the codes of findings, each once, sorted.
func codesOf(findings []packfile.Finding) []string {
	var codes []string
	for _, f := range findings {
		codes = append(codes, f.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}
