package store

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"packtide/release"
)

// ruleOf tells which rule stands behind a constraint, index or trigger of the schema. What is missing here can only be
// violated by a fault of ours; a test holds the schema to that.
var ruleOf = map[string]*release.Error{
	"account_name_is_given":         release.ErrAccountNameMissing,
	"account_publishes_or_installs": release.ErrAccountPurpose,
	"one_account_per_name":          release.ErrAccountNameTaken,
	"person_email_is_given":         release.ErrEmailForm,
	"one_person_per_email":          release.ErrEmailTaken,
	"site_role_is_known":            release.ErrRoleMissing,
	"publisher_role_is_known":       release.ErrRoleMissing,
	"managed_role_is_known":         release.ErrRoleMissing,
	"membership_has_a_role":         release.ErrRoleMissing,

	"artifact_is_not_empty":          release.ErrFileEmpty,
	"package_name_is_technical":      release.ErrNameForm,         // R3
	"counting_of_versions_is_final":  release.ErrCountingFinal,    // R12
	"version_parts_are_not_negative": release.ErrVersionForm,      // R1
	"one_upload_per_version":         release.ErrVersionExists,    // R1
	"uploaded_version_is_immutable":  release.ErrVersionImmutable, // R1, R2
	"shareable_errors_have_a_reason": release.ErrShareableErrors,  // R4
	"override_reason_fits":           release.ErrOverrideReason,   // R4

	"pack_name_is_given":        release.ErrPackNameMissing, // R7
	"pack_description_is_short": release.ErrDescriptionLong, // R7
	"one_pack_per_name":         release.ErrPackNameTaken,   // R7

	"release_version_is_whole":     release.ErrVersionForm,        // R23
	"one_draft_release_per_pack":   release.ErrDraftExists,        // R14
	"one_pending_release_per_pack": release.ErrPendingExists,      // R14, R19
	"one_current_release_per_pack": release.ErrCurrentExists,      // R14
	"one_release_per_version":      release.ErrReleaseVersionUsed, // R23
	"decided_release_is_immutable": release.ErrMove,               // R13
	"decided_content_is_immutable": release.ErrMove,               // R13

	"decided_evidence_is_immutable": release.ErrEvidenceFinal, // R35
	"evidence_is_given_once":        release.ErrEvidenceGiven, // R35
	"evidence_label_is_given":       release.ErrEvidenceLabel,
	"evidence_note_fits":            release.ErrEvidenceNote,
	"evidence_link_is_https":        release.ErrEvidenceLink,
	"evidence_release_id_fkey":      release.ErrNotFound,
	"calendar_feed_account_id_fkey": release.ErrNotFound,

	"group_name_is_given":       release.ErrGroupNameMissing,
	"one_group_per_name":        release.ErrGroupNameTaken,
	"one_group_of_all_accounts": release.ErrGroupBuiltIn, // R25

	"attachment_name_is_given":       release.ErrAttachmentName,
	"one_name_per_account_and_pack":  release.ErrAttachmentNameTaken, // R6
	"one_attachment_of_single_pack":  release.ErrAttachedAlready,     // R6
	"one_running_opt_in_per_release": release.ErrOptedInAlready,      // R27
	"opt_in_pkey":                    release.ErrOptedInAlready,      // R27: undone and begun at one instant

	"one_environment_per_name":    release.ErrEnvironmentTaken,
	"environment_name_is_given":   release.ErrEnvironmentName,
	"classification_is_known":     release.ErrClassification,
	"environment_account_id_fkey": release.ErrNotFound,

	"feedback_verdict_is_known":   release.ErrVerdictMissing,      // R31
	"feedback_text_fits":          release.ErrFeedbackLong,        // R31
	"blocked_feedback_has_a_text": release.ErrFeedbackTextMissing, // R31
	"feedback_answer_is_given":    release.ErrAnswerMissing,       // R31
	"saved_view_name_is_given":    release.ErrSavedViewName,
	"saved_view_address_is_short": release.ErrSavedViewLong,
	"one_saved_view_per_name":     release.ErrSavedViewNameTaken,
	"viewing_has_a_reason":        release.ErrViewReason, // R34
	"token_scope_is_known":        release.ErrTokenScope,
	"agent_token_has_an_account":  release.ErrTokenAgent,
	"webhook_address_is_short":    release.ErrWebhookURLLong,

	// What is referred to is not there, or belongs to somebody else.
	"membership_person_id_fkey":                  release.ErrNotFound,
	"membership_account_id_fkey":                 release.ErrNotFound,
	"sign_in_link_person_id_fkey":                release.ErrNotFound,
	"api_token_person_id_fkey":                   release.ErrNotFound,
	"api_token_account_id_fkey":                  release.ErrNotFound,
	"package_publisher_id_fkey":                  release.ErrNotFound,
	"package_version_package_id_fkey":            release.ErrNotFound,
	"pack_publisher_id_fkey":                     release.ErrNotFound,
	"release_pack_id_fkey":                       release.ErrNotFound,
	"release_content_package_id_fkey":            release.ErrNotFound,
	"release_content_version_id_package_id_fkey": release.ErrNotFound,
	"account_group_publisher_id_fkey":            release.ErrNotFound,
	"group_member_group_id_fkey":                 release.ErrNotFound,
	"group_member_account_id_fkey":               release.ErrNotFound,
	"group_pack_group_id_publisher_id_fkey":      release.ErrNotFound,
	"group_pack_pack_id_publisher_id_fkey":       release.ErrNotFound,
	"attachment_pack_id_multiple_fkey":           release.ErrNotFound,
	"attachment_account_id_fkey":                 release.ErrNotFound,
	"feedback_release_id_pack_id_fkey":           release.ErrNotFound,
	"feedback_attachment_id_pack_id_fkey":        release.ErrNotFound,
	"feedback_pack_id_publisher_id_fkey":         release.ErrNotFound,
	"feedback_answer_feedback_id_fkey":           release.ErrNotFound,
	"release_look_account_id_fkey":               release.ErrNotFound,
	"opt_in_attachment_id_pack_id_fkey":          release.ErrNotFound,
	"opt_in_release_id_pack_id_fkey":             release.ErrNotFound,
}

// raced are constraints whose violation means that another transaction has just made what this one was about to make:
// begun again, it finds it.
func raced(constraint string) bool {
	return constraint == "one_package_per_name" // two first uploads of one package at once
}

// refuse turns what the database says into the refusal of the rule behind it, and anything else into an error that says
// what was attempted.
func refuse(attempt string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return release.ErrNotFound
	}
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		if rule, ok := ruleOf[said.ConstraintName]; ok {
			return rule
		}
	}
	return fmt.Errorf("%s: %w", attempt, err)
}

const (
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	lockNotAvailable     = "55P03"
)

func worthAnotherTry(err error) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) &&
		(said.Code == serializationFailure || said.Code == deadlockDetected || raced(said.ConstraintName))
}
