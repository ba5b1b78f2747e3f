package atomsphere

import (
	"encoding/json"
	"testing"
	"time"

	"packtide/release"
)

var lamp = thing{"Lamp", fields{
	{"name", "Desk Lamp"}, {"on", true}, {"watts", 9}, {"made", time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}, {"version", release.Version{Major: 1, Minor: 10}}, {"owner", nil},
}}

var lampProperties = map[string]kind{"name": aText, "on": aFlag, "watts": aNumber, "made": anInstant, "version": aVersion, "owner": aText}

// TestFilters: every operator on every kind of property.
func TestFilters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		property, operator string
		arguments          []string
		want               bool
	}{
		{"name", "EQUALS", []string{"Desk Lamp"}, true},
		{"name", "EQUALS", []string{"desk lamp"}, false},
		{"name", "NOT_EQUALS", []string{"Lamp"}, true},
		{"name", "LIKE", []string{"%LAMP"}, true},
		{"name", "LIKE", []string{"d%k%p"}, true},
		{"name", "LIKE", []string{"lamp"}, false},
		{"name", "LIKE", []string{"%desk"}, false},
		{"name", "LIKE", []string{"desk lamp%lamp"}, false},
		{"name", "STARTS_WITH", []string{"desk"}, true},
		{"name", "CONTAINS", []string{"K L"}, true},
		{"name", "NOT_CONTAINS", []string{"sofa"}, true},
		{"name", "GREATER_THAN", []string{"Armchair"}, true},
		{"name", "BETWEEN", []string{"A", "E"}, true},
		{"owner", "IS_NULL", nil, true},
		{"owner", "IS_NULL", []string{""}, true},
		{"owner", "IS_NOT_NULL", nil, false},
		{"name", "IS_NOT_NULL", nil, true},
		{"owner", "EQUALS", []string{"Ada"}, false},
		{"owner", "LESS_THAN", []string{"Ada"}, false},
		{"on", "EQUALS", []string{"TRUE"}, true},
		{"on", "NOT_EQUALS", []string{"true"}, false},
		{"watts", "GREATER_THAN", []string{"10"}, false},
		{"watts", "LESS_THAN_OR_EQUAL", []string{"9"}, true},
		{"watts", "BETWEEN", []string{"8", "10"}, true},
		{"made", "EQUALS", []string{"2026-03-01T12:00:00Z"}, true},
		{"made", "GREATER_THAN_OR_EQUAL", []string{"2026-03-01"}, true},
		{"made", "LESS_THAN", []string{"2026-03-01T12:00:00"}, false},
		{"made", "BETWEEN", []string{"2026-02-28", "2026-03-02T00:00:00+02:00"}, true},
		{"version", "EQUALS", []string{"1.10"}, true},
		{"version", "GREATER_THAN", []string{"1.9.9"}, true},
		{"version", "EQUALS", []string{"rc"}, false},
		{"version", "STARTS_WITH", []string{"1.1"}, true},
	} {
		f := filter{Operator: c.operator, Property: c.property, Arguments: c.arguments}
		if err := f.check(lampProperties); err != nil {
			t.Errorf("%v: %v", f, err)
		} else if got := f.lets(lamp); got != c.want {
			t.Errorf("%s %s %q lets the lamp through: %t", c.property, c.operator, c.arguments, got)
		}
	}
	bright, mine := filter{Operator: "GREATER_THAN", Property: "watts", Arguments: []string{"100"}}, filter{Operator: "EQUALS", Property: "name", Arguments: []string{"Desk Lamp"}}
	if (filter{Operator: and, Nested: []filter{mine, bright}}).lets(lamp) || !(filter{Operator: or, Nested: []filter{bright, mine}}).lets(lamp) || !(filter{}).lets(lamp) || (filter{}).lets(thing{}) {
		t.Error("joined filters let through what they should not, or keep what they should let through")
	}
	if got := (filter{Operator: and, Nested: []filter{bright, mine}}).equal("name"); got != "Desk Lamp" {
		t.Errorf("the name must be %q", got)
	}
	if got := (filter{Operator: or, Nested: []filter{bright, mine}}).equal("name"); got != "" {
		t.Errorf("either may hold, and the name must be %q", got)
	}
	if got := (filter{Operator: "LIKE", Property: "name", Arguments: []string{"a%longer%"}}).part("name"); got != "longer" {
		t.Errorf("the name must hold %q", got)
	}
}

// FuzzFilter: whatever is sent as a query or as a token is read or refused, and what is read survives a token.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		"", "{}", `{"QueryFilter":{}}`, `{"QueryFilter":{"expression":{"argument":["x%"],"operator":"LIKE","property":"name"}}}`,
		`{"QueryFilter":{"expression":{"operator":"or","nestedExpression":[{"argument":[true],"operator":"EQUALS","property":"on"},{"argument":"9","operator":"LESS_THAN","property":"watts"}]}}}`,
		`{"QueryFilter":{"expression":{"argument":["2026-01-01","2027-01-01"],"operator":"BETWEEN","property":"made"}}}`,
		`<QueryConfig xmlns="http://api.platform.boomi.com/"><QueryFilter><expression operator="EQUALS" property="version"><argument>1.2</argument></expression></QueryFilter></QueryConfig>`,
		`<a><b/><b>x</b></a>`, `{"QueryFilter":{"expression":{"operator":"IS_NULL","property":"owner"}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		parsed, err := parseFilter(body, lampProperties)
		if err != nil {
			return
		}
		through := parsed.lets(lamp)
		parsed.between("made")
		for property := range lampProperties {
			if parsed.equal(property) != "" && !parsed.speaksOf(property) {
				t.Errorf("%v demands %s without speaking of it", parsed, property)
			}
		}
		data, err := json.Marshal(place{Object: "Lamp", Filter: parsed, After: "k"})
		var back place
		if err != nil || json.Unmarshal(data, &back) != nil || back.Filter.check(lampProperties) != nil {
			t.Fatalf("%v does not survive a token: %v", parsed, err)
		}
		if back.Filter.lets(lamp) != through {
			t.Errorf("%v means something else in a token", parsed)
		}
	})
}
