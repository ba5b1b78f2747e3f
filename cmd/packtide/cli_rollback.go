package main

import (
	"context"
	"fmt"
	"strings"

	"packtide/client"
)

// releaseRollbackCmd releases an older content again.
type releaseRollbackCmd struct {
	clientFlags
	jsonFlag
	whenFlags

	Pack string `arg:"" help:"Name or id of the pack, or PACK@VERSION for what that release held; by default what the one before the current release held."`
}

// Run makes an ordinary release with older versions (R22).
func (c *releaseRollbackCmd) Run(ctx context.Context, p program) error {
	plan, err := c.plan()
	if err != nil {
		return err
	}
	return c.with(ctx, p, func(s *session) error {
		from, pack, err := s.rollbackTo(ctx, c.Pack)
		if err != nil {
			return err
		}
		plan.From, plan.Seen = from.ID, pack.Seen()
		return c.decide(ctx, s, pack, plan, nil, c.JSON)
	})
}

// rollbackTo is the release that was named, or the one that was current before, and its pack as it is when that is chosen.
func (s *session) rollbackTo(ctx context.Context, text string) (client.Release, client.Pack, error) {
	text, _ = canonical(text)
	named, err := s.findRelease(ctx, text)
	if err != nil {
		return named, client.Pack{}, err
	}
	pack, err := s.Pack(ctx, named.Pack.ID)
	if err != nil || strings.HasSuffix(text, "@"+named.Version) || named.ID == text {
		return named, pack, err
	}
	for r, err := range s.Releases(ctx, pack.ID) {
		if err != nil || (r.State == "released" && !r.Current) {
			return r, pack, err
		}
	}
	return client.Release{}, pack, failure{fmt.Errorf("%s has no release before its current one, so there is nothing to go back to", named.Pack.Name), exitConflict}
}
