package packfile_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

// componentOf is a playbook component with inputs and outputs.
func componentOf(t testing.TB, inputs, outputs []guardMembers, changes guardMembers) []byte {
	t.Helper()
	text := func(list []guardMembers) string {
		data, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	members := guardMembers{"type": "Pipe", "playbookTriggerList": []guardMembers{{
		"type": "PipeConfig", "pipeInputParams": text(inputs), "pipeOutputParams": text(outputs),
	}}}
	maps.Copy(members, changes)
	return guardPlaybook(t, members)
}

func TestWeighThreatConnectPlaybooks(t *testing.T) {
	t.Parallel()
	input := func(name string, changes guardMembers) []guardMembers {
		in := guardMembers{"name": name, "label": "The " + name, "dataType": "String", "playbookDataType": "String", "required": false}
		maps.Copy(in, changes)
		return []guardMembers{in}
	}
	output := func(key, value string) []guardMembers { return []guardMembers{{"key": key, "value": value}} }
	same := output("answer", "#App:7:find.output!String ")
	plain := componentOf(t, input("text", nil), same, nil)
	app := func(version string) []byte {
		return callingPlaybook(t, [2]string{"TCPB - Vault v" + version[:1], version})
	}
	for name, c := range map[string]struct {
		old, new []byte
		bump     packfile.Bump
		what     string
	}{
		"input removed":          {plain, componentOf(t, nil, same, nil), packfile.BumpMajor, "input text removed"},
		"input added":            {componentOf(t, nil, same, nil), plain, packfile.BumpMinor, "input text added"},
		"required input added":   {componentOf(t, nil, same, nil), componentOf(t, input("text", guardMembers{"required": true}), same, nil), packfile.BumpMajor, "input text added"},
		"input required":         {plain, componentOf(t, input("text", guardMembers{"required": true}), same, nil), packfile.BumpMajor, "input text required"},
		"input of another type":  {plain, componentOf(t, input("text", guardMembers{"dataType": "Choice"}), same, nil), packfile.BumpMajor, "input text type"},
		"other playbook type":    {plain, componentOf(t, input("text", guardMembers{"playbookDataType": "Binary"}), same, nil), packfile.BumpMajor, "input text playbook data types"},
		"input with a new label": {plain, componentOf(t, input("text", guardMembers{"label": "T"}), same, nil), packfile.BumpRelease, "input text label"},
		"output renamed":         {plain, componentOf(t, input("text", nil), output("result", "#App:8:find.output!String"), nil), packfile.BumpMajor, "output result renamed"},
		"output added":           {componentOf(t, input("text", nil), nil, nil), plain, packfile.BumpMinor, "output answer added"},
		"step with a new number": {plain, componentOf(t, input("text", nil), output("answer", "#App:99:find.output!String"), nil), packfile.BumpRelease, "file  changed"},
		"trigger changed":        {guardPlaybook(t, nil), guardPlaybook(t, guardMembers{"playbookTriggerList": []guardMembers{{"type": "HttpLink"}}}), packfile.BumpMajor, "trigger 1 type"},
		"trigger added":          {guardPlaybook(t, nil), guardPlaybook(t, guardMembers{"playbookTriggerList": []guardMembers{{"type": "Timer"}, {"type": "UserAction"}}}), packfile.BumpMinor, "trigger 2 added"},
		"app in another major":   {app("1.0.0"), app("2.0.0"), packfile.BumpMinor, "needed app tcpb - vault major version"},
		"app in another release": {app("1.0.0"), app("1.4.0"), packfile.BumpRelease, "file  changed"},
		"app no more needed":     {app("1.0.0"), callingPlaybook(t), packfile.BumpRelease, "needed app tcpb - vault removed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := compared(t, c.old, c.new)
			checkFirst(t, &got, c.bump, c.what, "")
		})
	}
}

