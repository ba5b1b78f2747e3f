package web

import (
	"maps"
	"strings"

	"packtide/release"
	"packtide/web/view"
)

// afterKey is the page key of a list by name, as nameKey wrote it: the row after which this page begins.
func (v *visit) afterKey() (name string, id release.ID) {
	name, id, _ = splitNameKey(v.QueryParam("after")) // whatever is no key of ours begins at the first row
	return name, id
}

func nameKey(name string, id release.ID) string { return name + "~" + id.String() }

func splitNameKey(key string) (string, release.ID, bool) {
	i := strings.LastIndex(key, "~")
	if i < 0 {
		return "", release.ID{}, false
	}
	id, err := release.ParseID(key[i+1:])
	if err != nil {
		return "", release.ID{}, false
	}
	return key[:i], id, true
}

// nameKeys leads to the first and to the next page of a list by name; last is the key of the page's last row, empty when
// no others follow. The rest of the address, such as a search, stays.
func (v *visit) nameKeys(last string) view.NamePage {
	var p view.NamePage
	if v.QueryParam("after") != "" {
		p.First = v.withQuery("after", "")
	}
	if last != "" {
		p.Next = v.withQuery("after", last)
	}
	return p
}

// withQuery is the page's own address with one value set, or, when empty, taken away.
func (v *visit) withQuery(name, value string) string {
	q := maps.Clone(v.QueryParams())
	q.Del(name)
	if value != "" {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return v.Request().URL.Path
	}
	return v.Request().URL.Path + "?" + q.Encode()
}
