package packfile_test

import (
	"maps"
	"strings"
	"testing"

	"packtide/packfile"
)

// secOpsFilesProofs prove the rules about structure, Python text, dependencies, release notes and pictures.
func secOpsFilesProofs(t testing.TB) map[string]proof {
	t.Helper()
	all := map[string]proof{}
	for code, changes := range secOpsFilesBreaks(t) {
		all[code] = proof{good: soWhole(t, nil), bad: soWhole(t, changes)}
	}
	with := func(code string, change func(*proof)) {
		p := all[code]
		change(&p)
		all[code] = p
	}
	with("R-SNAKE", func(p *proof) { p.severities = []packfile.Severity{packfile.SeverityInfo} })
	with("R-EMAIL", func(p *proof) { p.settings = map[string]string{"secops.scope": "third_party/partner"} })
	all["R-SNAKE-DIR"] = proof{good: soWhole(t, nil), bad: secOpsFolder(t, "AcmeGuard")}
	return all
}

// secOpsFolder is the whole integration in a folder of another name.
func secOpsFolder(t testing.TB, folder string) []byte {
	t.Helper()
	var files []file
	for name, content := range soWith(nil) {
		files = append(files, file{name: folder + "/" + name, content: content})
	}
	return zipOf(t, files...)
}

// secOpsFilesBreaks returns, for each rule, a change to the whole integration that breaks it.
func secOpsFilesBreaks(t testing.TB) map[string]map[string]string {
	t.Helper()
	project := func(old, new string) map[string]string {
		return map[string]string{"pyproject.toml": soEdit(t, soPyproject, old, new)}
	}
	lock := func(old, new string) map[string]string {
		return map[string]string{"uv.lock": soEdit(t, soLock, old, new)}
	}
	notes := func(old, new string) map[string]string {
		return map[string]string{"release_notes.yaml": soEdit(t, soNotes, old, new)}
	}
	program := func(text string) map[string]string { return map[string]string{"actions/block_host.py": text} }
	breaks := map[string]map[string]string{
		"R-FILES":        {"uv.lock": soGone},
		"R-PARITY":       {"widgets/block_host.html": soGone},
		"R-PKGINIT":      {"core/api/session.py": soClient},
		"R-INIT-EMPTY":   {"core/__init__.py": "# code\nfrom .client import Client\n"},
		"R-SNAKE":        {"core/ApiUtils.py": soClient},
		"R-CORE-UNIQUE":  {"core/api/client.py": soClient, "core/api/__init__.py": ""},
		"R-EXTRA":        {".report.json": "{}"},
		"R-PING":         {"actions/ping.yaml": soAction("Pong")},
		"R-ACTION2":      {"actions/block_host.yaml": soGone, "actions/block_host.py": soGone, "widgets/block_host.yaml": soGone, "widgets/block_host.html": soGone},
		"R-PING-MSG":     {"actions/ping.py": strings.ReplaceAll(soPing, "Successfully connected to", "Reached")},
		"R-CORE-CLIENT":  {"core/client.py": `TEXT = """` + "\nclass Client: ...\n" + `"""`},
		"R-ONTOLOGY":     {"ontology_mapping.yaml": soGone},
		"R-IMG":          {"resources/image.png": "GIF89a"},
		"R-JSON-EX":      {"resources/block_host_JsonResult_example.json": soGone},
		"R-JSON-ORPHAN":  {"resources/gone_JsonResult_example.json": "{}"},
		"R-TESTS":        {"tests/common.py": soGone},
		"R-TEST-CONFIG":  {"tests/config.json": "[]"},
		"R-ACTION-TESTS": {"tests/test_actions/test_block_host.py": soGone},
		"R-PYVER":        {".python-version": "3.12\n"},
		"R-DEVDEPS":      project(`    "soar-sdk",`+"\n", ""),
		"R-DEVDEPS-SEED": project(`    "mypy>=1.11",`+"\n", ""),
		"R-DESC":         project(`"Guards hosts. Support: guard@example.com"`, `""`),
		"R-EMAIL":        project("guard@example.com", "guard at example.com"),
		"R-SELF":         project("[[tool.uv.index]]", "[tool.uv.sources]\ntipcommon = { path = \"../../x.whl\" }\n\n[[tool.uv.index]]"),
		"R-LOCK":         lock(`version = "2.0"`, `version = "1.0"`),
		"R-LOCK-REG":     lock("https://pypi.org/simple", "https://example.com/simple"),
		"R-RN-DATE":      notes("'2026-02-28'", "'2026-02-30'"),
		"R-RN-ORDER":     notes("version: 1.0", "version: 3.0"),
		"R-RN-VER":       notes("version: 2.0", "version: 3.0"),
		"R-RN-TYPE":      notes("item_type: Action", "item_type: action"),
		"R-SECRET": {"definition.yaml": soEdit(t, soDefinition, "    -   name: API Key\n",
			"    -   name: API Key\n        default_value: hunter2\n")},
	}
	maps.Copy(breaks, map[string]map[string]string{
		"R-FUTURE":       program(strings.Replace(soBlockHostScript, "from __future__ import annotations\n", "", 1)),
		"R-HINTS":        program(soBlockHostScript + "\n\ndef helper(x: int):\n    \"\"\"Helps.\"\"\"\n"),
		"R-DOCSTR":       program(soBlockHostScript + "\n\ndef helper(x: int) -> None:\n    pass\n"),
		"R-ACTION-CLASS": program("from __future__ import annotations\n\nprint(\"class A:\")\n"),
		"R-TRY":          program("from __future__ import annotations\n\n\nclass Block:\n    \"\"\"Blocks.\"\"\"\n"),
		"R-TIPBASE":      noImport("TIPCommon.base"),
		"R-PYDANTIC":     noImport("pydantic"),
		"R-CONFIG-USED":  {"definition.yaml": soEdit(t, soDefinition, "    -   name: API Key\n", "    -   name: Unheard Of\n")},
	})
	return breaks
}

// noImport takes an import out of all programs.
func noImport(module string) map[string]string {
	changes := map[string]string{}
	for name, text := range soWith(nil) {
		if strings.HasSuffix(name, ".py") {
			changes[name] = strings.ReplaceAll(text, "from "+module, "from other")
		}
	}
	return changes
}
