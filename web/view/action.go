package view

import "packtide/release"

// actionWords are what audit events say was done, as a phrase after "who".
var actionWords = map[string]string{
	release.ActAccountCreated: "opened an account",
	release.ActAccountEdited:  "edited an account",
	release.ActPersonInvited:  "invited a person",
	release.ActPersonJoined:   "joined",
	release.ActPersonDisabled: "disabled a person",
	release.ActPersonEnabled:  "let a person in again",
	release.ActPasswordSet:    "chose a new password",
	release.ActLinkMade:       "made a sign-in link",
	release.ActSignedIn:       "signed in",
	release.ActRoleChanged:    "changed a person's roles",
	release.ActTokenCreated:   "created an API token",
	release.ActTokenRevoked:   "revoked an API token",

	release.ActVersionUploaded: "uploaded a version",
	release.ActVersionDeleted:  "deleted a version",

	release.ActPackCreated:    "created a pack",
	release.ActPackEdited:     "edited a pack",
	release.ActPackDeleted:    "deleted a pack",
	release.ActPackageAdded:   "added a package",
	release.ActPackageRemoved: "removed a package from the next release",
	release.ActPackageKept:    "kept a package after all",

	release.ActDraftBegun:     "began a draft",
	release.ActDraftEdited:    "edited a draft",
	release.ActDraftDiscarded: "discarded a draft",
	release.ActReleased:       "released at once",
	release.ActScheduled:      "scheduled a release",
	release.ActRescheduled:    "moved a release to another date",
	release.ActWithdrawn:      "withdrew a release",
	release.ActSuperseded:     "replaced a release in testing",
	release.ActApplied:        "applied a release at midnight",
	release.ActInstantMoved:   "moved a release's instant, not its date",

	release.ActGroupCreated:       "created a group",
	release.ActGroupRenamed:       "renamed a group",
	release.ActGroupDeleted:       "deleted a group",
	release.ActGroupMemberAdded:   "added an account to a group",
	release.ActGroupMemberRemoved: "removed an account from a group",
	release.ActGroupPackAdded:     "added a pack to a group",
	release.ActGroupPackRemoved:   "removed a pack from a group",

	release.ActAttached: "installed a pack",
	release.ActDetached: "uninstalled a pack",
	release.ActOptedIn:  "opted in to a release in testing",
	release.ActWentBack: "went back to the current release",

	release.ActCountsMended: "corrected summary counts",
}

// ActionWords says what an audit event's action is; an action without words shows its own name.
func ActionWords(action string) string {
	if words, ok := actionWords[action]; ok {
		return words
	}
	return action
}
