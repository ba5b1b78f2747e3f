// Package agent is the program beside a managed account's platform. It asks packtide which release one attachment should
// run, fetches what is missing, unpacks it beside what runs, switches in one step, runs the account's own hook, and reports
// what it did. What it has switched to is always one whole release: see update.go.
//
// Its folder:
//
//	current           what runs: a link to a folder of releases/ (on Windows current.json names the folder)
//	releases/ID/      one release, unpacked: a folder for each package, release.json, SHA256SUMS (build.go)
//	artifacts/sha256/ the packages as they were uploaded, named by their checksum (fetch.go)
//	state.json        what the agent knows; written anew in one step at each change (state.go)
//	agent.lock        held while an agent works here
//
// Names that end in .partial are unfinished: nobody reads them, and the next start removes them, save for downloads, which
// go on where they ended.
//
//	agent.go    the rounds: ask, install, report, wait
//	client.go   the three calls of the API    desired.go  what the server answers, judged before it is believed
//	fetch.go    artifacts                     build.go    a release's folder           verify.go  whether a folder is whole
//	update.go   forward, and back             hook.go     the account's own command    disk.go    every step on the disk
//	status.go   what "packtide agent status" tells
package agent

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// Config is all that an agent is told.
type Config struct {
	Server     string                 // the base URL, https://packs.example.com
	Token      func() (string, error) // asked in every round, so that a new one needs no restart
	Dir        string                 // the agent's folder; made if it is not there
	Attachment string                 // id of the attachment that it serves
	Hook       Hook                   // optional
	PlainHTTP  bool                   // send the token over plain http to other machines too
	Version    string                 // of the program, for the server's log
	Clock      func() time.Time
	Log        *slog.Logger
}

// Agent works in one folder for one attachment. It is used by one goroutine.
type Agent struct {
	cfg    Config
	log    *slog.Logger
	client *client
	disk   disk
	state  state
	unkept bool // the state on the disk is older than a.state

	strictNames bool // files get no names that Windows can't have
	wait        waits
	free        func(dir string) (int64, bool) // bytes that may still be written; false: not known
}

// New checks the configuration; it touches neither disk nor network.
func New(cfg Config) (*Agent, error) {
	if !isUUID(cfg.Attachment) {
		return nil, fmt.Errorf("%q is no attachment id: copy it from the attachment's page", cfg.Attachment)
	}
	if cfg.Dir == "" {
		return nil, errors.New("the agent needs a folder of its own: give --dir")
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("find the folder %s: %w", cfg.Dir, err)
	}
	cfg.Dir = dir
	c, err := newClient(cfg)
	if err != nil {
		return nil, err
	}
	return &Agent{cfg: cfg, log: cfg.Log, client: c, strictNames: strictNames, wait: waits{poll: defaultPoll}, free: freeSpace}, nil
}

// Run works until ctx ends. It returns an error only if it can't begin: a folder that another agent holds, or that is
// another attachment's, or that can't be written to.
func (a *Agent) Run(ctx context.Context) error {
	unlock, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	for {
		err := a.round(ctx)
		wait := a.wait.after(err)
		if err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "will try again", "error", err, "in", wait.Round(time.Second))
		}
		if !sleep(ctx, wait) {
			a.log.InfoContext(ctx, "the agent stops")
			return nil
		}
	}
}

// Once does one round. The error tells why the attachment does not run what it should.
func (a *Agent) Once(ctx context.Context) error {
	unlock, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := a.round(ctx); err != nil {
		return err
	}
	if f := a.state.Failed; f != nil {
		return fmt.Errorf("%s is not installed: %s", f.Release.String(), f.Detail)
	}
	return nil
}

