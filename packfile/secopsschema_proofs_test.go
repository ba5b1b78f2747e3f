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
		"R-AI-SCHEMA":        bad("resources/ai/integration_ai_description.yaml", soIntegrationAI, "  edr: true\n", ""),
	}
}
