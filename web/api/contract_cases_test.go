package api

import (
	"fmt"
	"maps"

	"packtide/release"
)

type fields = map[string]any

func get(as, format string, args ...any) attempt {
	return attempt{as: as, path: fmt.Sprintf(format, args...)}
}

func put(as string, body any, format string, args ...any) attempt {
	return attempt{as: as, body: body, path: fmt.Sprintf(format, args...)}
}

// fixed is an attempt that needs nothing but the world.
func fixed(a attempt) func(*walk) attempt { return func(*walk) attempt { return a } }

// staged is an attempt on a stage of its own.
func staged(make func(*stage) attempt) func(*walk) attempt {
	return func(k *walk) attempt { return make(k.stage()) }
}

// oneStatus is a further request with the status that it answers.
type oneStatus struct {
	status int
	make   func(*walk) attempt
}

func fixedAt(status int, a attempt) oneStatus { return oneStatus{status, fixed(a)} }

func stagedAt(status int, make func(*stage) attempt) oneStatus {
	return oneStatus{status, staged(make)}
}

// nobodysID is an id that nothing has.
func nobodysID() release.ID { return release.NewID(worldBegins) }

// attempts is a request that works for each operation. Each noun's own table stands in a file of the noun's name.
func attempts() map[string]func(*walk) attempt {
	return together(
		meAttempts(),
		packagesAttempts(),
		packsAttempts(),
		releasesAttempts(),
		evidenceAttempts(),
		feedbackAttempts(),
		groupsAttempts(),
		accountsAttempts(),
		attachmentsAttempts(),
		installBaseAttempts(),
		peopleAttempts(),
		settingsAttempts(),
		viewsAttempts(),
		webhookAttempts(),
		differencesAttempts(),
		lookingAttempts(),
	)
}

// moreAttempts are what single operations answer besides: conflicts with rules, other kinds of answers, and refusals of their own.
func moreAttempts() map[string][]oneStatus {
	return together(
		morePackagesAttempts(),
		morePacksAttempts(),
		moreReleasesAttempts(),
		moreEvidenceAttempts(),
		moreFeedbackAttempts(),
		moreGroupsAttempts(),
		moreAccountsAttempts(),
		moreAttachmentsAttempts(),
		moreInstallBaseAttempts(),
		morePeopleAttempts(),
		moreSettingsAttempts(),
		moreViewsAttempts(),
		moreWebhookAttempts(),
		moreDifferencesAttempts(),
		moreLookingAttempts(),
	)
}

// together is all the tables in one; no operation stands in two of them.
func together[T any](tables ...map[string]T) map[string]T {
	all := map[string]T{}
	n := 0
	for _, t := range tables {
		maps.Copy(all, t)
		n += len(t)
	}
	if len(all) != n {
		panic("an operation stands in two tables of attempts")
	}
	return all
}
