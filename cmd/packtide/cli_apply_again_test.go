package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"packtide/release"
)

// between is a peer that all requests of a caller pass. What would change something is counted; before the nth of these it does
// what the test says, and it may answer in the server's place.
type between struct {
	changes atomic.Int64
	before  func(n int64)
	refused int64 // this one never reaches the server
	lost    int64 // the answer to this one never comes back
}

// through is the same person behind the peer.
func (c *caller) through(b *between) *caller {
	c.t.Helper()
	server, err := url.Parse(c.env["PACKTIDE_SERVER"])
	if err != nil {
		c.t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(server)
	peer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			forward.ServeHTTP(w, r)
			return
		}
		n := b.changes.Add(1)
		if b.before != nil {
			b.before(n)
		}
		switch n {
		case b.refused:
			w.WriteHeader(http.StatusTeapot)
		case b.lost:
			forward.ServeHTTP(httptest.NewRecorder(), r)
			w.WriteHeader(http.StatusTeapot)
		default:
			forward.ServeHTTP(w, r)
		}
	}))
	c.t.Cleanup(peer.Close)
	return &caller{t: c.t, env: map[string]string{"PACKTIDE_SERVER": peer.URL, "PACKTIDE_TOKEN": c.token}, token: c.token}
}

// events counts what the audit tells the person.
func (c *caller) events() int {
	c.t.Helper()
	var list struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal([]byte(c.does(nil, "audit", "--json")), &list); err != nil {
		c.t.Fatal(err)
	}
	return len(list.Items)
}

// settles applies a file twice: the first run does it, the second has nothing to do, asks for no change, and leaves none.
func (c *caller) settles(args ...string) string {
	c.t.Helper()
	args = append([]string{"apply", "--yes", "-f"}, args...)
	did := c.does(nil, args...)
	before := c.events()
	peer := &between{}
	c.through(peer).does([]string{"Nothing to do"}, args...)
	if n := peer.changes.Load(); n > 0 {
		c.t.Errorf("packtide %s: the second run asks for %d changes", strings.Join(args, " "), n)
	}
	if after := c.events(); after != before {
		c.t.Errorf("packtide %s: the second run leaves %d events in the audit", strings.Join(args, " "), after-before)
	}
	return did
}

// tool is a package file of a version, with a text beside.
func (j *job) tool(name, version string, beside ...string) string {
	folder := "TCPB_-_" + name + "_v1"
	return j.zip(folder+".tcx", map[string]string{
		folder + "/notes.txt":    strings.Join(beside, ""),
		folder + "/install.json": `{"displayName": "` + name + `", "programName": "TCPB - ` + name + `", "programVersion": "` + version + `", "runtimeLevel": "Playbook", "programLanguage": "PYTHON", "programMain": "run", "languageVersion": "3.11", "listDelimiter": "|", "features": [], "playbook": {"type": "Utility"}}`,
	})
}

const shared = "shareable: true, override_reason: The line of the test."

