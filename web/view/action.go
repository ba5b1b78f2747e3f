package view

import (
	"strings"
	"time"

	"packtide/release"
)

// ActionWord is how an action of the audit reads.
type ActionWord struct {
	Words  string // after "who", alone: "scheduled a release"
	Phrase string // after the actor's name, with %s for the subject, {account} and {pack} for what else the event names
	Icon   string
}

// actionWords is the one table of the words for actions.
var actionWords = map[string]ActionWord{
	release.ActAccountCreated: {"opened an account", "opened the account %s", "building-2"},
	release.ActAccountEdited:  {"edited an account", "changed the account %s", "building-2"},
	release.ActPersonInvited:  {"invited a person", "invited %s", "mail"},
	release.ActPersonJoined:   {"joined", "joined as %s", "user"},
	release.ActPersonDisabled: {"disabled a person", "locked %s out", "ban"},
	release.ActPersonEnabled:  {"let a person in again", "let %s in again", "user"},
	release.ActPasswordSet:    {"chose a new password", "chose a password for %s", "key-round"},
	release.ActLinkMade:       {"made a sign-in link", "made a sign-in link for %s", "link"},
	release.ActSignedIn:       {"signed in", "signed in as %s", "log-in"},
	release.ActRoleChanged:    {"changed a person's roles", "changed the roles of %s", "shield"},
	release.ActTokenCreated:   {"created an API token", "made the token %s", "key-round"},
	release.ActTokenRevoked:   {"revoked an API token", "revoked the token %s", "key-round"},
	release.ActMailChosen:     {"chose their messages", "chose the messages to %s", "mail"},

	release.ActVersionUploaded: {"uploaded a version", "uploaded %s", "upload"},
	release.ActVersionDeleted:  {"deleted a version", "deleted %s", "trash-2"},

	release.ActPackCreated:    {"created a pack", "created the pack %s", "boxes"},
	release.ActPackEdited:     {"edited a pack", "edited the pack %s", "pencil"},
	release.ActPackDeleted:    {"deleted a pack", "deleted the pack %s", "trash-2"},
	release.ActPackageAdded:   {"added a package", "added %s to the next release", "plus"},
	release.ActPackageRemoved: {"removed a package from the next release", "removed %s from the next release", "trash-2"},
	release.ActPackageKept:    {"kept a package after all", "kept %s in the next release", "undo-2"},

	release.ActDraftBegun:     {"began a draft", "began the next release of %s", "pencil"},
	release.ActDraftEdited:    {"edited a draft", "prepared the next release of %s", "pencil"},
	release.ActDraftDiscarded: {"discarded a draft", "discarded the draft of %s", "trash-2"},
	release.ActReleased:       {"released at once", "released %s at once", "rocket"},
	release.ActScheduled:      {"scheduled a release", "scheduled %s", "calendar-clock"},
	release.ActRescheduled:    {"moved a release to another date", "moved the date of %s", "calendar"},
	release.ActWithdrawn:      {"withdrew a release", "withdrew %s", "ban"},
	release.ActSuperseded:     {"replaced a release in testing", "ended the testing of %s by releasing another", "fast-forward"},
	release.ActApplied:        {"applied a release at midnight", "applied %s at its midnight", "circle-check"},
	release.ActInstantMoved:   {"moved a release's instant, not its date", "moved the midnight of %s with the rules of its time zone", "clock"},

	release.ActCalendarFeedMade:    {"made a calendar address", "made a secret calendar address of %s", "calendar"},
	release.ActCalendarFeedRevoked: {"revoked a calendar address", "revoked the calendar address of %s", "ban"},

	release.ActEvidenceItems:     {"changed the evidence that releases need", "changed the evidence that releases of %s need", "settings"},
	release.ActEvidenceGiven:     {"ticked off evidence", "ticked off {item} for %s", "circle-check"},
	release.ActEvidenceTakenBack: {"took evidence back", "took back {item} for %s", "undo-2"},

	release.ActGroupCreated:       {"created a group", "created the group %s", "users"},
	release.ActGroupRenamed:       {"renamed a group", "renamed the group %s", "pencil"},
	release.ActGroupDeleted:       {"deleted a group", "deleted the group %s", "trash-2"},
	release.ActGroupMemberAdded:   {"added an account to a group", "added {account} to the group %s", "plus"},
	release.ActGroupMemberRemoved: {"removed an account from a group", "removed {account} from the group %s", "x"},
	release.ActGroupPackAdded:     {"added a pack to a group", "added {pack} to the group %s", "plus"},
	release.ActGroupPackRemoved:   {"removed a pack from a group", "removed {pack} from the group %s", "x"},

	release.ActAttached: {"installed a pack", "installed %s", "download"},
	release.ActDetached: {"uninstalled a pack", "uninstalled %s", "trash-2"},
	release.ActOptedIn:  {"began to try the release in testing", "began to try {version} on %s", "flask-conical"},
	release.ActWentBack: {"went back to the current release", "went back to {version} on %s", "undo-2"},

	release.ActMovedThere:      {"changed an attachment's environment", "changed the environment of %s", "pencil"},
	release.ActEnvironmentMade: {"made an environment", "made an environment of %s", "plus"},

	release.ActFeedbackGiven:    {"said how a release in testing does", "said of {of} on %s that it {verdict}", "message-square"},
	release.ActFeedbackAnswered: {"answered a feedback", "answered the feedback from %s", "message-square"},
	release.ActViewedAs:         {"began to look as an account's people", "began to look at %s as its people see it", "eye"},
	release.ActViewEnded:        {"stopped looking as an account's people", "stopped looking at %s as its people see it", "eye"},

	release.ActWebhookAdded:   {"added a webhook", "added the webhook to %s", "plus"},
	release.ActWebhookEdited:  {"changed a webhook", "changed the webhook to %s", "pencil"},
	release.ActWebhookRotated: {"gave a webhook a new secret", "gave the webhook to %s a new secret", "key-round"},
	release.ActWebhookDeleted: {"deleted a webhook", "deleted the webhook to %s", "trash-2"},
	release.ActWebhookPaused:  {"paused a webhook that had failed", "paused the webhook to %s", "ban"},
	release.ActWebhookResent:  {"sent messages of a webhook again", "sent messages to %s again", "undo-2"},

	release.ActCountsMended: {"corrected summary counts", "mended the %s", "settings"},

	release.ActViewSaved:   {"saved a view", "saved the view %s", "plus"},
	release.ActViewRenamed: {"renamed a saved view", "renamed the saved view %s", "pencil"},
	release.ActViewDeleted: {"deleted a saved view", "deleted the saved view %s", "trash-2"},
}

