package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v5"

	"packtide/release"
)

// keyed is a request with a key.
func (p *program) keyed(key, path string, body any) *http.Request {
	p.t.Helper()
	r := p.request(http.MethodPost, path, body)
	r.Header.Set(headerOnce, key)
	return r
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.done(w.db.Pool.QueryRow(w.t.Context(), sql, args...).Scan(&n))
	return n
}

// sealedOnly fails where an answer that is kept shows what it is: its form, which is that of every answer, is nowhere in it.
func sealedOnly(t *testing.T, kept []byte) {
	t.Helper()
	open := must(json.Marshal(keptAnswer{Status: http.StatusCreated, Head: http.Header{}}))(t)
	for _, part := range []string{`"Status":`, `"Body":`} {
		if !bytes.Contains(open, []byte(part)) {
			t.Fatalf("no answer is written down with %s: %s", part, open)
		}
		if len(kept) < 100 || bytes.Contains(kept, []byte(part)) {
			t.Errorf("the database holds an answer that it can read: %q", kept)
		}
	}
}

// TestOnceOfMany: however many come at once, one thing is made, and all are told of it.
func TestOnceOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	const many = 50
	answers := make([]response, many)
	requests := make([]*http.Request, many)
	for i := range many {
		requests[i] = p.keyed("build 4711", "/tokens", `{"name":"once"}`)
	}
	var group sync.WaitGroup
	for i := range many {
		group.Go(func() {
			got, err := http.DefaultClient.Do(requests[i])
			if err != nil {
				t.Error(err)
				return
			}
			defer got.Body.Close()
			var b bytes.Buffer
			_, err = b.ReadFrom(got.Body)
			if err != nil {
				t.Error(err)
			}
			answers[i] = response{t: t, what: "one of many", status: got.StatusCode, header: got.Header, body: b.Bytes()}
		})
	}
	group.Wait()
	replayed := 0
	for _, a := range answers {
		if a.status != http.StatusCreated || !bytes.Equal(a.body, answers[0].body) || a.header.Get("Location") == "" {
			t.Fatalf("%d, then %d: %s and %s", answers[0].status, a.status, answers[0].body, a.body)
		}
		if a.header.Get(headerReplayed) == "true" {
			replayed++
		}
	}
	if made := w.count(`SELECT count(*) FROM api_token WHERE name = 'once'`); made != 1 || replayed != many-1 {
		t.Errorf("%d made, %d told again, want 1 and %d", made, replayed, many-1)
	}
	var kept []byte
	w.done(w.db.Pool.QueryRow(t.Context(), `SELECT answer FROM api_idempotency`).Scan(&kept))
	sealedOnly(t, kept)
}

// TestOnceRefused: a key stands for one request, of one token, for a day.
func TestOnceRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	made := p.do(p.keyed("k", "/tokens", `{"name":"a"}`)).is(http.StatusCreated)
	if told := p.do(p.keyed("k", "/tokens", `{"name":"b"}`)).problem(http.StatusConflict); told.Detail != release.ErrOnceOther.Message {
		t.Errorf("another request is told %q", told.Detail)
	}
	other := w.with(w.token(theAdmin, release.ScopeFull))
	if told := other.do(other.keyed("k", "/tokens", `{"name":"a"}`)).problem(http.StatusConflict); told.Detail != errOnceSealed.Message {
		t.Errorf("another token is told %q", told.Detail)
	}
	stranger := w.as(theOtherAdmin)
	stranger.do(stranger.keyed("k", "/tokens", `{"name":"a"}`)).is(http.StatusCreated)
	again := p.do(p.keyed("k", "/tokens", `{"name":"a"}`)).is(http.StatusCreated)
	if !bytes.Equal(made.body, again.body) || again.header.Get(headerReplayed) != "true" {
		t.Errorf("again: %s", again.body)
	}
	for _, key := range []string{"", strings.Repeat("x", 256), "naïve", "a\tb"} {
		if told := p.do(p.keyed(key, "/tokens", `{"name":"a"}`)).problem(http.StatusUnprocessableEntity); told.Field != headerOnce {
			t.Errorf("the key %q is refused at %q", key, told.Field)
		}
	}
	refused := p.do(p.keyed("refused", "/tokens", `{}`)).is(http.StatusUnprocessableEntity)
	if told := p.do(p.keyed("refused", "/tokens", `{}`)).is(http.StatusUnprocessableEntity); !bytes.Equal(told.body, refused.body) {
		t.Errorf("refused again with %s", told.body)
	}
	w.clock.advance(release.OnceKept)
	if fresh := p.do(p.keyed("k", "/tokens", `{"name":"a"}`)).is(http.StatusCreated); bytes.Equal(made.body, fresh.body) {
		t.Error("a day later the same answer is given")
	}
	if _, err := w.service.Tidy(t.Context(), w.clock.Now().Add(time.Minute)); err != nil || w.count(`SELECT count(*) FROM api_idempotency`) != 1 {
		t.Errorf("after tidying (%v) %d keys are kept, want the one of today", err, w.count(`SELECT count(*) FROM api_idempotency`))
	}
}

