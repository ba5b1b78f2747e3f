package release_test

import (
	"errors"

	"packtide/release"
)

// onDraft is a change of the story's draft as it is now.
func (w *world) onDraft(change func(by release.Actor, d release.Release) error) func(release.Actor) error {
	return func(by release.Actor) error { return change(by, *w.state(w.story.pack).Draft) }
}

func (w *world) releaseSteps() []step {
	ctx, s := w.t.Context(), w.svc
	y := &w.story
	choose := w.onDraft(func(by release.Actor, d release.Release) error {
		contents := release.Contents{}
		for _, v := range y.versions {
			contents[v.Package] = v.ID
		}
		return s.ChooseVersions(ctx, by, d.ID, d.Revision, contents)
	})
	describe := func(label string) func(release.Actor) error {
		return w.onDraft(func(by release.Actor, d release.Release) error {
			return s.DescribeRelease(ctx, by, d.ID, d.Revision, label, "")
		})
	}
	plan := w.onDraft(func(by release.Actor, d release.Release) error {
		return s.PlanRelease(ctx, by, d.ID, d.Revision, release.Scheduled, "2027-01-20")
	})
	edited := []string{release.ActDraftEdited}
	var item release.ID
	return []step{
		{"SetEvidenceItems", w.acme, func(by release.Actor) error {
			return s.SetEvidenceItems(ctx, by, []release.EvidenceItem{{Label: "Seen by legal", Demanded: true}})
		}, []string{release.ActEvidenceItems}, ownThings()},
		{"GiveEvidence", w.acme, w.onDraft(func(by release.Actor, d release.Release) error {
			item = w.evidenceItem("Seen by legal").ID
			return s.GiveEvidence(ctx, by, d.ID, release.NewEvidence{Item: item})
		}), []string{release.ActEvidenceGiven}, notOfPublisher()},
		{"TakeEvidenceBack", w.acme, w.onDraft(func(by release.Actor, d release.Release) error {
			return s.TakeEvidenceBack(ctx, by, d.ID, item)
		}), []string{release.ActEvidenceTakenBack}, notOfPublisher()},
		{"SetEvidenceItems", w.acme, func(by release.Actor) error {
			return s.SetEvidenceItems(ctx, by, []release.EvidenceItem{{ID: item, Label: "Seen by legal"}})
		}, []string{release.ActEvidenceItems}, nil},
		{"SetEvidenceItems", w.acme, func(by release.Actor) error { return s.SetEvidenceItems(ctx, by, nil) }, nil, nil},
		{"MakeCalendarFeed", w.acme, func(by release.Actor) error {
			_, err := s.MakeCalendarFeed(ctx, by, release.FeedPublisher)
			return err
		}, []string{release.ActCalendarFeedMade}, ownThings()},
		{
			"RevokeCalendarFeed", w.acme, func(by release.Actor) error { return s.RevokeCalendarFeed(ctx, by, release.FeedPublisher) },
			[]string{release.ActCalendarFeedRevoked},
			ownThings(),
		},
		{"RevokeCalendarFeed", w.acme, func(by release.Actor) error { return s.RevokeCalendarFeed(ctx, by, release.FeedPublisher) }, nil, nil},
		{"ChooseVersions", w.acme, choose, edited, notOfPublisher()},
		{"DescribeRelease", w.acme, describe("1.0.0"), edited, notOfPublisher()},
		{
			"ReleaseNow", w.acme, w.onDraft(func(by release.Actor, d release.Release) error { return s.ReleaseNow(ctx, by, d.ID, d.Revision) }),
			[]string{release.ActReleased},
			notOfPublisher(),
		},
		{"InstallPack", w.north, func(by release.Actor) (err error) {
			y.attachment, err = s.InstallPack(ctx, by, release.Install{Pack: y.pack, Name: "a"})
			return err
		}, []string{release.ActAttached}, notOfAccount()},
		{
			"RemovePackage", w.acme, func(by release.Actor) error { return s.RemovePackage(ctx, by, y.pack, y.versions[0].Package) },
			[]string{release.ActDraftBegun, release.ActDraftEdited, release.ActPackageRemoved},
			nil,
		},
		{
			"UndoRemoval", w.acme, func(by release.Actor) error { return s.UndoRemoval(ctx, by, y.pack, y.versions[0].Package) },
			[]string{release.ActDraftEdited, release.ActPackageKept},
			notOfPublisher(),
		},
		{
			"UploadVersion", w.acme, func(by release.Actor) error { _, err := s.UploadVersion(ctx, by, file("Mail", "1.1.0")); return err },
			[]string{release.ActVersionUploaded},
			nil,
		},
		{"TakeUpdates", w.acme, func(by release.Actor) error { return s.TakeUpdates(ctx, by, y.pack) }, edited, notOfPublisher()},
		{"DescribeRelease", w.acme, describe("1.1.0"), edited, nil},
		{"PlanRelease", w.acme, plan, edited, notOfPublisher()},
		{
			"ScheduleRelease", w.acme, w.onDraft(func(by release.Actor, d release.Release) error { return s.ScheduleRelease(ctx, by, d.ID, d.Revision) }),
			[]string{release.ActScheduled},
			notOfPublisher(),
		},
		{"Reschedule", w.acme, func(by release.Actor) error {
			y.pending = w.state(y.pack).Pending.ID
			return s.Reschedule(ctx, by, y.pending, "2027-01-21", "a holiday")
		}, []string{release.ActRescheduled}, notOfPublisher()},
		{
			"OptIn", w.north, func(by release.Actor) error { return s.OptIn(ctx, by, y.attachment.ID, y.pending, "") },
			[]string{release.ActOptedIn},
			notTrying(release.ErrSupportReasonMissing),
		},
		{
			"GiveFeedback", w.north, func(by release.Actor) error {
				return s.GiveFeedback(ctx, by, y.attachment.ID, y.pending, release.VerdictBlocked, "no tickets come in", note("log.txt", "line"))
			},
			[]string{release.ActFeedbackGiven},
			notOfAccount(),
		},
		{
			"AnswerFeedback", w.acme, func(by release.Actor) error { return s.AnswerFeedback(ctx, by, w.feedbackOf(y.pending), "a fix comes") },
			[]string{release.ActFeedbackAnswered},
			notOfPublisher(),
		},
		{"NoteLook", w.northViewer, func(by release.Actor) error { return s.NoteLook(ctx, by, y.pending) }, nil, map[string]error{
			"acme": nil, "support": nil, "south": nil, "nobody": nil,
		}},
		{
			"GoBack", w.north, func(by release.Actor) error { return s.GoBack(ctx, by, y.attachment.ID, "") },
			[]string{release.ActWentBack},
			notTrying(release.ErrSupportReasonMissing),
		},
		{
			"OptInSeveral", w.north, w.severalStep(s.OptInSeveral), []string{release.ActOptedIn}, notTrying(release.ErrSupportReasonMissing),
		},
		{
			"GoBackSeveral", w.north, w.severalStep(s.GoBackSeveral), []string{release.ActWentBack}, notTrying(release.ErrSupportReasonMissing),
		},
		{"Withdraw", w.acme, func(by release.Actor) error { return s.Withdraw(ctx, by, y.pending, "broken") }, []string{release.ActWithdrawn}, notOfPublisher()},
		{
			"PrepareFrom", w.acme, func(by release.Actor) error { _, err := s.PrepareFrom(ctx, by, y.pack, y.pending); return err },
			[]string{release.ActDraftBegun, release.ActDraftEdited},
			notOfPublisher(),
		},
		{"EditDraft", w.acme, w.onDraft(func(by release.Actor, d release.Release) error {
			return s.EditDraft(ctx, by, d.ID, d.Revision, release.DraftEdit{Version: new("1.2.0"), Plan: release.Immediate})
		}), edited, notOfPublisher()},
		{
			"DiscardDraft", w.acme, w.onDraft(func(by release.Actor, d release.Release) error { return s.DiscardDraft(ctx, by, d.ID, d.Revision) }),
			[]string{release.ActDraftDiscarded},
			notOfPublisher(),
		},
		{"ReleaseOutright", w.acme, func(by release.Actor) error {
			_, err := s.ReleaseOutright(ctx, by, y.pack, w.seen(y.pack), release.DraftEdit{
				Contents: w.release(y.pending).Contents, Version: new("1.2.0"), Plan: release.Scheduled, Date: "2027-01-22",
			})
			return err
		}, []string{release.ActDraftBegun, release.ActDraftEdited, release.ActScheduled}, notOfPublisher()},
		{"Withdraw", w.acme, func(by release.Actor) error { return s.Withdraw(ctx, by, w.state(y.pack).Pending.ID, "broken again") }, []string{release.ActWithdrawn}, nil},
		{"DraftRelease", w.acme, func(by release.Actor) error { _, err := s.DraftRelease(ctx, by, y.pack); return err }, []string{release.ActDraftBegun}, nil},
	}
}

