package api

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v5"

	"packtide/release"
)

const (
	headerOnce     = "Idempotency-Key"
	headerReplayed = "Idempotency-Replayed"
	maxOnceKey     = 255
)

// onceWait is how long a request waits for another with its key.
const onceWait = time.Minute

var (
	errOnceKey = onField(headerOnce, "Give an Idempotency-Key of 1 to %d printable ASCII characters.", maxOnceKey)

	// errOnceSealed is told to whoever asks again with another token: the answer may hold what is the first one's alone.
	errOnceSealed = &release.Error{Kind: release.Conflict, Message: "A request with this Idempotency-Key was carried out for another token of yours. Look at what is there; use a new key to do more."}
)

// readKey reads the request's key.
func (c *call) readKey() error {
	values := c.Request().Header.Values(headerOnce)
	if c.Request().Method == http.MethodGet || c.Request().Method == http.MethodHead || len(values) == 0 {
		return nil
	}
	key := values[0]
	printable := !slices.ContainsFunc([]byte(key), func(b byte) bool { return b < ' ' || b > '~' })
	if len(values) > 1 || key == "" || len(key) > maxOnceKey || !printable {
		return errOnceKey
	}
	c.key = key
	return nil
}

// once runs the handler, or answers what it answered to the same request before. Why a crash on the way does nothing twice
// stands in release/once.go.
func (s *Server) once(c *call, handle func(*Server, *call) error) error {
	if c.key == "" {
		return handle(s, c)
	}
	claim, err := s.claimOnce(c)
	if err != nil {
		return err
	}
	if claim.Status != 0 {
		return s.replay(c, claim)
	}
	kept := s.runOnce(c, claim, handle)
	s.settleOnce(c, claim, kept)
	return kept.send(c)
}

// claimOnce waits while another request with the key runs, asking ever less often.
func (s *Server) claimOnce(c *call) (release.Once, error) {
	request := c.requestHash()
	var waited time.Duration
	for pause := 20 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		claim, err := s.service.ClaimOnce(c.ctx(), c.actor, c.key, request)
		if !errors.Is(err, release.ErrOnceRunning) {
			return claim, err
		}
		if waited += pause; waited > onceWait {
			c.Response().Header().Set("Retry-After", "30")
			return claim, err
		}
		select {
		case <-time.After(pause):
		case <-c.ctx().Done():
			return claim, c.ctx().Err()
		}
	}
}

// requestHash is what makes two requests the same: where they go, what they bring, and what they take to be there. The boundary of a form's parts and their
// order differ from try to try, and mean nothing.
func (c *call) requestHash() [32]byte {
	hash := sha256.New()
	part := func(text string) { fmt.Fprintf(hash, "%d:%s", len(text), text) }
	part(c.Request().Method)
	part(c.Request().URL.RequestURI())
	part(strings.Join(c.Request().Header.Values("If-Match"), ", "))
	part(string(c.body))
	if c.form != nil {
		texts := c.form.Texts()
		for _, name := range slices.Sorted(maps.Keys(texts)) {
			part(name)
			part(texts[name])
		}
		if file := c.form.Added(); file != nil {
			part(file.Name)
			part(fmt.Sprint(file.Size))
			hash.Write(file.SHA256[:])
		}
	}
	return [32]byte(hash.Sum(nil))
}

// onceRun is how long a request with a key may run: shorter than others wait until they take it for dead.
const onceRun = release.OnceLease - time.Minute

// runOnce runs the handler with a claim, and takes its answer down before anybody hears it: to its end, even if the caller
// leaves, for what came of it has to be known when they ask again. A panic passes, and the claim goes.
func (s *Server) runOnce(c *call, claim release.Once, handle func(*Server, *call) error) *keptAnswer {
	outside, request := c.Response(), c.Request()
	kept := &keptAnswer{Head: http.Header{}}
	finished := false
	defer func() {
		c.SetResponse(outside)
		c.SetRequest(request)
		if !finished {
			s.settleOnce(c, claim, &keptAnswer{Status: http.StatusInternalServerError})
		}
	}()
	c.SetResponse(echo.NewResponse(takenDown{kept}, s.log))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(request.Context()), onceRun)
	defer cancel()
	c.SetRequest(request.WithContext(release.WithOnce(ctx, claim)))
	if err := handle(s, c); err != nil {
		s.answerError(c.Context, err)
	}
	finished = true
	return kept
}

