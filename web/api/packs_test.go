package api

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"packtide/release"
)

// TestPatchTogether: programs that change different texts of a pack, or different things of an account, at once all have their
// way. // R7
func TestPatchTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := "/packs/" + w.newPack("Mail desk").String()
	account := "/accounts/" + w.nordlys.ID.String()
	publisher, operator := w.as(thePublisher), w.as(theOperator)
	for i := range 6 {
		text := fmt.Sprintf("text %d", i)
		zone := []string{"Europe/Oslo", "Asia/Tokyo"}[i%2]
		var group sync.WaitGroup
		asked := []struct {
			by   *program
			path string
			body fields
		}{
			{publisher, pack, fields{"description": text}},
			{publisher, pack, fields{"user_guide": text}},
			{publisher, pack, fields{"installation_guide": text}},
			{publisher, pack, fields{"support_contact": text}},
			{operator, account, fields{"name": text}},
			{operator, account, fields{"time_zone": zone}},
		}
		answers := make([]response, len(asked))
		for j, one := range asked {
			group.Go(func() { answers[j] = one.by.send(http.MethodPatch, one.path, one.body) })
		}
		group.Wait()
		for _, answer := range answers {
			answer.is(http.StatusOK)
		}
		var got map[string]any
		publisher.get(pack).is(http.StatusOK).into(&got)
		for _, field := range []string{"description", "user_guide", "installation_guide", "support_contact"} {
			if got[field] != text {
				t.Errorf("round %d: %s is %v", i, field, got[field])
			}
		}
		operator.get(account).is(http.StatusOK).into(&got)
		if got["name"] != text || got["time_zone"] != zone {
			t.Errorf("round %d: the account is %v", i, got)
		}
	}
}

// TestIfMatch: a change is made of what the caller has seen, or not at all.
func TestIfMatch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(thePublisher)
	path := "/packs/" + w.newPack("Mail desk").String()
	patch := func(match, description string) response {
		r := p.request(http.MethodPatch, path, fields{"description": description})
		r.Header.Set("If-Match", match)
		return p.do(r)
	}
	first := p.get(path).header.Get("ETag")
	second := patch(first, "one").is(http.StatusOK).header.Get("ETag")
	if now := p.get(path).header.Get("ETag"); now != second || now == first {
		t.Errorf("the change answered the tag %s, it is %s", second, now)
	}
	for _, match := range []string{first, "W/" + second, `"x"`, "", first + ", " + `"y"`} {
		patch(match, "two").problem(http.StatusPreconditionFailed)
	}
	third := patch(first+" , "+second, "three").is(http.StatusOK).header.Get("ETag")
	patch("*", "four").is(http.StatusOK)
	patch(third, "five").problem(http.StatusPreconditionFailed)
	var got map[string]any
	if p.get(path).into(&got); got["description"] != "four" {
		t.Errorf("the description is %v", got["description"])
	}
	stranger := w.as(theRival)
	r := stranger.request(http.MethodPatch, path, fields{"description": "mine"})
	r.Header.Set("If-Match", third)
	stranger.do(r).problem(http.StatusNotFound)
}

// TestReleaseAgainstRemoval: a release that was worked out before a package was removed is refused, and releases nothing; the
// removal waits before it at the pack's lock. // R8 R14
func TestReleaseAgainstRemoval(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := &walk{world: w, programs: map[string]*program{}}
	k.settleStage()
	s := k.stage()
	p := w.as(thePublisher)
	pack := "/packs/" + s.pack.String()
	p.send(http.MethodPut, fmt.Sprintf("%s/packages/%s", pack, s.other.Package), nil).is(http.StatusOK)
	lock := must(w.db.Owner(t).Begin(t.Context()))(t)
	if _, err := lock.Exec(t.Context(), `SELECT FROM pack WHERE id = $1 FOR UPDATE`, s.pack); err != nil {
		t.Fatal(err)
	}
	waiting := func(want int) {
		t.Helper()
		for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
			var n int
			w.done(w.db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND usename = current_user AND wait_event_type = 'Lock'`).Scan(&n))
			if n == want {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%d wait for the pack, want %d", n, want)
			}
		}
	}
	var group sync.WaitGroup
	var removed, released response
	group.Go(func() {
		removed = p.send(http.MethodDelete, fmt.Sprintf("%s/packages/%s", pack, s.other.Package), nil)
	})
	waiting(1)
	group.Go(func() {
		released = p.send(http.MethodPost, pack+"/releases", fields{
			"schedule": "immediate", "contents": fields{s.first.Package.String(): "1.1.0", s.other.Package.String(): "1.0.0"},
		})
	})
	waiting(2)
	w.done(lock.Rollback(t.Context()))
	group.Wait()
	removed.is(http.StatusNoContent)
	if got := released.problem(http.StatusConflict); got.Rule != "R14" {
		t.Errorf("refused with %+v", got)
	}
	view := must(w.db.Reader.Pack(t.Context(), w.actor(thePublisher), s.pack))(t)
	if view.Current.ID != s.current {
		t.Error("something was released")
	}
	p.send(http.MethodPost, pack+"/releases", fields{"schedule": "immediate"}).is(http.StatusCreated)
	for _, row := range must(w.db.Reader.PackPackages(t.Context(), w.actor(thePublisher), s.pack))(t) {
		if row.PackageID == s.other.Package {
			t.Errorf("what was removed is released: %+v", row)
		}
	}
}

// newPack is a pack without anything.
func (w *world) newPack(name string) release.ID {
	w.t.Helper()
	p, err := w.service.CreatePack(w.t.Context(), w.actor(thePublisher), release.NewPack{PackTexts: release.PackTexts{Name: name}, Multiple: new(false)})
	w.done(err)
	return p.ID
}
