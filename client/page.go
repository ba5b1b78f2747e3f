package client

import (
	"context"
	"encoding/json"
	"iter"
	"maps"
	"net/url"
	"strconv"
)

// pageSize is how many things one request brings.
const pageSize = 200

// page is one answer of a list.
type page struct {
	Items []json.RawMessage `json:"items"`
	Next  *string           `json:"next"`
}

// list walks all pages of a list, one request after the other as they are asked for. An error ends it.
func list[T any](ctx context.Context, c *Client, path string, query url.Values) iter.Seq2[T, error] {
	ask := maps.Clone(query)
	if ask == nil {
		ask = url.Values{}
	}
	ask.Set("limit", strconv.Itoa(pageSize))
	return pages[T](ctx, c, path, ask)
}

// whole walks a list that comes in one answer.
func whole[T any](ctx context.Context, c *Client, path string) iter.Seq2[T, error] {
	return pages[T](ctx, c, path, nil)
}

func pages[T any](ctx context.Context, c *Client, path string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		ask := maps.Clone(query)
		var none T
		for {
			var p page
			if err := c.get(ctx, path, ask, &p); err != nil {
				yield(none, err)
				return
			}
			for _, text := range p.Items {
				var item T
				if err := decode(text, &item); err != nil {
					yield(none, err)
					return
				}
				if !yield(item, nil) {
					return
				}
			}
			if p.Next == nil || *p.Next == "" || ask == nil || ask.Get("cursor") == *p.Next {
				return
			}
			ask.Set("cursor", *p.Next)
		}
	}
}

// All is the whole list.
func All[T any](items iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}

// values makes a query of pairs; what is empty is left out.
func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	return v
}