// settleOnce keeps the answer, or, of a request that came to nothing, lets it be tried again. Of one that has failed after it
// made a change, it keeps that the answer was lost: whoever asks again hears of it at once.
func (s *Server) settleOnce(c *call, claim release.Once, kept *keptAnswer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.ctx()), 10*time.Second)
	defer cancel()
	var err error
	if !kept.lasts() {
		err = s.service.DropOnce(ctx, claim) // leaves what a change has marked, for the answer below
		kept = lostAnswer()
	}
	if err == nil {
		if claim.Answer, err = kept.seal(c.secret, claim); err == nil {
			claim.Status = kept.Status
			err = s.service.AnswerOnce(ctx, claim)
		}
	}
	if err != nil {
		s.logFault(c.Context, fmt.Errorf("settle a request's key: %w", err)) // the caller's answer is right all the same
	}
}

// replay answers as before.
func (s *Server) replay(c *call, claim release.Once) error {
	kept, err := unseal(c.secret, claim)
	if err != nil {
		return errOnceSealed
	}
	if kept.isLost() {
		return release.ErrOnceLost
	}
	c.Response().Header().Set(headerReplayed, "true")
	return kept.send(c)
}

// keptAnswer is an answer as it is kept.
type keptAnswer struct {
	Status int
	Head   http.Header
	Body   []byte
}

// takenDown lets a handler write an answer that nobody hears yet.
type takenDown struct{ *keptAnswer }

func (t takenDown) Header() http.Header { return t.Head }

func (t takenDown) WriteHeader(status int) {
	if t.Status == 0 {
		t.Status = status
	}
}

func (t takenDown) Write(p []byte) (int, error) {
	t.WriteHeader(http.StatusOK)
	t.Body = append(t.Body, p...)
	return len(p), nil
}

// lasts tells whether the answer is one for ever: not that something failed, nor that the caller was too fast, or has seen what
// is there no more and looks again.
func (k *keptAnswer) lasts() bool {
	return k.Status < http.StatusInternalServerError && k.Status != http.StatusTooManyRequests && k.Status != http.StatusPreconditionFailed
}

// lostAnswer is no answer to be kept: asked again, the request is refused.
func lostAnswer() *keptAnswer { return &keptAnswer{Status: statusLost} }

// statusLost stands in a kept answer for release.ErrOnceLost, whose problem has the request id of whoever asks.
const statusLost = http.StatusConflict

func (k *keptAnswer) isLost() bool { return k.Status == statusLost && len(k.Body) == 0 }

func (k *keptAnswer) send(c *call) error {
	h := c.Response().Header()
	maps.Copy(h, k.Head)
	c.Response().WriteHeader(k.Status)
	_, err := c.Response().Write(k.Body)
	return err
}

// seal encrypts the answer for whoever holds the token: the database's reader learns nothing of it.
func (k *keptAnswer) seal(secret string, claim release.Once) ([]byte, error) {
	plain, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("write an answer down: %w", err)
	}
	aead, err := sealOf(secret)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return aead.Seal(nonce, nonce, plain, claim.Request[:]), nil
}

func unseal(secret string, claim release.Once) (*keptAnswer, error) {
	aead, err := sealOf(secret)
	if err != nil {
		return nil, err
	}
	if len(claim.Answer) < aead.NonceSize() {
		return nil, errors.New("an answer that was cut off")
	}
	nonce, sealed := claim.Answer[:aead.NonceSize()], claim.Answer[aead.NonceSize():]
	plain, err := aead.Open(nil, nonce, sealed, claim.Request[:])
	if err != nil {
		return nil, fmt.Errorf("open an answer: %w", err)
	}
	kept := &keptAnswer{}
	return kept, json.Unmarshal(plain, kept)
}

func sealOf(secret string) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "packtide answers that are given again", 32)
	if err != nil {
		return nil, fmt.Errorf("make a key of a token: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	return cipher.NewGCM(block)
}
