package localdb

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

func TestAttach(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	dir := reachable(t)
	s := running(t, Config{DataDir: dir})
	attached, err := Attach(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if attached.OwnerURL != s.OwnerURL() || attached.AppURL != s.AppURL() {
		t.Errorf("attached to another server")
	}
	for _, url := range []string{attached.OwnerURL, attached.AppURL} {
		if err := connect(t, url).Ping(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := Attach(ctx, dir); !errors.Is(err, ErrInUse) {
		t.Errorf("attached to a server that has stopped: %v", err)
	}
	if _, err := Attach(t.Context(), filepath.Join(dir, "elsewhere")); err == nil {
		t.Error("attached to a folder that does not exist")
	}
}
