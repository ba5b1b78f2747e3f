package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// answer sends JSON. What a token may see is nobody else's to keep.
func (c *call) answer(status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write the answer of %s: %w", c.Path(), err)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.send(status, body)
}

// created answers with what was made, and where it is found from now on.
func (c *call) created(path string, v any) error {
	c.Response().Header().Set("Location", Prefix+path)
	return c.answer(http.StatusCreated, v)
}

// done answers a change that has nothing to tell.
func (c *call) done() error { return c.NoContent(http.StatusNoContent) }

// one answers a GET of one thing: with its tag, or with nothing where the caller has it already.
func (c *call) one(v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write the answer of %s: %w", c.Path(), err)
	}
	sum := sha256.Sum256(body)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Vary", "Authorization")
	if c.has(tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.send(http.StatusOK, body)
}

// has tells whether the caller holds the answer of the tag already.
func (c *call) has(tag string) bool {
	for _, held := range c.Request().Header.Values("If-None-Match") {
		for one := range strings.SplitSeq(held, ",") {
			if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
				return true
			}
		}
	}
	return false
}

func (c *call) send(status int, body []byte) error {
	return c.Blob(status, "application/json", append(body, '\n'))
}
