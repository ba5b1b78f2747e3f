package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// releaseRef names a release. It is kept in the state, and told by logs.
type releaseRef struct {
	ID      string `json:"id"`
	Name    string `json:"pack_name,omitempty"`
	Number  int    `json:"number,omitempty"`
	Version string `json:"version"`
}

// String is for people; nothing is "nothing".
func (r *releaseRef) String() string {
	if r == nil {
		return "nothing"
	}
	return strings.TrimSpace(clean(r.Name) + " " + clean(r.Version))
}

type named struct {
	Name string `json:"name"`
}

// content is one package of a release.
type content struct {
	PackageID   string `json:"package_id"`
	Name        string `json:"name"`
	Platform    string `json:"platform"`
	Version     string `json:"version"`
	SHA256      string `json:"sha256"`
	Size        int64  `json:"size"`
	ArtifactURL string `json:"artifact_url"`
	FileName    string `json:"file_name"`
}

// desired is what the attachment should run, as the server says.
type desired struct {
	Pack             named      `json:"pack"`
	Release          releaseRef `json:"release"`
	Contents         []content  `json:"contents"`
	PollAfterSeconds int64      `json:"poll_after_seconds"`
}

// The limits of an answer that is believed: those of packs (R7) and uploads, with room above.
const (
	maxAnswer   = 1 << 20
	maxContents = 1000
	maxArtifact = 1 << 30
)

// parseDesired reads the server's answer and refuses what the agent could not act on safely: ids and checksums become
// names of files. Fields that it does not know are left alone: the server may be newer.
func parseDesired(body []byte) (*desired, error) {
	var d desired
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, fmt.Errorf("the server's answer can't be read; is --server a packtide's address? %w", err)
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	d.Release.Name = d.Pack.Name
	return &d, nil
}

// same reports whether both ask for the same packages of the same release.
func (d desired) same(other desired) bool {
	return d.Release.ID == other.Release.ID && slices.Equal(d.Contents, other.Contents)
}

// check refuses what could not be acted on safely.
func (d desired) check() error {
	if d.Release.ID == "" {
		return errors.New("the server names no release for this attachment to run")
	}
	if !isUUID(d.Release.ID) {
		return fmt.Errorf("the server's answer names no release: its id is %q", clean(d.Release.ID))
	}
	if len(d.Contents) == 0 || len(d.Contents) > maxContents {
		return fmt.Errorf("the server's answer has %d packages; between 1 and %d are believed", len(d.Contents), maxContents)
	}
	for _, c := range d.Contents {
		if err := c.check(); err != nil {
			return fmt.Errorf("the server's answer about the package %q: %w", clean(c.Name), err)
		}
	}
	return nil
}

func (c content) check() error {
	switch {
	case !isSHA256(c.SHA256):
		return errors.New("its sha256 is none")
	case c.Size <= 0 || c.Size > maxArtifact:
		return fmt.Errorf("its size of %d bytes is not between 1 and %d", c.Size, maxArtifact)
	case c.ArtifactURL == "":
		return errors.New("it has no address to fetch it from")
	}
	return nil
}

func (d desired) wait() time.Duration {
	return time.Duration(min(d.PollAfterSeconds, int64(mostPoll/time.Second))) * time.Second
}

// isUUID reports whether s has the form of an id: it is safe as a file's name.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
			continue
		}
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isSHA256(s string) bool {
	if len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if !isHex(s[i]) {
			return false
		}
	}
	return true
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }
