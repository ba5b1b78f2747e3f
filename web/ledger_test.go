package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"packtide/release"
)

// says lets the attachment's agent report.
func (e *estate) says(attachment string, of release.ID, status release.ObservedStatus, detail string) release.ID {
	e.t.Helper()
	rows := must(e.db.Reader.InstallBase(e.t.Context(), e.actor(theSupport), release.InstallBaseFilter{Query: attachment}))(e.t)
	by := e.actor(theAdmin)
	if rows[0].Account == e.aurora.ID {
		by = e.actor(theOtherAdmin)
	}
	must(e.service.ReportObserved(e.t.Context(), by, rows[0].ID, release.ObservedReport{Release: of, Status: status, Detail: detail}))(e.t)
	return rows[0].ID
}

// heardEstate is an estate with agents: one is current, one failed, one is behind what it tries, one is silent.
func heardEstate(t *testing.T) (e *estate, failed release.ID) {
	t.Helper()
	e = newEstate(t)
	e.says("Mesa 01", e.current, release.Installed, "")
	e.clock.advance(30 * time.Hour)
	must(e.service.SweepSilence(t.Context(), e.clock.Now(), 24*time.Hour))(t)
	failed = e.says("Desk 10", e.current, release.InstallFailed, "hook: no space left on <device>")
	e.says("Desk 11", e.current, release.Installed, "")
	e.says(e.tried[0], e.current, release.Installed, "")
	return e, failed
}

// TestLedgerOnPages: the numbers are the same wherever they stand, add up, and lead to exactly what they count.
func TestLedgerOnPages(t *testing.T) {
	t.Parallel()
	e, _ := heardEstate(t)
	const states = "Current 1 current 1 % | Trying 0 0 % | Behind 1 behind 1 % | Failed 1 failed 1 % | Silent 1 silent 1 % | Never reported 54 never reported 93 %"
	for _, key := range []string{thePublisher, thePublisherViewer, theSupport} {
		p := e.as(key).get("/packs/" + e.desk.ID.String()).wants(http.StatusOK)
		var rows []string
		var total string
		for _, tr := range p.all(".ledger tbody tr") {
			cells := strings.Fields(textOf(tr))
			if cells[0] == "Together" {
				total = cells[1]
				continue
			}
			row := strings.Join(cells, " ")
			rows = append(rows, row[:strings.Index(row, " %")+2])
		}
		if got := strings.Join(rows, " | "); got != states || total != "58" {
			t.Errorf("%s sees %q of %s", key, got, total)
		}
		if bar := attrOf(p.one(".ledger-bar"), "aria-label"); bar != "Of 58 attachments: 1 current, 0 trying, 1 behind, 1 failed, 1 silent, 54 never reported." {
			t.Errorf("%s is told the bar as %q", key, bar)
		}
		for _, a := range p.all(".ledger tbody tr a") {
			href := attrOf(a, "href")
			names, _ := e.as(key).rows(href)
			if want := strings.Fields(textOf(a))[0]; want != strconv.Itoa(len(names)) {
				t.Errorf("%s says %s and lists %d", href, want, len(names))
			}
		}
	}
	e.as(theSupport).get("/accounts/"+e.nordlys.ID.String()).wants(http.StatusOK).says("main", "What runs, by the word of its agents").link("53 attachments together")
	e.as(theRival).get("/install-base").wants(http.StatusOK).says(".find-rail", "Never reported 0")
}

// The list can be narrowed to what agents say, by whoever sees it, in the file too; and a word that is no state is not found.
func TestInstallBaseByAgents(t *testing.T) {
	t.Parallel()
	e, _ := heardEstate(t)
	for state, want := range map[string]string{"failed": "Desk 10", "behind": e.tried[0], "silent": "Mesa 01", "current": "Desk 11"} {
		q := "observed=" + state
		for _, key := range []string{theSupport, thePublisherViewer} {
			p := e.as(key).get("/install-base?" + q).wants(http.StatusOK)
			p.says(".chips", "Its agent says").says(".lede", "1 attachment in 1 account").says("tbody", want)
			if p.has(".ledger-bar") {
				t.Errorf("%s shows the whole bar", q)
			}
		}
		head, rows := e.as(theSupport).table("/install-base.csv?" + q)
		if said := column(head, rows, "agent_says"); len(said) != 1 || said[0] != state {
			t.Errorf("%s exports %v", q, said)
		}
		if seen := column(head, rows, "agent_seen_at"); seen[0] == "" {
			t.Errorf("%s does not say when", q)
		}
	}
	p := e.as(theSupport).get("/install-base").wants(http.StatusOK).says(".find-rail", "Its agent says").says(".find-rail", "Never reported 55")
	if !p.has(".ledger-bar") {
		t.Error("the list has no bar")
	}
	e.as(theSupport).get("/install-base?observed=never_reported&q=Desk+20").wants(http.StatusOK).says("tbody", "Desk 20")
	e.as(theSupport).get("/install-base?observed=broken").wants(http.StatusNotFound)
	e.as(theSupport).get("/install-base?observed=failed&at=2026-11-27T12:00").wants(http.StatusNotFound)
	saved := e.as(theSupport)
	saved.follow(saved.post("/install-base/views/new", url.Values{"name": {"Broken"}, "observed": {"failed"}})).wants(http.StatusOK).says(".chips", "Failed to install")
}

// TestAgentOnAttachment: what it should run against what it says, its words as they are, and how an agent is started.
func TestAgentOnAttachment(t *testing.T) {
	t.Parallel()
	e, failed := heardEstate(t)
	path := "/attachments/" + failed.String()
	for _, key := range []string{theAdmin, theManagedViewer, thePublisher, theSupport} {
		p := e.as(key).get(path).wants(http.StatusOK).says("main", "It could not install 1.0.0.").says("pre.agent-detail", "hook: no space left on <device>").
			says("main", "Last heard of").says("main", "Could not install 1.0.0")
		if told := strings.Contains(p.text("main"), "packtide agent --server http://packs.example --token-file agent.token --dir packs --attachment "+failed.String()); told != (key == theAdmin) {
			t.Errorf("%s is told how to start an agent: %v", key, told)
		}
		e.as(key).get(path+"/why").wants(http.StatusOK).says(".lede", "It should run 1.0.0, but its agent reported a failure").says(".lede", "so its platform may still run what it ran before")
	}
	e.as(theOtherAdmin).get(path).wants(http.StatusNotFound)
	e.as(theAdmin).get("/home").wants(http.StatusOK).says(".lede", "2 attachments should run").says("main", "Agents that need you").says("main", "said 1.0.0 failed")
	e.as(theAdmin).get("/installed?q=Desk+10").wants(http.StatusOK).says("tbody", "its agent: Failed")
	e.says("Desk 10", e.current, release.Installed, "")
	e.as(theAdmin).get(path).says("main", "It runs 1.0.0, as it should.").says("main", "What it has said before: 2 changes")
	e.as(theAdmin).get("/home").saysNot("main", "said 1.0.0 failed")
	never := must(e.db.Reader.InstallBase(t.Context(), e.actor(theSupport), release.InstallBaseFilter{Query: "Desk 20"}))(t)[0].ID
	e.as(theAdmin).get("/attachments/"+never.String()).says("main", "No agent has reported yet").says("main", "Start an agent")
}
