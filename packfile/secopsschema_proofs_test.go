package packfile_test

import "testing"

// secOpsSchemaProofs shows the rules about the fields of an integration's files.
func secOpsSchemaProofs(t testing.TB) map[string]proof {
	t.Helper()
	bad := func(path, text, old, new string) proof {
		return proof{good: soWhole(t, nil), bad: soWhole(t, map[string]string{path: soEdit(t, text, old, new)})}
	}
	return map[string]proof{
		"R-YAML":         bad("definition.yaml", soDefinition, "name: Acme Guard", "name: Acme: Guard"),
		"R-YAML-DUP":     bad("definition.yaml", soDefinition, "name: Acme Guard", "name: Acme Guard\nname: Acme"),
		"R-YAML-UNKNOWN": bad("definition.yaml", soDefinition, "documentation_link", "documentation_lnk"),
		"R-TOML":         bad("pyproject.toml", soPyproject, `version = "2.0"`, "version = 2.0.0"),
		"R-VER-FORM":     bad("pyproject.toml", soPyproject, `version = "2.0"`, `version = "2.1"`),

		"R-SCHEMA-DEF":       bad("definition.yaml", soDefinition, "type: password", "type: secret"),
		"R-SCHEMA-ACTION":    bad("actions/block_host.yaml", soBlockHost, "show_result: true", "show_result: maybe"),
		"R-SCHEMA-CONNECTOR": bad("connectors/alerts.yaml", soConnector, "creator: admin\n", ""),
		"R-SCHEMA-JOB":       bad("jobs/sync.yaml", soJob, "run_interval_in_seconds: 600", "run_interval_in_seconds: often"),
		"R-SCHEMA-WIDGET":    bad("widgets/block_host.yaml", soWidget, "half_width", "quarter_width"),
		"R-SCHEMA-RN":        bad("release_notes.yaml", soNotes, "ticket_number: '1'", "ticket_number: 1"),
		"R-SCHEMA-ONTOLOGY":  bad("ontology_mapping.yaml", soOntology, "transformation_function: to_string", "transformation_function: to_text"),
		"R-SCHEMA-FAMILIES":  bad("integration_families.yaml", soFamilies, "    image_base64: iVBORw0KGgo=\n", ""),
		"R-SCHEMA-PYPROJECT": bad("pyproject.toml", soPyproject, "description = \"Guards hosts. Support: guard@example.com\"\n", ""),
		"R-AI-SCHEMA":        bad("resources/ai/integration_ai_description.yaml", soIntegrationAI, "  edr: true\n", ""),

		"R-JSON":          {good: soWhole(t, nil), bad: soWhole(t, map[string]string{"resources/block_host_JsonResult_example.json": "{\"blocked\": yes}\n"})},
		"R-NAME-STRICT":   bad("actions/block_host.yaml", soBlockHost, "-   name: Host", "-   name: Host (or group)"),
		"R-IDENT":         bad("jobs/sync.yaml", soJob, "integration: AcmeGuard", "integration: AcmeGuards"),
		"R-DUP-NAME":      bad("actions/block_host.yaml", soBlockHost, "-   name: Mode", "-   name: Host"),
		"R-WIDGET-ACTION": bad("widgets/block_host.yaml", soWidget, "action_identifier: Block Host", "action_identifier: Block Hosts"),
		"R-PARAM-OPTS":    bad("actions/block_host.yaml", soBlockHost, "default_value: soft", "default_value: weak"),
		"R-PARAM-DEFAULT": bad("connectors/alerts.yaml", soConnector, "default_value: 10", "default_value: many"),
		"R-PARAM-DESC":    bad("actions/block_host.yaml", soBlockHost, "description: Name of the host.", "description: ' '"),
		"R-SSL":           bad("definition.yaml", soDefinition, "default_value: true", "default_value: 'false'"),
		"R-SSL-CONN":      bad("connectors/alerts.yaml", soConnector, "-   name: Verify SSL", "-   name: Verify"),
		"R-DRM-PATH":      bad("actions/block_host.yaml", soBlockHost, "resources/block_host_", "resources/../../block_host_"),
		"R-DOC":           bad("definition.yaml", soDefinition, "documentation_link: https://example.com/guard\n", ""),
		"R-DOC-CONN":      bad("connectors/alerts.yaml", soConnector, "documentation_link: https://example.com/guard/alerts", "documentation_link: null"),
		"R-CUSTOM":        bad("jobs/sync.yaml", soJob, "creator: admin", "creator: admin\nis_custom: 'yes'"),
		"R-DISABLED":      bad("actions/block_host.yaml", soBlockHost, "name: Block Host\n", "name: Block Host\nis_enabled: false\n"),
	}
}
