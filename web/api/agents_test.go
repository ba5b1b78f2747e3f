package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"packtide/packfile"
	"packtide/release"
)

// agentWorld is a world in which Nordlys has a pack of Meridian's, with an agent beside its platform.
type agentWorld struct {
	*world
	pack       release.Pack
	versions   []release.PackageVersion
	current    release.ID
	attachment release.Attachment
	agent      *program
}

func newAgentWorld(t *testing.T) *agentWorld {
	t.Helper()
	w := &agentWorld{world: newWorld(t)}
	ctx, by := t.Context(), w.actor(thePublisher)
	for _, v := range []string{"1.0.0", "1.1.0"} {
		text := "mail " + v
		w.versions = append(w.versions, must(w.service.UploadVersion(ctx, by, release.Upload{
			Name: "Mail", Version: v, Shareable: new(true), FileName: "mail.zip", Size: int64(len(text)), SHA256: sum(text), Content: strings.NewReader(text),
			Package: packfile.Package{Manifest: packfile.Manifest{Platform: packfile.PlatformPlain, Kind: "archive"}},
		}))(t))
	}
	w.pack = must(w.service.CreatePack(ctx, by, release.NewPack{PackTexts: release.PackTexts{Name: "Alpha", SupportContact: "help"}, Multiple: new(true)}))(t)
	for _, g := range must(w.db.Reader.Groups(ctx, by))(t) {
		w.done(w.service.AddPackToGroup(ctx, by, g.ID, w.pack.ID))
	}
	w.current = w.decide("1.0.0", w.versions[0], "")
	w.attachment = must(w.service.InstallPack(ctx, w.actor(theAdmin), release.Install{Pack: w.pack.ID, Name: "production"}))(t)
	w.agent = w.with(w.token(theAdmin, release.ScopeAgent))
	return w
}

// decide releases the version at once, or schedules it for the date.
func (w *agentWorld) decide(label string, v release.PackageVersion, date string) release.ID {
	w.t.Helper()
	ctx, by := w.t.Context(), w.actor(thePublisher)
	d := must(w.service.DraftRelease(ctx, by, w.pack.ID))(w.t)
	w.done(w.service.ChooseVersions(ctx, by, d.ID, d.Revision, release.Contents{v.Package: v.ID}))
	w.done(w.service.DescribeRelease(ctx, by, d.ID, d.Revision+1, label, ""))
	if date == "" {
		w.done(w.service.ReleaseNow(ctx, by, d.ID, d.Revision+2))
		return d.ID
	}
	w.done(w.service.PlanRelease(ctx, by, d.ID, d.Revision+2, release.Scheduled, date))
	w.done(w.service.ScheduleRelease(ctx, by, d.ID, d.Revision+3))
	return d.ID
}

func (w *agentWorld) path(what string) string {
	return "/attachments/" + w.attachment.ID.String() + "/" + what
}

// asks is what the agent is told.
func (w *agentWorld) asks() (told desired, tag string) {
	w.t.Helper()
	r := w.agent.get(w.path("desired")).is(http.StatusOK)
	r.into(&told)
	return told, r.header.Get("ETag")
}

// says reports, and wants the pack's ledger to be so.
func (w *agentWorld) says(id release.ID, status, detail string, want ledger) {
	w.t.Helper()
	w.agent.send(http.MethodPost, w.path("observed"), map[string]any{"release_id": id, "status": status, "detail": detail}).is(http.StatusNoContent)
	w.ledgerIs(want)
}

func (w *agentWorld) ledgerIs(want ledger) {
	w.t.Helper()
	var got ledger
	w.as(thePublisherViewer).get("/packs/" + w.pack.ID.String() + "/ledger").is(http.StatusOK).into(&got)
	if got != want {
		w.t.Errorf("the ledger is %+v, want %+v", got, want)
	}
}

