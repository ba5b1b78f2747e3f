package packfile

import "fmt"

// togetherSecOps reports packages of one release that the platform would take for one integration: it tells them by their
// identifier, in whatever case.
func togetherSecOps(members []Member) []Finding {
	var findings []Finding
	first := map[string]Member{}
	for _, m := range members {
		id := foldCase(m.Manifest.Identifier)
		other, taken := first[id]
		if id == "" || !taken {
			first[id] = m
			continue
		}
		findings = append(findings, Finding{
			Code: "R-IDENT-UNIQUE", Path: m.Label, Field: "identifier",
			Message: fmt.Sprintf("It has the identifier “%s”, which “%s” has too.", shorten(m.Manifest.Identifier), shorten(other.Label)),
			Fix:     "Keep one of the two in the release, or give one of them an identifier of its own.",
		})
	}
	return findings
}
