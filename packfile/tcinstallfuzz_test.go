package packfile_test

import (
	"strings"
	"testing"
)

// Whatever stands in install.json and layout.json: no crash, and every fault that has a line has a column too.
func FuzzInstallAndLayout(f *testing.F) {
	f.Add(tcInstallGood, tcLayoutGood)
	f.Add(`{"programVersion": "1.0.0", "params": [null, {"name": 1, "type": []}], "runtimeLevel": [], "features": "x"}`, `{"inputs": {}}`)
	for _, fault := range tcInstallFaults {
		if strings.Contains(tcLayoutGood, fault.old) {
			f.Add(tcInstallGood, strings.Replace(tcLayoutGood, fault.old, fault.new, 1))
		}
	}
	f.Fuzz(func(t *testing.T, install, layout string) {
		data := zipOf(t, file{name: "A_B_v1/install.json", content: install}, file{name: "A_B_v1/layout.json", content: layout})
		for _, found := range read(t, data, "A_B_v1.tcx").Findings {
			if found.Line > 0 && found.Column == 0 || found.Message == "" {
				t.Errorf("got %+v", found)
			}
		}
	})
}