// TestAgentsDay: an agent asks, hears nothing new, is told to try a release, reports what came of it, and what it says is counted.
func TestAgentsDay(t *testing.T) {
	t.Parallel()
	w := newAgentWorld(t)
	told, tag := w.asks()
	c := told.Contents[0]
	if told.AttachmentID != w.attachment.ID || told.Pack.ID != w.pack.ID || told.Release.ID != w.current || *told.Release.Version != "1.0.0" || !told.Release.Current ||
		len(told.Contents) != 1 || c.Version != "1.0.0" || c.Size != 10 || c.FileName != "mail.zip" || c.Platform != packfile.PlatformPlain ||
		c.ArtifactURL != Prefix+"/package-versions/"+w.versions[0].ID.String()+"/artifact" || c.SHA256 != hexSum("mail 1.0.0") {
		t.Errorf("the agent is told %+v", told)
	}
	if n := told.PollAfterSeconds; n < leastPoll*9/10 || n > leastPoll*11/10 {
		t.Errorf("it is to ask again after %d s", n)
	}
	w.ledgerIs(ledger{Attachments: 1, NeverReported: 1})
	w.says(w.current, "installed", "", ledger{Attachments: 1, Current: 1})

	again := w.agent.request(http.MethodGet, w.path("desired"), nil)
	again.Header.Set("If-None-Match", tag)
	unchanged := w.agent.do(again).is(http.StatusNotModified)
	if len(unchanged.body) != 0 || unchanged.header.Get("ETag") != tag || !strings.HasPrefix(unchanged.header.Get("Cache-Control"), "private, max-age=") {
		t.Errorf("unchanged: %q with %v", unchanged.body, unchanged.header)
	}

	pending := w.decide("1.1.0", w.versions[1], "2026-12-10")
	if told, _ := w.asks(); told.Release.ID != w.current {
		t.Error("a release in testing is installed by nobody's choice")
	}
	w.done(w.service.OptIn(t.Context(), w.actor(theAdmin), w.attachment.ID, pending, ""))
	w.ledgerIs(ledger{Attachments: 1, Behind: 1})
	told, now := w.asks()
	if told.Release.ID != pending || now == tag || told.Contents[0].Version != "1.1.0" {
		t.Errorf("it is to try %+v", told)
	}
	w.says(pending, "failed", "no space left", ledger{Attachments: 1, Failed: 1})
	w.toldOf(pending)
	w.says(pending, "installed", "", ledger{Attachments: 1, Trying: 1})
	w.done(w.service.Uninstall(t.Context(), w.actor(theAdmin), w.attachment.ID))
	if p := w.agent.get(w.path("desired")).problem(http.StatusNotFound); p.Detail != errNothingToRun.Message {
		t.Errorf("uninstalled: %+v", p)
	}
	w.agent.send(http.MethodPost, w.path("observed"), map[string]any{"release_id": pending, "status": "installed"}).problem(http.StatusConflict)
	w.ledgerIs(ledger{})
}

// toldOf wants a failure to install the release to be told wherever the attachment is.
func (w *agentWorld) toldOf(pending release.ID) {
	w.t.Helper()
	var one attachmentNow
	w.as(theAdmin).get("/attachments/" + w.attachment.ID.String()).is(http.StatusOK).into(&one)
	if one.Ledger == nil || *one.Ledger != string(release.LedgerFailed) || one.Observed.Release.ID != pending || one.Observed.Status != release.InstallFailed {
		w.t.Errorf("the account is told %+v", one.Observed)
	}
	publisher := w.as(thePublisherViewer)
	for state, want := range map[string]int{"failed": 1, "current": 0, "never_reported": 0} {
		var listed items[attachmentNow]
		publisher.get("/install-base?observed=" + state).is(http.StatusOK).into(&listed)
		if len(listed.Items) != want {
			w.t.Errorf("%s lists %d, want %d", state, len(listed.Items), want)
		}
	}
	publisher.get("/install-base?observed=broken").problem(http.StatusUnprocessableEntity)
	publisher.get("/install-base?observed=failed&at=2026-11-27T14:00:00Z").problem(http.StatusUnprocessableEntity)
	var spread facets
	publisher.get("/install-base/facets").is(http.StatusOK).into(&spread)
	if len(spread.Observed) != len(release.LedgerStates) || spread.Observed[3] != (facet{Value: "failed", Rows: 1}) {
		w.t.Errorf("the facets are %+v", spread.Observed)
	}
	var whole, own releaseWhole
	publisher.get("/releases/" + w.current.String()).is(http.StatusOK).into(&whole)
	w.as(theAdmin).get("/releases/" + w.current.String()).is(http.StatusOK).into(&own)
	if whole.Adoption.Observed != 0 || own.Adoption.Observed != 0 {
		w.t.Errorf("adoption: the publisher is told %+v, the account %+v", whole.Adoption, own.Adoption)
	}
}

// A question is noted only now and then, but an agent that has been silent is heard at once.
func TestQuestionsAreNoted(t *testing.T) {
	t.Parallel()
	w := newAgentWorld(t)
	w.says(w.current, "installed", "", ledger{Attachments: 1, Current: 1})
	seen := func() time.Time {
		t.Helper()
		return must(w.db.Reader.Observed(t.Context(), w.actor(theAdmin), w.attachment.ID))(t).Last.SeenAt
	}
	first := seen()
	w.clock.advance(release.SeenEvery - time.Second)
	w.asks()
	if !seen().Equal(first) {
		t.Error("every question is written down")
	}
	w.clock.advance(time.Second)
	w.asks()
	if !seen().Equal(first.Add(release.SeenEvery)) {
		t.Errorf("seen at %s, asked at %s", seen(), w.clock.Now())
	}
	w.clock.advance(time.Hour)
	must(w.service.SweepSilence(t.Context(), w.clock.Now(), time.Hour))(t)
	w.ledgerIs(ledger{Attachments: 1, Current: 1}) // exactly an hour is not longer than an hour
	w.clock.advance(time.Second)
	must(w.service.SweepSilence(t.Context(), w.clock.Now(), time.Hour))(t)
	w.ledgerIs(ledger{Attachments: 1, Silent: 1})
	w.asks()
	w.ledgerIs(ledger{Attachments: 1, Current: 1})
}

