package packfile

// The kinds of parts of a Google SecOps integration, with the facets that two versions are compared by.

import (
	"cmp"
	"strings"
)

// secopsShape is one kind of part that is read from a record.
type secopsShape struct {
	kind   string
	name   secopsField
	facets []secopsFacet
	inner  []secopsInner // the parts within
}

type secopsInner struct {
	list  secopsField
	shape *secopsShape
}

// The kinds of parts, which the weights of changes go by.
const (
	secopsIntegration = "integration"
	secopsParameter   = "integration parameter"
	secopsAction      = "action"
	secopsActionParam = "action parameter"
	secopsResult      = "dynamic result"
	secopsConnector   = "connector"
	secopsConnParam   = "connector parameter"
	secopsConnRule    = "connector rule"
	secopsJob         = "job"
	secopsJobParam    = "job parameter"
	secopsWidget      = "widget"
	secopsMapping     = "ontology mapping"
	secopsDependency  = "dependency"
	secopsNote        = "release note"
)

func parameterShape(kind string, types map[string]string, more ...secopsFacet) *secopsShape {
	facets := []secopsFacet{
		choice("type", "type", "Type", types, ""),
		yesNo("mandatory", "is_mandatory", "IsMandatory", false),
		defaultValue("DefaultValue", "Type", types),
	}
	facets = append(append(facets, more...), prose("description", "Description"))
	return &secopsShape{kind: kind, name: secopsField{"name", "Name"}, facets: facets}
}

// secopsIntegrationFlags are what the definition says of the integration as a whole, beside its names.
var secopsIntegrationFlags = []secopsFacet{
	yesNo("power-up", "is_powerup", "IsPowerUp", false),
	yesNo("Google SecOps product", "google_secops_product", "GoogleSecOpsProduct", false),
	yesNo("installed with the system", "should_install_in_system", "ShouldInstalledInSystem", false),
}

var secopsParameterShape = &secopsShape{
	kind: secopsParameter, name: secopsField{"name", "PropertyName"},
	facets: []secopsFacet{
		choice("type", "type", "PropertyType", secopsScriptTypes, ""),
		yesNo("mandatory", "is_mandatory", "IsMandatory", false),
		defaultValue("Value", "PropertyType", secopsScriptTypes),
		prose("description", "PropertyDescription"),
	},
}

var secopsActionShape = &secopsShape{
	kind: secopsAction, name: secopsField{"name", "Name"},
	facets: []secopsFacet{
		plainText("result", "script_result_name", "ScriptResultName", "is_success"),
		plainText("default result", "default_result_value", "DefaultResultValue", ""),
		yesNo("asynchronous", "is_async", "IsAsync", false),
		yesNo("enabled", "is_enabled", "IsEnabled", true),
		plainText("simulation data", "simulation_data_json", "SimulationDataJson", `{"Entities": []}`),
		prose("description", "Description"),
		plainText("documentation", "documentation_link", "DocumentationLink", ""),
	},
	inner: []secopsInner{
		{secopsField{"parameters", "Parameters"}, parameterShape(secopsActionParam, secopsActionTypes, optionList("options", "optional_values", "OptionalValues"))},
		{secopsField{"dynamic_results_metadata", "DynamicResultsMetadata"}, &secopsShape{
			kind: secopsResult, name: secopsField{"result_name", "ResultName"},
			facets: []secopsFacet{yesNo("shown", "show_result", "ShowResult", false), {name: "example", value: hasExample}},
		}},
	},
}

// hasExample tells whether a result comes with an example: the source names a file, the built form has the contents.
func hasExample(r secopsRecord) string {
	text, _ := r.text(secopsField{"result_example_path", "ResultExample"})
	return yesNoText(text != "" && text != "{}")
}

var secopsConnectorShape = &secopsShape{
	kind: secopsConnector, name: secopsField{"name", "Name"},
	facets: []secopsFacet{
		yesNo("enabled", "is_enabled", "IsEnabled", true),
		yesNo("takes rules", "is_connector_rules_supported", "IsConnectorRulesSupported", false),
		prose("description", "Description"),
		plainText("documentation", "documentation_link", "DocumentationLink", ""),
	},
	inner: []secopsInner{
		{secopsField{"parameters", "Parameters"}, parameterShape(
			secopsConnParam, secopsScriptTypes,
			choice("mode", "mode", "Mode", secopsModes, ""),
			yesNo("advanced", "is_advanced", "IsAdvanced", false))},
		{secopsField{"rules", "Rules"}, &secopsShape{
			kind: secopsConnRule, name: secopsField{"rule_name", "RuleName"},
			facets: []secopsFacet{choice("type", "rule_type", "RuleType", secopsRuleTypes, "")},
		}},
	},
}

