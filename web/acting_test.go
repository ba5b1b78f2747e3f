package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"packtide/release"
	"packtide/web/view"
)

// TestFormOfAnotherAccount: whoever turned to another account in one window, and then sends a form that another window drew
// before, is told so; nothing is done for the wrong account.
func TestFormOfAnotherAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.done(w.service.SetRoles(t.Context(), w.actor(theOperator), release.Membership{
		Person: w.people[thePublisher].person.ID, Account: w.hudson.ID, Publisher: release.RolePublisher,
	}))
	visitor := w.as(thePublisher)
	drawnFor := visitor.get("/packs/new").wants(http.StatusOK).value("acting")
	if drawnFor != w.meridian.ID.String() {
		t.Fatalf("the form tells %q, want Meridian's id", drawnFor)
	}
	pack := url.Values{"name": {"Meridian Secrets"}, "multiple": {"false"}, view.FieldActing: {drawnFor}}
	visitor.post("/switch-account", url.Values{"account": {w.hudson.ID.String()}}).wants(http.StatusSeeOther)

	visitor.post("/packs/new", pack).wants(http.StatusConflict).says("main", "another account")
	upload := append(filled("Meridian Secrets", "1.0.0", "", "true"), [2]string{view.FieldActing, drawnFor})
	visitor.send(sent{fields: upload, fileName: "a.bin", content: strings.NewReader("secret")}).wants(http.StatusConflict)
	hudson := release.Actor{Person: w.people[thePublisher].person.ID, Account: w.hudson.ID, Publisher: release.RolePublisher}
	if packs, err := w.db.Reader.Packs(t.Context(), hudson, "secrets", "", release.ID{}, 10); err != nil || len(packs) != 0 {
		t.Errorf("Hudson got %d packs, %v", len(packs), err)
	}
	if packages, err := w.db.Reader.Packages(t.Context(), hudson, "secrets", "", release.ID{}, 10); err != nil || len(packages) != 0 {
		t.Errorf("Hudson got %d packages, %v", len(packages), err)
	}

	visitor.post("/switch-account", url.Values{"account": {w.meridian.ID.String()}}).wants(http.StatusSeeOther)
	visitor.post("/packs/new", pack).wants(http.StatusSeeOther)
}