// Whatever a file says, a second run has nothing to do.
func TestApplyComesToRest(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	j.packages()
	paris := st.as(cliPublisher)

	// The example of the guide, from an empty server: one pack names what the file of the other uploads.
	paris.does(nil, "packages", "push", "--shareable", "--override-reason", "The line of the test.", j.other)
	example := filepath.Join(t.TempDir(), "pack.yaml")
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "examples", "pack.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	said := strings.NewReplacer(
		"dist/google_sheets.zip", j.sheets[0], "2027-01-31", release.DateOf(st.clock.Now(), st.clock.zone).AddDays(3).String(),
		"shareable: true", "shareable: true\n        override_reason: The line of the test.",
	).Replace(string(text))
	if err := os.WriteFile(example, []byte(said), 0o600); err != nil {
		t.Fatal(err)
	}
	if did := paris.settles(example); !strings.Contains(did, "+ pack Night Watch: package Google Sheets 15.0.0\n") {
		t.Errorf("the example: %s", did)
	}

	var kiwi struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(paris.does(nil, "account", "list", "--json", "-q", "kiwi")), &kiwi); err != nil || len(kiwi.Items) != 1 {
		t.Fatalf("%+v, %v", kiwi, err)
	}
	old, young := j.tool("Clock", "1.0.0"), j.tool("Clock", "1.2.0")
	paris.does(nil, "packages", "push", "--shareable", "--override-reason", "The line of the test.", young)
	for name, test := range map[string]struct {
		says string
		did  []string
	}{
		"texts with space around them": {says: `packs: [{name: " Texts ", description: "  In\tspace.\r\n", support_contact: "\n a@b.example ", installation_guide: "# Guide\r\n\r\nLine\r\n\r\n", user_guide: ""}]`},
		"texts of several lines":       {says: "packs:\n  - name: Lines\n    user_guide: |+\n      One\n\n      Two\n\n\n    description: >\n      Folded\n      text.\n\n"},
		"one file in two packs": {
			says: "packs:\n  - {name: First, support_contact: a@b.example, packages: [&tool {file: " + j.tool("Hammer", "1.0.0") + ", " + shared + "}], release: {schedule: immediate}}\n" +
				"  - {name: Second, packages: [*tool]}\n  - {name: Third, packages: [tcpb_-_hammer]}\n",
			did: []string{"+ version 1.0.0 of package Hammer", "+ pack Second: package Hammer 1.0.0\n", "+ pack Third: package Hammer 1.0.0\n"},
		},
		"two versions of a new package": {
			says: "packs:\n  - {name: Old Saws, packages: [{file: " + j.tool("Saw", "1.0.0") + ", " + shared + "}]}\n" +
				"  - {name: New Saws, packages: [{file: " + j.tool("Saw", "1.3.0") + ", " + shared + "}]}\n  - {name: All Saws, packages: [Saw]}\n",
			did: []string{"+ pack Old Saws: package Saw 1.0.0\n", "+ pack New Saws: package Saw 1.3.0\n", "+ pack All Saws: package Saw 1.3.0\n"},
		},
		"a file older than what is there": {
			says: "packs: [{name: Clocks, packages: [{file: " + old + ", " + shared + "}]}]\n",
			did:  []string{"+ version 1.0.0 of package Clock", "+ pack Clocks: package Clock 1.0.0\n"},
		},
		"a release of all that is newest": {says: "packs: [{name: Whole, support_contact: a@b.example, packages: [Clock], release: {schedule: immediate}}]\n"},
		"one by name and by id": {
			says: "groups: [{name: Kiwis, accounts: [Kiwi Trust, " + kiwi.Items[0].ID + "]}]\n",
			did:  []string{"+ group Kiwis: account Kiwi Trust"},
		},
		"the group of all": {says: "packs: [{name: Everybody's}]\ngroups: [{name: all accounts, packs: [EVERYBODY'S]}]\n"},
		"nothing":          {says: "---\n---\n"},
	} {
		did := paris.settles(wishFile(t, test.says))
		for _, want := range test.did {
			if strings.Count(did, want) != 1 {
				t.Errorf("%s: the plan says %q %d times, want once:\n%s", name, want, strings.Count(did, want), did)
			}
		}
	}
	paris.does([]string{"Clock", "1.0.0"}, "pack", "show", "Clocks")
	paris.does([]string{"Saw", "1.0.0"}, "pack", "show", "Old Saws")
	paris.does([]string{"Nothing to do"}, "apply", "--yes", "-f", wishFile(t, "packs: [{name: Whole, release: {schedule: immediate}}]\n"))
	paris.settles(wishFile(t, "packs: [{name: CLOCKS, packages: [{name: CLOCK, version: 1.2.0}]}]\ngroups: [{name: g, accounts: [kiwi trust], packs: [clocks]}]\n"))
	paris.settles(wishFile(t, "packs: [{name: Clocks, packages: [Clock]}]\ngroups: [{name: G, accounts: [ALDGATE Insurance], packs: [Clocks]}]\n"), "--prune", "pack-packages,group-accounts,group-packs")
	paris.does([]string{"Aldgate Insurance", "Clocks"}, "group", "show", "G")
}

// A file can be applied again wherever it was interrupted: nothing is made twice, and nothing is left half done.
func TestApplyGoesOnAfterAnInterruption(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris := st.as(cliPublisher)
	for i := range int64(6) { // upload, pack, group, its account, its pack, release
		for _, lost := range []bool{false, true} {
			name := fmt.Sprintf("Cut %d %t", i, lost)
			file := wishFile(t, "packs: [{name: "+name+", support_contact: a@b.example, packages: [{file: "+j.tool(strings.ReplaceAll(name, " ", ""), "1.0.0")+", "+shared+
				"}], release: {schedule: immediate}}]\ngroups: [{name: "+name+", accounts: [Kiwi Trust], packs: ["+name+"]}]\n")
			peer := &between{refused: i + 1}
			if lost {
				peer = &between{lost: i + 1}
			}
			paris.through(peer).fails(exitRefused, []string{fmt.Sprintf("%d of 6 changes were made", i), "run it again"}, "apply", "--yes", "-f", file)
			paris.does(nil, "apply", "--yes", "-f", file)
			paris.settles(file)
			if list := paris.does([]string{"current"}, "release", "list", name); strings.Count(list, "1.0.0") != 1 {
				t.Errorf("%s: %s", name, list)
			}
			paris.does([]string{name, "Kiwi Trust"}, "group", "show", name)
		}
	}
}
