package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"packtide/localdb"
)

// A database that is not there yet is waited for; one that goes away while we serve is a 503 page, and its return is enough.
func TestServeOutlivesItsDatabase(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	door := newDoor(t)
	server := startDatabase(t, dir)
	appURL, ownerURL := door.through(t, server.AppURL()), door.through(t, server.OwnerURL())

	c := launch(t, nil, "serve", "--addr", "127.0.0.1:0", "--database-url", appURL, "--database-url-owner", ownerURL)
	c.says(t, &c.err, "does not answer; trying again")
	door.open(t, server.AppURL())
	base := c.ready(t)
	for round := range 2 {
		if err := server.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		status, page := get(t, base+"/")
		if status != http.StatusServiceUnavailable || !strings.Contains(page, "The database does not answer") {
			t.Errorf("round %d, without a database: %d\n%s", round, status, page)
		}
		if status, _ := get(t, base+"/healthz"); status != http.StatusOK {
			t.Errorf("round %d, /healthz: %d, want 200: the program itself is well", round, status)
		}
		if _, _, err := call(t, nil, "healthcheck", "--url", base+"/readyz"); err == nil {
			t.Errorf("round %d: ready without a database", round)
		}
		server = startDatabase(t, dir)
		door.open(t, server.AppURL())
		for deadline := time.Now().Add(limit); ; time.Sleep(50 * time.Millisecond) {
			if status, _ := get(t, base+"/readyz"); status == http.StatusOK {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("does not recover when the database is back")
			}
		}
		if status, _ := get(t, base+"/"); status != http.StatusOK {
			t.Errorf("round %d, the database is back: %d", round, status)
		}
	}
	c.stop(t)
}

// When packtide's own database ends by itself, packtide ends too and says so, for its supervisor to start both again.
func TestServeEndsWithItsOwnDatabase(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	c := launch(t, map[string]string{"PACKTIDE_DATA_DIR": dir}, "serve", "--addr", "127.0.0.1:0")
	c.ready(t)
	files, err := filepath.Glob(filepath.Join(dir, "data", "*", "postmaster.pid"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	server, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := c.wait(t); err == nil || !strings.Contains(err.Error(), "postgres.log") {
		t.Errorf("packtide ended with %v, want where to look", err)
	}
	again := launch(t, map[string]string{"PACKTIDE_DATA_DIR": dir}, "serve", "--addr", "127.0.0.1:0")
	again.ready(t)
	again.stop(t)
}

func startDatabase(t *testing.T, dir string) *localdb.Server {
	t.Helper()
	server, err := localdb.Start(t.Context(), localdb.Config{DataDir: dir, Settings: map[string]string{"fsync": "off"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return server
}

// door is an address that stays while the database behind it comes and goes, as that of a real one does.
type door struct {
	listener net.Listener
	behind   atomic.Value // address of the database, or nothing
}

func newDoor(t *testing.T) *door {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &door{listener: l}
	d.behind.Store("")
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			visitor, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				go d.let(visitor)
			}
		}
	}()
	return d
}

func (d *door) let(visitor net.Conn) {
	defer func() { _ = visitor.Close() }()
	addr, _ := d.behind.Load().(string)
	database, err := net.Dial("tcp", addr)
	if err != nil {
		return // as a server that is gone: the connection ends
	}
	defer func() { _ = database.Close() }()
	go func() {
		_, _ = io.Copy(database, visitor)
		_ = database.Close()
	}()
	_, _ = io.Copy(visitor, database)
}

// open leads to the database from now on.
func (d *door) open(t *testing.T, database string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	d.behind.Store(u.Host)
}

// through is the database's URL by way of the door.
func (d *door) through(t *testing.T, database string) string {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = d.listener.Addr().String()
	return u.String()
}
