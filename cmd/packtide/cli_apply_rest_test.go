package main

import (
	"crypto/sha256"
	"strings"
	"testing"

	"packtide/release"
)

// publisher is the person of the stage's publisher, as the server knows them.
func (st *cliStage) publisher() release.Actor {
	st.t.Helper()
	by, _, err := st.site.reader.Bearer(st.t.Context(), sha256.Sum256([]byte(st.as(cliPublisher).token)), st.clock.Now())
	if err != nil {
		st.t.Fatal(err)
	}
	return by
}

// shared uploads versions that may enter a pack.
func (c *caller) shared(files ...string) {
	c.t.Helper()
	for _, file := range files {
		c.does(nil, "packages", "push", "--shareable", "--override-reason", "The line of the test.", file)
	}
}

// Where a file does not say whether it is shareable, the setting of the moment at which the plan was made holds (R2).
func TestApplySharesAsTheSettingSays(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris := st.as(cliPublisher)
	by := st.publisher()
	if err := st.site.service.SetShareableDefault(t.Context(), by, true); err != nil {
		t.Fatal(err)
	}
	file := wishFile(t, "packs: [{name: Tools, packages: [{file: "+j.tool("Hammer", "1.0.0")+", override_reason: Test.}, {file: "+j.tool("Saw", "1.0.0")+", override_reason: Test.}]}]\n")
	var changed error
	meanwhile := &between{before: func(n int64) {
		if n == 1 {
			changed = st.site.service.SetShareableDefault(t.Context(), by, false)
		}
	}}
	paris.through(meanwhile).does([]string{"Done: 5 changes."}, "apply", "--yes", "-f", file)
	if changed != nil {
		t.Error(changed)
	}
	paris.settles(file)
	file = wishFile(t, "packs:\n  - name: Tools\n    packages:\n      - {file: "+j.tool("Saw", "1.1.0")+"}\n")
	before := paris.events()
	paris.fails(exitUsage, []string{"pack.yaml:4: TCPB_-_Saw_v1.tcx would not be shareable"}, "apply", "--yes", "-f", file)
	paris.fails(exitUsage, []string{"pack.yaml:4: TCPB_-_Saw_v1.tcx would not be shareable"}, "apply", "--plan", "-f", file)
	if after := paris.events(); after != before {
		t.Errorf("%d events more in the audit", after-before)
	}
}

// A release without packages takes the newest version of each that the pack holds, those of the same file too, and comes to rest;
// no package comes or goes by it.
func TestApplyReleaseWithoutPackages(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris := st.as(cliPublisher)
	paris.shared(j.tool("Hammer", "1.0.0"), j.tool("Saw", "1.0.0"), j.tool("Drill", "1.0.0"))
	whole := "{name: Whole, support_contact: a@b.example, %release: {schedule: immediate}}"
	says := func(packages, others string) string {
		return wishFile(t, "packs: ["+strings.Replace(whole, "%", packages, 1)+others+"]\n")
	}

	paris.does(nil, "pack", "create", "Whole")
	paris.does(nil, "pack", "add", "Whole", "Hammer")
	paris.fails(exitConflict, []string{"would change Hammer too (none to 1.0.0)", "does not name"}, "apply", "--yes", "-f", says("", ""))
	paris.fails(exitConflict, []string{"would change Hammer too (none to 1.0.0)", "does not name"}, "apply", "--yes", "-f", says("packages: [Saw], ", ""))
	paris.settles(says("packages: [Hammer, Saw], ", ""))

	did := paris.settles(says("", ", {name: Other, packages: [{file: "+j.tool("Hammer", "1.2.0")+", "+shared+"}]}"))
	if !strings.Contains(did, "+ release Whole at once\n    ~ Hammer from 1.0.0 to 1.2.0\n    = Saw 1.0.0\n") {
		t.Errorf("the plan: %s", did)
	}

	// Somebody's draft: it is left alone while nothing is to be released, and never comes along.
	paris.does(nil, "pack", "add", "Whole", "Drill")
	paris.settles(says("", ""))
	paris.shared(j.tool("Saw", "1.3.0"))
	paris.fails(exitConflict, []string{"would change Drill too (none to 1.0.0)"}, "apply", "--yes", "-f", says("", ""))
	paris.does(nil, "pack", "remove", "Whole", "Drill")
	paris.does(nil, "pack", "remove", "Whole", "Hammer")
	paris.fails(exitConflict, []string{"would change Hammer too (1.2.0 to none)"}, "apply", "--yes", "-f", says("", ""))
	paris.does(nil, "pack", "add", "Whole", "Hammer")
	if did := paris.settles(says("", "")); !strings.Contains(did, "    = Hammer 1.2.0\n    ~ Saw from 1.0.0 to 1.3.0\n") {
		t.Errorf("the plan: %s", did)
	}
}

