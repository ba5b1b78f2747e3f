//go:build unix

package storetest_test

import (
	"bufio"
	"net/url"
	"os"
	"os/exec"
	"testing"
	"time"

	"packtide/store/storetest"
)

const hang = "PACKTIDE_STORETEST_HANG"

// TestKilledProcessLeavesNothing: after a kill -9 of a test process its server ends, and its files go.
func TestKilledProcessLeavesNothing(t *testing.T) {
	t.Parallel()
	if os.Getenv("PACKTIDE_TEST_DATABASE_URL") != "" {
		t.Skip("tests run on a server that they have not started")
	}
	storetest.New(t) // skips where there is no PostgreSQL
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestHang$")
	child.Env = append(os.Environ(), hang+"=true")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var dir string
	for lines := bufio.NewScanner(out); dir == "" && lines.Scan(); {
		if u, err := url.Parse(lines.Text()); err == nil {
			dir = u.Query().Get("host")
		}
	}
	if _, err := os.Stat(dir); dir == "" || err != nil {
		t.Fatalf("the child's server lies in %q: %v", dir, err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	for range 500 {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%s is still there 10 s after the process was killed", dir)
}

// TestHang is the child of TestKilledProcessLeavesNothing.
func TestHang(t *testing.T) { //nolint:paralleltest // it never ends
	if os.Getenv(hang) == "" {
		t.Skip("only as a child of another test")
	}
	db := storetest.New(t)
	if _, err := os.Stdout.WriteString(db.URL + "\n"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Hour)
}
