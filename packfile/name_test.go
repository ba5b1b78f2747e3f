package packfile_test

import (
	"testing"

	"packtide/packfile"
)

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
