package agent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

const stateFormat = 1

// state is what the agent knows over a restart.
type state struct {
	Format     int    `json:"format"`
	Server     string `json:"server"`
	Attachment string `json:"attachment"`

	Installed *releaseRef `json:"installed,omitempty"` // what current is, its hook done
	Since     time.Time   `json:"since,omitzero"`
	Previous  *releaseRef `json:"previous,omitempty"` // what ran before, still there
	Switching *switching  `json:"switching,omitempty"`
	Failed    *failure    `json:"failed,omitempty"` // what is desired, and could not be installed

	Desired  *desired  `json:"desired,omitempty"` // the server's last answer
	ETag     string    `json:"etag,omitempty"`
	Reported *reported `json:"reported,omitempty"`
}

// switching is written before current changes: whoever finds it carries on (carryOn).
type switching struct {
	To    releaseRef  `json:"to"`
	From  *releaseRef `json:"from,omitempty"`
	Since time.Time   `json:"since"`
	Runs  int         `json:"hook_runs"` // begun, also those that were interrupted

	Back     bool   `json:"back,omitempty"` // going back to From, because of Detail
	BackRuns int    `json:"back_hook_runs,omitempty"`
	Detail   string `json:"detail,omitempty"`
}

// failure is a release that could not be installed.
type failure struct {
	Release releaseRef `json:"release"`
	Detail  string     `json:"detail"`
	At      time.Time  `json:"at"`
	Times   int        `json:"times"`
	RetryAt time.Time  `json:"retry_at"`
}

// waits reports whether the release is not to be tried yet. A time that is farther away than any wait comes from a clock that
// was wrong, and counts for nothing.
func (f *failure) waits(now time.Time) bool {
	return now.Before(f.RetryAt) && f.RetryAt.Sub(now) <= mostRetry
}

// reported is what the server was last told.
type reported struct {
	observed

	At      time.Time `json:"at"`
	Refused string    `json:"refused,omitempty"` // why it did not take it
}

func (a *Agent) save() error {
	data, err := json.MarshalIndent(a.state, "", "  ")
	if err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	a.unkept = true
	if err := a.disk.replaceFile(a.path(stateFile), append(data, '\n')); err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	a.unkept = false
	return nil
}

// keep saves the state where going on matters more: what can't be kept now is kept in memory, and tried again in the next round.
func (a *Agent) keep(ctx context.Context) {
	if err := a.save(); err != nil {
		a.log.ErrorContext(ctx, "the state can't be kept now", "error", err)
	}
}

// loadState reads the state. One that can't be read is put aside: what runs is then learnt from current itself.
func (a *Agent) loadState(ctx context.Context) (state, error) {
	path := a.path(stateFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return a.guessState(), nil
	}
	if err != nil {
		return state{}, fmt.Errorf("read the state: %w", err)
	}
	var s state
	err = json.Unmarshal(data, &s)
	if err == nil && s.Format > stateFormat {
		return state{}, fmt.Errorf("%s was written by a newer packtide: use that one", path)
	}
	if err == nil {
		err = s.check()
	}
	if err == nil && s.Desired != nil {
		err = s.Desired.check()
	}
	if err != nil {
		a.log.ErrorContext(ctx, "the state can't be read; put aside, and learning anew what runs", "file", path+".broken", "error", err)
		if err := a.disk.rename(path, path+".broken"); err != nil {
			return state{}, fmt.Errorf("put the broken state aside: %w", err)
		}
		return a.guessState(), nil
	}
	return s, nil
}

// check refuses a state whose ids could name anything but releases.
func (s state) check() error {
	refs := []*releaseRef{s.Installed, s.Previous}
	if s.Switching != nil {
		refs = append(refs, &s.Switching.To, s.Switching.From)
	}
	for _, r := range refs {
		if r != nil && !isUUID(r.ID) {
			return fmt.Errorf("%q is no release's id", clean(r.ID))
		}
	}
	return nil
}

// guessState tells from the folders alone what runs.
func (a *Agent) guessState() state {
	names, err := namesIn(a.path(releasesDir))
	if err != nil {
		return state{}
	}
	for _, id := range names {
		if !isUUID(id) || !a.disk.pointsTo(a.cfg.Dir, id) {
			continue
		}
		m, err := readManifest(a.releaseDir(id))
		if err != nil {
			return state{}
		}
		return state{Installed: &m.Release, Since: a.cfg.Clock()}
	}
	return state{}
}
