package store_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"packtide/store"
	"packtide/store/storetest"
)

// faults are the constraints that no input can violate: only a fault of ours does, so it is logged as one.
var faults = []string{
	// Ids, hashes and numbers that we make ourselves, under a lock where they count.
	"account_pkey", "person_pkey", "membership_pkey", "sign_in_link_pkey", "sign_in_failure_pkey", "api_token_pkey", "api_token_token_hash_key",
	"sessions_pkey", "artifact_pkey", "artifact_has_a_sha256", "artifact_part_pkey", "package_pkey", "package_version_pkey", "pack_pkey", "release_pkey",
	"release_content_pkey", "release_pack_id_number_key", "version_contents_pkey", "account_group_pkey", "group_member_pkey", "group_pack_pkey", "attachment_pkey",
	"attachment_count_pkey", "opt_in_count_pkey", "pack_day_pkey", "attachment_place_count_pkey", "opt_in_place_count_pkey", "saved_view_pkey", "audit_event_pkey",
	// Targets of composite foreign keys.
	"package_id_publisher_id_key", "package_version_id_package_id_key", "pack_id_multiple_key", "pack_id_publisher_id_key", "release_id_pack_id_key",
	"account_group_id_publisher_id_key", "attachment_id_pack_id_key",
	// States that package release moves through as a whole.
	"link_purpose_is_known", "only_setup_has_no_person", "deletion_has_an_author", "release_state_is_known", "release_plan_is_known",
	"decided_release_has_version", "pending_release_has_instant", "testing_ends_with_pending", "testing_ends_after_it_began",
	"released_release_has_instant", "only_released_release_ends", "ended_testing_was_pending", "attachment_id_tells_instant",
	"detached_after_attached", "detachment_has_an_author", "opt_in_ends_after_it_began", "undoing_has_an_author", "audit_source_is_known",
	"audit_events_are_append_only", "contents_of_version_are_immutable",
	// Rows that were read, or written, earlier in the same transaction; people who act are there.
	"artifact_part_sha256_fkey", "package_version_sha256_fkey", "package_version_uploaded_by_fkey", "package_version_deleted_by_fkey",
	"package_version_compared_with_fkey", "version_contents_version_id_fkey", "check_settings_are_few",
	"feedback_pkey", "feedback_answer_pkey", "release_look_pkey", "feedback_id_tells_instant", "feedback_is_append_only",
	"feedback_answers_are_append_only", "release_looks_are_append_only", "feedback_account_id_fkey", "feedback_file_id_fkey",
	"feedback_by_id_fkey", "feedback_answer_by_id_fkey", "release_look_release_id_fkey", "release_look_by_id_fkey",
	"api_idempotency_pkey", "idempotency_answer_is_whole",
	"file_pkey", "file_name_is_given", "file_sha256_fkey", "file_added_by_fkey",
	"evidence_item_pkey", "evidence_pkey", "evidence_item_publisher_id_fkey", "evidence_item_id_fkey", "evidence_file_id_fkey", "evidence_file_id_key",
	"evidence_given_by_fkey", "calendar_feed_pkey", "calendar_feed_secret_hash_key", "calendar_feed_created_by_fkey", "feed_kind_is_known",
	"feed_secret_is_hashed", "one_live_feed_per_account_and_kind",
	"version_component_pkey", "one_main_component_per_version", "version_component_version_id_package_id_fkey",
	"version_component_package_id_publisher_id_fkey", "environment_created_by_fkey",
	"support_view_pkey", "support_view_person_id_fkey", "support_view_account_id_fkey", "view_as_is_known", "viewing_lasts_an_hour_at_most",
	"viewing_ends_after_it_began", "ending_says_how",
	"observed_pkey", "observed_attachment_id_pack_id_fkey", "observed_release_id_pack_id_fkey", "observed_status_is_known", "observed_detail_fits",
	"observed_in_order", "observed_change_pkey", "observed_change_attachment_id_pack_id_fkey", "observed_change_release_id_pack_id_fkey",
	"observed_change_is_known", "observed_change_detail_fits", "observed_count_pkey", "observed_count_release_id_pack_id_fkey",
	"release_reminder_pkey", "release_reminder_release_id_fkey", "failure_told_pkey", "failure_told_attachment_id_fkey", "failure_told_release_id_fkey",
	"webhook_pkey", "webhook_account_id_fkey", "webhook_created_by_fkey", "webhook_hears_something", "old_secrets_end", "webhook_delivery_pkey",
	"webhook_delivery_webhook_id_fkey", "webhook_delivery_account_id_fkey", "one_delivery_per_notice", "delivery_state_is_known",
	"waiting_delivery_has_a_next_try", "ended_delivery_tells_when",
	"mail_pkey", "mail_person_id_fkey", "mail_account_id_fkey", "mail_state_is_known", "mail_ends_with_its_state", "one_mail_per_notice_person_and_account",
	"invitation_mail_pkey", "invitation_mail_person_id_fkey", "invitation_mail_account_id_fkey", "invitation_state_is_known",
	"invitation_secret_goes_with_its_end",
	"mail_choice_pkey", "mail_choice_person_id_fkey", "mail_choice_account_id_fkey", "mail_choice_is_known",
	"release_created_by_fkey", "release_decided_by_fkey", "release_content_release_id_fkey", "attachment_attached_by_fkey",
	"attachment_detached_by_fkey", "opt_in_by_id_fkey", "opt_in_ended_by_fkey", "attachment_count_pack_id_fkey", "opt_in_count_release_id_fkey",
	"pack_day_pack_id_fkey", "attachment_place_count_pack_id_fkey", "opt_in_place_count_release_id_fkey", "saved_view_person_id_fkey", "saved_view_account_id_fkey",
}

// TestEveryConstraintHasItsPlace: whatever the schema can refuse is either a rule's refusal, a race that another try
// settles, or known to be a fault; a new constraint has to be put somewhere.
func TestEveryConstraintHasItsPlace(t *testing.T) {
	t.Parallel()
	rows, err := storetest.New(t).Pool.Query(t.Context(), `
		SELECT conname FROM pg_constraint
		 WHERE connamespace = 'public'::regnamespace AND contype <> 'n' AND conrelid <> 'schema_migrations'::regclass AND conrelid::regclass::text NOT LIKE 'river\_%'
		UNION
		SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
		 WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace AND i.indrelid <> 'schema_migrations'::regclass AND i.indrelid::regclass::text NOT LIKE 'river\_%' -- River's own
		UNION
		SELECT tgname FROM pg_trigger WHERE NOT tgisinternal`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(all) < 80 {
		t.Fatalf("%d constraints, %v: the test does not look well", len(all), err)
	}
	for _, name := range all {
		places := 0
		for _, placed := range []bool{store.HasRule(name), store.Raced(name), slices.Contains(faults, name)} {
			if placed {
				places++
			}
		}
		if places != 1 {
			t.Errorf("%s has %d places, want 1: give it a rule in errors.go, or list it as a fault", name, places)
		}
	}
	for _, name := range append(store.RuleNames(), faults...) {
		if !slices.Contains(all, name) {
			t.Errorf("%s is not in the schema", name)
		}
	}
}
