package packfile

import (
	"fmt"
	"strings"
)

// withRenames tells a removal and an addition as one change where what was removed and what was added are the same but
// for the name, and nothing else of that kind is the same as either. The order stays as byWeight makes it.
func withRenames(changes []Change, old, new Contents) []Change {
	removed := alike(changes, Removed, old)
	added := alike(changes, Added, new)
	partner := map[int]int{} // of the removal's place in changes: the addition's
	dropped := map[int]bool{}
	for look, from := range removed {
		if to := added[look]; len(from) == 1 && len(to) == 1 {
			partner[from[0]] = to[0]
			dropped[to[0]] = true
		}
	}
	if len(partner) == 0 {
		return changes
	}
	var told []Change
	for i, ch := range changes {
		if dropped[i] {
			continue
		}
		if to, ok := partner[i]; ok {
			ch = renamed(ch, changes[to])
		}
		told = append(told, ch)
	}
	return byWeight(told)
}

// renamed asks for as much as the weightier of the removal and the addition.
func renamed(from, to Change) Change {
	ch := to
	ch.Event, ch.Old, ch.New = Renamed, from.Name, to.Name
	if from.Bump.Compare(to.Bump) >= 0 {
		ch.Bump, ch.Why = from.Bump, from.Why
	}
	return ch
}

// alike groups the changes of one event by what is left of the thing without its name. What is nothing without its name
// is like nothing else.
func alike(changes []Change, event Event, c Contents) map[string][]int {
	looks := map[string][]int{}
	var parts partIndex
	var files map[string]FileMark
	for i, ch := range changes {
		if ch.Event != event {
			continue
		}
		if parts == nil {
			parts, files = indexParts(c.Parts, partKeys(c.Parts)), indexFiles(c.Files)
		}
		look := ""
		if ch.Kind == KindFile {
			look = fileLook(files[ch.Key])
		} else if p := parts[partID(ch.Kind, ch.Key)]; p != nil {
			look = partLook(p)
		}
		if look != "" {
			look = ch.Kind + "\x00" + look
			looks[look] = append(looks[look], i)
		}
	}
	return looks
}

func indexFiles(files []FileMark) map[string]FileMark {
	index := make(map[string]FileMark, len(files))
	for _, f := range files {
		index[f.Path] = f
	}
	return index
}

func fileLook(f FileMark) string {
	if f.Size == 0 {
		return ""
	}
	return f.Sum
}

func partLook(p *Part) string {
	var b strings.Builder
	for _, f := range p.Facets {
		if f.Value != "" {
			fmt.Fprintf(&b, "%q=%q,", f.Name, f.Value)
		}
	}
	return b.String()
}
