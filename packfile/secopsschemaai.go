package packfile

import "slices"

// The descriptions for language models, resources/ai/: one group of fields for each action, and one for the integration.
// The vendor's tools read no others, and let further fields pass.
const secopsAIFolder = "resources/ai/"

var (
	soActionAI = soSchema{"R-AI-SCHEMA", soField{want: soNamed, loose: true, fields: slices.Concat(
		soEach(soField{want: soText, need: true}, "ai_description", "ai_short_description", "parameters_description"),
		[]soField{
			{name: "capabilities", want: soGroup, need: true, loose: true, fields: slices.Concat(
				[]soField{{name: "reasoning", want: soText, need: true}},
				soEach(soField{want: soBool, need: true},
					"can_create_case_comments", "can_create_insight", "can_modify_alert_data", "can_mutate_external_data",
					"can_mutate_internal_data", "can_update_entities", "fetches_data"),
				soEach(soField{want: soText, need: true, null: true},
					"external_data_mutation_explanation", "internal_data_mutation_explanation"),
			)},
			{name: "entity_usage", want: soGroup, need: true, loose: true, fields: slices.Concat(
				[]soField{
					{name: "reasoning", want: soText, need: true},
					{name: "entity_types", want: soGroup, need: true, loose: true},
				},
				soEach(soField{want: soBool, need: true},
					"filters_by_additional_properties", "filters_by_alert_identifier", "filters_by_case_identifier",
					"filters_by_creation_time", "filters_by_entity_type", "filters_by_identifier", "filters_by_is_artifact",
					"filters_by_is_enriched", "filters_by_is_internal", "filters_by_is_pivot", "filters_by_is_suspicious",
					"filters_by_is_vulnerable", "filters_by_modification_time"),
			)},
			{name: "outcome_categories", want: soGroup, need: true, loose: true, fields: slices.Concat(
				[]soField{{name: "reasoning", want: soText, need: true}},
				soEach(soField{want: soBool, need: true},
					"add_alert_comment", "add_ioc_to_allowlist", "add_ioc_to_blocklist", "contain_host", "create_ticket",
					"delete_email", "disable_identity", "download_file", "enable_identity", "enrich_asset", "enrich_ioc",
					"execute_command_on_the_host", "get_alert_information", "remove_ioc_from_allowlist",
					"remove_ioc_from_blocklist", "reset_identity_password", "search_asset", "search_email", "search_events",
					"send_email", "send_message", "submit_file", "uncontain_host", "update_alert", "update_email",
					"update_identity", "update_ticket"),
			)},
		},
	)}}

	soIntegrationAI = soSchema{"R-AI-SCHEMA", soField{want: soGroup, loose: true, fields: []soField{
		{name: "product_categories", want: soGroup, need: true, loose: true, fields: slices.Concat(
			[]soField{{name: "reasoning", want: soText, need: true}},
			soEach(soField{want: soBool, need: true},
				"asset_inventory", "cloud_security", "collaboration", "edr", "email_security",
				"iam_and_identity_management", "itsm", "network_security", "siem", "threat_intelligence",
				"vulnerability_management"),
		)},
	}}}
)

// checkSecOpsSchemas checks the fields of every file that the vendor's tools read.
func checkSecOpsSchemas(c *secopsCheck) {
	for _, f := range []*soFile{c.definition, c.notes, c.ontology, c.families} {
		if f != nil {
			c.follow(secOpsSchemas[f.path], f)
		}
	}
	for _, component := range c.components {
		c.follow(secOpsSchemas[component.kind.folder], component.file)
	}
	c.follow(soActionAI, c.file(secopsAIFolder+"actions_ai_description.yaml"))
	c.follow(soIntegrationAI, c.file(secopsAIFolder+"integration_ai_description.yaml"))
}
