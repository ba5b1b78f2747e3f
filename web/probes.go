package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v5"
)

// Check is one thing that has to be well for packtide to be asked, or that an operator likes to know.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"` // for anybody to read: no addresses, no secrets
}

// readyLimit is for all checks together: who asks waits a few seconds at most.
const readyLimit = 3 * time.Second

// health tells that the process answers, and nothing else: what a restart would not mend is no reason for one.
func (s *Server) health(c *echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// ready tells whether requests should be sent here, and what is missing: a line for each check, or JSON for those who ask for it.
// It looks at no session: a probe with a stale cookie is answered too.
func (s *Server) ready(c *echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), readyLimit)
	defer cancel()
	checks, status := s.checks(ctx), http.StatusOK
	for _, check := range checks {
		if !check.OK {
			status = http.StatusServiceUnavailable
		}
	}
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	if status != http.StatusOK {
		h.Set("Retry-After", "5")
	}
	if strings.Contains(c.Request().Header.Get("Accept"), echo.MIMEApplicationJSON) {
		return c.JSON(status, struct {
			Ready   bool    `json:"ready"`
			Version string  `json:"version"`
			Checks  []Check `json:"checks"`
		}{status == http.StatusOK, s.version, checks})
	}
	return c.String(status, s.readyText(status == http.StatusOK, checks))
}

// readyText begins with the word that decides; what is not well comes first.
func (s *Server) readyText(ready bool, checks []Check) string {
	first, well, ill := "not ready\n", "", ""
	if ready {
		first = "ok " + s.version + "\n"
	}
	for _, check := range checks {
		line := fmt.Sprintf("%s: %s\n", check.Name, check.Detail)
		if check.OK {
			well += line
		} else {
			ill += line
		}
	}
	return first + ill + well
}

// databaseAnswers is the check that there always is.
func (s *Server) databaseAnswers(ctx context.Context) Check {
	if err := s.reader.Ping(ctx); err != nil {
		return Check{Name: "database", Detail: "does not answer"}
	}
	return Check{Name: "database", OK: true, Detail: "answers"}
}