// An app that leaves or enters a bundle is one change, not one of each of its parameters.
func TestWeighThreatConnectBundles(t *testing.T) {
	t.Parallel()
	bundle := func(version string, folders ...string) []byte {
		var files []file
		for _, folder := range folders {
			changes := guardMembers{"programVersion": version, "displayName": folder[:6]}
			if version != "1.2.3" {
				changes["params"] = []guardMembers{}
			}
			files = append(files, file{name: folder + ".tcx", content: string(guardIn(t, folder, changes))})
		}
		return bundleOf(t, files...)
	}
	three, two := bundle("1.2.3", "Acme_A_v1", "Acme_B_v1", "Acme_C_v1"), bundle("1.2.3", "Acme_A_v1", "Acme_B_v1")
	removed := compared(t, three, two)
	checkFirst(t, &removed, packfile.BumpMajor, "app acme_c removed", "")
	if want := "1 app removed; 1 file removed"; removed.Summary() != want {
		t.Errorf("got %q, want %q", removed.Summary(), want)
	}
	changed := compared(t, two, bundle("1.2.4", "Acme_A_v1", "Acme_B_v1"))
	checkFirst(t, &changed, packfile.BumpMajor, "parameter acme_a/host removed", "")
	if ch := changed.Changes[0]; ch.Name != "Acme_A › host" || ch.File != "Acme_A_v1.tcx/Acme_A_v1/install.json" {
		t.Errorf("got %+v", ch)
	}
}

// A version that is given at upload is held against what changed; without one the finding says which is needed. What
// may break some platforms only is a warning, also for a new minor version.
func TestJudgeThreatConnect(t *testing.T) {
	t.Parallel()
	vault := func(version string) []byte { return callingPlaybook(t, [2]string{"TCPB - Vault", version}) }
	for name, c := range map[string]struct {
		old, new []byte
		from, to packfile.Version
		want     []string
	}{
		"playbook without versions": {
			old: guardPlaybook(t, nil), new: guardPlaybook(t, guardMembers{"playbookTriggerList": []guardMembers{{"type": "HttpLink"}}}),
			want: []string{"TC-DIF-03 error: Upload it as a new major version, or take these changes back."},
		},
		"playbook with versions": {
			old: guardPlaybook(t, nil), new: guardPlaybook(t, guardMembers{"playbookTriggerList": []guardMembers{{"type": "HttpLink"}}}),
			from: packfile.Version{Major: 3}, to: packfile.Version{Major: 3, Minor: 1},
			want: []string{"TC-DIF-03 error: Give it the version 4.0.0 or a higher one, or take these changes back."},
		},
		"app in another major version": {
			old: vault("1.0.0"), new: vault("2.0.0"), from: packfile.Version{Major: 3}, to: packfile.Version{Major: 3, Minor: 1},
			want: []string{"TC-DIF-03 warning: Give it the version 4.0.0 or a higher one, or tell it in the release notes at least."},
		},
		"app in another major version, as a major one": {
			old: vault("1.0.0"), new: vault("2.0.0"), from: packfile.Version{Major: 3}, to: packfile.Version{Major: 4},
		},
		"skipped": {
			old: guardApp(t, nil), new: guardApp(t, guardMembers{"programVersion": "1.2.5"}),
			want: []string{"TC-DIF-02 info: Nothing, if the versions between them were kept back."},
		},
		"the same twice": {old: guardApp(t, nil), new: guardApp(t, nil)},
		"same ID, another name": {
			old: guardApp(t, nil), new: guardApp(t, guardMembers{"programVersion": "1.2.4", "displayName": "Acme Watch"}),
			want: []string{"TC-DIF-07 warning: Make sure that it is the same app under a better name; another app needs an ID of its own."},
		},
		"major version in the old folder": {
			old: guardApp(t, nil), new: guardApp(t, guardMembers{"programVersion": "2.0.0", "params": []guardMembers{}}),
			want: []string{"TC-DIF-06 error: Name the folder “Acme_Guard_v2”: otherwise the new version replaces the one that jobs and playbooks run."},
		},
		"unreadable": {old: guardApp(t, nil), new: zipOf(t, file{name: "Acme_Guard_v1/install.json", content: `{"programVersion": "1.2.3`})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old, changed := read(t, c.old, "x"), read(t, c.new, "x")
			if c.to != (packfile.Version{}) {
				old.Manifest.Version, old.Manifest.HasVersion = c.from, true
				changed.Manifest.Version, changed.Manifest.HasVersion = c.to, true
			}
			var got []string
			for _, f := range packfile.Compare(old, changed, packfile.Options{}).Findings {
				got = append(got, fmt.Sprintf("%s %s: %s", f.Code, f.Severity, f.Fix))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// The parts of a package never hold what a parameter keeps secret.
func TestThreatConnectPartsKeepSecrets(t *testing.T) {
	t.Parallel()
	p := read(t, guardApp(t, guardMembers{"params": []guardMembers{guardParam("key", guardMembers{"encrypt": true, "default": "hunter2"})}}), "x")
	data, err := json.Marshal(p.Contents)
	if err != nil || strings.Contains(string(data), "hunter2") {
		t.Errorf("got %s, %v", data, err)
	}
}
