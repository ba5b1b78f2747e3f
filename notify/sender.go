package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
	"unicode"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"packtide/release"
)

// The bounds of one attempt.
const (
	sendLimit   = 15 * time.Second // from looking up the name to the last byte of the answer
	answerBytes = 500              // of the answer that are kept
	headerBytes = 16 << 10
)

// errNotAllowed is why a connection is not made. It is told to the webhook's account: what lies behind a name inside the
// operator's own network is not.
var errNotAllowed = errors.New("the address is not on the public internet")

// sender makes signed calls to addresses that strangers have typed. Every connection is checked when it is made, after the name
// was looked up: a name that leads inside, now or from tomorrow on, leads nowhere.
type sender struct {
	tls, plain *http.Client
	clock      func() time.Time // real time: receivers compare it with theirs
	agent      string
}

func newSender(allowed []netip.Prefix, clock func() time.Time, version string) *sender {
	return &sender{tls: newClient(allowed, false), plain: newClient(allowed, true), clock: clock, agent: "packtide/" + version}
}

// newClient follows no redirects, goes through no proxy and keeps no cookies.
func newClient(allowed []netip.Prefix, plain bool) *http.Client {
	dialer := &net.Dialer{Timeout: sendLimit, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !release.MayCall(to, plain, allowed) {
			return errNotAllowed
		}
		return nil
	}}
	return &http.Client{
		Timeout: sendLimit,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: sendLimit, MaxResponseHeaderBytes: headerBytes,
			MaxIdleConns: 100, MaxIdleConnsPerHost: 2, IdleConnTimeout: 30 * time.Second, DisableCompression: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// send makes one attempt. What the other side does wrong is part of the answer; an error is a fault of ours.
func (s *sender) send(ctx context.Context, out release.Outgoing) (release.Answer, error) {
	req, err := s.request(ctx, out)
	if err != nil {
		return release.Answer{}, err
	}
	client := s.tls
	if req.URL.Scheme == "http" {
		client = s.plain
	}
	res, err := client.Do(req) // the dialler checks where it leads
	if err != nil {
		if ctx.Err() != nil {
			return release.Answer{}, ctx.Err() // told to stop: no answer of theirs
		}
		return release.Answer{Failure: failure(err)}, nil
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, answerBytes))
	answer := release.Answer{Status: res.StatusCode, Body: printable(body)}
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300: // it has the message, whatever becomes of the rest of its answer
	case res.StatusCode >= 300 && res.StatusCode < 400:
		answer.Failure = fmt.Sprintf("It answered %d, a redirect: packtide follows none. Give the address that it leads to.", res.StatusCode)
	default:
		answer.Failure = fmt.Sprintf("It answered %d.", res.StatusCode)
		if err != nil {
			answer.Failure += " Its answer broke off."
		}
	}
	return answer, nil
}

// request is signed with each secret: headers and texts as Standard Webhooks (standardwebhooks.com) has them.
func (s *sender) request(ctx context.Context, out release.Outgoing) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, out.URL, bytes.NewReader(out.Delivery.Payload))
	if err != nil {
		return nil, fmt.Errorf("make a webhook's request: %w", err)
	}
	at, id := s.clock(), out.Delivery.MessageID()
	var signatures []string
	for _, secret := range out.Secrets {
		signer, err := standardwebhooks.NewWebhookRaw(secret)
		if err != nil {
			return nil, fmt.Errorf("sign a webhook: %w", err)
		}
		signature, err := signer.Sign(id, at, out.Delivery.Payload)
		if err != nil {
			return nil, fmt.Errorf("sign a webhook: %w", err)
		}
		signatures = append(signatures, signature)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", s.agent)
	req.Header.Set(standardwebhooks.HeaderWebhookID, id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, fmt.Sprint(at.Unix()))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return req, nil
}

// failure says in the account's words why there was no answer. Addresses that names lead to stay out of it.
func failure(err error) string {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.Is(err, errNotAllowed):
		return "The address does not lead to the public internet, so nothing was sent."
	case errors.As(err, &dns):
		return "The name of the address was not found."
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("There was no answer within %d seconds.", int(sendLimit/time.Second))
	case errors.Is(err, syscall.ECONNREFUSED):
		return "The connection was refused."
	case strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "x509: "):
		return "The secure connection failed: " + reason(err)
	default:
		return "The connection broke off before there was an answer."
	}
}

// reason is what lies behind the request's address, which people know.
func reason(err error) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return printable([]byte(err.Error()))
}

// printable is what of a stranger's bytes can be shown and kept.
func printable(text []byte) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || unicode.IsGraphic(r):
			return r
		default:
			return -1
		}
	}, strings.ToValidUTF8(string(text), "\uFFFD"))
}
