package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

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
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo),
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
