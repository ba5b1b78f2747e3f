package packfile

import "slices"

// What the vendor's tools take of each field (packages/mp of chronicle/content-hub, version 1.35.1), as data for soWalk.
const (
	maxSecOpsName        = 150
	maxSecOpsDescription = 2050
	maxSecOpsParams      = 50
	maxSecOpsParamWords  = 13
	maxSecOpsResultName  = 100

	// Before, publish_time was the number of seconds since 1970.
	secopsDatesSince = "2025-07-01"
)

var (
	soParamTypes = []string{
		"boolean", "integer", "string", "password", "ip", "ip_or_host", "url", "domain", "email", "values",
		"values_as_semicolon_separated", "multi_value_selection", "script", "numerical_values",
	}
	// “integer” is declared by the vendor and refused all the same.
	soActionParamTypes = []string{
		"string", "boolean", "playbook_name", "user", "stage", "close_case_reasons", "close_root_cause", "case_priorities",
		"email_content", "content", "password", "entity_type", "multi_values", "ddl", "code", "time_span_seconds",
		"multi_choice_parameter", "null",
	}
	soWidgetTypes = []string{
		"key_value", "events", "json_result", "html", "wall_activities", "alerts", "timeline", "graph", "text",
		"potentially_grouped_alerts", "entities_highlights", "pending_steps", "case_recommendations", "statistics",
		"case_description", "insight", "case_assistant", "case_aps_graph", "case_related_findings",
		"case_impacted_resources", "form", "quick_actions", "composite_alert", "rule_overview", "case_detections",
		"udm_events", "udm_entities", "event_highlights", "threat_hunt", "third_party",
	}
	soMatchTypes = []string{
		"equal", "contains", "starts_with", "greater_than", "not_equal", "not_contains", "is_empty", "is_not_empty",
	}
	soTransformations = []string{
		"to_string", "to_integer", "to_double", "from_unix_time_string_or_long", "from_custom_date", "to_boolean",
		"extract_regexp", "extract_by_regex_with_group", "to_is_correlation", "to_ip_address",
		"to_list_of_longs_seperated_comma", //nolint:misspell // the vendor's word
		"substr_by_length", "substr_by_end_text", "first_lines", "join_raw_fields",
		"static_value", "extract_domain_from_uri", "clean_url",
	}
	soComparisons = []string{"equal", "contains", "starts_with", "ends_with"}
)

// soParamFields are the fields of a parameter, with those that one kind of component has besides.
func soParamFields(types []string, more ...soField) soField {
	return soField{name: "parameters", want: soGroups, need: true, most: maxSecOpsParams, fields: append([]soField{
		{name: "name", want: soText, need: true, most: maxSecOpsName, words: maxSecOpsParamWords},
		{name: "type", want: soText, need: true, values: types},
		{name: "description", want: soText, need: true, most: maxSecOpsDescription},
		{name: "is_mandatory", want: soBool, need: true},
		{name: "default_value", want: soScalar, null: true},
	}, more...)}
}

// soScriptFields are the fields that actions, connectors and jobs share.
func soScriptFields(more ...soField) soField {
	return soField{want: soGroup, fields: append([]soField{
		{name: "description", want: soText, need: true, most: maxSecOpsDescription},
		{name: "documentation_link", want: soLink, null: true},
		{name: "is_custom", want: soBool},
		{name: "is_enabled", want: soBool},
	}, more...)}
}

