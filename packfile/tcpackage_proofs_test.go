package packfile_test

import (
	"maps"
	"strings"
	"testing"

	"packtide/packfile"
)

// tcInstall is the install.json of a small app without faults in its package; a change replaces a piece of its text.
func tcInstall(change ...string) string {
	const whole = `{
  "displayName": "Acme Feed",
  "programVersion": "2.1.0",
  "programLanguage": "PYTHON",
  "programMain": "run",
  "runtimeLevel": "Organization",
  "feeds": [
    {"sourceName": "Acme", "jobFile": "acme_job.json", "attributesFile": "acme.csv"}
  ]
}`
	return strings.NewReplacer(change...).Replace(whole)
}

const tcJob = "{\"programName\": \"Acme Feed v2\", \"programVersion\": \"2.1.0\"}"

// tcApp is a package of that app with some files added, changed, or taken out by an empty name's content.
func tcApp(t testing.TB, changes ...file) []byte {
	t.Helper()
	return tcAppIn(t, "Acme_Feed_v2", changes...)
}

func tcAppIn(t testing.TB, folder string, changes ...file) []byte {
	t.Helper()
	files := []file{
		{name: "install.json", content: tcInstall()},
		{name: "README.md", content: "# Acme Feed"},
		{name: "run.py", content: "pass"},
		{name: "acme_job.json", content: tcJob},
		{name: "acme.csv", content: "a"},
	}
	for _, c := range changes {
		at := -1
		for i := range files {
			if files[i].name == c.name {
				at = i
			}
		}
		if at < 0 {
			files = append(files, c)
			continue
		}
		files[at].content = c.content
	}
	var packed []file
	for _, f := range files {
		if f.content != tcGone {
			packed = append(packed, file{name: folder + "/" + f.name, content: f.content})
		}
	}
	return zipOf(t, packed...)
}

// tcGone as content takes a file out of the app.
const tcGone = "\x00"

// tcPlaybook is the playbook of the other tests, with one change.
func tcPlaybook(from, to string) []byte { return []byte(strings.Replace(playbook, from, to, 1)) }

// tcWarns are the severities of a rule that is an error in its worst case only.
var tcWarns = []packfile.Severity{packfile.SeverityWarning}

