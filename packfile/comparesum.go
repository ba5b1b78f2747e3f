package packfile

import (
	"fmt"
	"slices"
	"strings"
)

// summaryEvents is the order in which a summary tells what happened to the things of one kind.
var summaryEvents = []Event{Removed, Renamed, Added, Changed}

// Summary tells what changed in one line for people: "2 parameters removed, 1 added; 14 files changed".
func (c *Comparison) Summary() string { return summaryOfChanges(c.Changes) }

// eventCount is what is counted: what happened to things of one kind.
type eventCount struct {
	kind  string
	event Event
}

func summaryOfChanges(changes []Change) string {
	type thing struct {
		kind, key string
		event     Event
	}
	var kinds []string
	known, counted, counts := map[string]bool{}, map[thing]bool{}, map[eventCount]int{}
	for _, ch := range changes {
		if !known[ch.Kind] {
			known[ch.Kind] = true
			kinds = append(kinds, ch.Kind)
		}
		// Several properties of one part are one part that changed.
		if t := (thing{ch.Kind, ch.Key, ch.Event}); ch.Event != Changed || !counted[t] {
			counted[t] = true
			counts[eventCount{ch.Kind, ch.Event}]++
		}
	}
	if i := slices.Index(kinds, KindFile); i >= 0 {
		kinds = append(slices.Delete(kinds, i, i+1), KindFile) // last
	}
	var said []string
	for _, kind := range kinds {
		said = append(said, eventsText(kind, counts))
	}
	if len(said) == 0 {
		return "nothing changed"
	}
	return strings.Join(said, "; ")
}

// eventsText tells what happened to the things of one kind: "2 parameters removed, 1 added".
func eventsText(kind string, counts map[eventCount]int) string {
	var events []string
	for _, event := range summaryEvents {
		n := counts[eventCount{kind, event}]
		switch {
		case n == 0:
		case len(events) == 0:
			events = append(events, fmt.Sprintf("%s %s", countOf(n, kind), event))
		default:
			events = append(events, fmt.Sprintf("%d %s", n, event))
		}
	}
	return strings.Join(events, ", ")
}

// maxToldValue is how much of a value Change.Text tells, in bytes.
const maxToldValue = 60

// Text tells the change in a few words: "parameter “host” renamed to “server”", "parameter “mode”, choices: “a, b” → “a”".
func (ch *Change) Text() string {
	what := fmt.Sprintf("%s “%s”", ch.Kind, shorten(ch.Name))
	switch {
	case ch.Event == Renamed:
		return fmt.Sprintf("%s “%s” renamed to “%s”", ch.Kind, shorten(ch.Old), shorten(ch.New))
	case ch.Facet != "":
		return fmt.Sprintf("%s, %s: %s → %s", what, ch.Facet, toldValue(ch.Old), toldValue(ch.New))
	default:
		return fmt.Sprintf("%s %s", what, ch.Event)
	}
}

func toldValue(value string) string {
	if value == "" {
		return "nothing"
	}
	value = strings.ReplaceAll(value, "\n", ", ")
	if len(value) > maxToldValue {
		value = strings.ToValidUTF8(value[:maxToldValue], "") + "…"
	}
	return "“" + value + "”"
}
