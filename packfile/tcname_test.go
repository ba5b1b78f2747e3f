package packfile_test

import (
	"bytes"
	"strings"
	"testing"

	"packtide/packfile"
)

func inspectWith(t testing.TB, data []byte, name string, settings map[string]string) []packfile.Finding {
	t.Helper()
	p, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), name, packfile.Options{Settings: settings})
	if err != nil {
		t.Fatalf("Inspect: %v", err)
	}
	return p.Findings
}

// The guide's form of display names, with what a publisher has told of itself.
func TestThreatConnectDisplayNames(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		name, company, limit string
		want                 string // code; "" for none
	}{
		"two words":                  {"Acme Feed", "", "", ""},
		"one word":                   {"Feed", "", "", "TC-NAM-01"},
		"company twice":              {"Acme ACME Feed", "", "", "TC-NAM-02"},
		"of the company":             {"acme  feed", "Acme", "", ""},
		"of a longer company":        {"Acme Corp Feed", "Acme Corp", "", ""},
		"of another company":         {"Other Feed", "Acme", "", "TC-NAM-01"},
		"company as part of a word":  {"Acmes Feed", "Acme", "", "TC-NAM-01"},
		"only the company":           {"Acme Corp", "Acme Corp", "", "TC-NAM-02"},
		"company as product":         {"Acme Corp acme corp Feed", "Acme Corp", "", "TC-NAM-02"},
		"platform":                   {"Acme Platform", "Acme", "", ""},
		"long company":               {strings.Repeat("A", 31) + " Feed", "", "", "TC-NAM-03"},
		"company within the limit":   {strings.Repeat("A", 30) + " Feed", "", "", ""},
		"company within more":        {strings.Repeat("A", 31) + " Feed", "", "40", ""},
		"company beyond less":        {strings.Repeat("A", 21) + " Feed", "", "20", "TC-NAM-03"},
		"long description":           {"Acme Feed " + strings.Repeat("é", 61), "", "", "TC-NAM-03"},
		"description within":         {"Acme Feed " + strings.Repeat("é", 60), "", "", ""},
		"a limit that is no number":  {"Acme Feed", "", "many", ""},
		"name of the company's word": {"Acme", "Acme", "", "TC-NAM-02"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := map[string]string{"threatconnect.company": tt.company, "threatconnect.name-limit": tt.limit}
			for file, data := range map[string][]byte{
				"x.tcx": tcApp(t, file{name: "install.json", content: tcInstall("Acme Feed", tt.name)}),
				"x.abx": appBuilder(t, map[string]any{"displayName": tt.name}),
				"x.pbx": tcPlaybook("Acme Mail Triage", tt.name),
			} {
				found := inspectWith(t, data, file, settings)
				for _, code := range []string{"TC-NAM-01", "TC-NAM-02", "TC-NAM-03"} {
					got := only(found, code)
					if (len(got) > 0) != (code == tt.want) || (len(got) > 0 && got[0].Line == 0) {
						t.Errorf("%s: got %+v of %s, want %q", file, got, code, tt.want)
					}
				}
			}
		})
	}
}

// The folder's name is the platform's key of the app.
func TestThreatConnectTechnicalNames(t *testing.T) {
	t.Parallel()
	const e, w, i = packfile.SeverityError, packfile.SeverityWarning, packfile.SeverityInfo
	tests := map[string]map[string]packfile.Severity{
		"Acme_Feed_v2":                   nil,
		"acme_feed_v2":                   nil,
		"TC_-_Acme_Feed_v2":              nil,
		"TCAB_-_7a1d_v2":                 nil, // App Builder names apps so
		"TCPB_-_Acme_Feed_v2":            {"TC-NAM-09": i},
		"TCXY_-_Acme_Feed_v2":            {"TC-NAM-09": i},
		"Acme_v2":                        {"TC-NAM-06": i},
		"AcmeFeed_v2":                    {"TC-NAM-06": i},
		"Other_Feed_v2":                  {"TC-NAM-06": w},
		"Acme_Feed":                      {"TC-NAM-07": e},
		"Acme_Feed_v3":                   {"TC-NAM-07": e},
		"Acme_Feed_v2.1":                 {"TC-NAM-07": w},
		"Acme_Feed_v2_v2":                {"TC-NAM-08": w},
		"Acme_Feed_v2.1_v2.1":            {"TC-NAM-07": w, "TC-NAM-08": w},
		"Acme Feed v2":                   {"TC-NAM-05": e, "TC-NAM-07": e},
		"Acmé_Feed_v2":                   {"TC-NAM-05": e, "TC-NAM-06": w},
		"Acme_Feed_v1":                   {"TC-NAM-07": e},
		"Acme_Feed_v22222222222222222_1": {"TC-NAM-06": w, "TC-NAM-07": e},
	}
	for folder, want := range tests {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			_, findings, err := inspect(tcAppIn(t, folder), folder+".tcx")
			if err != nil {
				t.Fatal(err)
			}
			for _, code := range []string{"TC-NAM-05", "TC-NAM-06", "TC-NAM-07", "TC-NAM-08", "TC-NAM-09"} {
				got := only(findings, code)
				if (len(got) > 0) != (want[code] != "") || (len(got) > 0 && (got[0].Severity != want[code] || got[0].Path != folder)) {
					t.Errorf("got %+v of %s, want %q", got, code, want[code])
				}
			}
		})
	}
}

// Exports say in their file's name what they are called, and not which version they have.
func TestThreatConnectFileNames(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		data []byte
		fix  string // "" for no finding
	}{
		"Acme.abx":         {appBuilder(t, nil), "“Acme_Threat_Feed_v2.abx”"},
		"Acme_v2.abx":      {appBuilder(t, nil), ""},
		"Acme v2.10.abx":   {appBuilder(t, nil), ""},
		"Triage.pbx":       {[]byte(playbook), "“Acme_Mail_Triage_v1.pbx”"},
		"Triage_v1.pbx":    {[]byte(playbook), ""},
		"Unversioned.pbx":  {tcPlaybook("1.35", ""), "“<name>_v1.pbx”"},
		"Acme_Feed_v2.tcx": {tcApp(t), ""},
		"Acme.tcx":         {tcApp(t), ""},
	}
	for name, tt := range tests {
		_, findings, err := inspect(tt.data, name)
		got := only(findings, "TC-NAM-10")
		if err != nil || (len(got) > 0) != (tt.fix != "") || (len(got) > 0 && !strings.Contains(got[0].Fix, tt.fix)) {
			t.Errorf("%s: got %+v, %v; want %q", name, got, err, tt.fix)
		}
	}
}
