package web

import (
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"

	"packtide/release"
)

// clicks sends the same form many times at once, as a nervous finger does, and returns the answers in order of their status.
func (c *client) clicks(path string, form url.Values) []*page {
	c.t.Helper()
	const times = 6
	pages := make([]*page, times)
	var all sync.WaitGroup
	for i := range times {
		all.Go(func() {
			r := c.request(http.MethodPost, path, form.Encode())
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			response, err := c.http.Do(r)
			if err != nil {
				c.t.Errorf("post %s: %v", path, err)
				return
			}
			defer response.Body.Close()
			pages[i] = readPage(c.t, path, response)
		})
	}
	all.Wait()
	if slices.Contains(pages, nil) {
		c.t.FailNow()
	}
	slices.SortFunc(pages, func(a, b *page) int { return a.status - b.status })
	return pages
}

// One click of many wins; the others are told so, and never that something went wrong.
func onlyOneWins(t *testing.T, pages []*page) {
	t.Helper()
	for i, p := range pages {
		want := http.StatusConflict
		if i == 0 {
			want = http.StatusSeeOther
		}
		if p.status != want {
			t.Errorf("answer %d is %d, want %d: %s", i, p.status, want, p.text("main"))
		}
	}
}

func TestDoubleClicksDecideOnce(t *testing.T) {
	t.Parallel()
	w, pack, path := drafted(t)
	claire := w.as(thePublisher)
	review := claire.follow(claire.post(path+"/when", with(formOf(claire.get(path+"/when")), "plan", "scheduled", "date", "2026-12-01")))
	onlyOneWins(t, claire.clicks(path+"/review", formOf(review)))

	pending := must(w.db.Reader.Pack(t.Context(), w.actor(thePublisher), pack.ID))(t).Pending
	if pending == nil {
		t.Fatal("nothing is pending")
	}
	row := must(w.db.Reader.InstallBase(t.Context(), w.actor(theAdmin), release.InstallBaseFilter{Limit: 1}))(t)[0]
	admin, at := w.as(theAdmin), "/attachments/"+row.ID.String()
	onlyOneWins(t, admin.clicks(at+"/try", url.Values{"release": {pending.ID.String()}}))
	onlyOneWins(t, admin.clicks(at+"/go-back", nil))
	onlyOneWins(t, admin.clicks(at+"/uninstall", nil))

	onlyOneWins(t, claire.clicks(releasePath(pending.ID)+"/withdraw", url.Values{"reason": {"It breaks."}}))
	claire.post(path, nil).wants(http.StatusSeeOther)
	draft := claire.get(path + "/discard").wants(http.StatusOK)
	onlyOneWins(t, claire.clicks(path+"/discard", formOf(draft)))
}