func (w *world) endingSteps() []step {
	ctx, s := w.t.Context(), w.svc
	y := &w.story
	return []step{
		{"RemoveAccountFromGroup", w.acme, func(by release.Actor) error {
			_, err := s.RemoveAccountFromGroup(ctx, by, y.group, w.north.Account)
			return err
		}, []string{release.ActGroupMemberRemoved}, notOfPublisher()},
		{
			"RemovePackFromGroup", w.acme, func(by release.Actor) error { _, err := s.RemovePackFromGroup(ctx, by, y.group, y.pack); return err },
			[]string{release.ActGroupPackRemoved},
			notOfPublisher(),
		},
		{"DeleteGroup", w.acme, func(by release.Actor) error { return s.DeleteGroup(ctx, by, y.group) }, []string{release.ActGroupDeleted}, notOfPublisher()},
		{"Uninstall", w.north, func(by release.Actor) error { return s.Uninstall(ctx, by, y.attachment.ID) }, []string{release.ActDetached}, notOfAccount()},
		{
			"DeletePack", w.acme, func(by release.Actor) error { _, err := s.DeletePack(ctx, by, y.pack, "Alpha"); return err },
			[]string{release.ActPackDeleted},
			notOfPublisher(),
		},
		{"UploadVersion", w.acme, func(by release.Actor) error {
			v, err := s.UploadVersion(ctx, by, file("Mail", "9.0.0"))
			y.spare = v.ID
			return err
		}, []string{release.ActVersionUploaded}, nil},
		{"DeleteVersion", w.acme, func(by release.Actor) error { return s.DeleteVersion(ctx, by, y.spare) }, []string{release.ActVersionDeleted}, notOfPublisher()},
	}
}

