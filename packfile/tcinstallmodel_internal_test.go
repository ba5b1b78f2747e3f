package packfile

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestInstallModelFillsInTheDefaults(t *testing.T) {
	t.Parallel()
	const install = `{
  "displayName": " Acme Sandbox ", "programVersion": "1.2.3", "runtimeLevel": ["Playbook"], "allowOnDemand": "TRUE",
  "features": ["fileParams", 3],
  "params": [
    null,
    {"name": "API Key (new)", "label": "Key", "encrypt": true},
    {"name": "kind", "label": "Kind", "type": "choice", "default": 3, "sequence": 2, "validValues": ["a", "b"]}
  ],
  "playbook": {"type": "Utility", "outputPrefix": "acme", "outputVariables": [{"name": "acme.result", "type": "StringArray"}]},
  "feeds": [{"sourceName": "Acme", "jobFile": "job.json", "indicatorLimit": 10}]
}`
	m, fault := readInstallModel("install.json", []byte(install))
	if fault != nil {
		t.Fatal(fault.what)
	}
	got := struct {
		Name, Level, Type, Prefix string
		OnDemand                  bool
		Features                  []string
	}{m.displayName, m.runtimeLevel, m.playbookType, m.outputPrefix, m.allowOnDemand, m.features}
	want := got
	want.Name, want.Level, want.Type, want.Prefix, want.OnDemand = "Acme Sandbox", "Playbook", "Utility", "acme", true
	want.Features = []string{"fileParams"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the top (-want +got):\n%s", diff)
	}
	params := []installParam{
		{field: "params[1]", name: "API Key (new)", key: "api_key_new", label: "Key", kind: "String", encrypt: true},
		{field: "params[2]", name: "kind", key: "kind", label: "Kind", kind: "Choice", hasDefault: true, defaultText: "3", sequence: "2", validValues: []string{"a", "b"}},
	}
	ignoreNodes := cmpopts.IgnoreFields(installParam{}, "node")
	if diff := cmp.Diff(params, m.params, cmp.AllowUnexported(installParam{}), ignoreNodes); diff != "" {
		t.Errorf("the parameters (-want +got):\n%s", diff)
	}
	if len(m.outputs) != 1 || m.outputs[0].name != "acme.result" || m.outputs[0].kind != "StringArray" || m.line(m.outputs[0].node) != 9 {
		t.Errorf("got the outputs %+v", m.outputs)
	}
	if len(m.feeds) != 1 || m.feeds[0].jobFile != "job.json" || m.feeds[0].indicatorLimit != "10" {
		t.Errorf("got the feeds %+v", m.feeds)
	}
}
