package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"packtide/agent"
	"packtide/packfile"
	"packtide/release"
	"packtide/store/storetest"
)

// agentJob is the stage of the main job by agent: a real product, an agent's real folder, and a proxy between them, behind
// which the product may go away and come back.
type agentJob struct {
	job

	db        *storetest.DB
	front     *httptest.Server
	behind    atomic.Pointer[url.URL]
	publisher release.Actor
	admin     release.Actor // of the account whose agent it is
	pack      release.ID
	installed release.Attachment
	token     release.Token
	dir       string
	hook      string // a file that the hook runs for success
	env       map[string]string
}

// TestMainJobByAgent plays the main job as a customer's platform sees it: the agent installs, tries and goes back, moves at
// the publisher's midnight, goes back where its hook fails; the server is away meanwhile, and always knows what runs. R18, R27
func TestMainJobByAgent(t *testing.T) {
	t.Parallel()
	j := newAgentJob(t)
	stop := j.serve()
	first := j.releaseSheets(0, release.Immediate, "")
	j.install()
	j.begins(first)

	second := j.releaseSheets(1, release.Scheduled, release.DateOf(j.clock.Now(), j.clock.zone).AddDays(3).String())
	j.agrees(first, release.Ledger{Current: 1})
	j.must(j.site.service.OptIn(t.Context(), j.admin, j.installed.ID, second, ""))
	j.counts(release.Ledger{Behind: 1})
	stop()
	j.fails("answers 502")
	j.runs(first)
	stop = j.serve()
	j.agrees(second, release.Ledger{Trying: 1})

	j.must(j.site.service.GoBack(t.Context(), j.admin, j.installed.ID, ""))
	j.counts(release.Ledger{Behind: 1})
	j.agrees(first, release.Ledger{Current: 1})
	j.must(j.clock.Move(t.Context(), "before"))
	j.agrees(first, release.Ledger{Current: 1})
	j.must(j.clock.Move(t.Context(), "after"))
	j.counts(release.Ledger{Behind: 1})
	j.agrees(second, release.Ledger{Current: 1})

	j.hookFails(first, second)
	j.ends(stop)
}

func newAgentJob(t *testing.T) *agentJob {
	t.Helper()
	j := &agentJob{job: job{t: t}, db: storetest.New(t), dir: filepath.Join(t.TempDir(), "agent")}
	paris, err := release.LoadZone("Europe/Paris")
	j.must(err)
	j.clock = &demoClock{real: time.Now, reader: j.db.Reader, zone: paris}
	j.clock.service = release.NewService(j.db.Store, j.clock.Now)
	j.packages()
	j.front = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(j.behind.Load()) },
		ErrorLog: slog.NewLogLogger(slog.NewTextHandler(io.Discard, nil), slog.LevelInfo),
	})
	t.Cleanup(j.front.Close)

	w := newWorld(j.db.Store, j.db.Reader, time.Now())
	w.at, w.operator = time.Now().Add(-time.Hour), release.Operator()
	j.must(w.admitAccount(t.Context(), demoAccount{name: "Aldgate Insurance Branch", zone: "Europe/London", admin: "Grace Okafor"}))
	meridian, err := w.service.CreateAccount(t.Context(), w.operator, release.NewAccount{Name: "Meridian Connect", Zone: "Europe/Paris", Publisher: true})
	j.must(err)
	j.must(w.admit(t.Context(), release.Invite{Email: "camille@meridian.example", Name: "Camille Laurent", Account: meridian.ID, Publisher: release.RolePublisher}))
	j.publisher, j.admin = w.people["camille@meridian.example"], w.people["grace@aldgate-insurance-branch.example"]

	j.hook = filepath.Join(t.TempDir(), "hook-works")
	j.must(os.WriteFile(j.hook, nil, 0o600))
	j.env = map[string]string{
		"PACKTIDE_SERVER": j.front.URL, "PACKTIDE_AGENT_DIR": j.dir, "PACKTIDE_TOKEN_FILE": filepath.Join(t.TempDir(), "token"),
		"PACKTIDE_HOOK": `echo "checking $PACKTIDE_VERSION"; test -e "` + j.hook + `"`, "PACKTIDE_HOOK_SHELL": "true",
	}
	return j
}

func (j *agentJob) must(err error) {
	j.t.Helper()
	if err != nil {
		j.t.Fatal(err)
	}
}

// serve starts the product behind the proxy; the function that it returns stops it.
func (j *agentJob) serve() (stop func()) {
	j.t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(j.t.Context(), "tcp", "127.0.0.1:0")
	j.must(err)
	j.site = newSite(j.db.Pool, j.clock.Now, slog.New(slog.NewTextHandler(j.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})), j.front.URL)
	at, err := url.Parse("http://" + listener.Addr().String())
	j.must(err)
	j.behind.Store(at)
	ctx, cancel := context.WithCancel(context.WithoutCancel(j.t.Context()))
	served := make(chan error, 1)
	go func(s *site) { served <- s.serve(ctx, listener) }(j.site)
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			cancel()
			if err := <-served; err != nil {
				j.t.Errorf("serve: %v", err)
			}
		}
	}
	j.t.Cleanup(stop)
	return stop
}

