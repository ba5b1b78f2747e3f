package atomsphere

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"packtide/release"
)

// lets tells whether the thing passes. What is nothing does not: it holds a place in the order of a page.
func (f filter) lets(t thing) bool {
	return t.kind != "" && f.passes(t)
}

func (f filter) passes(t thing) bool {
	switch f.Operator {
	case "":
		return true
	case and:
		return !slices.ContainsFunc(f.Nested, func(inner filter) bool { return !inner.passes(t) })
	case or:
		return slices.ContainsFunc(f.Nested, func(inner filter) bool { return inner.passes(t) })
	}
	return f.compares(t.get(f.Property))
}

// compares holds one value against the arguments. What is not there is equal to nothing.
func (f filter) compares(value any) bool {
	empty := value == nil || value == ""
	argument := func(i int) int { return compare(value, f.Arguments[i]) }
	switch f.Operator {
	case "IS_NULL":
		return empty
	case "IS_NOT_NULL":
		return !empty
	case "EQUALS":
		return argument(0) == 0
	case "NOT_EQUALS":
		return argument(0) != 0
	case "NOT_CONTAINS":
		return !strings.Contains(fold(text(value)), fold(f.Arguments[0]))
	case "CONTAINS":
		return strings.Contains(fold(text(value)), fold(f.Arguments[0]))
	case "STARTS_WITH":
		return strings.HasPrefix(fold(text(value)), fold(f.Arguments[0]))
	case "LIKE":
		return like(fold(text(value)), fold(f.Arguments[0]))
	}
	return !empty && f.orders(argument)
}

// orders tells on which side of the arguments a value lies; argument is negative for one before it.
func (f filter) orders(argument func(int) int) bool {
	switch f.Operator {
	case "BETWEEN":
		return argument(0) >= 0 && argument(1) <= 0
	case "GREATER_THAN":
		return argument(0) > 0
	case "GREATER_THAN_OR_EQUAL":
		return argument(0) >= 0
	case "LESS_THAN":
		return argument(0) < 0
	default:
		return argument(0) <= 0
	}
}

// compare is negative for a value before the argument; the argument was read when the filter was checked.
func compare(value any, argument string) int {
	switch v := value.(type) {
	case bool:
		b, _ := aFlag.read(argument)
		return cmp.Compare(text(v), text(b))
	case int:
		n, _ := aNumber.read(argument)
		return cmp.Compare(v, n.(int)) //nolint:forcetypeassert // read gives what the kind says
	case release.Version:
		return compareVersion(v, argument)
	case time.Time:
		at, _ := anInstant.read(argument)
		return v.Truncate(time.Second).Compare(at.(time.Time)) //nolint:forcetypeassert // as above
	default:
		return cmp.Compare(text(v), argument)
	}
}

// compareVersion: a text that is no version is none of them (R1).
func compareVersion(v release.Version, argument string) int {
	other, err := parseLabel(argument)
	if err != nil {
		return -1
	}
	return v.Compare(other)
}

// fold makes patterns the same for both cases of letters.
func fold(s string) string { return strings.ToLower(s) }

// like matches a pattern in which % stands for any text.
func like(s, pattern string) bool {
	parts := strings.Split(pattern, "%")
	if len(parts) == 1 {
		return s == pattern
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(s, first) {
		return false
	}
	s = s[len(first):]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(s, part)
		if !found {
			return false
		}
		s = after
	}
	return strings.HasSuffix(s, last)
}

// equal is the value that the property must have for the filter to let anything through; empty where it may have others.
func (f filter) equal(property string) string {
	switch {
	case f.Operator == "EQUALS" && f.Property == property:
		return f.Arguments[0]
	case f.Operator == and:
		for _, inner := range f.Nested {
			if v := inner.equal(property); v != "" {
				return v
			}
		}
	}
	return ""
}

// part is a text that the property must hold, in whichever case, for the filter to let anything through; empty for none.
func (f filter) part(property string) string {
	switch {
	case f.Operator == and:
		longest := ""
		for _, inner := range f.Nested {
			if p := inner.part(property); len(p) > len(longest) {
				longest = p
			}
		}
		return longest
	case f.Property != property:
		return ""
	case f.Operator == "EQUALS" || f.Operator == "STARTS_WITH" || f.Operator == "CONTAINS":
		return f.Arguments[0]
	case f.Operator == "LIKE":
		longest := ""
		for p := range strings.SplitSeq(f.Arguments[0], "%") {
			if len(p) > len(longest) {
				longest = p
			}
		}
		return longest
	default:
		return ""
	}
}

// speaksOf tells whether the filter looks at the property at all.
func (f filter) speaksOf(property string) bool {
	return f.Property == property || slices.ContainsFunc(f.Nested, func(inner filter) bool { return inner.speaksOf(property) })
}
