package packfile_test

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"packtide/packfile"
)

// What a changed integration is reported for, beside what the proofs show: severities that depend, places, and what must
// not be reported.
func TestSecOpsFileRules(t *testing.T) {
	t.Parallel()
	edit := func(text, old, new string) string { return soEdit(t, text, old, new) }
	for name, tt := range map[string]struct {
		code    string
		changes map[string]string
		want    []string // "severity path:line part of the message", one for each finding of the code
	}{
		"all six files": {"R-FILES", map[string]string{
			".python-version": soGone, "__init__.py": soGone, "uv.lock": soGone, "release_notes.yaml": soGone,
		}, []string{"error release_notes.yaml:0 no", "error uv.lock:0 no", "error .python-version:0 no", "error __init__.py:0 no"}},
		"both orphans of another case": {
			"R-PARITY",
			map[string]string{"jobs/sync.py": soGone, "jobs/Sync.py": soScript},
			[]string{"error jobs/Sync.py:0 There is no Sync.yaml", "error jobs/sync.yaml:0 There is no sync.py"},
		},
		"a folder of data in core is no package": {"R-PKGINIT", map[string]string{"core/data/list.json": "{}"}, nil},
		"a comment is no code": {"R-INIT-EMPTY", map[string]string{
			"core/__init__.py": "# Licence\nfrom __future__ import annotations\n",
		}, nil},
		"a first release may still rename": {"R-SNAKE", map[string]string{
			"core/ApiUtils.py": soClient, "pyproject.toml": edit(soPyproject, `version = "2.0"`, `version = "1.0"`),
		}, []string{"warning core/ApiUtils.py:0 1 file name is"}},
		"no actions at all": {"R-PING", map[string]string{
			"actions/__init__.py": soGone, "actions/ping.py": soGone, "actions/ping.yaml": soGone, "actions/block_host.py": soGone, "actions/block_host.yaml": soGone,
		}, []string{"warning actions:0 no actions"}},
		"ping in any case":  {"R-PING", map[string]string{"actions/ping.yaml": soAction("PING")}, nil},
		"an empty mapping":  {"R-ONTOLOGY", map[string]string{"ontology_mapping.yaml": "[]\n"}, []string{"warning ontology_mapping.yaml:1 maps nothing"}},
		"a mapping, no end": {"R-ONTOLOGY", map[string]string{"ontology_mapping.yaml": edit(soOntology, "file_name: EndTime", "file_name: Name")}, []string{"info ontology_mapping.yaml:1 not map EndTime"}},
		"nothing to map":    {"R-ONTOLOGY", map[string]string{"ontology_mapping.yaml": soGone, "connectors/alerts.yaml": soGone, "connectors/alerts.py": soGone}, nil},
		"an example by its path": {"R-JSON-EX", map[string]string{
			"resources/block_host_JsonResult_example.json": soGone, "resources/blocked.json": "{}",
			"actions/block_host.yaml": edit(soBlockHost, "resources/block_host_JsonResult_example.json", "resources/blocked.json"),
		}, []string{"info resources:0 1 action has"}},
		"a result in a comment": {"R-JSON-EX", map[string]string{
			"resources/block_host_JsonResult_example.json": soGone, "actions/block_host.py": "# self.json_results\nclass A: ...\n",
		}, nil},
		"tests without what is useful": {"R-TESTS", map[string]string{"tests/conftest.py": soGone}, []string{"info tests:0 lack tests/conftest.py"}},
		"no tests":                     {"R-TESTS", noTests(), []string{"warning tests:0 no tests"}},
		"a test by another spelling":   {"R-ACTION-TESTS", map[string]string{"tests/test_actions/test_block_host.py": soGone, "tests/TestBlockHost.py": soModule}, nil},
		"a definition's Python":        {"R-PYVER", map[string]string{"definition.yaml": soDefinition + "python_version: '3.8'\n"}, []string{"error definition.yaml:25 python_version is “3.8”"}},
		"a loose range": {
			"R-PYVER",
			map[string]string{"pyproject.toml": edit(soPyproject, ">=3.11,<3.12", ">=3.11")},
			[]string{"error pyproject.toml:5 “>=3.11”"},
		},
		"a group by another": {"R-DEVDEPS", map[string]string{
			"pyproject.toml": edit(soPyproject, `    "soar-sdk",`, `    { include-group = "sdk" },`) + "\n[dependency-groups.x]\n",
		}, []string{"warning pyproject.toml:11 lacks soar-sdk"}},
		"the platform's own library": {"R-DEVDEPS", map[string]string{
			"pyproject.toml": edit(soPyproject, `    "requests>=2.32.4",`, `    "requests>=2.32.4", "Soar_SDK>1",`),
		}, []string{"warning pyproject.toml:6 has its own"}},
		"dependencies not locked": {"R-LOCK", map[string]string{
			"pyproject.toml": edit(soPyproject, `    "requests>=2.32.4",`, `    "requests>=2.32.4", "httpx[http2]>=0.27; python_version > '3'",`),
		}, []string{"error uv.lock:4 httpx, requests"}},
		"a lock of something else": {
			"R-LOCK",
			map[string]string{"uv.lock": edit(soLock, `{ virtual = "." }`, `{ virtual = "../x" }`)},
			[]string{"error uv.lock:1 itself is not in the list"},
		},
		"a lock for another Python": {"R-LOCK", map[string]string{"uv.lock": edit(soLock, "==3.11.*", ">=3.12")}, []string{"error uv.lock:4 requires-python"}},
		"a name in another spelling": {"R-LOCK", map[string]string{
			"uv.lock": edit(soLock, `"acmeguard"`, `"Acme_Guard"`), "pyproject.toml": edit(soPyproject, `"AcmeGuard"`, `"acme.guard"`),
		}, nil},
		"a broken lock": {"R-TOML", map[string]string{"uv.lock": "[[package]\n"}, []string{"error uv.lock:1 not valid TOML"}},
		"a password in an address": {"R-LOCK-REG", map[string]string{
			"uv.lock": edit(soLock, "https://pypi.org/simple", "https://me:hunter2@example.com/simple?token=hunter2"),
		}, []string{"error uv.lock:15 https://example.com/simple”"}},
		"nor beside it": {"R-SECRET", map[string]string{
			"uv.lock": soEdit(t, soLock, "https://pypi.org/simple", "https://me:hunter2@pypi.org/simple"),
		}, []string{"warning uv.lock:18 who signs in"}},
		"dates": {"R-RN-DATE", map[string]string{"release_notes.yaml": strings.Join([]string{
			datedNote("'2026-1-1'"), datedNote("2026-01-01"), datedNote("null"), datedNote("''"), datedNote("1712102400"), datedNote("'2026-12-31'"),
		}, "")}, []string{
			"warning release_notes.yaml:4 not written as", "warning release_notes.yaml:8 not in quotes", "warning release_notes.yaml:24 in the future",
			"warning release_notes.yaml:12 2 notes have no", "warning release_notes.yaml:20 number",
		}},
		"gaps and days": {
			"R-RN-ORDER",
			map[string]string{"release_notes.yaml": soNotes + edit(edit(datedNote("'2026-02-01'"), "2.0", "9.0"), "x", "y")},
			[]string{"info release_notes.yaml:16 1 note has an earlier date", "info release_notes.yaml:0 than 3.0, and none"},
		},
		"item types once each": {
			"R-RN-TYPE",
			map[string]string{"release_notes.yaml": soNotes + strings.Repeat(edit(datedNote("'2026-03-01'"), "Action", "Jobs"), 3)},
			[]string{"warning release_notes.yaml:15 “Jobs”"},
		},
		"an empty default": {"R-SECRET", map[string]string{"definition.yaml": edit(soDefinition, "    -   name: API Key\n", "    -   name: API Key\n        default_value: '{}'\n")}, nil},
		"keys and risks": {"R-SECRET", map[string]string{
			"tests/common.py":       "KEY = 'AKIA" + "ABCDEFGHIJKLMNOP'\n",
			"actions/block_host.py": "import os\n\n\nclass A:\n    x = eval('1')\n",
		}, []string{"warning tests/common.py:1 an AWS access key", "info actions/block_host.py:5 eval"}},
		"a logo with entities":              {"R-IMG", map[string]string{"resources/logo.svg": `<!DOCTYPE svg [<!ENTITY a "b">]><svg/>`}, []string{"warning definition.yaml:6 declares things"}},
		"a logo of two roots":               {"R-IMG", map[string]string{"resources/logo.svg": "<svg/><svg/>"}, []string{"warning definition.yaml:6 outermost"}},
		"a logo that is HTML":               {"R-IMG", map[string]string{"resources/logo.svg": "<html></html>"}, []string{"warning definition.yaml:6 outermost"}},
		"a logo as drawn":                   {"R-IMG", map[string]string{"resources/logo.svg": "<?xml version=\"1.0\"?>\n<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"x.dtd\">\n<svg><g/></svg>\n"}, nil},
		"an image elsewhere":                {"R-IMG", map[string]string{"definition.yaml": edit(soDefinition, "resources/image.png", "resources/none.png")}, []string{"warning definition.yaml:5 not in the integration"}},
		"a program with a text without end": {"R-TRY", map[string]string{"actions/block_host.py": "x = '''\n"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkSecOpsFindings(t, soWhole(t, tt.changes), tt.code, tt.want)
		})
	}
}

