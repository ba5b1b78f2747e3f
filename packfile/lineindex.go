package packfile

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// lineIndex finds line and column of an offset without reading the text again, however long its lines are.
type lineIndex struct {
	starts []int // of the lines
	runes  []int // the characters in front of every runeStep-th byte
}

const runeStep = 256

func indexLines(text []byte) lineIndex {
	x := lineIndex{starts: []int{0}}
	for at := 0; ; {
		next := bytes.IndexByte(text[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
		x.starts = append(x.starts, at)
	}
	for at, runes := 0, 0; at <= len(text); at += runeStep {
		x.runes = append(x.runes, runes)
		runes += countRunes(text[at:min(at+runeStep, len(text))])
	}
	return x
}

// countRunes counts the beginnings of characters, so that a part may begin and end within one.
func countRunes(part []byte) int {
	n := 0
	for _, b := range part {
		if utf8.RuneStart(b) {
			n++
		}
	}
	return n
}

// place returns line and column of an offset, both from 1, the column in characters.
func (x lineIndex) place(text []byte, offset int) (line, column int) {
	line, exact := slices.BinarySearch(x.starts, offset)
	if exact {
		line++
	}
	return line, x.before(text, offset) - x.before(text, x.starts[line-1]) + 1
}

// before counts the characters in front of an offset.
func (x lineIndex) before(text []byte, offset int) int {
	step := offset / runeStep
	return x.runes[step] + countRunes(text[step*runeStep:offset])
}
