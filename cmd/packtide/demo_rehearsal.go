package main

import (
	"context"

	"packtide/release"
)

// planRehearsal keeps a way back ready while a release is in testing: a draft of older contents, to be released at once, whose
// rehearsal has something to tell of those who run the current release and of those who try the other (R15, R22).
func (w *world) planRehearsal(p demoPublisher) {
	const pack, older, version = "Incident Desk", "1.2.1", "1.3.1"
	for _, d := range p.packs {
		if d.name != pack {
			continue
		}
		w.plan(1, 18, 20, p.zone, func(ctx context.Context) error {
			by := w.people[p.mail]
			draft, err := w.service.PrepareFrom(ctx, by, w.packs[p.name+"/"+pack], w.releases[p.name+"/"+pack+"/"+older])
			if err != nil {
				return err
			}
			if err := w.service.PlanRelease(ctx, by, draft.ID, draft.Revision, release.Immediate, ""); err != nil {
				return err
			}
			return w.service.DescribeRelease(ctx, by, draft.ID, draft.Revision+1, version, "Kept ready: the contents of "+older+", should the calls to Jira stop again.")
		})
	}
}
