package packfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// ChangeGroup is the changes of one sort, for people who run the package and did not make it: "2 new required parameters".
type ChangeGroup struct {
	Event    Event
	Kind     string
	Required bool // new, and has to be set before the rest works again
	Breaking bool // what users rely on is gone, renamed or different
	Count    int
	Names    []string // of the first mostGrouped things
	Why      string   // what the first change means, where the platform's rules tell; a sentence
}

// mostGrouped is how many things of a group are named.
const mostGrouped = 12

// Groups sorts the changes by what they ask of those who run the package: what they have to set first, then what breaks,
// then what is new, then the rest; files come last and are counted only. Several properties of one thing count once.
func (c *Comparison) Groups() []ChangeGroup {
	type sort struct {
		event    Event
		kind     string
		breaking bool
	}
	var order []sort
	groups := map[sort]*ChangeGroup{}
	known := map[string]bool{}
	for _, ch := range c.Changes { // the weightiest first: a thing counts where it weighs most
		s := sort{ch.Event, ch.Kind, ch.Bump == BumpMajor}
		if ch.Kind == KindFile {
			s = sort{Changed, KindFile, false}
		}
		thing := string(ch.Event) + "\x00" + partID(ch.Kind, ch.Key)
		if known[thing] {
			continue
		}
		known[thing] = true
		g := groups[s]
		if g == nil {
			g = &ChangeGroup{Event: s.event, Kind: s.kind, Breaking: s.breaking, Required: s.breaking && s.event == Added, Why: ch.Why}
			groups[s], order = g, append(order, s)
		}
		g.add(ch)
	}
	all := make([]ChangeGroup, len(order))
	for i, s := range order {
		all[i] = *groups[s]
	}
	slices.SortStableFunc(all, func(a, b ChangeGroup) int { return cmp.Compare(a.rank(), b.rank()) })
	return all
}

func (g *ChangeGroup) add(ch Change) {
	g.Count++
	switch {
	case g.Kind == KindFile || len(g.Names) == mostGrouped:
	case ch.Event == Renamed:
		g.Names = append(g.Names, shorten(ch.Old)+" → "+shorten(ch.New))
	default:
		g.Names = append(g.Names, shorten(ch.Name))
	}
}

func (g *ChangeGroup) rank() int {
	switch {
	case g.Required:
		return 0
	case g.Breaking:
		return 1
	case g.Kind == KindFile:
		return 4
	case g.Event == Added:
		return 2
	default:
		return 3
	}
}

// Text is the group in a few words, without names: "2 new required parameters", "1 removed output".
func (g *ChangeGroup) Text() string {
	sort := string(g.Event)
	switch {
	case g.Required:
		sort = "new required"
	case g.Event == Added:
		sort = "new"
	}
	return countOf(g.Count, sort+" "+g.Kind)
}

// List is the things of the group for a sentence, those beyond most counted: "region, api_key and 3 more". It is empty for
// files, which are only counted.
func (g *ChangeGroup) List(most int) string {
	names := g.Names[:min(most, len(g.Names))]
	text := strings.Join(names, ", ")
	if more := g.Count - len(names); more > 0 && text != "" {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
