package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"packtide/release"
)

// Webhooks is the account's webhooks, with the form for another one.
type Webhooks struct {
	Rows    []release.WebhookRow
	MayKeep bool
	Kinds   []release.NoticeKind // that a new one can hear of
	Form    WebhookForm
	Made    *MadeWebhook // just made: its secret is shown this once
	Clock   Clock
}

// WebhookForm is what was typed about a webhook.
type WebhookForm struct {
	URL    string
	Kinds  []release.NoticeKind
	On     bool
	Errors []FieldError
}

// MadeWebhook is a secret that is shown this once.
type MadeWebhook struct {
	Host   string
	Secret string
	Until  string // non-empty: an older secret signs too
}

// WebhookOne is one webhook with a page of what was sent to it.
type WebhookOne struct {
	Row        release.WebhookRow
	MayKeep    bool
	Kinds      []release.NoticeKind // that it can hear of
	Form       WebhookForm
	Made       *MadeWebhook
	Deliveries []release.Delivery
	Dead       bool // the failed ones alone
	Newer      string
	Older      string
	Clock      Clock
}

// kindWords are the kinds of notices for people.
var kindWords = map[release.NoticeKind]string{
	release.NoticeOpened:           "A testing period begins",
	release.NoticeMoved:            "The date of a release moves",
	release.NoticeWithdrawn:        "A release is withdrawn",
	release.NoticeSuperseded:       "A release in testing is overtaken by another",
	release.NoticeDueInWeek:        "A release comes in 7 days",
	release.NoticeDueInDay:         "A release comes in 24 hours",
	release.NoticeApplied:          "A release has become current",
	release.NoticePackDeleted:      "A pack is deleted",
	release.NoticeOptedIn:          "An attachment begins to try a release",
	release.NoticeWentBack:         "An attachment goes back to the current release",
	release.NoticeFeedbackGiven:    "Feedback is given",
	release.NoticeFeedbackAnswered: "Feedback is answered",
	release.NoticeDeliveryFailed:   "A platform could not install a release",
	release.NoticeVersionAvailable: "A newer shareable version is there for a pack",
	release.NoticeAccessChanged:    "Groups, roles or people change",
	release.NoticeWebhookPaused:    "A webhook is paused because it fails",
	release.NoticeTest:             "A test",
	release.NoticeInvitation:       "An invitation",
}

// KindWord is a kind of notice for people.
func KindWord(k release.NoticeKind) string { return kindWords[k] }

func kindOptions(kinds []release.NoticeKind) []Option {
	options := make([]Option, len(kinds))
	for i, k := range kinds {
		options[i] = Option{Value: string(k), Label: KindWord(k), Hint: string(k)}
	}
	return options
}

func chosenKinds(kinds []release.NoticeKind) map[string]bool {
	chosen := map[string]bool{}
	for _, k := range kinds {
		chosen[string(k)] = true
	}
	return chosen
}

// kindsText is how much a webhook hears of.
func kindsText(w release.WebhookRow) string {
	if len(w.Kinds) == 1 {
		return KindWord(w.Kinds[0])
	}
	return fmt.Sprintf("%d kinds of events", len(w.Kinds))
}

func webhookState(w release.WebhookRow) (word string, tone Tone, icon string) {
	switch {
	case w.SaidGone():
		return "Paused: it is gone", Red, "ban"
	case w.PausedAt != nil:
		return "Paused: it has failed", Red, "ban"
	case w.OffAt != nil:
		return "Off", Grey, "circle"
	case w.FailingSince != nil:
		return "Failing", Amber, "triangle-alert"
	default:
		return "On", Green, "circle-check"
	}
}

func deliveryState(d release.Delivery) (word string, tone Tone, icon string) {
	switch {
	case d.State == release.DeliveryDelivered:
		return "Delivered", Green, "circle-check"
	case d.State == release.DeliveryDead:
		return "Given up", Red, "circle-x"
	case d.Attempts == 0:
		return "Waiting", Grey, "hourglass"
	default:
		return "Trying again", Amber, "hourglass"
	}
}

// attemptsText is how often it was tried, and what the last answer was.
func attemptsText(d release.Delivery) string {
	text := Counted(d.Attempts, "attempt")
	if d.Status != 0 {
		text += fmt.Sprintf(", answered %d", d.Status)
	}
	return text
}

// indented is a message as people read it; what is signed and sent is the same without the room.
func indented(payload []byte) string {
	var out bytes.Buffer
	if err := json.Indent(&out, payload, "", "  "); err != nil {
		return string(payload)
	}
	return out.String()
}

func webhookPath(w release.WebhookRow) string { return "/settings/webhooks/" + w.ID.String() }

func deliveryPath(w release.WebhookRow, d release.Delivery) string {
	return webhookPath(w) + "/deliveries/" + d.ID.String()
}

// heard tells whether the person who may keep it can choose the kind.
func (w WebhookOne) options() []Option {
	kinds := slices.Clone(w.Kinds)
	for _, k := range w.Row.Kinds {
		if !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kindOptions(kinds)
}

// pausedText is why packtide has paused the webhook, and what to do.
func (w WebhookOne) pausedText() string {
	if w.Row.SaidGone() {
		return "The receiver has answered that it is gone (410). If that was a mistake, turn the webhook on, then send again what was given up; else delete it."
	}
	return "It had failed for days. Mend the receiver, turn the webhook on, then send again what was given up."
}

// deadTabs lead to all messages and to those that were given up.
func (w WebhookOne) tabs() []Tab {
	return []Tab{
		{Href: webhookPath(w.Row), Label: "All messages", Current: !w.Dead},
		{Href: webhookPath(w.Row) + "?state=dead", Label: "Given up", Current: w.Dead, Count: &w.Row.Dead},
	}
}

// WebhookDelete asks before a webhook is deleted.
func WebhookDelete(w release.WebhookRow) Confirm {
	return Confirm{
		Title:  "Delete the webhook to " + w.Host() + "?",
		Text:   "Nothing is sent there any more, and what was sent can no longer be read. This can't be undone: add it again with a new secret instead.",
		Action: webhookPath(w) + "/delete", Button: "Delete the webhook", Danger: true, CancelHref: webhookPath(w),
	}
}
