package api

import (
	"net/url"
	"slices"
	"strings"

	"packtide/release"
)

// searched are the parameters of a list that is narrowed by names.
const searched = "q " + paged

// byName is the page of a list whose key is name and id.
func (c *call) byName() (page, release.ID, error) {
	p, err := c.page(2)
	if err != nil {
		return p, release.ID{}, err
	}
	id, err := p.after()
	return p, id, err
}

// byID is the page of a list whose key is the id.
func (c *call) byID() (page, release.ID, error) {
	p, err := c.page(1)
	if err != nil {
		return p, release.ID{}, err
	}
	id, err := p.after()
	return p, id, err
}

// listOf answers a page of rows that were read whole: they are few. id names each.
func listOf[R, T any](c *call, rows []R, item func(R) T, id func(R) release.ID) error {
	p, after, err := c.byID()
	if err != nil {
		return err
	}
	if !after.IsZero() {
		i := slices.IndexFunc(rows, func(r R) bool { return id(r) == after })
		if i < 0 {
			return errCursor // it is gone: nobody knows where the next page would begin
		}
		rows = rows[i+1:]
	}
	return list(c, p, rows, item, func(r R) []string { return []string{id(r).String()} })
}

// whole is a list that has no pages.
func whole[R, T any](rows []R, item func(R) T) items[T] { return items[T]{Items: eachOf(rows, item)} }

// readIDs reads optional ids of the query; what is no id is told by its name.
func readIDs(q url.Values, ids map[string]*release.ID) error {
	var wrong release.Errors
	for name, into := range ids {
		text := q.Get(name)
		if text == "" {
			continue
		}
		id, err := release.ParseID(text)
		if err != nil {
			wrong = append(wrong, onField(name, "This is no id."))
			continue
		}
		*into = id
	}
	slices.SortFunc(wrong, func(a, b *release.Error) int { return strings.Compare(a.Field, b.Field) })
	return several(wrong)
}

// oneOf refuses a value that the parameter does not know; empty is none.
func oneOf[T ~string](name, text string, known ...T) (T, error) {
	if text == "" || slices.Contains(known, T(text)) {
		return T(text), nil
	}
	words := make([]string, len(known))
	for i, k := range known {
		words[i] = string(k)
	}
	return "", onField(name, "Give one of: %s.", strings.Join(words, ", "))
}