// releaseSheets uploads a version of the integration and decides a release with it.
func (j *agentJob) releaseSheets(nth int, plan release.Plan, date string) release.ID {
	j.t.Helper()
	sheets := j.uploads(j.sheets[nth])
	if j.pack.IsZero() {
		j.makePack(sheets.Package, j.uploads(j.other).Package)
	} else {
		j.must(j.site.service.TakeUpdates(j.t.Context(), j.publisher, j.pack))
	}
	draft, err := j.site.service.DraftRelease(j.t.Context(), j.publisher, j.pack)
	j.must(err)
	j.decide(draft, plan, date)
	return draft.ID
}

// decide describes, plans and decides a draft.
func (j *agentJob) decide(draft release.Release, plan release.Plan, date string) {
	j.t.Helper()
	ctx, s := j.t.Context(), j.site.service
	decide := s.ReleaseNow
	if plan == release.Scheduled {
		decide = s.ScheduleRelease
	}
	j.must(s.PlanRelease(ctx, j.publisher, draft.ID, draft.Revision, plan, date))
	j.must(s.DescribeRelease(ctx, j.publisher, draft.ID, draft.Revision+1, strconv.Itoa(draft.Number)+".0.0", "Notes."))
	j.must(decide(ctx, j.publisher, draft.ID, draft.Revision+2))
}

func (j *agentJob) uploads(path string) release.PackageVersion {
	j.t.Helper()
	content, err := os.ReadFile(path)
	j.must(err)
	read, err := packfile.Inspect(bytes.NewReader(content), int64(len(content)), filepath.Base(path), packfile.Options{})
	j.must(err)
	kept, err := j.site.service.UploadVersion(j.t.Context(), j.publisher, release.Upload{
		FileName: filepath.Base(path), Size: int64(len(content)), SHA256: sha256.Sum256(content), Content: bytes.NewReader(content),
		Package: read, Shareable: new(true), OverrideReason: "For the test.",
	})
	j.must(err)
	return kept
}

func (j *agentJob) makePack(packages ...release.ID) {
	j.t.Helper()
	ctx, s := j.t.Context(), j.site.service
	pack, err := s.CreatePack(ctx, j.publisher, release.NewPack{PackTexts: release.PackTexts{Name: "Sheet Reports", SupportContact: "help@meridian.example"}, Multiple: new(false)})
	j.must(err)
	j.pack = pack.ID
	for _, p := range packages {
		j.must(s.AddPackage(ctx, j.publisher, pack.ID, p))
	}
	groups, err := j.site.reader.Groups(ctx, j.publisher)
	j.must(err)
	j.must(s.AddPackToGroup(ctx, j.publisher, groups[0].ID, pack.ID))
}

// install installs the pack and gives the agent what it needs.
func (j *agentJob) install() {
	j.t.Helper()
	var err error
	j.installed, err = j.site.service.InstallPack(j.t.Context(), j.admin, release.Install{Pack: j.pack, Environment: "Production"})
	j.must(err)
	j.env["PACKTIDE_ATTACHMENT"] = j.installed.ID.String()
	j.newToken()
}

func (j *agentJob) newToken() {
	j.t.Helper()
	token, secret, err := j.site.service.CreateToken(j.t.Context(), j.admin, release.NewToken{Person: j.admin.Person, Account: j.admin.Account, Name: "siem-1", Scope: release.ScopeAgent})
	j.must(err)
	j.token = token
	j.must(os.WriteFile(j.env["PACKTIDE_TOKEN_FILE"], []byte(secret+"\n"), 0o600))
}

// begins lets an agent that stays at work install the first release.
func (j *agentJob) begins(first release.ID) {
	j.t.Helper()
	j.counts(release.Ledger{Never: 1})
	c := launch(j.t, j.env, "agent")
	c.says(j.t, &c.err, `msg=installed release="Sheet Reports`)
	waitUntil(j.t, "the agent has reported", func() bool {
		o, err := j.site.reader.Observed(j.t.Context(), j.admin, j.installed.ID)
		return err == nil && o.Last != nil && o.Last.Status == release.Installed && o.Last.Release == first
	})
	if out, _, err := call(j.t, j.env, "agent", "status"); err != nil || !strings.Contains(out, "an agent works here") {
		j.t.Errorf("%v\n%s", err, out)
	}
	if _, _, err := call(j.t, j.env, "agent", "--once"); err == nil || !strings.Contains(err.Error(), "another agent") {
		j.t.Errorf("a second agent in the folder: %v", err)
	}
	c.stop(j.t)
	j.runs(first)
	j.counts(release.Ledger{Current: 1})
}

