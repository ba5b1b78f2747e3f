package view

// Tone is the colour family of a badge, banner or message. It never carries meaning alone: an icon and a word stand
// beside it.
type Tone string

// The tones. Info, Warn, Danger and Good are for banners and messages, the others for badges.
const (
	Grey       Tone = "grey"
	Amber      Tone = "amber"
	Green      Tone = "green"
	Blue       Tone = "blue"
	Red        Tone = "red"
	RedOutline Tone = "red-outline"
	Accent     Tone = "accent"

	Good   Tone = "good"
	Info   Tone = "info"
	Warn   Tone = "warn"
	Danger Tone = "danger"
)

// State names a row of the table of state words.
type State string

// States of releases, then of attachments, then marks beside them.
const (
	StateDraft     State = "draft"
	StateTesting   State = "testing"
	StateCurrent   State = "current"
	StateReplaced  State = "replaced"
	StateWithdrawn State = "withdrawn"

	StateTrying  State = "trying"
	StateBehind  State = "behind"
	StateFailed  State = "failed"
	StateSilent  State = "silent"
	StateUnheard State = "unheard"
	StateRemoved State = "removed"

	StateLate         State = "late"
	StateUpdates      State = "updates"
	StateShareable    State = "shareable"
	StateNotShareable State = "not-shareable"
	StateActive       State = "active"
	StateDisabled     State = "disabled"
	StateInvited      State = "invited"
)

// StateWord is how a state looks and reads, everywhere.
type StateWord struct {
	Word    string
	Tone    Tone
	Icon    string
	Meaning string // one sentence, shown as the badge's title
	joint   string // between the word and a detail
}

// stateWords is the one table of state words.
var stateWords = map[State]StateWord{
	StateDraft:     {"Draft", Grey, "pencil", "Being prepared; only the publisher sees it.", " · "},
	StateTesting:   {"Testing", Amber, "hourglass", "Scheduled; accounts may try it until it applies.", " · "},
	StateCurrent:   {"Current", Green, "circle-check", "What the install base runs.", " · "},
	StateReplaced:  {"Replaced", Grey, "archive", "A newer release has taken its place.", " · "},
	StateWithdrawn: {"Withdrawn", RedOutline, "ban", "Taken back by the publisher before it applied.", " · "},

	StateTrying:  {"Trying", Blue, "flask-conical", "Opted in to the release in testing.", " "},
	StateBehind:  {"Behind", Amber, "history", "The account's platform still runs an older release.", " · "},
	StateFailed:  {"Failed", Red, "circle-x", "The account's platform could not install the release.", " · "},
	StateSilent:  {"Silent", Grey, "wifi-off", "Nothing heard from the account's platform for a while.", " · "},
	StateUnheard: {"Never reported", Grey, "circle", "No agent of the account's platform has reported yet.", " · "},
	StateRemoved: {"Uninstalled", Grey, "trash-2", "No longer installed; its history stays.", " · "},

	StateLate:         {"Late", Amber, "clock", "Applied more than an hour after its midnight.", " · "},
	StateUpdates:      {"Updates available", Accent, "arrow-up", "Newer shareable versions exist for packages of this pack.", " · "},
	StateShareable:    {"Shareable", Green, "circle-check", "May enter a pack.", " · "},
	StateNotShareable: {"Not shareable", Grey, "lock", "Stays out of packs for ever.", " · "},
	StateActive:       {"Active", Green, "circle-check", "May sign in.", " · "},
	StateDisabled:     {"Disabled", Grey, "ban", "May not sign in.", " · "},
	StateInvited:      {"Invited", Blue, "mail", "Has not used the invitation yet.", " · "},
}

// WordFor returns how a state looks and reads. An unknown state shows its own name in grey, so a page never breaks.
func WordFor(s State) StateWord {
	if w, ok := stateWords[s]; ok {
		return w
	}
	return StateWord{Word: string(s), Tone: Grey, Icon: "circle", joint: " · "}
}

// toneIcon is the icon of a banner or message.
func toneIcon(t Tone) string {
	switch t {
	case Good, Green:
		return "circle-check"
	case Warn, Amber:
		return "triangle-alert"
	case Danger, Red, RedOutline:
		return "circle-x"
	default:
		return "info"
	}
}

// toneWord says a banner's tone to people who don't see its colour.
func toneWord(t Tone) string {
	switch t {
	case Good, Green:
		return "Done"
	case Warn, Amber:
		return "Take care"
	case Danger, Red, RedOutline:
		return "Problem"
	default:
		return "Note"
	}
}
