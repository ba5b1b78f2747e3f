package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"packtide/release"
	"packtide/web"
)

const (
	defaultLimit = 50
	maxLimit     = 500
)

// page is which part of a list is asked for: at most Limit rows after the key, which is what the list's reader pages by.
type page struct {
	Limit int
	key   []string // empty: from the first row
}

// ask is how many rows the reader is asked for: one more than is shown tells whether more follow.
func (p page) ask() int { return p.Limit + 1 }

// after is the id after which the page begins; zero: at the first row.
func (p page) after() (release.ID, error) {
	if len(p.key) == 0 {
		return release.ID{}, nil
	}
	id, err := release.ParseID(p.key[len(p.key)-1])
	if err != nil {
		return id, errCursor
	}
	return id, nil
}

// name is the first part of a key of name and id.
func (p page) name() string {
	if len(p.key) == 0 {
		return ""
	}
	return p.key[0]
}

var (
	errLimit  = onField("limit", "Give a limit of 1 to %d.", maxLimit)
	errCursor = onField("cursor", "This is no cursor of this list. Take it from “next” of the page before, or leave it out to begin anew.")
)

// page reads limit and cursor, whose key has the number of parts.
func (c *call) page(parts int) (page, error) {
	p := page{Limit: defaultLimit}
	if text := c.QueryParam("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxLimit {
			return p, errLimit
		}
		p.Limit = n
	}
	text := c.QueryParam("cursor")
	if text == "" {
		return p, nil
	}
	var key []string
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(data, &key)
	}
	// A cursor tells its list, so that one of another list is not taken for a place in this one.
	if err != nil || len(key) != parts+1 || key[0] != c.Path() || !areTexts(key) {
		return p, errCursor
	}
	p.key = key[1:]
	return p, nil
}

func areTexts(parts []string) bool {
	return !slices.ContainsFunc(parts, func(part string) bool { return !web.IsText(part) })
}

func (c *call) cursor(key []string) string {
	data, _ := json.Marshal(append([]string{c.Path()}, key...)) // texts always can be written
	return base64.RawURLEncoding.EncodeToString(data)
}

// items is one page of a list as the API answers it.
type items[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// list answers a page: rows are what the reader gave for page.ask, of which item shows each, and key is the place of a row as
// the next page's cursor tells it.
func list[R, T any](c *call, p page, rows []R, item func(R) T, key func(R) []string) error {
	answer := items[T]{Items: make([]T, 0, len(rows))}
	if len(rows) > p.Limit {
		rows = rows[:p.Limit]
		next := c.cursor(key(rows[len(rows)-1]))
		answer.Next = &next
	}
	for _, row := range rows {
		answer.Items = append(answer.Items, item(row))
	}
	return c.answer(http.StatusOK, answer)
}
