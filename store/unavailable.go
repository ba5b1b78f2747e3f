package store

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Unavailable tells whether an error means that the database does not answer now: it may in a moment, and nothing was changed
// that was not acknowledged.
func Unavailable(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError // not net.Error: every failure of the operating system is one, a full disk too
	var server *pgconn.PgError
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return false
	case errors.As(err, &server):
		// Shutting down, starting up, too many connections, connection lost.
		return strings.HasPrefix(server.Code, "57P0") || server.Code == "53300" || strings.HasPrefix(server.Code, "08")
	case errors.As(err, &connect), errors.As(err, &network):
		return true
	default:
		return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) ||
			pgconn.Timeout(err) || strings.Contains(err.Error(), "conn closed")
	}
}