func tcPackageProofs(t testing.TB) map[string]proof {
	t.Helper()
	good := tcApp(t)
	without := func(name string) []byte { return tcApp(t, file{name: name, content: tcGone}) }
	app := func(name, folder, version string) file {
		return file{name: name, content: string(appPackage(t, folder, version))}
	}
	one, two := app("A_v1.tcx", "A_v1", "1.0.4"), app("B_v2.tcx", "B_v2", "2.0.1")
	secret := `"jobParameterList": [{"appCatalogItemParameter": {"paramName": "api_key"}, "value": "%s"}], "id": 1`
	outside := map[string]string{"threatconnect.delivery": "outside", "threatconnect.access": "Ask us", "threatconnect.published": "Acme's portal"}
	documented := maps.Clone(outside)
	documented["threatconnect.documentation"], documented["threatconnect.support"] = "https://acme.example/guide", "partner"
	inside := map[string]string{
		"threatconnect.delivery": "inside", "threatconnect.repository": "https://github.com/acme/packs",
		"threatconnect.pull-request": "https://github.com/ThreatConnect-Inc/threatconnect-jobs/pull/12", "threatconnect.review": "open",
	}
	return map[string]proof{
		"TC-PKG-01": {name: "x.tcx", good: good, bad: []byte(playbook)},
		"TC-PKG-02": {good: good, bad: zipOf(t, file{name: "Acme_Feed_v2/install.json", content: tcInstall()}, file{name: "b/x"})},
		"TC-PKG-03": {good: good, bad: zipOf(t, file{name: "all/Acme_Feed_v2/install.json", content: tcInstall()})},
		"TC-PKG-04": {good: appBuilder(t, nil), bad: appBuilder(t, map[string]any{"labels": nil})},
		"TC-PKG-05": {good: []byte(playbook), bad: tcPlaybook("playbookTriggerList", "triggers")},
		"TC-PKG-06": {name: "Acme_Feed_v2.tcx", good: good, bad: tcAppIn(t, "Acme_Feeds_v2")},
		"TC-PKG-07": {good: good, bad: without("run.py")},
		"TC-PKG-08": {good: good, bad: without("acme.csv")},
		"TC-PKG-09": {good: good, bad: without("README.md")},
		"TC-PKG-10": {good: good, bad: tcApp(t, file{name: ".git/config"})},
		"TC-PKG-11": {good: tcApp(t, file{name: "run.py", content: tcGone}, file{name: "run.pyc"}), bad: good},
		"TC-PKG-12": {
			good: tcPlaybook(`"id": 1`, strings.Replace(secret, "%s", "${USER:KEYCHAIN:key}", 1)),
			bad:  tcPlaybook(`"id": 1`, strings.Replace(secret, "%s", "hunter2", 1)),
		},
		"TC-PKG-13": {good: bundleOf(t, one, two), bad: bundleOf(t, one)},
		"TC-VER-01": {good: good, bad: tcApp(t, file{name: "install.json", content: tcInstall("2.1.0", "2.1")})},
		"TC-VER-02": {good: appBuilder(t, nil), bad: appBuilder(t, map[string]any{"version": "2.10.4"})},
		"TC-VER-03": {good: tcApp(t, file{name: "tcex.json", content: `{"package": {"app_version": "v2"}}`}), bad: tcApp(t, file{name: "tcex.json", content: `{"package": {"app_version": "v1"}}`})},
		"TC-VER-04": {good: tcPlaybook("1.35", "1.35.0"), bad: tcPlaybook("1.35", "new")},
		"TC-VER-05": {good: good, bad: tcApp(t, file{name: "acme_job.json", content: strings.Replace(tcJob, "2.1.0", "2.0.0", 1)})},
		"TC-VER-06": {good: []byte(playbook), bad: tcPlaybook("Email v3", "Email v2.0")},
		"TC-JSN-01": {good: good, bad: tcApp(t, file{name: "more.json", content: "{\"a\": 1,}"})},
		"TC-DLV-01": {good: good, bad: good, mended: documented, settings: outside},
		"TC-DLV-02": {good: good, bad: []byte(playbook), settings: inside},
		"TC-DLV-03": {good: good, bad: good, mended: documented, settings: outside},
		"TC-DLV-04": {good: good, bad: appBuilder(t, nil)},
	}
}

func tcNameProofs(t testing.TB) map[string]proof {
	t.Helper()
	good := tcApp(t)
	named := func(name string) []byte {
		return tcApp(t, file{name: "install.json", content: tcInstall("Acme Feed", name)})
	}
	company := map[string]string{"threatconnect.company": "ACME"}
	return map[string]proof{
		"TC-NAM-01": {good: good, bad: named("Other Feed"), settings: company},
		"TC-NAM-02": {good: named("Acme Platform"), bad: named("Acme acme Feed"), settings: company},
		"TC-NAM-03": {good: good, bad: named("Acme " + strings.Repeat("x", 31))},
		"TC-NAM-04": {good: good, bad: named("A "), severities: tcWarns},
		"TC-NAM-05": {good: good, bad: tcAppIn(t, "Acme Feed_v2")},
		"TC-NAM-06": {good: tcAppIn(t, "TC_-_acme_feed_v2"), bad: tcAppIn(t, "Other_Feed_v2")},
		"TC-NAM-07": {good: good, bad: tcAppIn(t, "Acme_Feed_v1")},
		"TC-NAM-08": {good: tcAppIn(t, "Acme_Feed_v2.1"), bad: tcAppIn(t, "Acme_Feed_v2.1_v2.1")},
		"TC-NAM-09": {good: tcAppIn(t, "TC_-_Acme_Feed_v2"), bad: tcAppIn(t, "TCPB_-_Acme_Feed_v2")},
		"TC-NAM-10": {good: good, bad: appBuilder(t, nil)},
	}
}
