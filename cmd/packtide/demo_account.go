package main

import (
	"context"
	"slices"

	"packtide/release"
)

// What the visitor's account finds on its pages: several attachments of a pack whose next release is in testing, a problem
// that the publisher has answered, and a pack that is new.
const (
	demoSeveralPack    = "Phishing Response"
	demoSeveralPackage = "Harbor Phishing Mailbox"
	demoNewPack        = "Feed Health"
)

// demoSites are where the visitor's account has the pack of the several besides.
func demoSites() []string { return []string{"Leeds claims desk", "Cardiff claims desk", "Fraud desk"} }

// planAccount tells the visitor's account's part of the story. It comes last, so that the story of all others stays what it is.
func (w *world) planAccount() {
	for _, p := range demoPublishers() {
		for _, d := range p.packs {
			if d.name == demoSeveralPack {
				w.planSeveral(p, d)
				w.planNewPack(p)
			}
		}
	}
}

// planSeveral schedules the next release of the pack; the account has tried it on one attachment, and is answered.
func (w *world) planSeveral(p demoPublisher, d demoPack) {
	a := demoAccounts()[0]
	by, grace := w.people[p.mail], w.people[mailOf(a)]
	for i, site := range demoSites() {
		w.plan(15, 9, 20+10*i, a.zone, func(ctx context.Context) error {
			attachment, err := w.service.InstallPack(ctx, grace, release.Install{Pack: w.packs[p.name+"/"+d.name], Name: site, Environment: "Production"})
			key := d.name + "/" + a.name
			w.attached[key] = append(w.attached[key], attachment)
			return err
		})
	}
	pkg := p.packages[slices.IndexFunc(p.packages, func(pkg demoPackage) bool { return pkg.name == demoSeveralPackage })]
	pkg.versions = append(slices.Clip(pkg.versions), demoVersion{8, "3.0.0", "Mailboxes in several regions: each mailbox names its own."})
	w.plan(8, 9, 40, p.zone, func(ctx context.Context) error {
		upload, err := pkg.upload(len(pkg.versions) - 1)
		if err != nil {
			return err
		}
		_, err = w.service.UploadVersion(ctx, by, upload)
		return err
	})
	next := demoRelease{daysAgo: 5, version: "3.0.0", dueAfter: 11, notes: "Reported mails are read from mailboxes in several regions.\nGive each attachment its region before the date: without one, no mail is read."}
	w.plan(next.daysAgo, 10, 15, p.zone, func(ctx context.Context) error { return w.decide(ctx, by, p, d, next) })
	pending := func() release.ID { return w.releases[p.name+"/"+d.name+"/"+next.version] }
	w.plan(4, 10, 30, a.zone, func(ctx context.Context) error {
		if err := w.service.NoteLook(ctx, grace, pending()); err != nil {
			return err
		}
		return w.service.OptIn(ctx, grace, w.sampleOf(d, a).ID, pending(), "")
	})
	w.plan(3, 11, 5, a.zone, func(ctx context.Context) error {
		return w.service.GiveFeedback(ctx, grace, w.sampleOf(d, a).ID, pending(), release.VerdictBlocked,
			"Mails that were reported from shared mailboxes are not found any more.", nil)
	})
	w.plan(2, 10, 50, p.zone, func(ctx context.Context) error {
		said, err := w.reader.Feedback(ctx, by, release.FeedbackFilter{Attachment: w.sampleOf(d, a).ID, Release: pending(), Limit: 1})
		if err != nil || len(said) == 0 {
			return err
		}
		return w.service.AnswerFeedback(ctx, by, said[0].ID,
			"Shared mailboxes have a region of their own: set “region” to that of the shared mailbox, and they are read again.")
	})
}

// sampleOf is the account's attachment for tests, else its first.
func (w *world) sampleOf(d demoPack, a demoAccount) release.Attachment {
	all := w.attached[d.name+"/"+a.name]
	i := slices.IndexFunc(all, func(at release.Attachment) bool { return at.Environment == "Test" })
	return all[max(i, 0)]
}

// planNewPack offers the account a pack that it has not installed yet.
func (w *world) planNewPack(p demoPublisher) {
	fresh := demoPack{
		name: demoNewPack, about: "Tells when a feed has stopped, and since when.", daysAgo: 9,
		packages: []string{"Harbor Feed Collector"}, groups: []string{"Worldwide response"},
		releases: []demoRelease{{daysAgo: 7, version: "1.0.0", notes: "The first release."}},
	}
	by := w.people[p.mail]
	w.plan(fresh.daysAgo, 10, 40, p.zone, func(ctx context.Context) error { return w.makePack(ctx, by, p, fresh) })
	w.plan(fresh.releases[0].daysAgo, 11, 25, p.zone, func(ctx context.Context) error { return w.decide(ctx, by, p, fresh, fresh.releases[0]) })
}
