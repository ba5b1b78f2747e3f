package packfile_test

import (
	"maps"
	"testing"

	"packtide/packfile"
)

// What a publisher tells of the way to the users, and what is missing.
func TestThreatConnectDelivery(t *testing.T) {
	t.Parallel()
	with := func(base map[string]string, key, value string) map[string]string {
		all := maps.Clone(base)
		all["threatconnect."+key] = value
		return all
	}
	outside := map[string]string{
		"threatconnect.delivery": "outside", "threatconnect.access": "Ask us", "threatconnect.support": "partner",
		"threatconnect.documentation": "https://acme.example/guide", "threatconnect.published": "https://acme.example",
	}
	inside := map[string]string{
		"threatconnect.delivery": "inside", "threatconnect.repository": "https://github.com/acme/packs", "threatconnect.review": "approved",
		"threatconnect.pull-request": "https://github.com/threatconnect-inc/threatconnect-jobs/pull/12",
	}
	playbooks := with(inside, "pull-request", "https://github.com/ThreatConnect-Inc/threatconnect-playbooks/pull/12")
	service := tcApp(t, file{name: "install.json", content: tcInstall("Organization", "ApiService")})
	app := tcApp(t, file{name: "install.json", content: tcInstall("Organization", "Playbook")})
	const w, i = packfile.SeverityWarning, packfile.SeverityInfo
	type findings map[string][]packfile.Severity
	tests := map[string]struct {
		data     []byte
		settings map[string]string
		want     findings
	}{
		"not told":                        {tcApp(t), nil, findings{"TC-DLV-01": {i}}},
		"a bundle, once":                  {bundleOf(t, file{name: "a.tcx", content: string(tcApp(t))}, file{name: "b.tcx", content: string(tcApp(t))}), nil, findings{"TC-DLV-01": {i}}},
		"outside":                         {tcApp(t), outside, nil},
		"outside, nothing told":           {tcApp(t), map[string]string{"threatconnect.delivery": "outside"}, findings{"TC-DLV-01": {w, w, w}, "TC-DLV-03": {i}}},
		"outside, no link":                {tcApp(t), with(outside, "documentation", "in the box"), findings{"TC-DLV-01": {w}}},
		"inside, a job app":               {tcApp(t), inside, nil},
		"inside, supported by partner":    {tcApp(t), with(inside, "support", "partner"), findings{"TC-DLV-03": {i}}},
		"inside, supported by vendor":     {tcApp(t), with(inside, "support", "threatconnect"), nil},
		"inside, no repository":           {tcApp(t), with(inside, "repository", "https://gitlab.com/acme/packs"), findings{"TC-DLV-02": {w}}},
		"inside, no pull request":         {tcApp(t), with(inside, "pull-request", ""), findings{"TC-DLV-02": {w}}},
		"inside, only the repository":     {tcApp(t), with(inside, "pull-request", "https://github.com/ThreatConnect-Inc/threatconnect-jobs"), findings{"TC-DLV-02": {w}}},
		"inside, review not told":         {tcApp(t), with(inside, "review", ""), findings{"TC-DLV-02": {w}}},
		"inside, playbook among the jobs": {[]byte(playbook), inside, findings{"TC-DLV-02": {w}}},
		"inside, playbook":                {[]byte(playbook), playbooks, nil},
		"inside, playbook app":            {app, playbooks, nil},
		"inside, service anywhere":        {service, playbooks, nil},
		"export is source":                {appBuilder(t, nil), outside, findings{"TC-DLV-04": {w}}},
		"playbook by export":              {[]byte(playbook), with(outside, "packaging", "export"), nil},
		"playbook by packager":            {[]byte(playbook), with(outside, "packaging", "tcpackage"), findings{"TC-DLV-04": {w}}},
		"app by export":                   {tcApp(t), with(outside, "packaging", "export"), findings{"TC-DLV-04": {w}}},
		"job app by App Builder":          {tcApp(t), with(outside, "packaging", "app-builder"), findings{"TC-DLV-04": {w}}},
		"playbook app by App Builder":     {app, with(outside, "packaging", "app-builder"), nil},
		"job app by packager":             {tcApp(t), with(outside, "packaging", "tcpackage"), nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := packfile.CheckOptions(packfile.Options{Settings: tt.settings}); err != nil {
				t.Fatal(err)
			}
			found := inspectWith(t, tt.data, "x.tcx", tt.settings)
			for _, code := range []string{"TC-DLV-01", "TC-DLV-02", "TC-DLV-03", "TC-DLV-04"} {
				got, want := only(found, code), tt.want[code]
				if len(got) != len(want) || (len(got) > 0 && got[0].Severity != want[0]) {
					t.Errorf("got %+v, want %v of %s", got, want, code)
				}
			}
		})
	}
}

// Only a package for the vendor's repositories has to have their headings in its README.
func TestThreatConnectReadme(t *testing.T) {
	t.Parallel()
	inside := map[string]string{"threatconnect.delivery": "inside"}
	whole := tcApp(t, file{name: "README.md", content: "# Summary\n## dependencies\n## Input Definitions\n## Output definitions\n"})
	if got := only(inspectWith(t, whole, "x.tcx", inside), "TC-PKG-09"); len(got) > 0 {
		t.Errorf("with all headings: got %+v", got)
	}
	if got := only(inspectWith(t, tcApp(t), "x.tcx", nil), "TC-PKG-09"); len(got) > 0 {
		t.Errorf("outside: got %+v", got)
	}
	got := only(inspectWith(t, tcApp(t), "x.tcx", inside), "TC-PKG-09")
	if len(got) != 1 || got[0].Severity != packfile.SeverityInfo || got[0].Path != "Acme_Feed_v2/README.md" {
		t.Errorf("got %+v, want an information", got)
	}
}