// secOpsSchemas are the schemas by the file, or the folder of components, that they are for.
var secOpsSchemas = map[string]soSchema{
	definitionYAML: {"R-SCHEMA-DEF", soField{want: soGroup, fields: []soField{
		{name: "identifier", want: soText, need: true, most: maxSecOpsName, form: soIdentForm},
		{name: "name", want: soText, need: true, most: maxSecOpsName},
		{name: "categories", want: soTexts, need: true},
		soParamFields(soParamTypes,
			soField{name: "integration_identifier", want: soText, need: true, most: maxSecOpsName, form: soIdentForm},
			soField{name: "display_name", want: soText, null: true, most: maxSecOpsName},
		),
		{name: "documentation_link", want: soLink, null: true},
		{name: "image_path", want: soPath, need: true, null: true},
		{name: "svg_logo_path", want: soPath, null: true},
		{name: "description", want: soAny},
		{name: "version", want: soAny},
		{name: "python_version", want: soScalar, null: true},
		{name: "feature_tags", want: soGroup, null: true, fields: []soField{
			{name: "integration_visibility_properties", want: soGroups, fields: []soField{
				{name: "kind", want: soText, need: true, values: []string{"systemmode", "featureflag", "internal"}},
				{name: "value", want: soText, need: true, values: []string{"nexus", "featenablefederationsecondary", "alwaysinvisible"}},
			}},
		}},
		{name: "should_install_in_system", want: soBool},
		{name: "is_custom", want: soBool},
		{name: "is_powerup", want: soBool},
		{name: "google_secops_product", want: soBool},
		{name: "is_available_for_community", want: soBool},
	}}},

	soAction.folder: {"R-SCHEMA-ACTION", soScriptFields(
		soField{name: "name", want: soText, need: true, most: maxSecOpsName, form: soDisplayForm},
		soField{name: "integration_identifier", want: soText, need: true, most: maxSecOpsName, form: soIdentForm},
		soParamFields(soActionParamTypes, soField{name: "optional_values", want: soTexts, null: true}),
		soField{name: "dynamic_results_metadata", want: soGroups, need: true, fields: []soField{
			{name: "result_name", want: soText, need: true},
			{name: "show_result", want: soBool, need: true},
			{name: "result_example_path", want: soText, need: true, null: true},
		}},
		soField{name: "is_async", want: soBool},
		soField{name: "creator", want: soText},
		soField{name: "script_result_name", want: soText, most: maxSecOpsResultName},
		soField{name: "simulation_data_json", want: soText},
		soField{name: "default_result_value", want: soText, null: true},
		soField{name: "version", want: soNumber, least: 1},
	)},

	soConnector.folder: {"R-SCHEMA-CONNECTOR", soScriptFields(
		soField{name: "creator", want: soText, need: true},
		soField{name: "name", want: soText, need: true, most: maxSecOpsName, form: soDisplayForm},
		soField{name: "integration", want: soText, need: true},
		soField{name: "is_connector_rules_supported", want: soBool, need: true},
		soParamFields(soParamTypes,
			soField{name: "is_advanced", want: soBool, need: true},
			soField{name: "mode", want: soText, need: true, values: []string{"regular", "script"}},
		),
		soField{name: "rules", want: soGroups, need: true, fields: []soField{
			{name: "rule_name", want: soText, need: true, form: soDisplayForm},
			{name: "rule_type", want: soText, need: true, values: []string{"allow_list", "disallow_list"}},
		}},
		soField{name: "version", want: soNumber},
	)},

	soJob.folder: {"R-SCHEMA-JOB", soScriptFields(
		soField{name: "creator", want: soText, need: true},
		soField{name: "name", want: soText, need: true, most: maxSecOpsName},
		soField{name: "integration", want: soText, need: true, most: maxSecOpsName, form: soIdentForm},
		soParamFields(soParamTypes),
		soField{name: "run_interval_in_seconds", want: soInt},
		soField{name: "version", want: soNumber, least: 1},
	)},

	soWidget.folder: {"R-SCHEMA-WIDGET", soField{want: soGroup, fields: []soField{
		{name: "title", want: soText, need: true, most: maxSecOpsName, form: soDisplayForm},
		{name: "type", want: soText, need: true, values: soWidgetTypes},
		{name: "scope", want: soText, values: []string{"alert", "case"}},
		{name: "action_identifier", want: soText, need: true, null: true, most: maxSecOpsName, form: soDisplayForm},
		{name: "description", want: soText, need: true, most: maxSecOpsDescription},
		{name: "default_size", want: soText, need: true, values: []string{"half_width", "full_width", "third_width", "two_thirds_width"}},
		{name: "data_definition", want: soGroup, need: true, fields: []soField{
			{name: "html_height", want: soInt, need: true},
			{name: "safe_rendering", want: soBool, need: true},
			{name: "type", want: soText, need: true, values: soWidgetTypes},
			{name: "widget_definition_scope", want: soText, need: true, values: []string{"case", "alert", "both"}},
		}},
		{name: "condition_group", want: soGroup, need: true, fields: []soField{
			{name: "logical_operator", want: soText, need: true, values: []string{"and", "or"}},
			{name: "conditions", want: soGroups, need: true, fields: []soField{
				{name: "field_name", want: soText, need: true},
				{name: "value", want: soText, need: true, null: true},
				{name: "match_type", want: soText, need: true, values: soMatchTypes},
				{name: "custom_operator_name", want: soText, null: true},
			}},
		}},
	}}},

	releaseNotesYAML: {"R-SCHEMA-RN", soField{name: "notes", want: soGroups, fields: []soField{
		{name: "description", want: soText, need: true, most: maxSecOpsDescription},
		{name: "item_name", want: soText, need: true},
		{name: "item_type", want: soText, need: true},
		{name: "version", other: "integration_version", want: soNumber, need: true, least: 1},
		{name: "publish_time", want: soText, null: true, epoch: true, since: secopsDatesSince},
		{name: "ticket_number", want: soText, null: true},
		{name: "new", want: soBool},
		{name: "deprecated", want: soBool},
		{name: "removed", want: soBool},
		{name: "regressive", want: soBool},
	}}},

	ontologyYAML: {"R-SCHEMA-ONTOLOGY", soField{name: "rules", want: soGroups, fields: []soField{
		{name: "source", want: soText, need: true},
		{name: "product", want: soText, null: true},
		{name: "event_name", want: soText, null: true},
		{name: "security_event_file_name", want: soText, need: true},
		{name: "transformation_function", want: soText, values: soTransformations},
		{name: "transformation_function_param", want: soText, null: true},
		{name: "raw_data_primary_field_match_term", want: soText},
		{name: "raw_data_primary_field_comparison_type", want: soText, values: soComparisons},
		{name: "raw_data_secondary_field_match_term", want: soText, null: true},
		{name: "raw_data_secondary_field_comparison_type", want: soText, values: soComparisons},
		{name: "raw_data_third_field_match_term", want: soText, null: true},
		{name: "raw_data_third_field_comparison_type", want: soText, values: soComparisons},
		{name: "is_artifact", want: soBool, need: true},
		{name: "extract_function", want: soText, null: true, values: []string{"none", "regex", "delimiter"}},
		{name: "extract_function_param", want: soText, null: true},
	}}},

	familiesYAML: {"R-SCHEMA-FAMILIES", soField{name: "families", want: soGroups, fields: []soField{
		{name: "family", want: soText, need: true},
		{name: "description", want: soText, need: true, most: maxSecOpsDescription},
		{name: "image_base64", want: soText, need: true},
		{name: "is_custom", want: soBool},
		{name: "rules", want: soGroups, need: true, fields: soFamilyRule},
	}}},
}

var soFamilyRule = slices.Concat(
	soEach(soField{want: soText, need: true}, "primary_source", "relation_type", "primary_destination", "visual_family"),
	soEach(soField{want: soText, need: true, null: true},
		"secondary_source", "third_source", "fourth_source", "secondary_destination", "third_destination", "fourth_destination"),
)

// soEach gives several fields the same form.
func soEach(like soField, names ...string) []soField {
	fields := make([]soField, len(names))
	for i, name := range names {
		fields[i] = like
		fields[i].name = name
	}
	return fields
}
