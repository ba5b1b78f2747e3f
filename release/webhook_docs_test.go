package release

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// exampleNotices are one of each kind, as the use cases make them.
func exampleNotices() []Notice {
	at := time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)
	due, was := time.Date(2027, 1, 31, 23, 0, 0, 0, time.UTC), time.Date(2027, 1, 24, 23, 0, 0, 0, time.UTC)
	on, wasOn := Date{2027, time.February, 1}, Date{2027, time.January, 25}
	id := func(n byte) ID { return ID{0x01, 0x94, 0x53, 0x5b, 0x10, 0, 0x70, 0, 0x80, 15: n} }
	base := Notice{Publisher: id(1), Pack: id(2), PackName: "CRM Connector", Release: id(3), Version: "2.1.0"}
	planned := base
	planned.DueOn, planned.DueAt, planned.Zone, planned.Everyone = &on, &due, "Europe/Paris", true
	moved := planned
	moved.WasDueOn, moved.WasDueAt, moved.Text = &wasOn, &was, "The regression test takes longer."
	withdrawn := planned
	withdrawn.Text = "A defect in the mapping."
	one := Attachment{ID: id(5), Account: id(4), Name: "Production", Environment: "EU"}
	trial := planned.from(one)
	trial.Everyone = false
	said := trial
	said.Verdict, said.Text = VerdictBlocked, "Deals without a stage are skipped."
	answered := Notice{Publisher: id(1), Pack: id(2), PackName: "CRM Connector", Release: id(3), Verdict: VerdictBlocked, Text: "Mended in 2.1.1."}.from(one)
	failed := trial
	failed.Text = "unpack: no space left on device"
	deleted := planned
	deleted.Release, deleted.Version, deleted.DueOn, deleted.DueAt, deleted.Zone = ID{}, "", nil, nil, ""
	all := []Notice{planned, moved, withdrawn, planned, planned, planned, planned, deleted, trial, trial, said, answered, failed}
	all = append(all,
		Notice{Publisher: id(1), Pack: id(2), PackName: "CRM Connector", Subject: "CRM Sync", Version: "1.8.0"},
		Notice{Publisher: id(1), Account: id(4), Subject: "Gold customers", Change: ActGroupMemberRemoved, Outside: 3},
		Notice{Publisher: id(1), Subject: "hooks.example.com", Text: "Nothing has arrived since 2027-01-08 09:00:00 UTC."})
	for i, kind := range NoticeKinds() {
		all[i].Kind, all[i].At = kind, at
	}
	return all
}

// The examples of docs/webhooks.md are what is sent, one of each kind, as the publisher receives it.
func TestWebhookExamplesAreTrue(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	names := map[ID]string{exampleNotices()[0].Publisher: "Meridian Connect", exampleNotices()[8].Account: "Nordlys Insurance"}
	for _, n := range exampleNotices() {
		payload, err := n.message(names, true).encode()
		if err != nil {
			t.Fatal(err)
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, payload, "", "  "); err != nil {
			t.Fatal(err)
		}
		want := "### `" + string(n.Kind) + "`\n"
		if !strings.Contains(string(text), want) || !strings.Contains(string(text), "```json\n"+indented.String()+"\n```\n") {
			t.Errorf("docs/webhooks.md lacks %swith\n%s", want, &indented)
		}
	}
	// What an account receives never names how the publisher calls its groups, nor counts its attachments.
	for _, n := range exampleNotices() {
		payload, err := n.message(names, false).encode()
		if err != nil || bytes.Contains(payload, []byte("Gold")) || bytes.Contains(payload, []byte("attachments_outside")) {
			t.Errorf("%s, %v", payload, err)
		}
	}
}
