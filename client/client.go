// Package client speaks packtide's JSON API, /api/v1: for the command line, and for every other program in Go.
//
// A Client is made once and may be used by many goroutines. Every method takes a context, and fails with *Error when the
// server refuses, with *AwayError when nobody answers. What can be tried again without harm is tried again.
package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Config says whom a client talks to, and as whom.
type Config struct {
	Server     string // where packtide is, like https://packs.example.com
	Token      string // the bearer token; empty asks as nobody
	Version    string // of the program, told to the server
	AllowPlain bool   // send the token over http:// to other machines too

	Clock     func() time.Time // tells what a Retry-After with a date means
	Attempts  int              // how often one request is sent at most; 0 is DefaultAttempts
	Pause     time.Duration    // before the second attempt, doubled before each further one; 0 is DefaultPause
	Transport http.RoundTripper
}

// What a client does unless its Config says otherwise.
const (
	DefaultAttempts = 5
	DefaultPause    = 500 * time.Millisecond
)

// Client asks one server as one token.
type Client struct {
	base   *url.URL
	config Config
	http   *http.Client
}

// Refusals of a Config.
var (
	ErrServer = errors.New("the server's address must be http:// or https:// with a host and nothing behind it, like https://packs.example.com")
	ErrPlain  = errors.New("a token is sent over https:// only, as everybody on the way could read it")
)

// New fails with ErrServer for what is no server's address, and with ErrPlain where the token would cross the network in
// the clear: over http:// it is sent to this machine alone, unless AllowPlain is set.
func New(config Config) (*Client, error) {
	base, err := serverURL(config.Server)
	if err != nil {
		return nil, err
	}
	if config.Token != "" && base.Scheme == "http" && !config.AllowPlain && !loopback(base.Hostname()) {
		return nil, ErrPlain
	}
	if strings.ContainsFunc(config.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("the token holds characters that no token has: copy it again")
	}
	config.Attempts = cmp.Or(config.Attempts, DefaultAttempts)
	config.Pause = cmp.Or(config.Pause, DefaultPause)
	transport := config.Transport
	if transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it is one, unless somebody replaced it
		own.ResponseHeaderTimeout = answerLimit
		transport = own
	}
	return &Client{base: base, config: config, http: &http.Client{
		Transport: transport,
		// The API sends nobody elsewhere; a token follows no redirect.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// serverURL reads what is the address of a server and nothing else.
func serverURL(text string) (*url.URL, error) {
	base, err := url.Parse(strings.TrimRight(strings.TrimSpace(text), "/"))
	if err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		return nil, ErrServer
	}
	if *base != (url.URL{Scheme: base.Scheme, Host: base.Host}) {
		return nil, ErrServer
	}
	return base, nil
}

// answerLimit is how long a server may take to begin its answer once it has the whole request.
const answerLimit = 5 * time.Minute

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Server is the address that the client talks to.
func (c *Client) Server() string { return c.base.String() }

// WithAttempts is the same client, by which one request is sent that often at most: for callers with a patience of their own.
func (c *Client) WithAttempts(most int) *Client {
	other := *c
	other.config.Attempts = most
	return &other
}

// request is what one method asks for.
type request struct {
	method string
	path   string // below /api/v1, escaped
	query  url.Values
	header http.Header
	key    string // Idempotency-Key of a change, the same in every attempt
	// body opens what is sent, anew for each attempt; nil sends nothing.
	body func() (io.ReadCloser, error)
	size int64 // of the body, in bytes

	streams bool // the answer is handed on as it comes; all others are read whole before they count as answers
}

// pathOf escapes what the server or a person gave as parts of a path.
func pathOf(parts ...string) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(part))
	}
	return b.String()
}

// sending makes a request with a JSON body.
func sending(method, path string, body any) (request, error) {
	r := request{method: method, path: path, header: http.Header{}}
	if body == nil {
		return r, nil
	}
	text, err := json.Marshal(body)
	if err != nil {
		return r, fmt.Errorf("write the request: %w", err)
	}
	r.header.Set("Content-Type", "application/json")
	r.size = int64(len(text))
	r.body = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	return r, nil
}

// get reads one thing.
func (c *Client) get(ctx context.Context, path string, query url.Values, into any) error {
	return c.call(ctx, request{method: http.MethodGet, path: path, query: query}, into)
}

// send changes something, and reads the answer if into is given.
func (c *Client) send(ctx context.Context, method, path string, body, into any) error {
	r, err := sending(method, path, body)
	if err != nil {
		return err
	}
	return c.call(ctx, r, into)
}

// maxAnswer bounds what is read into memory: a page of the longest list is far smaller.
const maxAnswer = 64 << 20

// hold reads the answer into memory, as far as maxAnswer and a byte more, and lets go of the connection.
func hold(answer *http.Response) error {
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	answer.Body = io.NopCloser(bytes.NewReader(text))
	return err //nolint:wrapcheck // the network's error, as that of sending
}

// call does a request and decodes its answer.
func (c *Client) call(ctx context.Context, r request, into any) error {
	answer, err := c.do(ctx, r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body) // held in memory by now
	if err != nil {
		return away(c, err)
	}
	if len(text) > maxAnswer {
		return fmt.Errorf("the answer to %s %s is larger than %d MB", r.method, r.path, maxAnswer>>20)
	}
	if into == nil || len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	return decode(text, into)
}

// decode reads JSON; a thing keeps the text that it was read from.
func decode(text []byte, into any) error {
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("the server's answer can't be understood, perhaps it is not packtide: %w", err)
	}
	if k, ok := into.(interface{ keep([]byte) }); ok {
		k.keep(text)
	}
	return nil
}

// Raw is the JSON from which a thing was read, as the server wrote it.
type Raw struct{ text json.RawMessage }

// JSON is the server's own text; it has fields too that this version of the client does not know.
func (r Raw) JSON() json.RawMessage { return r.text }

func (r *Raw) keep(text []byte) { r.text = bytes.Clone(bytes.TrimSpace(text)) }
