package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Status is what the agent of a folder has done and said, for people and programs.
type Status struct {
	Dir        string         `json:"dir"`
	Server     string         `json:"server"`
	Attachment string         `json:"attachment_id"`
	Working    bool           `json:"working"` // an agent holds the folder now
	Runs       *StatusRelease `json:"runs"`
	Previous   *StatusRelease `json:"previous"`
	Desired    *StatusRelease `json:"desired"`
	Switching  string         `json:"switching,omitempty"` // what is being done, or was interrupted
	Failed     *StatusFailure `json:"failed"`
	Answered   time.Time      `json:"answered,omitzero"` // when the server last said what to run
	Reported   *StatusReport  `json:"reported"`
	Folder     string         `json:"folder,omitempty"` // of what runs
	Whole      string         `json:"whole,omitempty"`  // "yes", or what is wrong with what runs; only where it was asked
}

// StatusRelease is a release, and since when it runs.
type StatusRelease struct {
	ID      string    `json:"id"`
	Pack    string    `json:"pack"`
	Version string    `json:"version"`
	Since   time.Time `json:"since,omitzero"`
}

// StatusFailure is what could not be installed, and when it is tried again.
type StatusFailure struct {
	Release StatusRelease `json:"release"`
	At      time.Time     `json:"at"`
	Times   int           `json:"times"`
	RetryAt time.Time     `json:"retry_at"`
	Detail  string        `json:"detail"`
}

// StatusReport is what the server was last told.
type StatusReport struct {
	ReleaseID string    `json:"release_id"`
	Status    string    `json:"status"`
	At        time.Time `json:"at"`
	Refused   string    `json:"refused,omitempty"`
}

// ReadStatus reads a folder's status beside a working agent; verify also compares every file of what runs with its checksum.
func ReadStatus(dir string, verify bool) (Status, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Status{}, fmt.Errorf("find the folder: %w", err)
	}
	data, err := os.ReadFile(filepath.Join(dir, stateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Status{}, fmt.Errorf("no agent has worked in %s: give --dir the folder that the agent was started with", dir)
	}
	if err != nil {
		return Status{}, fmt.Errorf("read the agent's state: %w", err)
	}
	var s state
	if err := errors.Join(json.Unmarshal(data, &s), s.check()); err != nil {
		return Status{}, fmt.Errorf("read the agent's state in %s: %w", dir, err)
	}
	return s.status(dir, verify), nil
}

func (s state) status(dir string, verify bool) Status {
	st := Status{
		Dir: dir, Server: s.Server, Attachment: s.Attachment, Working: held(filepath.Join(dir, lockFile)),
		Runs: statusRelease(s.Installed), Previous: statusRelease(s.Previous),
	}
	if info, err := os.Stat(filepath.Join(dir, answeredFile)); err == nil {
		st.Answered = info.ModTime()
	}
	if st.Runs != nil {
		st.Runs.Since = s.Since
		st.Folder = filepath.Join(dir, releasesDir, s.Installed.ID)
		if verify {
			st.Whole = "yes"
			if err := verifyFiles(st.Folder); err != nil {
				st.Whole = err.Error()
			}
		}
	}
	if s.Desired != nil {
		st.Desired = statusRelease(&s.Desired.Release)
	}
	if w := s.Switching; w != nil {
		st.Switching = "to " + w.To.String()
		if w.Back {
			st.Switching = "back from " + w.To.String() + " to " + w.From.String()
		}
	}
	if f := s.Failed; f != nil {
		st.Failed = &StatusFailure{Release: *statusRelease(&f.Release), At: f.At, Times: f.Times, RetryAt: f.RetryAt, Detail: f.Detail}
	}
	if r := s.Reported; r != nil {
		st.Reported = &StatusReport{ReleaseID: r.ReleaseID, Status: r.Status, At: r.At, Refused: r.Refused}
	}
	return st
}

func statusRelease(r *releaseRef) *StatusRelease {
	if r == nil {
		return nil
	}
	return &StatusRelease{ID: r.ID, Pack: clean(r.Name), Version: clean(r.Version)}
}

// held reports whether an agent holds the folder.
func held(lock string) bool {
	if _, err := os.Stat(lock); err != nil {
		return false
	}
	f, err := openHeld(lock)
	if err == nil {
		_ = letGo(f)
	}
	return errors.Is(err, errHeld)
}

// AskRetry lets the agent of a folder try at once what has failed: a working one in its next round, else the next one that
// is started.
func AskRetry(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, stateFile)); err != nil {
		return fmt.Errorf("no agent has worked in %s: give --dir the folder that the agent was started with", dir)
	}
	if err := os.WriteFile(filepath.Join(dir, retryFile), nil, fileMode); err != nil {
		return fmt.Errorf("leave word for the agent: %w", err)
	}
	return nil
}

// AsDesired reports whether the attachment runs what the server wanted when it was last asked, whole as far as was looked.
func (s Status) AsDesired() bool {
	return s.Runs != nil && s.Desired != nil && s.Runs.ID == s.Desired.ID && s.Switching == "" && (s.Whole == "" || s.Whole == "yes")
}
