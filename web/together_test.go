package web

import (
	"crypto/sha256"
	"net/http"
	"strings"
	"testing"

	"packtide/packfile"
	"packtide/release"
)

// sharing is a version of a package of Meridian that shares a component with others, in a version of its own.
func (w *world) sharing(name, version, component string) release.PackageVersion {
	w.t.Helper()
	content := name + version
	u := release.Upload{
		Name: name, Version: version, FileName: name + ".zip", Size: int64(len(content)), SHA256: sha256.Sum256([]byte(content)),
		Content: strings.NewReader(content), Shareable: new(true),
	}
	u.Manifest = packfile.Manifest{
		Platform: "boomi", Kind: "process", Name: strings.ToLower(name),
		Components: []packfile.Component{{ID: "c1", Name: "Shared map", Version: component}},
	}
	return must(w.service.UploadVersion(w.t.Context(), w.actor(thePublisher), u))(w.t)
}

// TestClashesAreShown: the pack's page and the wizard's last step name what does not fit together, and the button that
// decides is answered with it too. // R10
func TestClashesAreShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.pack("Desk", false, w.sharing("Mail", "1.0.0", "7"), w.sharing("Chat", "1.0.0", "8"))
	claire := w.as(thePublisher)
	path := "/packs/" + p.ID.String()
	claire.get(path).says(".banner", "do not fit together").says(".banner", "Shared map")
	d := w.describe(thePublisher, p.ID, "1.0.0")
	if err := w.service.PlanRelease(t.Context(), w.actor(thePublisher), d.ID, d.Revision, release.Immediate, ""); err != nil {
		t.Fatal(err)
	}
	review := claire.get(path + "/release/review").wants(http.StatusOK)
	review.says(".banner", "can't be released together").says(".findings", "Shared map").says(".finding-where", "Chat 1.0.0")
	refused := claire.post(path+"/release/review", form("revision", review.value("revision"), "version", "1.0.0", "notes", "n", "action", "decide"))
	refused.wants(http.StatusConflict).says(".error-summary", "Shared map").says(".findings", "Shared map")

	w.sharing("Chat", "1.1.0", "7")
	claire.follow(claire.post(path+"/updates", nil))
	claire.get(path).saysNot(".banner", "fit together")
	if claire.get(path + "/release/review").has(".findings") {
		t.Error("packages that fit together have findings")
	}
}

// TestOnePackageAlone: what a release lacks is told also where it holds one package only. // R10
func TestOnePackageAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := release.Upload{
		Name: "Triage", Version: "1.0.0", FileName: "triage.pbxz", Size: 1, SHA256: sha256.Sum256([]byte("p")),
		Content: strings.NewReader("p"), Shareable: new(true),
	}
	u.Manifest = packfile.Manifest{Platform: "threatconnect", Kind: "playbook", Name: "triage", Needs: []packfile.Need{{Name: "TCPB - Vault", Major: 1}}}
	p := w.pack("Desk", false, must(w.service.UploadVersion(t.Context(), w.actor(thePublisher), u))(t))
	d := w.describe(thePublisher, p.ID, "1.0.0")
	if err := w.service.PlanRelease(t.Context(), w.actor(thePublisher), d.ID, d.Revision, release.Immediate, ""); err != nil {
		t.Fatal(err)
	}
	w.as(thePublisher).get("/packs/"+p.ID.String()+"/release/review").wants(http.StatusOK).says(".findings", "TCPB - Vault")
}