// All is not as the file says where a release in testing will soon change it.
func TestApplySeesWhatIsComing(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris := st.as(cliPublisher)
	paris.shared(j.tool("Hammer", "1.0.0"), j.tool("Saw", "1.0.0"))
	day := release.DateOf(st.clock.Now(), st.clock.zone).AddDays(3).String()
	now := wishFile(t, "packs: [{name: Tools, support_contact: a@b.example, packages: [{name: Hammer, version: 1.0.0}, Saw], release: {schedule: immediate}}]\n")
	paris.settles(now)
	paris.shared(j.tool("Hammer", "1.1.0"))
	paris.does(nil, "release", "Tools", "--on", day, "--version", "2.0.0")
	before := paris.events()
	says := []string{now + ":1: Tools holds what the file asks for", "release 2.0.0 in testing", day, "packtide release withdraw"}
	paris.fails(exitConflict, says, "apply", "--yes", "-f", now)
	paris.fails(exitConflict, says, "apply", "--plan", "-f", now)
	if after := paris.events(); after != before {
		t.Errorf("%d events more in the audit", after-before)
	}
	paris.settles(wishFile(t, "packs: [{name: Tools, packages: [Saw], release: {schedule: immediate}}]\n")) // both hold it
	paris.settles(wishFile(t, "packs: [{name: Tools, release: {schedule: immediate}}]\n"))                  // the one in testing holds what is newest
	paris.does(nil, "release", "withdraw", "Tools", "--reason", "A fault.")
	paris.settles(now)
}

// An id is the same in capitals.
func TestIDsInCapitals(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	j := &job{t: t, clock: st.clock}
	paris, london := st.as(cliPublisher), st.as(cliLondon)
	idOf := func(what ...string) string {
		t.Helper()
		return strings.ToUpper(part(t, paris.does(nil, what...), `"id":"([0-9a-f-]+)"`))
	}
	versions := []string{"1.0.0", "1.1.0", "1.2.0"}
	paris.does(nil, "pack", "create", "Tools", "--support-contact", "a@b.example")
	for i, version := range versions {
		paris.shared(j.tool("Hammer", version))
		if i == 0 {
			paris.does(nil, "pack", "add", "Tools", "Hammer")
		}
		paris.does(nil, "release", "Tools", "--now", "--version", version)
	}
	first, pack := idOf("release", "show", "Tools@1.0.0", "--json"), idOf("pack", "show", "Tools", "--json")
	paris.does([]string{"Tools 1.0.0"}, "release", "show", " "+first)
	out := paris.does([]string{"Hammer"}, "release", "rollback", first, "--now", "--dry-run")
	if !strings.Contains(out, "1.0.0") || strings.Contains(out, "1.1.0") {
		t.Errorf("another release than the one that was named:\n%s", out)
	}
	paris.does([]string{"1.1.0"}, "release", "rollback", pack, "--now", "--dry-run") // by default the one before

	kiwi := idOf("account", "list", "--json", "-q", "kiwi")
	says := func(account, pack string) string {
		return wishFile(t, "groups: [{name: G, accounts: ["+account+", Aldgate Insurance], packs: ["+pack+"]}]\n")
	}
	prune := []string{"--prune", "group-accounts,group-packs"}
	paris.settles(append([]string{says(kiwi, pack)}, prune...)...)
	for _, file := range []string{says("Kiwi Trust", "Tools"), says(strings.ToLower(kiwi), strings.ToLower(pack)), says(kiwi, pack)} {
		paris.does([]string{"Nothing to do"}, append([]string{"apply", "--yes", "-f", file}, prune...)...)
	}
	paris.does([]string{"Kiwi Trust", "Aldgate Insurance", "Tools"}, "group", "show", "G")

	item := strings.ToUpper(part(t, paris.does(nil, "release", "evidence", "Tools", "--json"), `"item_id":"([0-9a-f-]+)"`))
	paris.does([]string{"is ticked off"}, "release", "evidence", pack, item)
	london.does([]string{"runs Tools 1.2.0"}, "attach", pack)
}