// WordForAction is how an action reads; an unknown one shows its own name, so a page never breaks.
func WordForAction(action string) ActionWord {
	if w, ok := actionWords[action]; ok {
		return w
	}
	return ActionWord{Words: action, Phrase: action + " %s", Icon: "activity"}
}

// ActionWords says what an audit event's action is, as a phrase after "who".
func ActionWords(action string) string { return WordForAction(action).Words }

// EventSentence tells one event in a sentence: "Claire Dubois scheduled CRM Connector 2.1.0 for Tue 1 Dec, 00:00 Paris".
func EventSentence(e release.EventRow, now time.Time) string {
	subject := e.SubjectName
	if subject == "" {
		subject = "something"
	}
	text := e.ActorName + " " + strings.Replace(WordForAction(e.Action).Phrase, "%s", subject, 1)
	switch e.Action {
	case release.ActPackageAdded, release.ActPackageRemoved, release.ActPackageKept:
		if e.PackName != "" {
			text += " of " + e.PackName
		}
	case release.ActScheduled, release.ActRescheduled:
		if due := eventInstant(e, now); due != "" {
			text += map[string]string{release.ActScheduled: " for ", release.ActRescheduled: " to "}[e.Action] + due
		}
	case release.ActOptedIn, release.ActWentBack:
		version, ok := e.After["runs"].(string)
		if !ok {
			version = map[string]string{release.ActOptedIn: "the release in testing", release.ActWentBack: "the current release"}[e.Action]
		}
		text = strings.Replace(text, "{version}", version, 1)
	case release.ActFeedbackGiven:
		text = feedbackPhrase(text, e)
	case release.ActEvidenceGiven, release.ActEvidenceTakenBack:
		text = strings.Replace(text, "{item}", evidenceName(e), 1)
	case release.ActGroupMemberAdded, release.ActGroupMemberRemoved:
		text = strings.Replace(text, "{account}", eventName(e, "account"), 1)
	case release.ActGroupPackAdded, release.ActGroupPackRemoved:
		text = strings.Replace(text, "{pack}", eventName(e, "pack"), 1)
	}
	return text
}

// feedbackPhrase fills in what a feedback said of which release.
func feedbackPhrase(text string, e release.EventRow) string {
	of, ok := e.After["of"].(string)
	if !ok {
		of = "the release in testing"
	}
	verdict := "works"
	if said, _ := e.After["verdict"].(string); said == string(release.VerdictBlocked) {
		verdict = "is blocked"
	}
	return strings.NewReplacer("{of}", of, "{verdict}", verdict).Replace(text)
}

// eventName is a name that the event tells besides its subject's; without it, the kind of thing.
func eventName(e release.EventRow, kind string) string {
	if name, ok := e.After[kind].(string); ok && name != "" {
		return name
	}
	return map[string]string{"account": "an account", "pack": "a pack"}[kind]
}

// eventInstant is the midnight that a scheduling event tells, on the publisher's clock.
func eventInstant(e release.EventRow, now time.Time) string {
	text, _ := e.After["instant"].(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return ""
	}
	name, _ := e.After["zone"].(string)
	return DateTime(at, Zone(name), now) + " " + City(Zone(name))
}
