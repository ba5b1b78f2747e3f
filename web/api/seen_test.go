package api

import (
	"maps"
	"net/http"
	"sync"
	"testing"

	"packtide/release"
)

// seen is the stage's pack as a program copies it from what it reads.
func (s *stage) seen() fields {
	s.world.t.Helper()
	var p struct {
		Draft    *string `json:"draft_id"`
		Revision *int    `json:"draft_revision"`
		Pending  *struct{ ID string }
		Current  *struct{ ID string }
	}
	s.as(thePublisher).get("/packs/" + s.pack.String()).is(http.StatusOK).into(&p)
	seen := fields{"draft_id": p.Draft, "draft_revision": p.Revision, "pending_id": nil, "current_id": nil}
	if p.Pending != nil {
		seen["pending_id"] = p.Pending.ID
	}
	if p.Current != nil {
		seen["current_id"] = p.Current.ID
	}
	return seen
}

func (s *stage) addChat() {
	s.world.t.Helper()
	s.as(thePublisher).send(http.MethodPut, "/packs/"+s.pack.String()+"/packages/"+s.other.Package.String(), nil).is(http.StatusOK)
}

// Whatever somebody does to a pack between a program's look and its release, the release that says what was seen is refused and
// what was done stays; one that says how the pack is now is made. // R14
func TestReleaseOfWhatWasSeen(t *testing.T) {
	t.Parallel()
	k := &walk{world: newWorld(t)}
	k.settleStage()
	mail := k.first.Package.String()
	for name, meanwhile := range map[string]func(*stage){
		"a package added":               (*stage).addChat,
		"a draft begun":                 func(s *stage) { s.draft() },
		"a newer release":               func(s *stage) { s.decide(s.second, "1.5.0", release.Immediate) },
		"a release in testing":          func(s *stage) { s.testing() },
		"a draft where there was one":   nil,
		"a draft that was decided upon": nil,
	} {
		for how, body := range map[string]fields{
			"exactly": {"versions": "none", "contents": fields{mail: "1.1.0"}}, "newest": {}, "draft": {"versions": "draft", "contents": fields{mail: "1.1.0"}},
			"back": {"from": true}, "tried out": {"versions": "none", "contents": fields{mail: "1.1.0"}, "dry_run": true},
		} {
			s := k.stage()
			by := s.as(thePublisher)
			if body["from"] != nil {
				body = fields{"from": s.current}
			}
			does := meanwhile
			switch name {
			case "a draft where there was one":
				s.draft()
				does = (*stage).addChat
			case "a draft that was decided upon":
				s.draft()
				does = func(s *stage) { s.decide(s.second, "1.6.0", release.Immediate) }
			}
			ask := fields{"schedule": "immediate", "version": "7.0.0", "seen": s.seen()}
			maps.Copy(ask, body)
			does(s)
			after := by.get("/packs/" + s.pack.String()).is(http.StatusOK).body
			if refused := by.send(http.MethodPost, "/packs/"+s.pack.String()+"/releases", ask).problem(http.StatusConflict); refused.Rule != "R14" {
				t.Errorf("%s, %s: %+v", name, how, refused)
			}
			if now := by.get("/packs/" + s.pack.String()).is(http.StatusOK).body; string(now) != string(after) {
				t.Errorf("%s, %s: the pack is %s, was %s", name, how, now, after)
			}
			ask["seen"] = s.seen()
			want := http.StatusCreated
			if ask["dry_run"] != nil {
				want = http.StatusOK
			}
			again := by.send(http.MethodPost, "/packs/"+s.pack.String()+"/releases", ask)
			if again.status != want && again.problem(http.StatusConflict).Rule != "R24" { // nothing left to change
				t.Errorf("%s, %s: seen anew, %s", name, how, again.body)
			}
		}
	}
}

// Of programs that have seen the same, one releases. // R14
func TestReleaseOfWhatAllHaveSeen(t *testing.T) {
	t.Parallel()
	k := &walk{world: newWorld(t)}
	k.settleStage()
	s := k.stage()
	s.addChat()
	by := s.as(thePublisher)
	seen := s.seen()
	answers := make([]response, 6)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			answers[i] = by.send(http.MethodPost, "/packs/"+s.pack.String()+"/releases", fields{
				"schedule": "immediate", "versions": "none", "contents": fields{s.first.Package.String(): "1.1.0"}, "seen": seen,
			})
		})
	}
	all.Wait()
	made := 0
	for _, answer := range answers {
		if answer.status == http.StatusCreated {
			made++
			continue
		}
		answer.problem(http.StatusConflict)
	}
	if made != 1 {
		t.Errorf("%d releases were made of what all had seen, want 1", made)
	}
}

// What a program says to have seen is no look at what others have: their releases are as stale as none. // R14
func TestSeenTellsNothingOfOthers(t *testing.T) {
	t.Parallel()
	k := &walk{world: newWorld(t)}
	k.settleStage()
	s, other := k.stage(), k.stage()
	by := s.as(thePublisher)
	for _, current := range []release.ID{other.current, nobodysID()} {
		by.send(http.MethodPost, "/packs/"+s.pack.String()+"/releases", fields{"schedule": "immediate", "seen": fields{"current_id": current}}).problem(http.StatusConflict)
	}
	ask := fields{"schedule": "immediate", "seen": s.seen()}
	s.as(theAdmin).send(http.MethodPost, "/packs/"+s.pack.String()+"/releases", ask).problem(http.StatusForbidden)
	s.as(thePublisherViewer).send(http.MethodPost, "/packs/"+s.pack.String()+"/releases", ask).problem(http.StatusForbidden)
	s.as(theRival).send(http.MethodPost, "/packs/"+s.pack.String()+"/releases", ask).problem(http.StatusNotFound)
	for field, seen := range map[string]fields{
		"/seen/draft_revision": {"draft_id": nobodysID()}, "/seen/draft_id": {"draft_revision": 2}, "/seen/pending_id": {"pending_id": "none"},
	} {
		ask["seen"] = seen
		if refused := by.send(http.MethodPost, "/packs/"+s.pack.String()+"/releases", ask).problem(http.StatusUnprocessableEntity); refused.Field != field {
			t.Errorf("of %v: %+v", seen, refused)
		}
	}
}