var secopsJobShape = &secopsShape{
	kind: secopsJob, name: secopsField{"name", "Name"},
	facets: []secopsFacet{
		plainText("runs every (seconds)", "run_interval_in_seconds", "RunIntervalInSeconds", "900"),
		yesNo("enabled", "is_enabled", "IsEnabled", true),
		prose("description", "Description"),
		plainText("documentation", "documentation_link", "DocumentationLink", ""),
	},
	inner: []secopsInner{{secopsField{"parameters", "Parameters"}, parameterShape(secopsJobParam, secopsScriptTypes)}},
}

var secopsWidgetShape = &secopsShape{
	kind: secopsWidget, name: secopsField{"title", "Title"},
	facets: []secopsFacet{
		plainText("action", "action_identifier", "ActionIdentifier", ""),
		choice("type", "type", "Type", secopsWidgetTypes, ""),
		choice("scope", "scope", "Scope", secopsScopes, "alert"),
		choice("size", "default_size", "DefaultSize", secopsWidgetSizes, ""),
		plainText("height", "data_definition.html_height", "DataDefinition.htmlHeight", ""),
		yesNo("safe rendering", "data_definition.safe_rendering", "DataDefinition.safeRendering", false),
		choice("shown in", "data_definition.widget_definition_scope", "DataDefinition.widgetDefinitionScope", secopsViews, ""),
		{name: "condition", value: widgetCondition},
		prose("description", "Description"),
	},
}

// widgetCondition is when a widget is shown, in one line.
func widgetCondition(r secopsRecord) string {
	match := choice("", "match_type", "MatchType", secopsMatches, "")
	field := plainText("", "field_name", "FieldName", "")
	value := plainText("", "value", "Value", "")
	operator := choice("", "condition_group.logical_operator", "ConditionsGroup.LogicalOperator", secopsOperators, "and")
	var terms []string
	for _, c := range r.records(secopsField{"condition_group.conditions", "ConditionsGroup.Conditions"}) {
		terms = append(terms, strings.TrimSpace(field.value(c)+" "+match.value(c)+" "+value.value(c)))
	}
	return strings.Join(terms, " "+operator.value(r)+" ")
}

var secopsMappingShape = &secopsShape{
	kind: secopsMapping, name: secopsField{"security_event_file_name", "SecurityEventFieldName"},
	facets: []secopsFacet{
		plainText("first field", "raw_data_primary_field_match_term", "RawDataPrimaryFieldMatchTerm", ""),
		choice("first comparison", "raw_data_primary_field_comparison_type", "RawDataPrimaryFieldComparisonType", secopsComparisons, "equal"),
		plainText("second field", "raw_data_secondary_field_match_term", "RawDataSecondaryFieldMatchTerm", ""),
		choice("second comparison", "raw_data_secondary_field_comparison_type", "RawDataSecondaryFieldComparisonType", secopsComparisons, "equal"),
		plainText("third field", "raw_data_third_field_match_term", "RawDataThirdFieldMatchTerm", ""),
		choice("third comparison", "raw_data_third_field_comparison_type", "RawDataThirdFieldComparisonType", secopsComparisons, "equal"),
		choice("transformation", "transformation_function", "TransformationFunction", secopsTransformations, "to_string"),
		plainText("transformation parameter", "transformation_function_param", "TransformationFunctionParam", ""),
		choice("extraction", "extract_function", "ExtractionFunction", secopsExtractions, "none"),
		plainText("extraction parameter", "extract_function_param", "ExtractionFunctionParam", ""),
		yesNo("artifact", "is_artifact", "IsArtifact", false),
	},
}

var secopsNoteShape = &secopsShape{
	kind: secopsNote,
	facets: []secopsFacet{
		{name: "version", value: secopsNoteVersion},
		prose("text", "ChangeDescription"),
		plainText("item", "item_name", "ItemName", ""),
		plainText("item type", "item_type", "ItemType", ""),
		{name: "date", value: func(r secopsRecord) string {
			text, _ := r.text(secopsField{"publish_time", "PublishTime"})
			return noteDate(text)
		}},
		plainText("ticket", "ticket_number", "TicketNumber", ""),
		yesNo("new", "new", "New", false),
		yesNo("deprecated", "deprecated", "Deprecated", false),
		yesNo("removed", "removed", "Removed", false),
		yesNo("regressive", "regressive", "Regressive", false),
	},
}

// secopsNoteVersion is the version that a note is about, under either of its two names.
func secopsNoteVersion(r secopsRecord) string {
	text, _ := r.text(secopsField{"version", "IntroducedInIntegrationVersion"})
	other, _ := r.text(secopsField{"integration_version", ""})
	return cmp.Or(text, other)
}
