package release

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// message is what a webhook receives. Its shape is a promise: docs/webhooks.md tells it.
type message struct {
	Type      NoticeKind  `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Data      messageData `json:"data"`
}

type messageData struct {
	Publisher  *named             `json:"publisher,omitempty"`
	Account    *named             `json:"account,omitempty"`
	Pack       *named             `json:"pack,omitempty"`
	Release    *messageRelease    `json:"release,omitempty"`
	Before     *messageDate       `json:"before,omitempty"`
	Attachment *messageAttachment `json:"attachment,omitempty"`
	Package    *messagePackage    `json:"package,omitempty"`
	Change     string             `json:"change,omitempty"`
	Subject    string             `json:"subject,omitempty"`
	Outside    int                `json:"attachments_outside,omitempty"`
	Verdict    Verdict            `json:"verdict,omitempty"`
	Text       string             `json:"text,omitempty"`
}

type named struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
}

type messageDate struct {
	Date  *Date      `json:"date,omitempty"`
	DueAt *time.Time `json:"due_at,omitempty"`
}

type messageRelease struct {
	ID       ID         `json:"id"`
	Version  string     `json:"version,omitempty"`
	Date     *Date      `json:"date,omitempty"`
	TimeZone string     `json:"time_zone,omitempty"`
	DueAt    *time.Time `json:"due_at,omitempty"`
	Late     bool       `json:"late,omitempty"`
}

type messageAttachment struct {
	ID          ID     `json:"id"`
	Name        string `json:"name"`
	Environment string `json:"environment,omitempty"`
}

type messagePackage struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// message tells the notice to the publisher, who reads which account it is about, or to an account, which never reads of
// others, nor how a publisher names its groups.
func (n Notice) message(names map[ID]string, asPublisher bool) message {
	d := messageData{Change: n.Change, Subject: n.Subject, Verdict: n.Verdict, Text: n.Text}
	if !n.Publisher.IsZero() {
		d.Publisher = &named{n.Publisher, names[n.Publisher]}
	}
	if !n.Account.IsZero() {
		d.Account = &named{n.Account, names[n.Account]}
	}
	if !n.Pack.IsZero() {
		d.Pack = &named{n.Pack, n.PackName}
	}
	if !n.Attachment.IsZero() {
		d.Attachment = &messageAttachment{n.Attachment, n.AttachmentName, n.Environment}
	}
	if !n.Release.IsZero() {
		d.Release = &messageRelease{n.Release, n.Version, n.DueOn, n.Zone, n.DueAt, n.Late}
	}
	if n.WasDueOn != nil {
		d.Before = &messageDate{n.WasDueOn, n.WasDueAt}
	}
	if n.Kind == NoticeVersionAvailable {
		d.Package, d.Subject = &messagePackage{n.Subject, n.Version}, ""
	}
	switch {
	case asPublisher:
		d.Outside = n.Outside
	case strings.HasPrefix(n.Change, "group."):
		d.Subject = ""
	}
	return message{Type: n.Kind, Timestamp: n.At.UTC(), Data: d}
}

func (m message) encode() ([]byte, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write the message of %s: %w", m.Type, err)
	}
	return text, nil
}
