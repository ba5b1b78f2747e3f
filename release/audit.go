package release

import "time"

// Event is an audit event (R33). Before and After hold what changed, by field; either may be nil.
type Event struct {
	ID          ID
	At          time.Time
	Actor       Actor
	Action      string // noun.verb: "release.scheduled"
	Subject     ID
	SubjectName string
	Publisher   ID // the tenants that may read it
	Account     ID
	Pack        ID
	Reason      string
	Before      map[string]any
	After       map[string]any
	notice      *Notice // what others are told of it; nil: nothing
}

// The actions, by noun.
const (
	ActAccountCreated = "account.created"
	ActAccountEdited  = "account.edited"
	ActPersonInvited  = "person.invited"
	ActPersonJoined   = "person.joined"
	ActPersonDisabled = "person.disabled"
	ActPersonEnabled  = "person.enabled"
	ActPasswordSet    = "person.password_set"
	ActLinkMade       = "person.link_made"
	ActSignedIn       = "person.signed_in"
	ActRoleChanged    = "person.roles_changed"
	ActTokenCreated   = "token.created"
	ActTokenRevoked   = "token.revoked"
	ActMailChosen     = "person.mail_chosen"

	ActVersionUploaded = "version.uploaded"
	ActVersionDeleted  = "version.deleted"

	ActPackCreated    = "pack.created"
	ActPackEdited     = "pack.edited"
	ActPackDeleted    = "pack.deleted"
	ActPackageAdded   = "pack.package_added"
	ActPackageRemoved = "pack.package_removed"
	ActPackageKept    = "pack.removal_undone"

	ActDraftBegun          = "release.draft_begun"
	ActDraftEdited         = "release.draft_edited"
	ActDraftDiscarded      = "release.draft_discarded"
	ActReleased            = "release.released"
	ActScheduled           = "release.scheduled"
	ActRescheduled         = "release.rescheduled"
	ActWithdrawn           = "release.withdrawn"
	ActSuperseded          = "release.superseded"
	ActApplied             = "release.applied"
	ActInstantMoved        = "release.instant_moved"
	ActCalendarFeedMade    = "account.calendar_feed_made"
	ActCalendarFeedRevoked = "account.calendar_feed_revoked"
	ActEvidenceItems       = "account.evidence_items_set"
	ActEvidenceGiven       = "release.evidence_given"
	ActEvidenceTakenBack   = "release.evidence_taken_back"
	ActGroupCreated        = "group.created"
	ActGroupRenamed        = "group.renamed"
	ActGroupDeleted        = "group.deleted"
	ActGroupMemberAdded    = "group.account_added"
	ActGroupMemberRemoved  = "group.account_removed"
	ActGroupPackAdded      = "group.pack_added"
	ActGroupPackRemoved    = "group.pack_removed"

	ActAttached = "attachment.installed"
	ActDetached = "attachment.uninstalled"
	ActOptedIn  = "attachment.opted_in"
	ActWentBack = "attachment.went_back"

	ActEnvironmentMade = "account.environment_made"
	ActMovedThere      = "attachment.environment_set"

	ActFeedbackGiven    = "feedback.given"
	ActFeedbackAnswered = "feedback.answered"

	ActCountsMended = "counts.mended"

	ActWebhookAdded   = "webhook.added"
	ActWebhookEdited  = "webhook.edited"
	ActWebhookRotated = "webhook.secret_rotated"
	ActWebhookDeleted = "webhook.deleted"
	ActWebhookPaused  = "webhook.paused"
	ActWebhookResent  = "webhook.resent" // messages that were given up

	ActViewSaved   = "view.saved"
	ActViewRenamed = "view.renamed"
	ActViewDeleted = "view.deleted"
	ActViewedAs    = "support.viewed_as"
	ActViewEnded   = "support.view_ended"
)
