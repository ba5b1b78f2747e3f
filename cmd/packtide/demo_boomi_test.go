package main

import (
	"testing"

	"packtide/release"
	"packtide/store"
)

// The demo's Boomi packages are read as those of customers are, without findings, and are the same at each start.
func TestDemoProcesses(t *testing.T) {
	t.Parallel()
	for _, p := range demoProcesses() {
		for i, v := range p.versions {
			up, err := p.upload(i)
			if err != nil {
				t.Fatal(err)
			}
			if len(up.Findings) > 0 || up.Manifest.Platform != "boomi" || up.Manifest.DisplayName != p.name || up.Manifest.Identifier != p.id {
				t.Errorf("%s %s is read as %+v with findings %+v", p.name, v.version, up.Manifest, up.Findings)
			}
			again, err := p.upload(i)
			if err != nil || again.SHA256 != up.SHA256 {
				t.Errorf("%s %s differs from one start to the next: %v", p.name, v.version, err)
			}
		}
	}
}

// checkDemoBoomi: what a tool made for Boomi asks for first has a life: a pack that is installed, in testing and has an update.
func checkDemoBoomi(t *testing.T, reader *store.Reader, packs map[string]release.PackRow) {
	t.Helper()
	p := packs[demoBoomiPack().name]
	if p.Current == nil || p.Current.Version.String() != "1.1.0" || p.Pending == nil || p.Pending.Version.String() != "1.2.0" || p.Updates != 1 || p.Attachments < 5 || p.OptIns == 0 {
		t.Errorf("%s: %+v", demoBoomiPack().name, p)
	}
	by := release.Actor{Account: p.PublisherID, Publisher: release.RolePublisher}
	for _, process := range demoProcesses() {
		found, err := reader.Components(t.Context(), by, store.ComponentFilter{ID: process.id, Limit: 10})
		if err != nil || len(found) != len(process.versions) || !found[len(found)-1].Current || found[0].Name != process.name {
			t.Errorf("%v: %s is found as %+v", err, process.name, found)
		}
	}
}
