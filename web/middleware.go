package web

import (
	"net/http"
	"regexp"

	"github.com/labstack/echo/v5"

	"packtide/release"
)

const (
	visitKey     = "visit"
	requestIDKey = "request_id"
)

// policy lets a page load nothing but our own files, and nobody frame it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

var goodRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{8,64}$`)

// identifyRequest takes the proxy's request id where it is harmless, else makes one; log, audit and error page share it.
func (s *Server) identifyRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		id := c.Request().Header.Get(echo.HeaderXRequestID)
		if !goodRequestID.MatchString(id) {
			id = release.NewID(s.clock()).String()
		}
		c.Set(requestIDKey, id)
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		return next(c)
	}
}

func requestID(c *echo.Context) string {
	id, _ := c.Get(requestIDKey).(string)
	return id
}

// secureHeaders go with every answer.
func (s *Server) secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if s.secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// logRequest writes one line for each request, without addresses of secrets: the route's pattern, not its path.
func (s *Server) logRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		err := next(c)
		if err != nil {
			s.answerError(c, err)
		}
		response, unwrapErr := echo.UnwrapResponse(c.Response())
		if unwrapErr != nil {
			return unwrapErr
		}
		attrs := []any{"method", c.Request().Method, "route", c.Path(), "status", response.Status, "request_id", requestID(c)}
		if v, ok := c.Get(visitKey).(*visit); ok && !v.person.ID.IsZero() {
			attrs = append(attrs, "person", v.person.ID.String())
		}
		s.log.InfoContext(c.Request().Context(), "request", attrs...)
		return nil
	}
}

func (s *Server) denyCrossSite(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	_, _ = w.Write([]byte("This change came from another site and was refused. Go to packtide and try there.\n"))
}
