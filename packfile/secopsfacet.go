package packfile

// How the facets of a Google SecOps integration's parts are read: the fields, and what leaving a field out means. The
// numbers are those of the vendor's built form.

import (
	"cmp"
	"strings"
)

// secopsFacet is one property of a part.
type secopsFacet struct {
	name  string
	value func(secopsRecord) string

	// What else the built form may say: words by number, nil for a facet that is no choice.
	field secopsField
	words map[string]string
}

var (
	secopsScriptTypes = map[string]string{
		"0": "boolean", "1": "integer", "2": "string", "3": "password", "4": "ip", "5": "ip_or_host", "6": "url",
		"7": "domain", "8": "email", "9": "values", "10": "values_as_semicolon_separated", "11": "multi_value_selection",
		"12": "script", "13": "numerical_values",
	}
	secopsActionTypes = map[string]string{
		"-1": "null", "0": "string", "1": "boolean", "2": "playbook_name", "3": "user", "4": "stage", "5": "close_case_reasons",
		"6": "close_root_cause", "7": "case_priorities", "10": "email_content", "11": "content", "12": "password",
		"13": "entity_type", "14": "multi_values", "15": "ddl", "16": "code", "17": "time_span_seconds",
		"21": "multi_choice_parameter",
	}
	secopsModes       = map[string]string{"0": "regular", "2": "script"}
	secopsRuleTypes   = map[string]string{"0": "allow_list", "1": "disallow_list"}
	secopsScopes      = map[string]string{"0": "alert", "1": "case"}
	secopsWidgetSizes = map[string]string{"1": "half_width", "2": "full_width", "3": "third_width", "4": "two_thirds_width"}
	secopsViews       = map[string]string{"0": "case", "1": "alert", "2": "both"}
	secopsOperators   = map[string]string{"0": "and", "1": "or"}
	secopsMatches     = map[string]string{
		"0": "equal", "1": "contains", "2": "starts_with", "3": "greater_than", "5": "not_equal", "6": "not_contains",
		"7": "is_empty", "8": "is_not_empty",
	}
	secopsWidgetTypes = map[string]string{
		"0": "key_value", "1": "events", "2": "json_result", "3": "html", "4": "wall_activities", "5": "alerts",
		"6": "timeline", "7": "graph", "8": "text", "9": "potentially_grouped_alerts", "10": "entities_highlights",
		"11": "pending_steps", "12": "case_recommendations", "13": "statistics", "14": "case_description", "15": "insight",
		"16": "case_assistant", "17": "case_aps_graph", "18": "case_related_findings", "19": "case_impacted_resources",
		"20": "form", "21": "quick_actions", "22": "composite_alert", "23": "rule_overview", "24": "case_detections",
		"25": "udm_events", "26": "udm_entities", "27": "event_highlights", "28": "threat_hunt", "29": "third_party",
	}
	secopsTransformations = map[string]string{
		"0": "to_string", "1": "to_integer", "2": "to_double", "3": "from_unix_time_string_or_long", "4": "from_custom_date",
		"5": "to_boolean", "7": "extract_regexp", "15": "extract_by_regex_with_group", "100": "to_is_correlation",
		"101": "to_ip_address", "102": "to_list_of_longs_seperated_comma", "103": "substr_by_length", //nolint:misspell // the vendor\'s word
		"105": "substr_by_end_text", "106": "first_lines", "107": "join_raw_fields", "108": "static_value",
		"109": "extract_domain_from_uri", "110": "clean_url",
	}
	secopsComparisons = map[string]string{"0": "equal", "1": "contains", "2": "starts_with", "3": "ends_with"}
	secopsExtractions = map[string]string{"0": "none", "1": "regex", "2": "delimiter"}
)

// prose is a facet with a description, whose line breaks mean nothing.
func prose(name, built string) secopsFacet {
	f := secopsField{"description", built}
	return secopsFacet{name: name, value: func(r secopsRecord) string {
		text, _ := r.text(f)
		return strings.Join(strings.Fields(text), " ")
	}}
}

// plainText is a facet of text with what leaving it out means.
func plainText(name, source, built, missing string) secopsFacet {
	f := secopsField{source, built}
	return secopsFacet{name: name, value: func(r secopsRecord) string {
		text, _ := r.text(f)
		return cmp.Or(text, missing)
	}}
}

// yesNo is a facet that is on or off.
func yesNo(name, source, built string, missing bool) secopsFacet {
	f := secopsField{source, built}
	return secopsFacet{name: name, value: func(r secopsRecord) string {
		text, ok := r.text(f)
		if !ok {
			return yesNoText(missing)
		}
		return yesNoText(secopsTrue(text))
	}}
}

func yesNoText(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// secopsTrue takes what the vendor's reader takes for true.
func secopsTrue(text string) bool {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1", "y", "t":
		return true
	}
	return false
}

// choice is a facet that is one of several words, in the built form as a number.
func choice(name, source, built string, words map[string]string, missing string) secopsFacet {
	f := secopsField{source, built}
	return secopsFacet{name: name, field: f, words: words, value: func(r secopsRecord) string {
		text, ok := r.text(f)
		if !ok {
			return missing
		}
		return cmp.Or(words[text], strings.ToLower(text))
	}}
}

// defaultValue is the default of a parameter, and null is none. That of a password is told to be there and not shown.
func defaultValue(built, typeBuilt string, types map[string]string) secopsFacet {
	f := secopsField{"default_value", built}
	kind := choice("", "type", typeBuilt, types, "")
	return secopsFacet{name: "default", value: func(r secopsRecord) string {
		text, _ := r.text(f)
		switch kind.value(r) {
		case "password":
			if text != "" {
				return "given, and not shown"
			}
		case "boolean":
			return strings.ToLower(text)
		}
		return text
	}}
}

// Options are quoted, so that the list can be taken apart again.
const optionGap = "”, “"

func optionList(name, source, built string) secopsFacet {
	f := secopsField{source, built}
	return secopsFacet{name: name, value: func(r secopsRecord) string {
		options := r.texts(f)
		if len(options) == 0 {
			return ""
		}
		return "“" + strings.Join(options, optionGap) + "”"
	}}
}

// optionsOf takes the value of an optionList apart.
func optionsOf(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(strings.TrimPrefix(value, "“"), "”"), optionGap)
}