// datedNote is a note for version 2.0 of four lines, with its publish_time in the last.
func datedNote(publishTime string) string {
	return "- description: x\n  version: 2.0\n  item_type: Action\n  publish_time: " + publishTime + "\n"
}

func noTests() map[string]string {
	changes := map[string]string{}
	for name := range soWith(nil) {
		if strings.HasPrefix(name, "tests/") {
			changes[name] = soGone
		}
	}
	return changes
}

func checkSecOpsFindings(t *testing.T, data []byte, code string, want []string) {
	t.Helper()
	p, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), "x.zip", packfile.Options{Today: "2026-11-21"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Findings {
		if strings.Contains(f.Message+f.Fix+f.Excerpt, "hunter2") || (f.Code == "R-SECRET" && f.Excerpt != "") {
			t.Errorf("a secret is shown: %+v", f)
		}
		if f.Code != code {
			continue
		}
		if len(want) == 0 {
			t.Fatalf("one finding too many: %+v", f)
		}
		severity, rest, _ := strings.Cut(want[0], " ")
		place, text, _ := strings.Cut(rest, " ")
		path, line, _ := strings.Cut(place, ":")
		if f.Severity != severity || f.Path != "acme_guard/"+path || strconv.Itoa(f.Line) != line || !strings.Contains(f.Message, text) {
			t.Errorf("got %s %s:%d %q, want %q", f.Severity, f.Path, f.Line, f.Message, want[0])
		}
		want = want[1:]
	}
	if len(want) > 0 {
		t.Errorf("not reported: %q", want)
	}
}
