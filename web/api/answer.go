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

// tagged is the JSON of one thing with its tag, which changes with anything that is told of it.
func (c *call) tagged(v any) (body []byte, tag string, err error) {
	if body, err = json.Marshal(v); err != nil {
		return nil, "", fmt.Errorf("write the answer of %s: %w", c.Path(), err)
	}
	sum := sha256.Sum256(body)
	return body, `"` + hex.EncodeToString(sum[:16]) + `"`, nil
}

// changed answers a change of one thing with the thing as it is now, under the tag that a GET of it has.
func (c *call) changed(v any) error {
	body, tag, err := c.tagged(v)
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", tag)
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.send(http.StatusOK, body)
}

// errPrecondition refuses a change of what is not as the caller has seen it any more.
var errPrecondition = said{http.StatusPreconditionFailed, "This is not any more as the tag in If-Match has it, and nothing was changed. Read it again, look whether your change still fits, and send it with the new tag."}

// onlyIfSeen refuses the request where it names tags as If-Match, and the thing has none of them.
func (c *call) onlyIfSeen(v any) error {
	asked := c.Request().Header.Values("If-Match")
	_, tag, err := c.tagged(v)
	if err != nil || len(asked) == 0 {
		return err
	}
	for _, held := range asked {
		for one := range strings.SplitSeq(held, ",") {
			if one = strings.TrimSpace(one); one == tag || one == "*" { // a weak tag is no proof of having seen the whole
				return nil
			}
		}
	}
	return errPrecondition
}

// one answers a GET of one thing: with its tag, or with nothing where the caller has it already.
func (c *call) one(v any) error {
	body, tag, err := c.tagged(v)
	if err != nil {
		return err
	}
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
