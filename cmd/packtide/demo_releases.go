package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"packtide/release"
)

// decide is what a publisher does for one release: gather, plan, describe, review, decide.
func (w *world) decide(ctx context.Context, by release.Actor, p demoPublisher, d demoPack, r demoRelease) error {
	pack := w.packs[p.name+"/"+d.name]
	if err := w.gather(ctx, by, p, d, r, pack); err != nil {
		return err
	}
	draft, err := w.service.DraftRelease(ctx, by, pack)
	if err != nil {
		return err
	}
	plan, date := release.Immediate, ""
	if r.dueAfter > 0 {
		loc, err := release.LoadZone(p.zone)
		if err != nil {
			return err
		}
		day := release.DateOf(w.at, loc).AddDays(r.dueAfter)
		midnight, err := release.FirstInstant(day, loc)
		if err != nil {
			return err
		}
		plan, date = release.Scheduled, day.String()
		w.due = append(w.due, midnight)
	}
	w.pass(3 * time.Minute)
	if err := w.service.PlanRelease(ctx, by, draft.ID, draft.Revision, plan, date); err != nil {
		return err
	}
	w.pass(4 * time.Minute)
	if err := w.service.DescribeRelease(ctx, by, draft.ID, draft.Revision+1, r.version, r.notes); err != nil {
		return err
	}
	ticks := len(demoEvidence)
	if plan == release.Immediate {
		ticks = 1 // in a hurry: only what is demanded
	}
	if err := w.tickOff(ctx, by, draft.ID, ticks); err != nil {
		return err
	}
	w.pass(2 * time.Minute)
	decide := w.service.ReleaseNow
	if plan == release.Scheduled {
		decide = w.service.ScheduleRelease
	}
	if err := decide(ctx, by, draft.ID, draft.Revision+2); err != nil {
		return fmt.Errorf("%s %s: %w", d.name, r.version, err)
	}
	w.releases[p.name+"/"+d.name+"/"+r.version] = draft.ID
	return nil
}

// gather chooses the contents: the packages of a new pack, the newest versions, or those of an older release (R22).
func (w *world) gather(ctx context.Context, by release.Actor, p demoPublisher, d demoPack, r demoRelease, pack release.ID) error {
	if r.from != "" {
		_, err := w.service.PrepareFrom(ctx, by, pack, w.releases[p.name+"/"+d.name+"/"+r.from])
		return err
	}
	if r.version != d.releases[0].version {
		return w.service.TakeUpdates(ctx, by, pack)
	}
	for _, name := range d.packages {
		if err := w.service.AddPackage(ctx, by, pack, w.packages[p.name+"/"+name]); err != nil {
			return err
		}
		w.pass(40 * time.Second)
	}
	return nil
}

// planInstalls lets the accounts of the pack's groups install it over the months, and try its releases.
func (w *world) planInstalls(p demoPublisher, d demoPack) {
	if len(d.releases) == 0 || d.releases[0].dueAfter > 0 {
		return
	}
	first := d.releases[0].daysAgo - 1
	trying := 0
	for i, a := range demoAccounts() {
		if !p.mayInstall(d, i) || (a.name != demoFirstAccount && a.name != demoMovedAccount && w.chance.IntN(10) >= 8) {
			continue
		}
		day := 21 + w.chance.IntN(first-21)
		environments := []string{"Production"}
		if d.multiple && (w.chance.IntN(3) == 0 || a.name == demoFirstAccount) {
			environments = []string{"Test", "Production"}
		}
		for n, environment := range environments {
			w.plan(day-n, 8+w.chance.IntN(9), w.chance.IntN(60), a.zone, func(ctx context.Context) error {
				return w.install(ctx, p, d, a, environment)
			})
		}
		if a.name != demoFirstAccount && a.name != demoMovedAccount {
			trying++
			w.planTrying(p, d, a, trying)
			w.planFeedback(p, d, a, trying)
		}
	}
}

// mayInstall tells whether a group of the pack holds the account (R25).
func (p demoPublisher) mayInstall(d demoPack, account int) bool {
	for _, name := range d.groups {
		if name == release.EveryoneName {
			return true
		}
		for _, g := range p.groups {
			if g.name == name && g.holds(account) {
				return true
			}
		}
	}
	return false
}

// placeOf is where the account's people sit, as they call it: "London".
func placeOf(a demoAccount) string {
	return strings.ReplaceAll(a.zone[strings.LastIndex(a.zone, "/")+1:], "_", " ")
}

func (w *world) install(ctx context.Context, p demoPublisher, d demoPack, a demoAccount, environment string) error {
	in := release.Install{Pack: w.packs[p.name+"/"+d.name], Environment: environment}
	if d.multiple {
		in.Name = placeOf(a) + " " + strings.ToLower(environment)
	}
	attachment, err := w.service.InstallPack(ctx, w.people[mailOf(a)], in)
	if err != nil {
		return fmt.Errorf("%s installs %s: %w", a.name, d.name, err)
	}
	key := d.name + "/" + a.name
	w.attached[key] = append(w.attached[key], attachment)
	return nil
}

// planTrying lets the first accounts try what is pending now, the third of them go back, one be helped by support (R27,
// R34), and two try what was withdrawn later.
func (w *world) planTrying(p demoPublisher, d demoPack, a demoAccount, nth int) {
	by := w.people[mailOf(a)]
	try := func(r demoRelease, by release.Actor, reason string) func(context.Context) error {
		return func(ctx context.Context) error {
			return w.eachAttached(d, a, func(at release.Attachment) error {
				return w.service.OptIn(ctx, by, at.ID, w.releases[p.name+"/"+d.name+"/"+r.version], reason)
			})
		}
	}
	last := d.releases[len(d.releases)-1]
	switch {
	case nth == 5 && d.optIns > 0:
		w.plan(2, 13, 15, a.zone, try(last, w.people["jonas@packtide.example"], "Their admin is on leave and has asked us by phone."))
	case nth <= d.optIns:
		w.plan(3-nth%3, 9+nth%8, 7*nth%60, a.zone, try(last, by, ""))
	}
	if nth == 3 && d.optIns > 0 {
		w.plan(1, 17, 45, a.zone, func(ctx context.Context) error {
			return w.eachAttached(d, a, func(at release.Attachment) error { return w.service.GoBack(ctx, by, at.ID, "") })
		})
	}
	for _, r := range d.releases {
		if r.withdrawn > 0 && nth <= 2 {
			w.plan(r.daysAgo-1, 10, 20*nth, a.zone, try(r, by, ""))
		}
	}
}

// eachAttached does something with the account's attachments of the pack that were installed by then.
func (w *world) eachAttached(d demoPack, a demoAccount, do func(release.Attachment) error) error {
	for _, at := range w.attached[d.name+"/"+a.name] {
		if err := do(at); err != nil {
			return fmt.Errorf("%s, %s: %w", a.name, d.name, err)
		}
	}
	return nil
}
