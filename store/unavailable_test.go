package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"packtide/release"
	"packtide/store"
)

// Only the database's own silence is told as such: a full disk or a visitor who left is something else.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	wrapped := func(err error) error { return fmt.Errorf("read packs: %w", err) }
	for name, c := range map[string]struct {
		err  error
		want bool
	}{
		"nothing":               {nil, false},
		"a refusal":             {release.ErrNotFound, false},
		"a full disk":           {&os.PathError{Op: "write", Path: "/tmp/x", Err: syscall.ENOSPC}, false},
		"no file":               {os.ErrNotExist, false},
		"a visitor who left":    {context.Canceled, false},
		"a constraint":          {&pgconn.PgError{Code: "23505"}, false},
		"shutting down":         {&pgconn.PgError{Code: "57P01"}, true},
		"too many connections":  {&pgconn.PgError{Code: "53300"}, true},
		"nobody listens":        {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, true},
		"a connection reset":    {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, true},
		"a connection cut":      {io.ErrUnexpectedEOF, true},
		"a pool that is closed": {errors.New("conn closed"), true},
	} {
		if got := store.Unavailable(c.err); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		if got := c.err != nil && store.Unavailable(wrapped(c.err)); got != c.want {
			t.Errorf("%s, wrapped: %v", name, got)
		}
	}
}
