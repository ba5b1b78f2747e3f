package packfile

import "strings"

// maxGuessed is the longest name, in bytes, that is compared with known ones: what is longer is no slip of the pen.
const maxGuessed = 64

// maxKnown is how many known names another is compared with; real lists stay far below.
const maxKnown = 500

// closest returns the known name that another was probably meant to be, "" if none is near: one that differs in case only,
// one of which it is the beginning or that is its beginning, or else the one with the fewest slips.
func closest(name string, known []string) string {
	if len(name) > maxGuessed || len(known) > maxKnown {
		return ""
	}
	best, fewest := "", max(1, len(name)/3)+1
	for _, k := range known {
		slips := fewest
		switch {
		case begins(name, k) || begins(k, name):
			slips = min(1, slipsBetween(strings.ToLower(name), strings.ToLower(k)))
		case max(len(name)-len(k), len(k)-len(name)) < fewest: // each letter more is a slip
			slips = slipsBetween(strings.ToLower(name), strings.ToLower(k))
		}
		if slips < fewest {
			best, fewest = k, slips
		}
	}
	return best
}

// begins reports whether a begins with all of b, in any case, where b is long enough to mean something.
func begins(a, b string) bool {
	const meaningful = 4
	return len(b) >= meaningful && len(a) >= len(b) && strings.EqualFold(a[:len(b)], b)
}

// slipsBetween is how many letters are to be changed, put in, left out or swapped with their neighbour to make a into b.
func slipsBetween(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			other := 1
			if a[i-1] == b[j-1] {
				other = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+other)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
