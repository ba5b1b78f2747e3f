package view

import (
	"errors"
	"strings"
	"time"

	"packtide/release"
)

// rehearsalLook is how a kind of move looks and reads.
func rehearsalLook(k release.RehearsalKind) (word string, tone Tone, icon string) {
	switch k {
	case release.RehearsalUpgrade:
		return "upgrade", Blue, "arrow-up"
	case release.RehearsalDowngrade:
		return "downgrade", Amber, "arrow-down"
	case release.RehearsalOffer:
		return "can install it", Grey, "plus"
	default:
		return "unchanged", Grey, "equal"
	}
}

// Happens says what a move does, for exports.
func (p Rehearsal) Happens(m release.RehearsalMove) string {
	if m.Stays {
		return "runs it already"
	}
	word, _, _ := rehearsalLook(m.Kind)
	return word
}

// ToDo says what a move asks of those whom it reaches, each thing in a sentence.
func (p Rehearsal) ToDo(m release.RehearsalMove) string {
	var parts []string
	for _, s := range m.Steps {
		if s.From != nil && s.To == nil {
			parts = append(parts, s.DisplayName+" is removed")
		}
		if s.Found == nil {
			continue
		}
		for _, ch := range s.Found.Breaks {
			parts = append(parts, s.DisplayName+": "+changeSentence(ch))
		}
		if more := s.Found.Breaking - len(s.Found.Breaks); more > 0 {
			parts = append(parts, s.DisplayName+": "+Number(more)+" more")
		}
	}
	return strings.Join(parts, "; ")
}

// asksWords says what a move asks, in few words; empty for nothing.
func asksWords(m release.RehearsalMove) string {
	demands, breaks := m.Asks()
	var parts []string
	if demands > 0 {
		parts = append(parts, Counted(demands, "setting")+" to fill in")
	}
	if breaks > 0 {
		other := ""
		if demands > 0 {
			other = "other "
		}
		parts = append(parts, Number(breaks)+" "+other+Plural(breaks, "breaking change"))
	}
	return strings.Join(parts, ", ")
}

// ExportInstant is the move's instant for exports: RFC 3339 in UTC, or in words what is no instant.
func (p Rehearsal) ExportInstant(m release.RehearsalMove) string {
	switch {
	case m.Stays:
		return ""
	case p.When.At == nil:
		return "at the click"
	default:
		return machineTime(*p.When.At)
	}
}

// ExportClock is the move's instant on a zone's clock, with its distance from UTC.
func (p Rehearsal) ExportClock(m release.RehearsalMove, zone *time.Location) string {
	if m.Stays || p.When.At == nil {
		return ""
	}
	return p.When.At.In(orUTC(zone)).Format("2006-01-02 15:04 -07:00")
}

// mostWithout is how many accounts without the pack were counted one by one.
const mostWithout = 1000

// cappedAmount is an amount that was counted up to most.
func cappedAmount(n int64, most int, noun string) string {
	if n > int64(most) {
		return "more than " + Counted(most, noun)
	}
	return Amount(n, noun)
}

// obstacleLink leads to where an obstacle is mended.
func (p Rehearsal) obstacleLink(e *release.Error) (label, href string) {
	step := hrefPack(p.Pack.ID) + "/release/"
	switch {
	case errors.Is(e, release.ErrPackEmpty):
		return "Add a package", hrefPack(p.Pack.ID) + "#packages"
	case errors.Is(e, release.ErrNothingChanged):
		return "Choose versions", step + "versions"
	case errors.Is(e, release.ErrContactMissing):
		return "Add a contact", hrefPack(p.Pack.ID) + "/edit#f-support_contact"
	case errors.Is(e, release.ErrEvidenceMissing):
		return "Tick it off", step + "evidence"
	default:
		return "Choose when", step + "when"
	}
}

// obstacleTitle says in a few words what an obstacle means.
func obstacleTitle(e *release.Error) string {
	if errors.Is(e, release.ErrNothingChanged) {
		return "Nothing changes yet"
	}
	return "It can't be released yet"
}

// replaceWords say what becomes of the release in testing (R15).
func (p Rehearsal) replaceWords() string {
	label, tries := ReleaseLabel(p.Replaces), int(p.Impact.OptIns)
	text := "If this one is released at once, " + label + " is replaced and its testing ends."
	if tries > 0 {
		text += " The " + Counted(tries, "attachment") + " that " + Plural(tries, "tries/try") + " it " + Plural(tries, "runs/run") + " this release like all others."
	}
	return text
}

// moveWords say how a move comes about.
func (p Rehearsal) moveWords(m release.RehearsalMove) string {
	switch {
	case m.Stays:
		return "They run it already, and go on."
	case m.Kind == release.RehearsalOffer:
		return "They have nothing installed, and get it when they install the pack."
	case m.Kind == release.RehearsalUnchanged:
		return "The same versions of all packages."
	case m.Kind == release.RehearsalDowngrade && len(m.GoesBack()) == 0:
		return "The release's own version is lower; no package goes back."
	case m.Kind == release.RehearsalDowngrade:
		var names []string
		for _, row := range m.GoesBack() {
			names = append(names, row.DisplayName)
		}
		return "Back to lower versions: " + List(names, 3) + "."
	case m.Tries:
		return "Their opt-in ends, and they run it like all others."
	default:
		return ChangesText(m.Contents) + "."
	}
}
