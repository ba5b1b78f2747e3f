package agent

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// How an update goes. What current points to is one whole release after every step:
//
//	fetch     artifacts/…partial → artifacts/…        (checksum compared)
//	build     releases/ID.partial → releases/ID       (every file on the disk)
//	note      state.switching {to, from}              from here on a restart carries on
//	switch    current.partial → current
//	hook      run for the new release
//	done      state.installed = to, previous = from, no switching
//
// and where the hook fails
//
//	note      state.switching.back, with the hook's output
//	switch    current → from                          (at the first install: no current)
//	hook      run for the release before
//	done      state.failed, no switching

// maxInterrupted is how often a hook is begun without coming to an end, as when it restarts the machine, before that counts
// as failed.
const maxInterrupted = 3

// maxTurns bounds how often a server may turn to another release within a round.
const maxTurns = 5

// update installs what is wanted unless it runs already, or has failed and is to wait. A release that was withdrawn or
// superseded while its packages were fetched is no failure: the server is asked again. A failure that is no passing one ends in
// state.failed, not in an error.
func (a *Agent) update(ctx context.Context, want desired) error {
	if a.settled(ctx, want) {
		return nil
	}
	err := a.install(ctx, want)
	for range maxTurns {
		if _, gone := errors.AsType[*notThereError](err); !gone {
			break
		}
		now, askErr := a.ask(ctx)
		if askErr != nil {
			return askErr
		}
		if now.same(want) {
			break // it goes on asking for what it does not give out
		}
		if want = now; a.settled(ctx, want) {
			return nil
		}
		err = a.install(ctx, want)
	}
	var final *cannotError
	if err == nil || !errors.As(err, &final) {
		return err
	}
	a.noteFailure(want.Release, final.text, false)
	a.log.ErrorContext(ctx, "the release can't be installed", "release", want.Release.String(), "reason", final.text, "next_try", a.state.Failed.RetryAt)
	a.keep(ctx)
	return nil
}

// settled reports whether there is nothing to do now: the release runs, or has failed and waits.
func (a *Agent) settled(ctx context.Context, want desired) bool {
	if runs := a.state.Installed; runs != nil && runs.ID == want.Release.ID {
		if a.state.Failed != nil {
			a.state.Failed = nil
			a.keep(ctx)
		}
		return true
	}
	f := a.state.Failed
	return f != nil && f.Release.ID == want.Release.ID && f.waits(a.cfg.Clock())
}

// noteFailure keeps why a release could not be installed, and when to try it again.
func (a *Agent) noteFailure(release releaseRef, detail string, byHook bool) {
	now, times := a.cfg.Clock(), 1
	if f := a.state.Failed; f != nil && f.Release.ID == release.ID {
		times += f.Times
	}
	wait := doubled(firstRetry, times, mostRetry)
	if byHook {
		wait = hookWait
	}
	a.state.Failed = &failure{Release: release, Detail: detail, At: now, Times: times, RetryAt: now.Add(wait)}
}

// install makes the release ready beside what runs, and switches to it.
func (a *Agent) install(ctx context.Context, want desired) error {
	if err := a.fetchAll(ctx, want); err != nil {
		return err
	}
	if err := a.build(ctx, want); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err() //nolint:wrapcheck // told to stop
	}
	a.state.Switching = &switching{To: want.Release, From: a.state.Installed, Since: a.cfg.Clock()}
	if err := a.save(); err != nil {
		a.state.Switching = nil
		return a.full(err, "its state")
	}
	return a.carryOn(ctx)
}

// carryOn finishes the switch that the state tells of, forward or back.
func (a *Agent) carryOn(ctx context.Context) error {
	s := a.state.Switching
	if !s.Back {
		err := a.goForward(ctx, s)
		if ctx.Err() != nil && err != nil {
			return err
		}
		if err == nil {
			a.arrived(ctx, s)
			return nil
		}
		a.log.ErrorContext(ctx, "going back", "from", s.To.String(), "to", s.From.String(), "reason", err)
		s.Back, s.Detail = true, short(err.Error(), maxDetail)
		a.keep(ctx)
	}
	return a.goBack(ctx, s)
}

// goForward switches and runs the hook; the error is why the release can't stay.
func (a *Agent) goForward(ctx context.Context, s *switching) error {
	if s.Runs >= maxInterrupted {
		return fmt.Errorf("the hook was begun %d times and never came to an end: the agent or the machine stopped meanwhile", s.Runs)
	}
	if _, err := readManifest(a.releaseDir(s.To.ID)); err != nil {
		return fmt.Errorf("the release's folder is not there any more: %w", err)
	}
	if err := a.disk.point(a.cfg.Dir, s.To.ID); err != nil {
		return fmt.Errorf("switch to the release: %w", err)
	}
	return a.runHook(ctx, &s.Runs, hookCall{release: s.To, dir: a.releaseDir(s.To.ID), previous: a.folderOf(s.From)})
}

// runHook counts a run before it begins, and does not count one that ended with the agent.
func (a *Agent) runHook(ctx context.Context, runs *int, call hookCall) error {
	if len(a.cfg.Hook.Command) == 0 {
		return nil
	}
	*runs++
	if err := a.save(); err != nil {
		return a.full(err, "its state")
	}
	a.disk.at("hook " + call.release.ID)
	a.log.InfoContext(ctx, "running the hook", "release", call.release.String())
	err := a.cfg.Hook.run(ctx, call)
	a.disk.at("hook done " + call.release.ID)
	if err != nil && ctx.Err() != nil {
		*runs--
		a.keep(ctx)
	}
	return err
}

