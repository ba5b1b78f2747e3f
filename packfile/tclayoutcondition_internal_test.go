package packfile

import (
	"slices"
	"strings"
	"testing"
)

func TestReadCondition(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{ // the names it asks for; "!" and why not; "!!" if no database reads it either
		`tc_action in ('Submit', 'Fetch')`:                     "tc_action",
		`tc_action NOT IN ('') AND (a = 1 OR b != 'x''y')`:     "tc_action a b",
		`not a like 'x%' escape '\' or b is not null`:          "a b",
		`a between 1 and 2.5e3 and b notnull and c NOT NULL`:   "a b c",
		`json_extract(inputs.a, '$.b') = 'x' and count(*) > 0`: "a",
		`length(trim(a)) <= 3 and lower("b") == 'y' || 'z'`:    "a b",
		`a in () or true`:        "a",
		`-a * 2 = b`:             "a b",
		`größe = 'ä'`:            "größe",
		`a = 'x' and`:            "!!it ends where a value is expected",
		`in`:                     "!“in” is not expected where it stands",
		`a b`:                    "!“b” is not expected where it stands",
		`a = (1`:                 "!!it opens a bracket that it does not close",
		`a = 1)`:                 "!!it closes a bracket that it did not open",
		`a = ')'`:                "a",
		`a = 'x`:                 "!!the text that begins with 'x does not end",
		`a = ?`:                  "!“?” is not understood",
		`case when a then b end`: "!“case” is not expected where it stands",
		`a in (select b from c)`: "!“select” is not expected where it stands",
		strings.Repeat("(", 60) + "a" + strings.Repeat(")", 60): "!its brackets are nested more than 50 deep",
		strings.Repeat("a or ", 1000) + "a":                     "a",
		strings.Repeat("not ", 2000) + "a":                      "a",
		strings.Repeat("a", maxCondition+1):                     "!it has more than 10000 characters",
	} {
		names, fault := readCondition(text)
		got := strings.Join(names, " ")
		if fault != nil {
			got = "!" + fault.what
			if fault.broken {
				got = "!" + got
			}
		}
		if got != want {
			t.Errorf("%.80s: got %q, want %q", text, got, want)
		}
	}
}

func TestClosest(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"displayname": "displayName", "dispalyName": "displayName", "defaultValue": "default", "lable": "label", "retry": "",
		"x": "", "": "", strings.Repeat("label", 100): "",
	} {
		if got := closest(name, []string{"default", "displayName", "label"}); got != want {
			t.Errorf("%.40q: got %q, want %q", name, got, want)
		}
	}
}

// A flood of faults costs little, is listed up to the limit, and counted.
func TestInstallFaultsAreBounded(t *testing.T) {
	t.Parallel()
	const many = maxJSONValues / 4
	install := `{"programVersion": "1.0.0", "params": [` + strings.Repeat(`{"lable": 1, "x": 2},`, many-1) + `{}]}`
	x := tcx{unmade: true}
	x.takeApp(installJSON, []byte(install), layoutJSON, nil)
	listed := settle(x.findings, threatConnectRules, "")
	unknown := slices.DeleteFunc(listed, func(f Finding) bool { return f.Code != "TC-INS-11" })
	if len(unknown) != maxFindingsPerRule || !strings.Contains(unknown[maxFindingsPerRule-1].Message, "99898 more") {
		t.Errorf("got %d findings, the last %+v", len(unknown), unknown[len(unknown)-1])
	}
}
