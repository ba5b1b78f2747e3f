package main

import (
	"context"
	"time"

	"packtide/release"
)

// demoFate is what becomes of the agent beside an account's platform.
type demoFate int

// The fates.
const (
	fateWell   demoFate = iota // installs what it should, a few minutes after it should
	fateNone                   // nobody has started one
	fateFails                  // can't install what it should run now
	fateBehind                 // asks, and has not installed the last one yet
	fateSilent                 // was not heard of for two days
)

// demoAgentsSince is how many days ago agents came.
const demoAgentsSince = 75

// demoFailures are the last words of hooks that failed.
var demoFailures = []string{
	"packtide-hook: stopping the importer\npacktide-hook: copying 14 files to /srv/playbooks\ncp: error writing '/srv/playbooks/incident-desk/model.bin': No space left on device\npacktide-hook: starting the importer with the files of before\nexit status 1\n",
	"Traceback (most recent call last):\n  File \"/opt/hooks/after.py\", line 41, in <module>\n    client.login(os.environ[\"PLATFORM_USER\"])\nplatform.AuthError: 401 Unauthorized: the password of svc-packs has expired\nexit status 1\n",
}

// agentsReport lets the agents of the story say what they have done, each in the order of its attachment's own history. It comes
// when the story is told: what they say decides nothing.
func (w *world) agentsReport(ctx context.Context) error {
	defer func(at time.Time) { w.at = at }(w.at)
	rows, err := w.reader.InstallBase(ctx, w.operator, release.InstallBaseFilter{Limit: 1000})
	if err != nil {
		return err
	}
	fails := 0
	for i, row := range rows {
		fate := demoFateOf(i, row)
		failure := ""
		if fate == fateFails {
			failure = demoFailures[fails%len(demoFailures)]
			fails++
		}
		if err := w.agentReports(ctx, row, fate, failure); err != nil {
			return err
		}
	}
	w.at = w.now
	_, err = w.service.SweepSilence(ctx, w.now, release.DefaultSilence)
	return err
}

// demoFateOf gives most attachments an agent that does well. The first account has one that fails.
func demoFateOf(i int, row release.AttachmentRow) demoFate {
	switch {
	case row.AccountName == demoFirstAccount && !row.Multiple:
		return fateFails
	case row.AccountName == demoFirstAccount:
		return fateWell
	case i%10 == 3 || i%10 == 7 || i%10 == 8:
		return fateNone
	case i%23 == 5:
		return fateFails
	case i%17 == 4:
		return fateBehind
	case i%19 == 6:
		return fateSilent
	default:
		return fateWell
	}
}

// agentReports goes along what the attachment should have run since agents came.
func (w *world) agentReports(ctx context.Context, row release.AttachmentRow, fate demoFate, failure string) error {
	if fate == fateNone {
		return nil
	}
	by := release.Actor{Name: "agent", Account: row.Account, Token: release.ScopeAgent, Source: release.FromAPI}
	history, err := w.reader.History(ctx, w.operator, row.ID)
	if err != nil {
		return err
	}
	began, ends := w.now.AddDate(0, 0, -demoAgentsSince), w.now
	if fate == fateSilent {
		ends = w.now.AddDate(0, 0, -2)
	}
	for n, h := range history {
		last := n == len(history)-1
		if !toldOf(h, began, ends) || (last && n > 0 && fate == fateBehind) {
			continue
		}
		w.reportWithin(h.Since, began, ends)
		said := release.ObservedReport{Release: h.Release.ID, Status: release.Installed}
		if last && fate == fateFails {
			said.Status, said.Detail = release.InstallFailed, failure
		}
		if _, err := w.service.ReportObserved(ctx, by, row.ID, said); err != nil {
			return err
		}
	}
	if w.at = ends.Add(-time.Duration(w.chance.IntN(240)) * time.Second); fate == fateSilent {
		w.at = ends
	}
	return w.service.NoteSeen(ctx, by, row.ID)
}

// toldOf tells whether an agent told of what the attachment was to run then.
func toldOf(h release.HistoryRow, began, ends time.Time) bool {
	return h.Release != nil && (h.Until == nil || !h.Until.Before(began)) && !h.Since.After(ends)
}

// reportWithin moves to when an agent tells of a change: minutes after it, but neither before agents came nor after it fell silent.
func (w *world) reportWithin(since, began, ends time.Time) {
	if w.at = since; w.at.Before(began) {
		w.at = began
	}
	w.pass(time.Duration(1+w.chance.IntN(9))*time.Minute + time.Duration(w.chance.IntN(60))*time.Second)
	if w.at.After(ends) {
		w.at = ends
	}
}