// TestOnceAfterCrash: what came of a claim is known, however its program ended.
func TestOnceAfterCrash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, by := t.Context(), w.actor(theAdmin)
	request := [32]byte{1}
	claim := func(key string) (release.Once, error) { return w.service.ClaimOnce(ctx, by, key, request) }
	change := func(o release.Once) error {
		_, _, err := w.service.CreateToken(release.WithOnce(ctx, o), by, release.NewToken{Person: by.Person, Account: by.Account, Name: o.Key})
		return err
	}
	made := func(key string) int { return w.count(`SELECT count(*) FROM api_token WHERE name = $1`, key) }

	dead := must(claim("dead before"))(t)
	if _, err := claim("dead before"); !errors.Is(err, release.ErrOnceRunning) {
		t.Errorf("while it may live: %v", err)
	}
	lost := must(claim("dead after"))(t)
	w.done(change(lost))
	w.done(w.service.DropOnce(ctx, lost)) // something came of it: it stays
	if _, err := claim("dead after"); !errors.Is(err, release.ErrOnceRunning) {
		t.Errorf("while its answer may come: %v", err)
	}
	w.clock.advance(release.OnceFinish)
	if _, err := claim("dead after"); !errors.Is(err, release.ErrOnceLost) {
		t.Errorf("when its answer should be there: %v", err)
	}
	w.clock.advance(release.OnceLease - release.OnceFinish)
	taken := must(claim("dead before"))(t)
	if taken.Claim == dead.Claim || taken.Status != 0 {
		t.Errorf("taken over as %+v", taken)
	}
	if err := change(dead); !errors.Is(err, release.ErrOnceRunning) || made("dead before") != 0 {
		t.Errorf("the first run lives after all and is told %v, %d made", err, made("dead before"))
	}
	w.done(change(taken))
	if _, err := claim("dead after"); !errors.Is(err, release.ErrOnceLost) || made("dead after") != 1 {
		t.Errorf("done, and the answer lost: %v", err)
	}

	failing := must(claim("failing"))(t)
	if _, _, err := w.service.CreateToken(release.WithOnce(ctx, failing), by, release.NewToken{Person: by.Person}); err == nil {
		t.Error("a token without a name is made")
	}
	w.done(w.service.DropOnce(ctx, failing)) // nothing came of it
	w.done(change(must(claim("failing"))(t)))
}

// TestOnceOfWhoLeaves: a caller who has left is answered when they ask again.
func TestOnceOfWhoLeaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.as(theAdmin)
	leaving, leave := context.WithCancel(t.Context())
	r := p.keyed("left", "/tokens", `{"name":"left"}`).WithContext(leaving)
	leave()
	if _, err := http.DefaultClient.Do(r); err == nil {
		t.Error("who has left is answered")
	}
	p.do(p.keyed("left", "/tokens", `{"name":"left"}`)).is(http.StatusCreated)
	if n := w.count(`SELECT count(*) FROM api_token WHERE name = 'left'`); n != 1 {
		t.Errorf("%d made", n)
	}
}

// TestOnceOfWhoLeavesInTheMiddle: what was begun is done to its end, and answered to whoever asks again; of what fails after its
// change, they hear at once that it was done.
func TestOnceOfWhoLeavesInTheMiddle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(Config{Log: slog.New(slog.DiscardHandler)}) // the fault is meant
	by, tries := w.actor(theAdmin), 0
	try := func(ctx context.Context, key string, leave func(), fault error) (int, error) {
		recorder := httptest.NewRecorder()
		c := &call{
			Context: echo.New().NewContext(httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil), recorder),
			server:  w.server, actor: by, key: key, secret: "ptd_x",
		}
		err := w.server.once(c, func(_ *Server, c *call) error {
			tries++
			leave()
			if _, _, err := w.service.CreateToken(c.ctx(), by, release.NewToken{Person: by.Person, Account: by.Account, Name: key}); err != nil {
				return err
			}
			if fault != nil {
				return fault
			}
			return c.answer(http.StatusCreated, key)
		})
		return recorder.Code, err
	}
	leaving, leave := context.WithCancel(t.Context())
	if _, err := try(leaving, "left", leave, nil); err != nil {
		t.Error(err)
	}
	if status, err := try(t.Context(), "left", leave, nil); status != http.StatusCreated || err != nil || tries != 1 || w.count(`SELECT count(*) FROM api_token WHERE name = 'left'`) != 1 {
		t.Errorf("asked again: %d, %v, after %d tries", status, err, tries)
	}
	if status, err := try(t.Context(), "lost", leave, errors.New("the disk is full")); status != http.StatusInternalServerError || err != nil {
		t.Errorf("a fault: %d, %v", status, err)
	}
	if _, err := try(t.Context(), "lost", leave, nil); !errors.Is(err, release.ErrOnceLost) || tries != 2 {
		t.Errorf("asked again after a fault: %v, after %d tries", err, tries)
	}
}

// TestOnceAfterFaults: what failed here is not kept, so that trying again is worth it; neither is what panicked.
func TestOnceAfterFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(Config{Log: slog.New(slog.DiscardHandler)}) // the faults are meant
	tries := 0
	try := func(key string, handle func() error) (answered int, replayed, panicked bool) {
		recorder := httptest.NewRecorder()
		c := &call{
			Context: echo.New().NewContext(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil), recorder),
			server:  w.server, actor: w.actor(theAdmin), key: key, secret: "ptd_x",
		}
		defer func() { panicked = recover() != nil }()
		err := w.server.once(c, func(_ *Server, c *call) error {
			tries++
			if err := handle(); err != nil {
				return err
			}
			return c.answer(http.StatusCreated, tries)
		})
		w.done(err)
		return recorder.Code, recorder.Header().Get(headerReplayed) == "true", false
	}
	if status, _, _ := try("fault", func() error { return errors.New("the disk is full") }); status != http.StatusInternalServerError {
		t.Errorf("a fault is answered %d", status)
	}
	if _, _, panicked := try("fault", func() error { panic("at the second try") }); !panicked {
		t.Error("the panic does not pass")
	}
	for i, replay := range []bool{false, true} {
		if status, replayed, _ := try("fault", func() error { return nil }); status != http.StatusCreated || replayed != replay || tries != 3 {
			t.Errorf("try %d: answered %d, replayed %t, run %d times", i, status, replayed, tries)
		}
	}
}
