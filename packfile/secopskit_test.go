package packfile_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// soGone as the content of a change takes the file out.
const soGone = "\x00gone"

// soWhole packs an integration that follows every rule, with changes: contents by path below the integration's folder,
// acme_guard.
func soWhole(t testing.TB, changes map[string]string) []byte {
	t.Helper()
	return soPack(t, soWith(changes))
}

// soWith is the integration of soWhole by path.
func soWith(changes map[string]string) map[string]string {
	files := map[string]string{
		".python-version": "3.11\n", "__init__.py": "",
		"definition.yaml": soDefinition, "pyproject.toml": soPyproject, "release_notes.yaml": soNotes, "uv.lock": soLock,
		"ontology_mapping.yaml": soOntology, "integration_families.yaml": soFamilies,
		"actions/__init__.py": "", "actions/ping.yaml": soAction("Ping"), "actions/ping.py": soPing,
		"actions/block_host.yaml": soBlockHost, "actions/block_host.py": soBlockHostScript,
		"connectors/__init__.py": "", "connectors/alerts.yaml": soConnector, "connectors/alerts.py": soScript,
		"jobs/__init__.py": "", "jobs/sync.yaml": soJob, "jobs/sync.py": soScript,
		"widgets/block_host.yaml": soWidget, "widgets/block_host.html": "<p>Blocked.</p>\n",
		"core/__init__.py": "", "core/client.py": soClient,
		"resources/image.png": soPNG, "resources/logo.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>`,
		"resources/block_host_JsonResult_example.json": "{\"blocked\": true}\n",
		"resources/ai/actions_ai_description.yaml":     soActionAI("Ping"),
		"resources/ai/integration_ai_description.yaml": soIntegrationAI,
		"tests/__init__.py":                            "", "tests/common.py": soModule, "tests/conftest.py": soModule, "tests/config.json": "{}\n",
		"tests/core/__init__.py": "", "tests/core/session.py": soModule,
		"tests/test_defaults/__init__.py": "", "tests/test_defaults/test_imports.py": soModule,
		"tests/test_actions/__init__.py": "", "tests/test_actions/test_ping.py": soModule, "tests/test_actions/test_block_host.py": soModule,
	}
	for name, content := range changes {
		if files[name] = content; content == soGone {
			delete(files, name)
		}
	}
	return files
}

func soPack(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var list []file
	for _, name := range slices.Sorted(maps.Keys(files)) {
		list = append(list, file{name: "acme_guard/" + name, content: files[name]})
	}
	return zipOf(t, list...)
}

// soEdit replaces the one place of a text, so that a fixture that changed under a test is noticed.
func soEdit(t testing.TB, text, old, new string) string {
	t.Helper()
	if strings.Count(text, old) != 1 {
		t.Fatalf("%q stands %d times in the fixture", old, strings.Count(text, old))
	}
	return strings.Replace(text, old, new, 1)
}

const soDefinition = `identifier: AcmeGuard
name: Acme Guard
categories: [Security]
documentation_link: https://example.com/guard
image_path: resources/image.png
svg_logo_path: resources/logo.svg
parameters:
    -   name: API Root
        default_value: https://guard.example.com
        type: string
        description: Address of the server.
        is_mandatory: true
        integration_identifier: AcmeGuard
    -   name: API Key
        type: password
        description: Key for the server.
        is_mandatory: true
        integration_identifier: AcmeGuard
    -   name: Verify SSL
        default_value: true
        type: boolean
        description: Check the certificate.
        is_mandatory: false
        integration_identifier: AcmeGuard
`

const soPyproject = `[project]
name = "AcmeGuard"
version = "2.0"
description = "Guards hosts. Support: guard@example.com"
requires-python = ">=3.11,<3.12"
dependencies = [
    "requests>=2.32.4",
]

[dependency-groups]
dev = [
    "integration-testing",
    "mypy>=1.11",
    "pytest>=8.3.5",
    "pytest-json-report>=1.5.0",
    "soar-sdk",
]

[[tool.uv.index]]
url = "https://pypi.org/simple"
default = true
`