// open takes the folder for this agent alone and brings it in order.
func (a *Agent) open(ctx context.Context) (unlock func(), err error) {
	for _, dir := range []string{a.cfg.Dir, a.path(releasesDir), a.path(artifactsDir)} {
		if err := a.disk.mkdir(dir); err != nil {
			return nil, fmt.Errorf("make the agent's folder: %w; give --dir a folder that this user may write to", err)
		}
	}
	lock, err := takeLock(a.path(lockFile))
	if err != nil {
		return nil, err
	}
	unlock = func() { _ = letGo(lock) } // nothing is left to do if it fails: the lock ends with the process
	if err := a.begin(ctx); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// begin reads the state and removes what an interrupted run has left.
func (a *Agent) begin(ctx context.Context) error {
	var err error
	if a.state, err = a.loadState(ctx); err != nil {
		return err
	}
	if a.state.Attachment != "" && a.state.Attachment != a.cfg.Attachment {
		return fmt.Errorf("the folder %s is that of attachment %s: give each attachment a folder of its own", a.cfg.Dir, a.state.Attachment)
	}
	if a.state.Server != a.cfg.Server { // which knows nothing of what another has said
		a.state.Desired, a.state.ETag, a.state.Reported = nil, "", nil
	}
	a.state.Attachment, a.state.Server, a.state.Format = a.cfg.Attachment, a.cfg.Server, stateFormat
	if info, err := os.Lstat(a.path(currentLink)); err == nil && info.IsDir() {
		return fmt.Errorf("%s is a folder, where the agent keeps a link to what runs: move it away", a.path(currentLink))
	}
	if err := a.removePartials(); err != nil {
		return err
	}
	a.log.InfoContext(ctx, "the agent begins", "dir", a.cfg.Dir, "server", a.cfg.Server, "attachment", a.cfg.Attachment, "runs", a.state.Installed.String())
	return nil
}

// round brings the attachment one step nearer to what it should run, and tells the server where it stands.
func (a *Agent) round(ctx context.Context) error {
	if err := a.settle(ctx); err != nil {
		return err
	}
	want, err := a.ask(ctx)
	if err != nil {
		return err
	}
	if a.retryAsked() {
		a.state.Failed = nil
	}
	err = a.update(ctx, want)
	if ctx.Err() != nil {
		return err // the report is for the next start
	}
	if err == nil {
		a.tidy(ctx)
	}
	return errors.Join(err, a.report(ctx))
}

// settle finishes what an interrupted run has begun, and mends what others have broken.
func (a *Agent) settle(ctx context.Context) error {
	if a.unkept {
		a.keep(ctx)
	}
	if a.state.Switching != nil {
		a.log.InfoContext(ctx, "an update was interrupted; carrying on", "to", a.state.Switching.To.String())
		return a.carryOn(ctx)
	}
	runs := a.state.Installed
	if runs == nil || a.disk.pointsTo(a.cfg.Dir, runs.ID) {
		return nil
	}
	if _, err := readManifest(a.releaseDir(runs.ID)); err != nil {
		a.log.WarnContext(ctx, "what ran is not there any more; installing anew", "release", runs.String(), "error", err)
		a.state.Installed, a.state.Previous = nil, nil
		a.keep(ctx)
		return nil
	}
	a.log.WarnContext(ctx, "current did not point to what runs; mended", "release", runs.String())
	return a.disk.point(a.cfg.Dir, runs.ID)
}

// ask learns what to run. An answer that was seen before is kept, also over a restart.
func (a *Agent) ask(ctx context.Context) (desired, error) {
	tag := ""
	if a.state.Desired != nil {
		tag = a.state.ETag
	}
	got, err := a.client.desired(ctx, tag)
	if err != nil {
		return desired{}, a.explain(err)
	}
	a.wait.poll = got.wait(a.wait.poll)
	a.noteAnswer()
	if got.doc == nil { // not modified
		return *a.state.Desired, nil
	}
	if was := a.state.Desired; was == nil || was.Release.ID != got.doc.Release.ID {
		a.log.InfoContext(ctx, "the server asks for a release", "release", got.doc.Release.String())
	}
	a.state.Desired, a.state.ETag = got.doc, got.etag
	if f := a.state.Failed; f != nil && f.Release.ID != got.doc.Release.ID {
		a.state.Failed = nil
	}
	a.keep(ctx)
	return *got.doc, nil
}

// noteAnswer keeps when the server last answered, as the time of a file: the state is not written anew for every round. It is
// for the status alone, so that nothing is lost where it fails.
func (a *Agent) noteAnswer() {
	file, now := a.path(answeredFile), a.cfg.Clock()
	if os.Chtimes(file, now, now) != nil && os.WriteFile(file, nil, fileMode) == nil {
		_ = os.Chtimes(file, now, now)
	}
}

// explain adds to an answer of the server what it means for what runs.
func (a *Agent) explain(err error) error {
	var refused *apiError
	if !errors.As(err, &refused) {
		return err
	}
	switch {
	case refused.gone():
		return fmt.Errorf("the attachment is not installed any more, or this token is not its account's; %s keeps its files, remove the folder when nothing uses it: %w", a.cfg.Dir, err)
	case refused.unknown():
		return fmt.Errorf("the token is not accepted: it has expired or was revoked; put a new agent token in place, what runs goes on running: %w", err)
	}
	return err
}

// retryAsked reports whether "packtide agent retry" was called since the last round.
func (a *Agent) retryAsked() bool {
	return os.Remove(a.path(retryFile)) == nil
}

func (a *Agent) path(name string) string { return filepath.Join(a.cfg.Dir, filepath.FromSlash(name)) }

func (a *Agent) releaseDir(id string) string { return filepath.Join(a.path(releasesDir), id) }

// sleep waits, and returns false if ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
