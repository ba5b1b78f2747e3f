package packfile_test

import (
	"testing"

	"packtide/packfile"
)

// R3
func TestTechnicalName(t *testing.T) {
	t.Parallel()
	for display, want := range map[string]string{
		"Google Sheets":              "google_sheets_v2",
		"  Acme   Threat Feed ":      "acme_threat_feed_v2",
		"Abuse.ch MalwareBazaar":     "abuse.ch_malwarebazaar_v2",
		"Check Point (Firewall) R&D": "check_point_firewall_rd_v2",
		"Zürich Käse":                "zürich_käse_v2",
		" ( ) ":                      "",
		"_ -":                        "",
	} {
		if got := packfile.TechnicalName(display, 2); got != want {
			t.Errorf("%q: got %q, want %q", display, got, want)
		}
	}
}

// R3
func TestDisplayNameFinding(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]bool{"Google Sheets": false, "Acme Guard for Mail": false, "Telegram": true, " Telegram ": true, "": true} {
		f, got := packfile.DisplayNameFinding(name)
		if got != bad || (bad && (f.Severity != packfile.SeverityWarning || f.Fix == "" || f.Code == "")) {
			t.Errorf("%q: got %+v, %v; want a warning: %v", name, f, got, bad)
		}
	}
}