const soNotes = `- description: New integration.
  version: 1.0
  item_name: Acme Guard
  item_type: Integration
  publish_time: '2026-01-31'
  new: true
- description: Block Host knows groups.
  version: 2.0
  item_name: Block Host
  item_type: Action
  publish_time: '2026-02-28'
  ticket_number: '1'
`

const soLock = `version = 1
requires-python = "==3.11.*"

[[package]]
name = "acmeguard"
version = "2.0"
source = { virtual = "." }
dependencies = [
    { name = "requests" },
]

[package.metadata]
requires-dist = [{ name = "requests", specifier = ">=2.32.4" }]

[[package]]
name = "requests"
version = "2.32.4"
source = { registry = "https://pypi.org/simple" }
`

const soOntology = `-   source: AcmeGuard
    product: Guard
    security_event_file_name: StartTime
    transformation_function: to_string
    raw_data_primary_field_match_term: start
    raw_data_primary_field_comparison_type: equal
    is_artifact: false
-   source: AcmeGuard
    product: Guard
    security_event_file_name: EndTime
    is_artifact: false
`

const soFamilies = `-   family: Guarded
    description: Hosts under guard.
    image_base64: iVBORw0KGgo=
    is_custom: false
    rules:
    -   primary_source: SourceHostName
        secondary_source: ''
        third_source: ''
        fourth_source: ''
        relation_type: Type
        primary_destination: FileHash
        secondary_destination: ''
        third_destination: ''
        fourth_destination: ''
        visual_family: Guarded
`

func soAction(name string) string {
	return "name: " + name + `
description: Tests the connection.
integration_identifier: AcmeGuard
parameters: []
dynamic_results_metadata: []
`
}

const soBlockHost = `name: Block Host
description: Blocks a host.
integration_identifier: AcmeGuard
parameters:
    -   name: Host
        type: string
        description: Name of the host.
        is_mandatory: true
    -   name: Mode
        type: ddl
        description: How to block.
        is_mandatory: false
        default_value: soft
        optional_values: [soft, hard]
dynamic_results_metadata:
    -   result_name: JsonResult
        show_result: true
        result_example_path: resources/block_host_JsonResult_example.json
`

const soConnector = `name: Acme Guard - Alerts Connector
description: Fetches alerts.
creator: admin
integration: AcmeGuard
documentation_link: https://example.com/guard/alerts
is_connector_rules_supported: true
rules: []
parameters:
    -   name: Limit
        type: integer
        description: How many at a time.
        is_mandatory: true
        is_advanced: false
        mode: script
        default_value: 10
    -   name: Verify SSL
        type: boolean
        description: Check the certificate.
        is_mandatory: false
        is_advanced: true
        mode: script
        default_value: true
`

const soJob = `name: Sync
description: Keeps the lists alike.
creator: admin
integration: AcmeGuard
run_interval_in_seconds: 600
parameters: []
`

const soWidget = `title: Acme Guard - Block Host
type: html
scope: alert
action_identifier: Block Host
description: What was blocked.
default_size: half_width
data_definition:
    html_height: 400
    safe_rendering: false
    type: html
    widget_definition_scope: both
condition_group:
    logical_operator: and
    conditions:
    -   field_name: '[{stepInstanceName}.JsonResult]'
        value: '{'
        match_type: contains
`

// A whole integration has no findings at all: every proof starts from it.
func TestSecOpsWhole(t *testing.T) {
	t.Parallel()
	for _, f := range read(t, soWhole(t, nil), "acme_guard.zip").Findings {
		t.Errorf("%s %s %s:%d %s: %s", f.Code, f.Severity, f.Path, f.Line, f.Field, f.Message)
	}
}
