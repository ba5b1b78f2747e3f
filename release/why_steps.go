package release

import "slices"

// WhyStep is one question on the way to an answer: whether its case fits, and by which rule.
type WhyStep struct {
	Case WhyCase
	Rule string // empty: a fact, and no rule
	Asks string
	Fits bool
}

// whyQuestion is a case with what tells whether it fits. The first that does is the answer; the last one always does.
type whyQuestion[F any] struct {
	is   WhyCase
	rule string
	asks string
	fits func(F) bool
}

// stepsTo asks one after the other, up to the first that fits.
func stepsTo[F any](questions []whyQuestion[F], facts F) []WhyStep {
	var steps []WhyStep
	for _, q := range questions {
		step := WhyStep{q.is, q.rule, q.asks, q.fits == nil || q.fits(facts)}
		if steps = append(steps, step); step.Fits {
			break
		}
	}
	return steps
}

var whyQuestions = []whyQuestion[WhyFacts]{
	{WhyPackDeleted, "R11", "Was it uninstalled because its pack was deleted?", func(f WhyFacts) bool {
		return f.Row.DetachedAt != nil && f.PackDeleted != nil && !f.Row.DetachedAt.Before(*f.PackDeleted)
	}},
	{WhyUninstalled, "", "Was it uninstalled?", func(f WhyFacts) bool { return f.Row.DetachedAt != nil }},
	{WhyFailed, "", "Did its agent report that it could not install what it should run?", func(f WhyFacts) bool {
		return f.Row.Ledger() == LedgerFailed
	}},
	{WhyRuns, "R26", "Is no release in testing, so that it runs the current one?", func(f WhyFacts) bool { return f.Row.Pending == nil }},
	{WhyOverdue, "R18", "Was a release due more than an hour ago?", func(f WhyFacts) bool {
		due := f.Row.Pending.DueAt
		return due != nil && f.At.After(due.Add(lateAfter))
	}},
	{WhyDue, "R18", "Is a release being applied now?", func(f WhyFacts) bool {
		due := f.Row.Pending.DueAt
		return due != nil && !f.At.Before(*due)
	}},
	{WhyTries, "R27", "Has it opted in to the release in testing?", func(f WhyFacts) bool { return f.Row.Trying() }},
	{WhyWaits, "R26", "Has nobody chosen to try the release in testing here, so that it runs the current one?", nil},
}

var whyNotQuestions = []whyQuestion[WhyNotFacts]{
	{WhyInstalled, "", "Has the account installed it after all?", func(f WhyNotFacts) bool {
		return slices.ContainsFunc(f.Attachments, func(a AttachmentRow) bool { return a.DetachedAt == nil })
	}},
	{WhyPackDeleted, "R11", "Was the pack deleted?", func(f WhyNotFacts) bool { return f.PackDeleted != nil }},
	{WhyInstallsNone, "", "Does the account install no packs at all?", func(f WhyNotFacts) bool { return !f.Account.Managed }},
	{WhyGone, "R29", "Did the account have it and uninstall it?", func(f WhyNotFacts) bool { return len(f.Attachments) > 0 }},
	{WhyNeverReleased, "R21", "Has the pack no release yet?", func(f WhyNotFacts) bool { return f.Current == nil }},
	{WhyInNoGroup, "R25", "Is the account in no group that offers the pack?", func(f WhyNotFacts) bool { return len(f.Groups) == 0 }},
	{WhyNeverInstalled, "R25", "May the account install it, and has nobody there done so yet?", nil},
}
