package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"packtide/store/storetest"
)

// record is what a command prints, for the test to read while it runs.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// command is a call of run that goes on while the test watches it.
type command struct {
	out, err record
	cancel   context.CancelFunc
	ended    chan struct{}
	failure  error // after ended
}

// limit is for one step of a command: on a busy machine a database takes its time to start.
const limit = 90 * time.Second

// launch runs packtide with these arguments and this environment; it ends with the test at the latest.
func launch(t *testing.T, env map[string]string, args ...string) *command {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	c := &command{cancel: cancel, ended: make(chan struct{})}
	go func() {
		defer close(c.ended)
		c.failure = run(ctx, args, environment(env), strings.NewReader(""), &c.out, &c.err)
	}()
	t.Cleanup(func() {
		cancel()
		<-c.ended
		if t.Failed() {
			t.Logf("packtide %s\n%s%s", strings.Join(args, " "), &c.out, &c.err)
		}
	})
	return c
}

// environment is the test's own, with what PostgreSQL's programs are found by.
func environment(env map[string]string) func(string) string {
	return func(name string) string {
		if name == "PATH" || name == "PGBIN" {
			return os.Getenv(name)
		}
		return env[name]
	}
}

// call runs packtide to its end.
func call(t *testing.T, env map[string]string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	c := launch(t, env, args...)
	err = c.wait(t)
	return c.out.String(), c.err.String(), err
}

// wait gives how the command ended.
func (c *command) wait(t *testing.T) error {
	t.Helper()
	select {
	case <-c.ended:
	case <-time.After(limit):
		t.Fatal("packtide does not end")
	}
	return c.failure
}

// stop asks the command to end, as a signal does.
func (c *command) stop(t *testing.T) {
	t.Helper()
	c.cancel()
	if err := c.wait(t); err != nil {
		t.Errorf("packtide ended with %v", err)
	}
}

// says waits until the output of a stream matches, and gives the match's first group.
func (c *command) says(t *testing.T, from *record, pattern string) string {
	t.Helper()
	want := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) {
		if found := want.FindStringSubmatch(from.String()); found != nil {
			return found[len(found)-1]
		}
		select {
		case <-c.ended:
			t.Fatalf("packtide has ended (%v) and not said %q", c.failure, pattern)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("packtide does not say %q", pattern)
		}
	}
}

// ready waits until the command serves, and gives its address.
func (c *command) ready(t *testing.T) string {
	t.Helper()
	return c.says(t, &c.err, `msg="packtide is ready" url=(\S+)`)
}

// get asks for a page.
func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// dataFolder is an empty folder that PostgreSQL's user can reach, also when root runs the tests.
func dataFolder(t *testing.T) string {
	t.Helper()
	storetest.Empty(t)                            // skips where there is no PostgreSQL
	dir, err := os.MkdirTemp("", "packtide-cmd-") //nolint:usetesting // t.TempDir is closed to the user that runs PostgreSQL
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestRunTellsHowItIsUsed(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"demo", "--help"}, {"admin", "user", "add", "--help"}} {
		stdout, stderr, err := call(t, nil, args...)
		if err != nil || !strings.Contains(stdout, "Usage: packtide") {
			t.Errorf("%v: %v\n%s%s", args, err, stdout, stderr)
		}
	}
	for _, args := range [][]string{nil, {"sevre"}, {"serve", "--adr", "x"}} {
		_, _, err := call(t, nil, args...)
		var said bytes.Buffer
		if code := exitCode(err, &said); code != 2 || !strings.Contains(said.String(), "--help") {
			t.Errorf("%v: exit code %d, %s", args, code, &said)
		}
	}
}

// The environment speaks where the command line does not, and is told by its flag where it can't be understood.
func TestSettings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		env  map[string]string
		args []string
		says string
	}{
		"environment":               {map[string]string{"PACKTIDE_LOG_LEVEL": "shout"}, nil, "--log-level"},
		"command line wins":         {map[string]string{"PACKTIDE_LOG_LEVEL": "shout"}, []string{"--log-level", "info"}, ""},
		"an empty one says nothing": {map[string]string{"PACKTIDE_LOG_LEVEL": ""}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := call(t, test.env, append([]string{"version"}, test.args...)...)
			if (err != nil) != (test.says != "") || err != nil && (!strings.Contains(err.Error(), test.says) || exitCode(err, io.Discard) != 2) {
				t.Errorf("%v, want an error that says %q", err, test.says)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	stdout, _, err := call(t, nil, "version")
	if err != nil || !regexp.MustCompile(`^packtide \S+ go1\.\d+`).MatchString(stdout) {
		t.Errorf("%v %q", err, stdout)
	}
}
