package atomsphere

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
)

// queryable is how an object is looked for.
type queryable struct {
	properties map[string]kind
	// page reads up to limit rows behind the key, in the order of their keys; fewer are the last. It leaves out what the
	// filter rules out wherever an index can tell, and need not look at the rest of the filter.
	page func(c *call, f filter, after string, limit int) ([]row, error)
}

// row is one thing with its place in the order.
type row struct {
	key string
	thing
}

const (
	pageSize = 100 // results of a page
	walkStep = 200 // rows that are read at once
	maxSteps = 25  // of one request: what it has found until then is a page
	// A filter is as long as its JSON in a token, where it is half as long again with the longest key behind it: what find
	// takes, findMore takes again.
	maxFilter = 24 << 10
	maxToken  = 64 << 10
)

var errToken = bad("This query token can't be read. Begin the query anew.")

// place is what a query token tells: which query, and how far it came. It carries no rights: what a caller may see is asked
// anew with every page, and the filter is checked as one just sent.
type place struct {
	Object string `json:"o"`
	Filter filter `json:"f"`
	After  string `json:"k"`
}

// token writes the place with letters, digits, - and _ alone: clients put it into shells and addresses.
func (p place) token() (string, error) {
	data, err := json.Marshal(p)
	return base64.RawURLEncoding.EncodeToString(data), err //nolint:wrapcheck // texts can't fail
}

func (c *call) find(o *object, body []byte) (int, any, error) {
	if o.query == nil {
		return 0, nil, o.lacks("QUERY")
	}
	f, err := parseFilter(body, o.query.properties)
	if err != nil {
		return 0, nil, err
	}
	p := place{Object: o.name, Filter: f}
	data, err := json.Marshal(p.Filter)
	if err != nil {
		return 0, nil, fmt.Errorf("write a filter: %w", err)
	}
	if len(data) > maxFilter {
		return 0, nil, bad("The filter is %d bytes long, and may be %d. Ask for less at once.", len(data), maxFilter)
	}
	return c.pageOf(o, p)
}

// findMore goes on with a query, whichever object's address the token is sent to: it tells its own.
func (c *call) findMore(body []byte) (int, any, error) {
	bare, err := tokenIn(body)
	if err != nil {
		return 0, nil, err
	}
	if len(bare) > maxToken {
		return 0, nil, errToken
	}
	data, err := base64.RawURLEncoding.DecodeString(bare)
	var p place
	if err != nil || json.Unmarshal(data, &p) != nil {
		return 0, nil, errToken
	}
	o, ok := c.objects[p.Object]
	if !ok || o.query == nil || p.After == "" || !isText(p.After) || p.Filter.check(o.query.properties) != nil {
		return 0, nil, errToken
	}
	if err := o.admits(c.by); err != nil {
		return 0, nil, err
	}
	return c.pageOf(o, p)
}

// tokenIn is the token that a body brings: bare, in quotation marks, or as some clients send it, in an object.
func tokenIn(body []byte) (string, error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || body[0] != '{' && body[0] != '<' {
		return string(bytes.Trim(body, `"`)), nil
	}
	p, err := parse(body)
	if err != nil {
		return "", err
	}
	return p.text("queryToken")
}

// pageOf walks along the object's order until a page is full and one more result is known, the rows end, or the request has
// read its share. Only the last page has no token.
func (c *call) pageOf(o *object, p place) (int, any, error) {
	var found []thing
	next, read := p.After, p.After
	for range maxSteps {
		rows, err := o.query.page(c, p.Filter, read, walkStep)
		if err != nil {
			return 0, nil, err
		}
		for _, r := range rows {
			if !p.Filter.lets(r.thing) {
				read = r.key
				continue
			}
			if len(found) == pageSize {
				return c.results(found, place{p.Object, p.Filter, next})
			}
			found = append(found, r.thing)
			read, next = r.key, r.key
		}
		if len(rows) < walkStep {
			return c.results(found, place{})
		}
	}
	return c.results(found, place{p.Object, p.Filter, read})
}

func (c *call) results(found []thing, more place) (int, any, error) {
	t := thing{"QueryResult", fields{{"result", found}, {"numberOfResults", len(found)}}}
	if more.Object != "" {
		token, err := more.token()
		if err != nil {
			return 0, nil, err
		}
		t.fields = append(t.fields, field{"queryToken", token})
	}
	return http.StatusOK, t, nil
}