// arrived notes that the release runs.
func (a *Agent) arrived(ctx context.Context, s *switching) {
	if was := a.state.Installed; was != nil && was.ID != s.To.ID {
		a.state.Previous = was
	}
	to := s.To
	a.state.Installed, a.state.Since, a.state.Switching, a.state.Failed = &to, a.cfg.Clock(), nil, nil
	a.log.InfoContext(ctx, "installed", "release", to.String(), "before", s.From.String())
	a.keep(ctx)
}

// goBack returns to what ran before, or to nothing, and notes why.
func (a *Agent) goBack(ctx context.Context, s *switching) error {
	detail := []string{s.Detail}
	if s.From == nil {
		if err := a.disk.unpoint(a.cfg.Dir); err != nil {
			return fmt.Errorf("go back to nothing: %w", err)
		}
		detail = append(detail, "It is the first release here, so nothing runs.")
	} else {
		if err := a.disk.point(a.cfg.Dir, s.From.ID); err != nil {
			return fmt.Errorf("go back to %s: %w", s.From, err)
		}
		again, err := a.hookAgain(ctx, s)
		if err != nil {
			return err
		}
		detail = append(detail, "Went back to "+s.From.String()+"."+again)
	}
	a.state.Installed, a.state.Switching = s.From, nil
	a.noteFailure(s.To, strings.Join(detail, "\n"), true)
	a.log.WarnContext(ctx, "went back", "to", s.From.String(), "next_try", a.state.Failed.RetryAt)
	a.keep(ctx)
	return nil
}

// hookAgain runs the hook for the release that the agent has gone back to, and says what came of it. The error is that of
// an agent told to stop.
func (a *Agent) hookAgain(ctx context.Context, s *switching) (string, error) {
	if len(a.cfg.Hook.Command) == 0 || s.Runs == 0 {
		return "", nil
	}
	if s.BackRuns >= maxInterrupted {
		return " Its hook never came to an end.", nil
	}
	err := a.runHook(ctx, &s.BackRuns, hookCall{release: *s.From, dir: a.releaseDir(s.From.ID), previous: a.folderOf(&s.To), goingBack: true})
	switch {
	case err == nil:
		return " Its hook was run again.", nil
	case ctx.Err() != nil:
		return "", err
	}
	return " Its hook was run again and failed as well: " + short(err.Error(), 1024), nil
}

func (a *Agent) folderOf(r *releaseRef) string {
	if r == nil {
		return ""
	}
	return a.releaseDir(r.ID)
}

// report tells the server where the attachment stands, unless it knows.
func (a *Agent) report(ctx context.Context) error {
	var now observed
	switch f := a.state.Failed; {
	case f != nil:
		now = observed{ReleaseID: f.Release.ID, Status: statusFailed, Detail: f.Detail}
	case a.state.Installed != nil:
		now = observed{ReleaseID: a.state.Installed.ID, Status: statusInstalled}
	default:
		return nil // nothing was tried yet
	}
	at := a.cfg.Clock()
	if r := a.state.Reported; r != nil && r.observed == now && !at.Before(r.At) && at.Sub(r.At) < reportAgain {
		return nil // the clock may have been set back since: then it is told again
	}
	told := &reported{observed: now, At: at}
	err := a.client.report(ctx, now)
	var refused *apiError
	if errors.As(err, &refused) && !refused.passing() && !refused.unknown() && !refused.gone() {
		a.log.WarnContext(ctx, "the server does not take the report", "release", now.ReleaseID, "error", err)
		told.Refused = short(err.Error(), 500)
		err = nil
	}
	if err != nil {
		return a.explain(err)
	}
	a.state.Reported = told
	a.keep(ctx)
	return nil
}

// tidy removes releases and artifacts that neither run, nor ran just before, nor are wanted.
func (a *Agent) tidy(ctx context.Context) {
	if err := a.removeOld(); err != nil {
		a.log.WarnContext(ctx, "could not remove what is old", "error", err)
	}
}

func (a *Agent) removeOld() error {
	releases, artifacts := map[string]bool{}, map[string]bool{}
	for _, r := range []*releaseRef{a.state.Installed, a.state.Previous} {
		if r == nil {
			continue
		}
		releases[r.ID] = true
		m, err := readManifest(a.releaseDir(r.ID))
		if err != nil {
			continue // settle sees to it
		}
		for _, p := range m.Packages {
			artifacts[p.SHA256] = true
		}
	}
	if a.state.Desired != nil {
		for _, c := range a.state.Desired.Contents {
			artifacts[c.SHA256] = true
		}
	}
	names, err := namesIn(a.path(releasesDir))
	for _, name := range names {
		if isUUID(name) && !releases[name] {
			err = errors.Join(err, a.disk.removeRelease(a.releaseDir(name)))
		}
	}
	files, listErr := namesIn(a.path(artifactsDir))
	for _, name := range files {
		if sum := strings.TrimSuffix(name, partial); isSHA256(sum) && !artifacts[sum] {
			err = errors.Join(err, a.disk.remove(filepath.Join(a.path(artifactsDir), name)))
		}
	}
	return errors.Join(err, listErr)
}
