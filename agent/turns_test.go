package agent

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A release that is withdrawn or superseded while its packages are fetched has not failed: the server is asked again.
func TestReleaseGoesWhileItIsFetched(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		then   string // what the server asks for from then on
	}{
		"withdrawn":           {http.StatusNotFound, "1.0.0"},
		"withdrawn for good":  {http.StatusGone, "1.0.0"},
		"superseded":          {http.StatusNotFound, "3.0.0"},
		"superseded for good": {http.StatusGone, "3.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, dir := newPeer(t), folder(t)
			p.bring(t, dir, "1.0.0")
			p.want("2.0.0")
			p.set(func() {
				p.own = func(w http.ResponseWriter, _ *http.Request, _ []byte) {
					p.set(func() { p.wants, p.own = test.then, nil })
					w.WriteHeader(test.status)
				}
			})
			if err := once(t, p.config(t, dir)); err != nil {
				t.Error(err)
			}
			p.runs(t, dir, test.then)
			for _, r := range p.reports {
				if r.Status != statusInstalled || r.ReleaseID != p.id(test.then) {
					t.Errorf("reported %+v", r)
				}
			}
		})
	}
}

// A server that turns from release to release and gives out none is not followed for ever.
func TestServerTurnsAndTurns(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	p.want("2.0.0")
	asked := p.asked
	p.set(func() {
		p.own = func(w http.ResponseWriter, _ *http.Request, _ []byte) {
			p.set(func() { p.wants = map[string]string{"2.0.0": "3.0.0", "3.0.0": "2.0.0"}[p.wants] })
			w.WriteHeader(http.StatusNotFound)
		}
	})
	if err := once(t, p.config(t, dir)); err == nil || !strings.Contains(err.Error(), "does not give out") {
		t.Errorf("the round ends with %v", err)
	}
	if n := p.asked - asked; n != 1+maxTurns {
		t.Errorf("asked %d times, want %d", n, 1+maxTurns)
	}
	p.runs(t, dir, "1.0.0")
}

// A clock that is set back, after it was years ahead, holds up neither the next try nor the next report.
func TestClockIsSetBack(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	now := time.Now().AddDate(10, 0, 0)
	cfg := p.config(t, dir)
	cfg.Clock = func() time.Time { return now }
	p.set(func() {
		p.own = func(w http.ResponseWriter, _ *http.Request, _ []byte) { w.WriteHeader(http.StatusNotFound) }
	})
	if err := once(t, cfg); err == nil || p.lastReport().Status != statusFailed {
		t.Errorf("the round ends with %v, reported %+v", err, p.lastReport())
	}
	now = time.Now()
	p.set(func() { p.own = nil })
	if err := once(t, cfg); err != nil {
		t.Error(err)
	}
	p.runs(t, dir, "1.0.0")

	now = now.AddDate(10, 0, 0)
	if err := once(t, cfg); err != nil {
		t.Error(err)
	}
	now = time.Now()
	told := len(p.reports)
	for range 2 {
		if err := once(t, cfg); err != nil {
			t.Error(err)
		}
	}
	if n := len(p.reports) - told; n != 1 {
		t.Errorf("reported %d times after the clock was set back, want once", n)
	}
}

// Names that Windows can't have are told there, before anything is switched; elsewhere they are names like others.
func TestNamesThatWindowsKeeps(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"tool/run.sh": true, "comp/comm.py": true, "lpt/com": true, "a b/c.d": true, "console.log": true, "nul/x": false, "tool/CON": false, "aux.txt": false,
		"com1.dat": false, "LPT9": false, "com²": false, "what?": false, "a:b": false, "a/b./c": false, "trailing ": false, "con .txt": false, `say"so`: false,
	} {
		if got := portable(name); got != want {
			t.Errorf("%q: %t, want %t", name, got, want)
		}
	}
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	p.add("019a9f4e-0000-7000-8000-000000000009", "9.0.0", map[string]string{"tool/aux.txt": "x"}, "guide")
	p.want("9.0.0")
	a := newAgent(t, p.config(t, dir))
	a.strictNames = true
	if err := a.Once(t.Context()); err == nil || !strings.Contains(err.Error(), `"tool/aux.txt", which Windows can't have`) {
		t.Errorf("the round ends with %v", err)
	}
	p.runs(t, dir, "1.0.0")
	if r := p.lastReport(); r.Status != statusFailed || !strings.Contains(r.Detail, "tell the publisher") {
		t.Errorf("reported %+v", r)
	}
}

// A name that this system can't have is told as well, not tried in silence for ever.
func TestNamesTooLongForTheDisk(t *testing.T) {
	t.Parallel()
	p, dir := newPeer(t), folder(t)
	p.bring(t, dir, "1.0.0")
	p.add("019a9f4e-0000-7000-8000-000000000009", "9.0.0", map[string]string{"tool/" + strings.Repeat("n", 300): "x"}, "guide")
	p.want("9.0.0")
	if err := once(t, p.config(t, dir)); err == nil {
		t.Error("the round ends well")
	}
	p.runs(t, dir, "1.0.0")
	if r := p.lastReport(); r.Status != statusFailed || !strings.Contains(r.Detail, "can't be written here") {
		t.Errorf("reported %+v", r)
	}
	if left := leftovers(t, dir); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// What another program holds for a moment is tried again, ever more seldom and not for ever.
func TestInsist(t *testing.T) {
	t.Parallel()
	from, to := filepath.Join(t.TempDir(), "from"), filepath.Join(t.TempDir(), "held", "to")
	if err := os.WriteFile(from, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	isHeld := func(err error) bool { return errors.Is(err, fs.ErrNotExist) }
	move := func() error { return os.Rename(from, to) }
	var waited []time.Duration
	if err := insist(move, isHeld, func(d time.Duration) { waited = append(waited, d) }); !isHeld(err) || len(waited) != maxInsists || waited[1] != 2*waited[0] {
		t.Errorf("%v, waited %v", err, waited)
	}
	if err := insist(move, func(error) bool { return false }, func(time.Duration) { t.Error("waits for what does not pass") }); !isHeld(err) {
		t.Error(err)
	}
	err := insist(move, isHeld, func(time.Duration) {
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Error(err)
		}
	})
	if _, there := os.Stat(to); err != nil || there != nil {
		t.Errorf("%v, %v", err, there)
	}
}
