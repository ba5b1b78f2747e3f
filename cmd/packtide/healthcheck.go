package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// healthcheckCmd is for containers, whose image has no other client.
type healthcheckCmd struct {
	URL string `name:"url" default:"http://127.0.0.1:8080/readyz" help:"Address to ask."`
}

// Run fails unless the address answers with success within 4 seconds.
func (c *healthcheckCmd) Run(ctx context.Context, std streams) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL, http.NoBody)
	if err != nil {
		return fmt.Errorf("ask %s: %w", c.URL, err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, 1000))
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", c.URL, err)
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s: %s", c.URL, answer.Status, strings.ReplaceAll(strings.TrimSpace(string(said)), "\n", "; "))
	}
	fmt.Fprintln(std.out, strings.TrimSpace(string(said)))
	return nil
}