// once lets the agent ask once.
func (j *agentJob) once() error {
	j.t.Helper()
	_, _, err := call(j.t, j.env, "agent", "--once")
	return err
}

// agrees lets the agent ask once; then it runs the release, and the ledger says so.
func (j *agentJob) agrees(want release.ID, l release.Ledger) {
	j.t.Helper()
	j.must(j.once())
	j.runs(want)
	j.counts(l)
}

// fails lets the agent ask once; it must end with an error that says this.
func (j *agentJob) fails(says string) {
	j.t.Helper()
	if err := j.once(); err == nil || exitCode(err, io.Discard) != 1 || !strings.Contains(err.Error(), says) {
		j.t.Errorf("the agent ends with %v, want %q", err, says)
	}
}

// runs fails unless current is the release, whole, with the packages as they were uploaded.
func (j *agentJob) runs(want release.ID) {
	j.t.Helper()
	s, err := agent.ReadStatus(j.dir, true)
	if err != nil || s.Runs == nil || s.Runs.ID != want.String() || s.Whole != "yes" {
		j.t.Fatalf("%v: runs %+v (whole: %s), want %s", err, s.Runs, s.Whole, want)
	}
	current := filepath.Join(j.dir, "current")
	if at, err := filepath.EvalSymlinks(current); err != nil || filepath.Base(at) != want.String() {
		j.t.Errorf("%v: current is %s, want %s", err, at, want)
	}
	r, err := j.site.reader.Release(j.t.Context(), j.publisher, want)
	j.must(err)
	for _, c := range r.Contents {
		file, err := os.ReadFile(filepath.Join(j.dir, "artifacts", "sha256", hex.EncodeToString(c.SHA256[:])))
		if err != nil || sha256.Sum256(file) != c.SHA256 {
			j.t.Errorf("the file of %s is not as it was uploaded: %v", c.Name, err)
		}
		if entries, err := os.ReadDir(filepath.Join(current, c.Name)); err != nil || len(entries) == 0 {
			j.t.Errorf("%s lies nowhere in %s: %v", c.Name, current, err)
		}
	}
}

// counts fails unless the ledger of the pack says this of its one attachment.
func (j *agentJob) counts(want release.Ledger) {
	j.t.Helper()
	want.Attachments = 1
	got, err := j.site.reader.Ledger(j.t.Context(), j.publisher, release.LedgerOf{Pack: j.pack})
	if err != nil || got != want {
		j.t.Errorf("%v: the ledger counts %+v, want %+v", err, got, want)
	}
}

// hookFails lets the hook refuse a roll back to a release, and take it when it is asked again.
func (j *agentJob) hookFails(back, before release.ID) {
	j.t.Helper()
	j.must(os.Remove(j.hook))
	draft, err := j.site.service.PrepareFrom(j.t.Context(), j.publisher, j.pack, back) // a roll back (R22)
	j.must(err)
	j.decide(draft, release.Immediate, "")
	j.fails("The hook failed (exit status 1). It printed:\nchecking ")
	j.runs(before)
	j.counts(release.Ledger{Failed: 1})
	o, err := j.site.reader.Observed(j.t.Context(), j.publisher, j.installed.ID)
	if err != nil || o.Last.Release != draft.ID || !strings.Contains(o.Last.Detail, "checking ") || !strings.Contains(o.Last.Detail, "Went back to Sheet Reports") {
		j.t.Errorf("%v: the publisher reads %+v", err, o.Last)
	}
	if out, _, err := call(j.t, j.env, "agent", "status"); err == nil || !strings.Contains(out, "next try") {
		j.t.Errorf("%v\n%s", err, out)
	}
	j.must(os.WriteFile(j.hook, nil, 0o600))
	if out, _, err := call(j.t, j.env, "agent", "retry"); err != nil || !strings.Contains(out, "tries again") {
		j.t.Errorf("%v\n%s", err, out)
	}
	j.agrees(draft.ID, release.Ledger{Current: 1})
}

// ends takes the token away, puts a new one in place, and uninstalls; what runs goes on running.
func (j *agentJob) ends(stop func()) {
	j.t.Helper()
	before, err := agent.ReadStatus(j.dir, true)
	j.must(err)
	j.must(j.site.service.RevokeToken(j.t.Context(), j.admin, j.token.ID))
	j.fails("put a new agent token in place")
	j.newToken()
	j.must(j.once())
	j.must(j.site.service.Uninstall(j.t.Context(), j.admin, j.installed.ID))
	j.fails("not installed any more")
	stop()
	after, err := agent.ReadStatus(j.dir, true)
	if err != nil || after.Runs == nil || *after.Runs != *before.Runs || after.Whole != "yes" {
		j.t.Errorf("%v: afterwards runs %+v, before %+v", err, after.Runs, before.Runs)
	}
}

// waitUntil waits for something that another goroutine does.
func waitUntil(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