// Agents act for their own account's attachments, and for nothing else.
func TestAgentsOfOthers(t *testing.T) {
	t.Parallel()
	w := newAgentWorld(t)
	report := map[string]any{"release_id": w.current, "status": "installed"}
	for _, c := range []struct {
		name            string
		p               *program
		desired, report int
	}{
		{"its agent", w.agent, http.StatusOK, http.StatusNoContent},
		{"its admin", w.as(theAdmin), http.StatusOK, http.StatusNoContent},
		{"its admin's reading token", w.with(w.token(theAdmin, release.ScopeRead)), http.StatusOK, http.StatusForbidden},
		{"a viewer", w.as(theManagedViewer), http.StatusForbidden, http.StatusForbidden},
		{"the agent of others", w.with(w.token(theOtherAdmin, release.ScopeAgent)), http.StatusNotFound, http.StatusNotFound},
		{"the admin of others", w.as(theOtherAdmin), http.StatusNotFound, http.StatusNotFound},
		{"the publisher", w.as(thePublisher), http.StatusForbidden, http.StatusForbidden},
		{"support", w.as(theSupport), http.StatusForbidden, http.StatusForbidden},
		{"nobody", w.with(""), http.StatusUnauthorized, http.StatusUnauthorized},
	} {
		if got := c.p.get(w.path("desired")).status; got != c.desired {
			t.Errorf("%s asks and is answered %d, want %d", c.name, got, c.desired)
		}
		if got := c.p.send(http.MethodPost, w.path("observed"), report).status; got != c.report {
			t.Errorf("%s reports and is answered %d, want %d", c.name, got, c.report)
		}
	}
	ledgerPath := "/packs/" + w.pack.ID.String() + "/ledger"
	w.as(theSupport).get(ledgerPath).is(http.StatusOK)
	w.as(theRival).get(ledgerPath).problem(http.StatusNotFound)
	w.as(theAdmin).get(ledgerPath).problem(http.StatusForbidden)
	w.agent.get(ledgerPath).problem(http.StatusForbidden)
}

func TestReportsThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newAgentWorld(t)
	for _, c := range []struct {
		body   any
		status int
		field  string
	}{
		{map[string]any{"release_id": w.current, "status": "silent"}, http.StatusUnprocessableEntity, "/status"},
		{map[string]any{"release_id": w.current}, http.StatusUnprocessableEntity, "/status"},
		{map[string]any{"release_id": w.pack.ID, "status": "installed"}, http.StatusUnprocessableEntity, "/release_id"},
		{map[string]any{"release_id": "x", "status": "installed"}, http.StatusUnprocessableEntity, "/release_id"},
		{map[string]any{"release_id": w.current, "status": "installed", "more": 1}, http.StatusUnprocessableEntity, "/more"},
		{map[string]any{"release_id": w.current, "status": "failed", "detail": 1}, http.StatusUnprocessableEntity, "/detail"},
		{`{`, http.StatusBadRequest, ""},
		{strings.Repeat("x", maxBody+1), http.StatusRequestEntityTooLarge, ""},
	} {
		if p := w.agent.send(http.MethodPost, w.path("observed"), c.body).problem(c.status); p.Field != c.field {
			t.Errorf("%v is told to mend %q, want %q", c.body, p.Field, c.field)
		}
	}
	w.agent.get("/attachments/x/desired").problem(http.StatusNotFound)
	w.agent.get(w.path("desired") + "?x=1").problem(http.StatusUnprocessableEntity)
	w.agent.get("/attachments/" + w.pack.ID.String() + "/desired").problem(http.StatusNotFound)
}

// The more agents there are, the more seldom each is told to ask: all of them together ask as often as is wanted.
func TestPollPlan(t *testing.T) {
	t.Parallel()
	for agents, want := range map[int64]int{0: 60, 600: 60, 100_000: 500, 1_000_000: 5000, 100_000_000: mostPoll} {
		p, counts := newPollPlan(200), 0
		count := func(context.Context) (int64, error) { counts++; return agents, nil }
		seen := map[int]bool{}
		for range 200 {
			n := p.after(t.Context(), count, worldBegins)
			if n < want*94/100 || n > want*106/100 {
				t.Fatalf("%d agents are told to ask after %d s, want about %d", agents, n, want)
			}
			seen[n] = true
		}
		if len(seen) < 3 || counts != 1 {
			t.Errorf("%d agents: %d different answers from %d counts", agents, len(seen), counts)
		}
		broken := func(context.Context) (int64, error) { return 0, errors.New("away") }
		if n := p.after(t.Context(), broken, worldBegins.Add(time.Hour)); n < want*94/100 {
			t.Errorf("without a count, %d agents are told to ask after %d s", agents, n)
		}
	}
}

func hexSum(text string) string {
	s := sum(text)
	return hex.EncodeToString(s[:])
}

func sum(text string) [32]byte { return sha256.Sum256([]byte(text)) }
