package packfile

import "testing"

// R3
func TestBaseName(t *testing.T) {
	t.Parallel()
	for display, want := range map[string]string{
		"Google Sheets":              "google_sheets",
		"  Acme   Threat Feed ":      "acme_threat_feed",
		"Abuse.ch MalwareBazaar":     "abuse.ch_malwarebazaar",
		"Check Point (Firewall) R&D": "check_point_firewall_rd",
		"Zürich Käse":                "zürich_käse",
		" ( ) ":                      "",
		"_ -":                        "",
	} {
		if got := baseName(display); got != want {
			t.Errorf("%q: got %q, want %q", display, got, want)
		}
	}
}
