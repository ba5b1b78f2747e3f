package main

import (
	"strings"
	"testing"
)

// TestWebhooksByCommandLine: a webhook is added, changed, tried, given a new secret and deleted; other accounts don't find it.
func TestWebhooksByCommandLine(t *testing.T) {
	t.Parallel()
	st := newCLIStage(t)
	paris, viewer, kiwi := st.as(cliPublisher), st.as(cliViewer), st.as(cliKiwi)
	paris.does([]string{"packtide webhooks add"}, "webhooks", "list")
	secret := strings.TrimSpace(paris.does([]string{"whsec_"}, "webhooks", "add", "https://hooks.meridian.example/in", "--kind", "release.opened", "--kind", "version.available"))
	if strings.ContainsAny(secret, " \n") {
		t.Errorf("besides the secret standard output has %q", secret)
	}
	list := paris.does([]string{"https://hooks.meridian.example/in", "on", "release.opened, version.available"}, "webhooks", "list")
	if strings.Contains(list, secret) {
		t.Error("the secret is told again")
	}
	id := part(t, list, `(\S+)\n$`)
	paris.does([]string{"is off, and hears of release.opened"}, "webhooks", "edit", id, "--no-on")
	paris.fails(exitConflict, []string{"Turn it on first"}, "webhooks", "test", id)
	paris.fails(exitRefused, []string{"nonsense"}, "webhooks", "edit", id, "--kind", "nonsense")
	paris.fails(exitUsage, []string{"--no-on"}, "webhooks", "edit", id)
	paris.does([]string{"is on, and hears of release.applied."}, "webhooks", "edit", id, "--on", "--kind", "release.applied")
	paris.does([]string{"on its way", "webhooks sent " + id}, "webhooks", "test", id)
	sent := paris.does([]string{"test", "waiting"}, "webhooks", "sent", id)
	paris.does([]string{"Nothing was sent"}, "webhooks", "sent", id, "--state", "dead")
	paris.fails(exitConflict, []string{"not among the failed ones"}, "webhooks", "resend", id, part(t, sent, `(\S+)\n$`))
	paris.does([]string{"0 messages"}, "webhooks", "resend", id)
	if other := paris.does([]string{"whsec_"}, "webhooks", "rotate", id); strings.TrimSpace(other) == secret {
		t.Error("the new secret is the old one")
	}
	viewer.does([]string{"https://hooks.meridian.example/in"}, "webhooks", "list")
	viewer.fails(exitForbidden, nil, "webhooks", "rotate", id)
	kiwi.fails(exitNotFound, nil, "webhooks", "sent", id)
	kiwi.fails(exitNotFound, nil, "webhooks", "delete", id, "--yes")
	paris.fails(exitUsage, []string{"--yes"}, "webhooks", "delete", id)
	paris.does([]string{"Deleted"}, "webhooks", "delete", id, "--yes")
	paris.fails(exitNotFound, nil, "webhooks", "test", id)
}