// clockSteps are those of nobody: what they do is told as the scheduler's.
func (w *world) clockSteps() []step {
	ctx, s := w.t.Context(), w.svc
	quiet := func(method string, do func() error) step {
		return step{method: method, do: func(release.Actor) error { return do() }}
	}
	return []step{
		quiet("ApplyDue", func() error { _, err := s.ApplyDue(ctx, monday); return err }),
		quiet("RealignInstants", func() error { _, err := s.RealignInstants(ctx, monday); return err }),
		quiet("RecordDays", func() error { return s.RecordDays(ctx, monday) }),        // worked out anew from what the events tell of
		quiet("Remind", func() error { _, err := s.Remind(ctx, monday); return err }), // decides nothing: who is told, tells itself
		quiet("MendCounts", func() error { _, err := s.MendCounts(ctx); return err }),
		quiet("Tidy", func() error { _, err := s.Tidy(ctx, monday); return err }),
		quiet("SetUpLink", func() error {
			if _, err := s.SetUpLink(ctx); !errors.Is(err, release.ErrNotFound) {
				return errors.New("a set-up link beside an operator")
			}
			return nil
		}),
		quiet("SetUp", func() error {
			if _, err := s.SetUp(ctx, "guessed", release.Newcomer{Name: "Eve", Email: "eve@example.org", PasswordHash: "x"}); !errors.Is(err, release.ErrLinkInvalid) {
				return errors.New("set up with a guessed link")
			}
			return nil
		}),
	}
}
