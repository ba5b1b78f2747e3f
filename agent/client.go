package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The limits of one call. An artifact may take as long as it comes: only standing still ends it.
const (
	callLimit  = time.Minute
	stallLimit = time.Minute
)

// client speaks with one server about one attachment.
type client struct {
	http       *http.Client
	server     *url.URL
	attachment string
	token      func() (string, error)
	agent      string // the User-Agent
	stall      time.Duration
}

func newClient(cfg Config) (*client, error) {
	u, err := url.Parse(strings.TrimRight(cfg.Server, "/"))
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.RawQuery != "" || u.User != nil {
		return nil, errors.New("--server must be packtide's address, like https://packs.example.com")
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) && !cfg.PlainHTTP {
		return nil, fmt.Errorf("the token would cross the network in the clear to %s: use https://, or --plain-http if the network is yours alone", u.Host)
	}
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   30 * time.Second,
		ResponseHeaderTimeout: callLimit,
		IdleConnTimeout:       90 * time.Second,
		DisableCompression:    true, // artifacts come byte for byte
	}
	return &client{
		http:   &http.Client{Transport: transport, CheckRedirect: sameServer(u)},
		server: u, attachment: cfg.Attachment, token: cfg.Token, agent: "packtide-agent/" + cfg.Version, stall: stallLimit,
	}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// sameServer follows redirects within the server alone: the token is nobody else's.
func sameServer(server *url.URL) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		if !sameOrigin(next.URL, server) {
			return fmt.Errorf("the server sends on to %s; give --server that address if it is right", clean(next.URL.Scheme+"://"+next.URL.Host))
		}
		if len(via) >= 5 {
			return errors.New("the server sends on and on")
		}
		return nil
	}
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && strings.EqualFold(a.Host, b.Host) }

// answer is what the server says about the attachment; doc is nil if nothing has changed.
type answer struct {
	doc  *desired
	etag string
	hint time.Duration // when to ask again, by the headers; 0 if they do not say
}

// wait is when the server wants to be asked again, else was.
func (a answer) wait(was time.Duration) time.Duration {
	d := a.hint
	if a.doc != nil && a.doc.PollAfterSeconds > 0 {
		d = a.doc.wait()
	}
	if d <= 0 {
		return was
	}
	return bounded(d, leastPoll, mostPoll)
}

// desired asks what to run; etag is that of the last answer, or empty.
func (c *client) desired(ctx context.Context, etag string) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	request, err := c.request(ctx, http.MethodGet, c.attachmentURL("desired"), nil)
	if err != nil {
		return answer{}, err
	}
	if etag != "" {
		request.Header.Set("If-None-Match", etag)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, fmt.Errorf("ask what to run: %w", err)
	}
	defer response.Body.Close()
	got := answer{etag: response.Header.Get("ETag"), hint: pollHint(response.Header)}
	switch {
	case response.StatusCode == http.StatusNotModified && etag != "":
		return got, nil
	case response.StatusCode != http.StatusOK:
		return answer{}, fmt.Errorf("ask what to run: %w", refusal(response))
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return answer{}, fmt.Errorf("ask what to run: %w", err)
	}
	got.doc, err = parseDesired(body)
	return got, err
}

// observed is a report.
type observed struct {
	ReleaseID string `json:"release_id"`
	Status    string `json:"status"`
	Detail    string `json:"detail,omitempty"`
}

// The two things that an agent reports.
const (
	statusInstalled = "installed"
	statusFailed    = "failed"
)

// report tells the server what runs, or what went wrong.
func (c *client) report(ctx context.Context, o observed) error {
	body, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	request, err := c.request(ctx, http.MethodPost, c.attachmentURL("observed"), bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("report: %w", refusal(response))
	}
	return nil
}

// artifact begins to fetch a package at a byte; the answer may begin at the start all the same. The caller closes the body.
func (c *client) artifact(ctx context.Context, p content, from int64) (*http.Response, error) {
	at, err := c.server.Parse(c.relative(p.ArtifactURL))
	if err != nil || !sameOrigin(at, c.server) {
		return nil, fmt.Errorf("the package %s lies at %q, which is not on the server: the token is not sent there", clean(p.Name), clean(p.ArtifactURL))
	}
	request, err := c.request(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "*/*")
	if from > 0 {
		request.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-")
		request.Header.Set("If-Range", `"`+p.SHA256+`"`) // an artifact's ETag is its checksum
	}
	return c.http.Do(request) //nolint:wrapcheck // the caller says what was attempted
}

// relative puts a path behind the server's own, where packtide lies below one.
func (c *client) relative(address string) string {
	if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") && !strings.HasPrefix(address, c.server.Path+"/") {
		return c.server.Path + address
	}
	return address
}

func (c *client) attachmentURL(what string) string {
	return c.server.JoinPath("api", "v1", "attachments", c.attachment, what).String()
}

func (c *client) request(ctx context.Context, method, address string, body io.Reader) (*http.Request, error) {
	token, err := c.token()
	if err != nil {
		return nil, fmt.Errorf("read the token: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, fmt.Errorf("ask the server: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", c.agent)
	return request, nil
}

// apiError is an answer of the server that refuses.
type apiError struct {
	status     int
	detail     string
	requestID  string
	retryAfter time.Duration // 0 if the server does not say
}

// Error tells what the server said, and the id under which its log has more.
func (e *apiError) Error() string {
	text := fmt.Sprintf("the server answers %d", e.status)
	if e.detail != "" {
		text += ": " + e.detail
	}
	if e.requestID != "" {
		text += " (request " + e.requestID + ")"
	}
	return text
}

func (e *apiError) gone() bool {
	return e.status == http.StatusNotFound || e.status == http.StatusGone
}

func (e *apiError) unknown() bool {
	return e.status == http.StatusUnauthorized || e.status == http.StatusForbidden
}

// passing reports whether the same call may well succeed later.
func (e *apiError) passing() bool {
	return e.status >= 500 || e.status == http.StatusTooManyRequests || e.status == http.StatusRequestTimeout
}

// refusal reads a problem document; whatever else came is told by its status alone.
func refusal(response *http.Response) *apiError {
	e := &apiError{status: response.StatusCode, retryAfter: seconds(response.Header.Get("Retry-After"))}
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		return e // its status is what counts
	}
	var problem struct {
		Title     string `json:"title"`
		Detail    string `json:"detail"`
		RequestID string `json:"request_id"`
	}
	if json.Unmarshal(body, &problem) == nil {
		e.detail, e.requestID = short(problem.Detail, 500), short(problem.RequestID, 100)
		if e.detail == "" {
			e.detail = short(problem.Title, 500)
		}
	}
	return e
}

// pollHint reads when to ask again from the headers of an answer.
func pollHint(h http.Header) time.Duration {
	if d := seconds(h.Get("Retry-After")); d > 0 {
		return d
	}
	for part := range strings.SplitSeq(h.Get("Cache-Control"), ",") {
		if value, ok := strings.CutPrefix(strings.TrimSpace(part), "max-age="); ok {
			return seconds(value)
		}
	}
	return 0
}

func seconds(text string) time.Duration {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, int64(mostPoll/time.Second))) * time.Second
}
