package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"packtide/release"
	"packtide/web"
)

func agentRoutes() []route {
	return []route{
		{http.MethodGet, "/attachments/:attachment_id/desired", web.AsAgent | web.AsAdmin, nothing, "", (*Server).desired},
		{http.MethodPost, "/attachments/:attachment_id/observed", web.AsAgent | web.AsAdmin, asJSON, "", (*Server).reportObserved},
		{http.MethodGet, "/releases/:release_id/ledger", web.PublisherSide, nothing, "", (*Server).releaseLedger},
		{http.MethodGet, "/packs/:pack_id/ledger", web.PublisherSide, nothing, "", (*Server).ledger},
	}
}

// desired is what an agent's attachment should run.
type desired struct {
	AttachmentID     release.ID       `json:"attachment_id"`
	Pack             named            `json:"pack"`
	Release          releaseRef       `json:"release"`
	Contents         []desiredContent `json:"contents"`
	PollAfterSeconds int              `json:"poll_after_seconds"`
}

type desiredContent struct {
	PackageID   release.ID `json:"package_id"`
	Name        string     `json:"name"`
	DisplayName string     `json:"display_name"`
	Platform    string     `json:"platform"`
	Version     string     `json:"version"`
	FileName    string     `json:"file_name"`
	Size        int64      `json:"size"`
	SHA256      string     `json:"sha256"`
	ArtifactURL string     `json:"artifact_url"`
}

var errNothingToRun = release.ErrNotFound.With("This attachment was uninstalled: nothing is to run any more.")

// desired answers an agent's question. Most of them are answered with nothing new, by one statement that reads a few rows: a
// decided release never changes, so its id is the answer's tag.
func (s *Server) desired(c *call) error {
	id, err := c.id("attachment_id")
	if err != nil {
		return err
	}
	d, err := s.reader.Desired(c.ctx(), c.actor, id)
	if errors.Is(err, release.ErrDetached) {
		return errNothingToRun
	}
	if err != nil {
		return err
	}
	if d.Stale(c.now) && !c.actor.ReadOnly {
		s.noteSeen(c.ctx(), c.actor, id)
	}
	after := s.polls.after(c.ctx(), s.reader.AgentsAbout, c.now)
	tag := `"` + d.Release.String() + `"`
	h := c.Response().Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, max-age="+strconv.Itoa(after))
	h.Set("Vary", "Authorization")
	if c.has(tag) {
		return c.NoContent(http.StatusNotModified)
	}
	r, err := s.reader.DesiredRelease(c.ctx(), c.actor, d)
	if err != nil {
		return err
	}
	answer := desired{AttachmentID: id, Pack: named{r.PackID, r.PackName}, Contents: []desiredContent{}, PollAfterSeconds: after, Release: releaseRefOf(r.ReleaseRef)}
	for _, one := range r.Contents {
		if one.To != nil {
			answer.Contents = append(answer.Contents, desiredContent{
				PackageID: one.PackageID, Name: one.Name, DisplayName: one.DisplayName, Platform: one.Platform, Version: one.To.Version.String(),
				FileName: one.FileName, Size: one.Size, SHA256: sha256Text(one.SHA256),
				ArtifactURL: artifactURL(one.To.ID),
			})
		}
	}
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write what an attachment should run: %w", err)
	}
	return c.send(http.StatusOK, body)
}

// noteSeen keeps that an agent was heard of; a failure is no reason not to tell it what to run.
func (s *Server) noteSeen(ctx context.Context, by release.Actor, attachment release.ID) {
	if err := s.service.NoteSeen(ctx, by, attachment); err != nil {
		s.log.WarnContext(ctx, "it was not noted that an agent was heard of", "attachment", attachment.String(), "error", err)
	}
}

// observedNow is what an attachment's agent has last said.
type observedNow struct {
	Release releaseRef             `json:"release"`
	Status  release.ObservedStatus `json:"status"`
	Since   time.Time              `json:"since"`
	SeenAt  time.Time              `json:"seen_at"`
}

func observedNowOf(o *release.ObservedRef) *observedNow {
	if o == nil {
		return nil
	}
	return &observedNow{releaseRefOf(o.Release), o.Status, o.Since.UTC(), o.SeenAt.UTC()}
}

// observed is what an agent reports.
type observed struct {
	ReleaseID release.ID `json:"release_id"`
	Status    string     `json:"status"`
	Detail    *string    `json:"detail"`
}

func (s *Server) reportObserved(c *call) error {
	id, err := c.id("attachment_id")
	if err != nil {
		return err
	}
	o, err := decode[observed](c)
	if err != nil {
		return err
	}
	in := release.ObservedReport{Release: o.ReleaseID, Status: release.ObservedStatus(o.Status)}
	if o.Detail != nil {
		in.Detail = *o.Detail
	}
	if _, err := s.service.ReportObserved(c.ctx(), c.actor, id, in); err != nil {
		return err
	}
	return c.done()
}

// ledger counts a pack's attachments by what their agents report.
type ledger struct {
	Attachments   int64 `json:"attachments"`
	Current       int64 `json:"current"`
	Trying        int64 `json:"trying"`
	Behind        int64 `json:"behind"`
	Failed        int64 `json:"failed"`
	Silent        int64 `json:"silent"`
	NeverReported int64 `json:"never_reported"`
}

func (s *Server) ledger(c *call) error {
	id, err := c.id("pack_id")
	if err != nil {
		return err
	}
	l, err := s.reader.Ledger(c.ctx(), c.actor, release.LedgerOf{Pack: id})
	if err != nil {
		return err
	}
	return c.one(ledgerOf(l))
}

func ledgerOf(l release.Ledger) ledger {
	return ledger{l.Attachments, l.Current, l.Trying, l.Behind, l.Failed, l.Silent, l.Never}
}

// releaseLedger counts the attachments that are to run the release by what their agents report.
func (s *Server) releaseLedger(c *call) error {
	id, err := c.id("release_id")
	if err != nil {
		return err
	}
	l, err := s.reader.ReleaseLedger(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	return c.one(ledgerOf(l))
}

// How often agents ask is the server's choice: each answer says when to ask again.
const (
	// DefaultPolls is how many agents' questions a second are wanted in all.
	DefaultPolls = 200
	leastPoll    = 60              // seconds: with few agents
	mostPoll     = 6 * 60 * 60     // seconds: well within what counts as silent
	countedFor   = 2 * time.Minute // how long the number of agents is believed
)

// pollPlan tells agents when to ask again, so that all of them together ask about as often as is wanted.
type pollPlan struct {
	wanted int // questions a second

	mu     sync.Mutex
	counts int64
	at     time.Time
}

func newPollPlan(wanted int) *pollPlan {
	if wanted <= 0 {
		wanted = DefaultPolls
	}
	return &pollPlan{wanted: wanted}
}

// after is when to ask again, in seconds: spread by a tenth, so that agents that were told at one moment do not all come back
// at one. A count that fails leaves the last one standing.
func (p *pollPlan) after(ctx context.Context, count func(context.Context) (int64, error), now time.Time) int {
	every := min(max(leastPoll, int(p.agents(ctx, count, now))/p.wanted), mostPoll)
	return every - every/20 + rand.IntN(every/10+1) //nolint:gosec // not a secret
}

func (p *pollPlan) agents(ctx context.Context, count func(context.Context) (int64, error), now time.Time) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if age := now.Sub(p.at); age >= 0 && age < countedFor {
		return p.counts
	}
	if n, err := count(ctx); err == nil {
		p.counts = n
	}
	p.at = now
	return p.counts
}
