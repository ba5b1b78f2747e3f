package packfile_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"packtide/packfile"
)

// guardOutputs is a playbook member with some outputs, each as name and type.
func guardOutputs(prefix string, outputs ...[2]string) guardMembers {
	var list []guardMembers
	for _, o := range outputs {
		list = append(list, guardMembers{"name": o[0], "type": o[1]})
	}
	return guardMembers{"type": "Utility", "outputPrefix": prefix, "outputVariables": list}
}

// Each change of an app weighs as the table of breaking and additive changes says.
func TestWeighThreatConnectApps(t *testing.T) {
	t.Parallel()
	params := func(params ...guardMembers) guardMembers { return guardMembers{"params": params} }
	host := func(changes guardMembers) guardMembers { return params(guardParam("host", changes)) }
	choice := func(kind string, values ...string) guardMembers {
		return host(guardMembers{"type": kind, "validValues": values})
	}
	actions := func(values ...string) guardMembers {
		return params(guardParam("tc_action", guardMembers{"type": "Choice", "validValues": values}))
	}
	types := func(types ...string) guardMembers { return host(guardMembers{"playbookDataType": types}) }
	feed := func(names ...string) guardMembers {
		var feeds []guardMembers
		for _, name := range names {
			feeds = append(feeds, guardMembers{"sourceName": name, "sourceCategory": "Blogs", "jobFile": "job.json"})
		}
		return guardMembers{"feeds": feeds}
	}
	playbook := func(p guardMembers) guardMembers { return guardMembers{"playbook": p} }
	answer, other := [2]string{"guard.answer", "String"}, [2]string{"guard.other", "TCEntity"}
	none, plain := guardMembers(nil), host(nil)
	for name, c := range map[string]struct {
		old, new guardMembers
		bump     packfile.Bump
		what     string // the first change; "" if there is none but of the file
	}{
		"parameter removed":             {plain, params(), packfile.BumpMajor, "parameter host removed"},
		"parameter renamed":             {plain, params(guardMembers{"name": "server", "label": "The host", "type": "String", "playbookDataType": []string{"String"}}), packfile.BumpMajor, "parameter server renamed"},
		"parameter in another spelling": {plain, params(guardParam("HO-ST", guardMembers{"label": "The host"})), packfile.BumpRelease, ""},
		"required parameter":            {params(), host(guardMembers{"required": true}), packfile.BumpMajor, "parameter host added"},
		"required with a default":       {params(), host(guardMembers{"required": true, "default": "a"}), packfile.BumpMinor, "parameter host added"},
		"required switch":               {params(), host(guardMembers{"required": true, "type": "Boolean"}), packfile.BumpMinor, "parameter host added"},
		"optional parameter":            {params(), plain, packfile.BumpMinor, "parameter host added"},
		"made required":                 {plain, host(guardMembers{"required": true, "default": "a"}), packfile.BumpMajor, "parameter host required"},
		"made optional":                 {host(guardMembers{"required": true}), plain, packfile.BumpMinor, "parameter host required"},
		"type changed":                  {plain, host(guardMembers{"type": "StringMixed"}), packfile.BumpMajor, "parameter host type"},
		"type in another case":          {plain, host(guardMembers{"type": "string"}), packfile.BumpRelease, ""},
		"type left out":                 {plain, host(guardMembers{"type": nil}), packfile.BumpRelease, ""},
		"choice gone":                   {choice("Choice", "a", "b"), choice("Choice", "a"), packfile.BumpMajor, "parameter host choices"},
		"choice of several gone":        {choice("MultiChoice", "a", "b"), choice("MultiChoice", "b", "c"), packfile.BumpMajor, "parameter host choices"},
		"choice among free texts gone":  {choice("EditChoice", "a", "b"), choice("EditChoice", "a"), packfile.BumpRelease, "parameter host choices"},
		"choice new":                    {choice("Choice", "a"), choice("Choice", "b", "a"), packfile.BumpMinor, "parameter host choices"},
		"choices in another order":      {choice("Choice", "a", "b"), choice("Choice", "b", "a"), packfile.BumpRelease, "parameter host choices"},
		"hints of a text":               {choice("String", "${TEXT}"), choice("String"), packfile.BumpRelease, "parameter host choices"},
		"playbook type gone":            {types("String", "StringArray"), types("String"), packfile.BumpMajor, "parameter host playbook data types"},
		"any playbook type":             {types("String", "StringArray"), types("Any"), packfile.BumpRelease, "parameter host playbook data types"},
		"playbook type new":             {types("String"), types("StringArray", "String"), packfile.BumpRelease, "parameter host playbook data types"},
		"encrypted":                     {plain, host(guardMembers{"encrypt": true}), packfile.BumpMajor, "parameter host encrypted"},
		"not encrypted":                 {host(guardMembers{"encrypt": true}), plain, packfile.BumpMajor, "parameter host encrypted"},
		"one value only":                {host(guardMembers{"allowMultiple": true}), plain, packfile.BumpMajor, "parameter host takes several values"},
		"several values":                {plain, host(guardMembers{"allowMultiple": true}), packfile.BumpRelease, "parameter host takes several values"},
		"default, label and note":       {plain, host(guardMembers{"default": "b", "label": "L", "note": "N"}), packfile.BumpRelease, "parameter host label"},
		"sequence":                      {plain, host(guardMembers{"sequence": 7}), packfile.BumpRelease, ""},
		"defaults written out":          {plain, host(guardMembers{"required": false, "hidden": false, "intelType": []string{}, "viewRows": 1}), packfile.BumpRelease, ""},
		"action removed":                {actions("Get", "Set"), actions("Get"), packfile.BumpMajor, "action Set removed"},
		"action added":                  {actions("Get"), actions("Get", "Set"), packfile.BumpMinor, "action Set added"},
		"all actions removed":           {actions("Get", "Set"), params(), packfile.BumpMajor, "parameter tc_action removed"},
		"output removed":                {playbook(guardOutputs("guard", answer, other)), none, packfile.BumpMajor, "output variable guard.other!TCEntity removed"},
		"output added":                  {none, playbook(guardOutputs("guard", answer, other)), packfile.BumpMinor, "output variable guard.other!TCEntity added"},
		"output of another type":        {none, playbook(guardOutputs("guard", [2]string{"guard.answer", "StringArray"})), packfile.BumpMajor, "output variable guard.answer!String removed"},
		"output prefix":                 {none, playbook(guardOutputs("watch", answer)), packfile.BumpMajor, "app  output prefix"},
		"runtime level":                 {none, guardMembers{"runtimeLevel": "Organization"}, packfile.BumpMajor, "app  runtime level"},
		"runtime level in another case": {none, guardMembers{"runtimeLevel": "PLAYBOOK"}, packfile.BumpRelease, ""},
		"language":                      {none, guardMembers{"programLanguage": "JAVA"}, packfile.BumpMajor, "app  language"},
		"language version":              {none, guardMembers{"languageVersion": "3.12"}, packfile.BumpRelease, "app  language version"},
		"newer server":                  {guardMembers{"minServerVersion": "7.2.0"}, guardMembers{"minServerVersion": "7.10.0"}, packfile.BumpMinor, "app  needs server version"},
		"older server":                  {guardMembers{"minServerVersion": "7.10.0"}, guardMembers{"minServerVersion": "7.2.0"}, packfile.BumpRelease, "app  needs server version"},
		"display path":                  {guardMembers{"displayPath": "a"}, guardMembers{"displayPath": "b"}, packfile.BumpMajor, "app  display path"},
		"feed renamed":                  {feed("Acme"), feed("Acme Two"), packfile.BumpMajor, "feed Acme Two renamed"},
		"feed added":                    {none, feed("Acme"), packfile.BumpMinor, "feed Acme added"},
		"feature added":                 {none, guardMembers{"features": []string{"fileParams", "CALSettings"}}, packfile.BumpMinor, "feature CALSettings added"},
		"feature removed":               {none, guardMembers{"features": []string{}}, packfile.BumpRelease, "feature fileParams removed"},
		"versions of tools":             {none, guardMembers{"programVersion": "1.2.4", "sdkVersion": "4.0.1", "commitHash": "c0ffee"}, packfile.BumpRelease, ""},
		"ID made by the packager":       {guardMembers{"appId": nil}, none, packfile.BumpRelease, "app  app ID"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := compared(t, guardApp(t, c.old), guardApp(t, c.new))
			checkFirst(t, &got, c.bump, c.what, "file install.json changed")
		})
	}
}

func compared(t *testing.T, old, changed []byte) packfile.Comparison {
	t.Helper()
	return packfile.Compare(read(t, old, "x"), read(t, changed, "x"), packfile.Options{})
}

// checkFirst checks the weightiest change, what, and that all changes together ask for bump; without what there is only
// the change of a file.
func checkFirst(t *testing.T, c *packfile.Comparison, bump packfile.Bump, what, file string) {
	t.Helper()
	var told []string
	for _, ch := range c.Changes {
		last := string(ch.Event)
		if ch.Facet != "" {
			last = ch.Facet
		}
		told = append(told, fmt.Sprintf("%s %s %s", ch.Kind, ch.Key, last))
		if (ch.Bump.Compare(packfile.BumpRelease) > 0) != (ch.Why != "") {
			t.Errorf("%s asks for %s, because %q", told[len(told)-1], ch.Bump, ch.Why)
		}
	}
	if what == "" {
		what = file
	}
	if c.Smallest != bump || len(told) == 0 || told[0] != what {
		t.Errorf("got %s by %q, want %s by %q", c.Smallest, told, bump, what)
	}
}

func TestWeighThreatConnectLayout(t *testing.T) {
	t.Parallel()
	layout := func(titles ...string) file {
		var inputs []guardMembers
		for i, title := range titles {
			inputs = append(inputs, guardMembers{"sequence": i + 1, "title": title, "parameters": []guardMembers{{"name": "host"}}})
		}
		text, err := json.Marshal(guardMembers{"inputs": inputs, "outputs": []guardMembers{}})
		if err != nil {
			t.Fatal(err)
		}
		return file{name: "layout.json", content: string(text)}
	}
	one, two := guardApp(t, nil, layout("Action")), guardApp(t, nil, layout("Action", "Connection"))
	added, removed := compared(t, one, two), compared(t, two, one)
	checkFirst(t, &added, packfile.BumpMinor, "layout section Connection added", "")
	checkFirst(t, &removed, packfile.BumpRelease, "layout section Connection removed", "")
}
