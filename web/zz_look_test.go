package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// look draws pages for the eye; throw-away.
func (w *world) look(key string, shots map[string]string, height int) {
	u, _ := url.Parse(w.url)
	cookies := w.as(key).http.Jar.Cookies(u)
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/__frame" {
			fmt.Fprintf(rw, `<!doctype html><body style="margin:0"><iframe src="%s" style="width:390px;height:%dpx;border:0"></iframe>`, r.URL.Query().Get("p"), height*2)
			return
		}
		for _, c := range cookies {
			r.AddCookie(c)
		}
		rec := httptest.NewRecorder()
		w.server.ServeHTTP(rec, r)
		for k, v := range rec.Header() {
			if k != "Content-Security-Policy" && k != "X-Frame-Options" {
				rw.Header()[k] = v
			}
		}
		rw.WriteHeader(rec.Code)
		rw.Write(rec.Body.Bytes())
	}))
	defer srv.Close()
	for name, path := range shots {
		for _, phone := range []bool{false, true} {
			target, size, out := srv.URL+path, fmt.Sprintf("1440,%d", height), "/tmp/pb/"+name+".png"
			if phone {
				target, size, out = srv.URL+"/__frame?p="+url.QueryEscape(path), fmt.Sprintf("500,%d", height*2), "/tmp/pb/"+name+"-phone.png"
			}
			dir, _ := os.MkdirTemp("", "pbchrome")
			cmd := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-quic", "--hide-scrollbars", "--virtual-time-budget=3000", "--user-data-dir="+dir, "--screenshot="+out, "--window-size="+size, target)
			if b, err := cmd.CombinedOutput(); err != nil {
				w.t.Logf("%s: %v %s", name, err, b)
			}
			os.RemoveAll(dir)
		}
	}
}

// lookWorld is a pack with a history, a draft and a testing period.
func lookWorld(w *world) (release.ID, release.ID) {
	by := w.actor(thePublisher)
	jira, slack := w.upload("Atlassian Jira", "1.0.0"), w.upload("Slack Notifications", "1.0.0")
	pack := w.pack("CRM Connector", true, jira, slack)
	ok := func(err error) {
		if err != nil {
			w.t.Fatal(err)
		}
	}
	ok(w.service.EditPack(w.t.Context(), by, pack.ID, release.PackTexts{Name: "CRM Connector", Description: "Keeps deals, tickets and messages of Salesforce, Jira and Slack in step, in both directions.", SupportContact: "Meridian support\nhelp@meridian.example\nhttps://help.meridian.example/crm", InstallationGuide: "1. Make a token in Jira.\n2. Install.", UserGuide: "See https://docs.meridian.example/crm."}))
	w.releaseNow(pack.ID, "1.0.0")
	var list []release.Attachment
	for _, n := range []string{"Oslo", "Bergen", "Trondheim"} {
		list = append(list, w.install(theAdmin, pack.ID, n))
	}
	w.install(theOtherAdmin, pack.ID, "São Paulo")
	w.clock.advance(48 * time.Hour)
	w.upload("Atlassian Jira", "1.1.0")
	ok(w.service.TakeUpdates(w.t.Context(), by, pack.ID))
	bad := w.schedule(pack.ID, "1.1.0", "2026-12-02")
	w.clock.advance(time.Hour)
	ok(w.service.Withdraw(w.t.Context(), by, bad, "The token was read twice, so that large instances were throttled."))
	w.clock.advance(time.Hour)
	w.upload("Atlassian Jira", "1.1.1")
	ok(w.service.TakeUpdates(w.t.Context(), by, pack.ID))
	pending := w.schedule(pack.ID, "1.1.1", "2026-12-08")
	w.clock.advance(3 * time.Hour)
	ok(w.service.OptIn(w.t.Context(), w.actor(theAdmin), list[0].ID, pending, ""))
	w.clock.advance(40 * time.Hour)
	ok(w.service.OptIn(w.t.Context(), w.actor(theAdmin), list[1].ID, pending, ""))
	w.upload("Slack Notifications", "2.0.0")
	crm := w.upload("Salesforce Deals", "1.0.0")
	w.upload("Salesforce Contacts", "1.0.0")
	ok(w.service.AddPackage(w.t.Context(), by, pack.ID, crm.Package))
	ok(w.service.RemovePackage(w.t.Context(), by, pack.ID, jira.Package))
	w.pack("Invoice Bridge", false)
	return pack.ID, pending
}

func TestLook(t *testing.T) {
	if os.Getenv("LOOK") == "" {
		t.Skip()
	}
	os.MkdirAll("/tmp/pb", 0o755)
	w := newWorld(t)
	pack, pending := lookWorld(w)
	all := map[string]string{
		"packs": "/packs", "pack": packPath(pack), "new": "/packs/new", "releases": packPath(pack) + "/releases", "delete": packPath(pack) + "/delete",
		"release": "/releases/" + pending.String(), "reschedule": "/releases/" + pending.String() + "/reschedule", "withdraw": "/releases/" + pending.String() + "/withdraw",
		"versions": packPath(pack) + "/release/versions", "impact": packPath(pack) + "/release/impact", "when": packPath(pack) + "/release/when?plan=scheduled", "review": packPath(pack) + "/release/review", "activity": "/activity",
	}
	shots := map[string]string{}
	for name := range strings.SplitSeq(os.Getenv("LOOK"), ",") {
		shots[name] = all[name]
	}
	if strings.Contains(os.Getenv("LOOK"), "review") {
		d, err := w.service.DraftRelease(t.Context(), w.actor(thePublisher), pack)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.service.PlanRelease(t.Context(), w.actor(thePublisher), d.ID, d.Revision, release.Immediate, ""); err != nil {
			t.Fatal(err)
		}
	}
	w.look(thePublisher, shots, 1300)
}
