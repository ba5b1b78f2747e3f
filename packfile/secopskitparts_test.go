package packfile_test

import (
	"strings"
)

// The descriptions for language models, made from the lists of their fields.
func soActionAI(action string) string {
	flags := func(names string) string {
		var b strings.Builder
		for name := range strings.FieldsSeq(names) {
			b.WriteString("    " + name + ": false\n")
		}
		return b.String()
	}
	return action + `:
  ai_description: Tests the connection.
  ai_short_description: Tests it.
  parameters_description: None.
  capabilities:
    reasoning: Reads only.
    external_data_mutation_explanation: null
    internal_data_mutation_explanation: null
` + flags(`can_create_case_comments can_create_insight can_modify_alert_data can_mutate_external_data
		can_mutate_internal_data can_update_entities fetches_data`) + `  entity_usage:
    reasoning: Has no entities.
    entity_types: {}
` + flags(`filters_by_additional_properties filters_by_alert_identifier filters_by_case_identifier filters_by_creation_time
		filters_by_entity_type filters_by_identifier filters_by_is_artifact filters_by_is_enriched filters_by_is_internal
		filters_by_is_pivot filters_by_is_suspicious filters_by_is_vulnerable filters_by_modification_time`) + `  outcome_categories:
    reasoning: Does nothing.
` + flags(`add_alert_comment add_ioc_to_allowlist add_ioc_to_blocklist contain_host create_ticket delete_email disable_identity
		download_file enable_identity enrich_asset enrich_ioc execute_command_on_the_host get_alert_information
		remove_ioc_from_allowlist remove_ioc_from_blocklist reset_identity_password search_asset search_email search_events
		send_email send_message submit_file uncontain_host update_alert update_email update_identity update_ticket`)
}

const soIntegrationAI = `product_categories:
  reasoning: It guards hosts.
  asset_inventory: false
  cloud_security: false
  collaboration: false
  edr: true
  email_security: false
  iam_and_identity_management: false
  itsm: false
  network_security: false
  siem: false
  threat_intelligence: false
  vulnerability_management: false
`

// The scripts have what the rules for Python look at: future annotations, docstrings, hints, a class, error handling.
const (
	soModule = "\"\"\"Helps the tests.\"\"\"\n\nfrom __future__ import annotations\n"

	soScript = `"""Fetches from the server."""

from __future__ import annotations

from ..core.client import GuardClient


class Fetch:
    """Fetches once."""

    def run(self) -> None:
        """Runs it."""
        try:
            GuardClient("API Root", "API Key", "Verify SSL").get()
        except ValueError as error:
            raise RuntimeError("Failed to fetch") from error
`

	soPing = `"""Tests the connection."""

from __future__ import annotations

from TIPCommon.base.action import Action

from ..core.client import GuardClient


class Ping(Action):
    """Tests the connection."""

    def run(self) -> str:
        """Runs it."""
        try:
            GuardClient("API Root", "API Key", "Verify SSL").get()
        except ValueError as error:
            return f"Failed to connect to the Acme Guard server! Error is {error}"
        return "Successfully connected to the Acme Guard server!"
`

	soBlockHostScript = `"""Blocks a host."""

from __future__ import annotations

from TIPCommon.base.action import Action

from ..core.client import GuardClient


class BlockHost(Action):
    """Blocks a host."""

    def run(self) -> None:
        """Runs it."""
        try:
            self.json_results = GuardClient("API Root", "API Key", "Verify SSL").get()
        except ValueError as error:
            raise RuntimeError("Failed to block") from error
`

	soClient = `"""The client of the server."""

from __future__ import annotations

import requests
from pydantic import BaseModel


class Answer(BaseModel):
    """What the server answers."""

    blocked: bool


class GuardClient:
    """Talks to the server."""

    def __init__(self, root: str, key: str, verify: str) -> None:
        """Signs in."""
        self.session = requests.Session()

    def get(self) -> Answer:
        """Asks the server."""
        return Answer(blocked=True)
`
)

// soPNG is a picture of one dot.
const soPNG = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
	"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
