package notify_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"net/mail"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"packtide/notify"
	"packtide/release"
)

// postOffice is a mail server with STARTTLS and a password, which takes letters or does not.
type postOffice struct {
	t      *testing.T
	listen net.Listener
	tls    *tls.Config
	roots  *x509.CertPool
	answer func(nth int, to string) string // to a whole letter; "" hangs up; nil: takes all

	mu    sync.Mutex
	tried []delivered
}

// delivered is a letter that has come, taken or not.
type delivered struct {
	to, text string
	taken    bool
}

const (
	postUser     = "packtide"
	postPassword = "open sesame"
)

func newPostOffice(t *testing.T, answer func(nth int, to string) string) *postOffice {
	t.Helper()
	certified := httptest.NewTLSServer(nil) // its certificate is for 127.0.0.1
	defer certified.Close()
	listen, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &postOffice{t: t, listen: listen, tls: &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12}, roots: x509.NewCertPool(), answer: answer}
	o.roots.AddCert(certified.Certificate())
	var talks sync.WaitGroup
	talks.Go(func() {
		for {
			conn, err := listen.Accept()
			if err != nil {
				return // the test has ended
			}
			talks.Go(func() { o.talk(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listen.Close()
		talks.Wait()
	})
	return o
}

// talk is one conversation, of RFC 5321.
func (o *postOffice) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(2 * time.Minute))
	in, to, known := bufio.NewReader(conn), "", false
	say := func(text string) { _, _ = io.WriteString(conn, text+"\r\n") }
	say("220 post.example ESMTP")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		_, private := conn.(*tls.Conn)
		switch verb, rest, _ := strings.Cut(line, " "); strings.ToUpper(verb) {
		case "EHLO", "HELO":
			if private {
				say("250-post.example\r\n250 AUTH PLAIN")
			} else {
				say("250-post.example\r\n250 STARTTLS")
			}
		case "STARTTLS":
			say("220 go ahead")
			conn = tls.Server(conn, o.tls)
			in = bufio.NewReader(conn)
		case "AUTH":
			secret, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(rest, "PLAIN "))
			if known = private && string(secret) == "\x00"+postUser+"\x00"+postPassword; known {
				say("235 welcome")
			} else {
				say("535 who are you?")
			}
		case "RCPT":
			to = strings.Trim(strings.TrimPrefix(rest, "TO:"), "<>")
			say("250 ok")
		case "DATA":
			if !known {
				say("530 sign in first")
				continue
			}
			say("354 go on")
			answer := o.take(in, to)
			if answer == "" {
				return
			}
			say(answer)
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (o *postOffice) take(in *bufio.Reader, to string) string {
	var text strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return ""
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	answer := "250 taken"
	if o.answer != nil {
		answer = o.answer(len(o.tried)+1, to)
	}
	o.tried = append(o.tried, delivered{to, text.String(), strings.HasPrefix(answer, "250")})
	return answer
}

// all are the letters that have come so far, taken or not.
func (o *postOffice) all() []delivered {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]delivered(nil), o.tried...)
}

// config is how to reach the office, as the settings say it.
func (o *postOffice) config() *notify.MailConfig {
	o.t.Helper()
	_, port, err := net.SplitHostPort(o.listen.Addr().String())
	if err != nil {
		o.t.Fatal(err)
	}
	c, err := notify.ParseMailURL("smtp://"+postUser+"@127.0.0.1:"+port, "packtide <packs@example.com>", postPassword)
	if err != nil {
		o.t.Fatal(err)
	}
	if strconv.Itoa(c.Port) != port {
		o.t.Fatalf("%d was read of the port %s", c.Port, port)
	}
	c.Roots = o.roots
	return &c
}

var mailKey = release.MailKey("a key of the tests' own")

const mailBase = "https://packs.example"

// post works on the jobs until the test ends, and sends letters by the configuration.
func (w *world) post(config *notify.MailConfig) {
	w.t.Helper()
	r, err := notify.New(notify.Config{
		Pool: w.db.Pool, Service: w.svc, Clock: time.Now, Log: slog.New(slog.NewTextHandler(w.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		Version: "test", Mail: config, MailKey: mailKey, BaseURL: mailBase, Poll: 20 * time.Millisecond,
	})
	w.ok(err)
	w.ok(r.Start(w.t.Context()))
	w.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(w.t.Context()), time.Minute)
		defer cancel()
		if err := r.Stop(ctx); err != nil {
			w.t.Error(err)
		}
	})
}

// ended waits until the one message to the person has ended, trying at once what waits for another try, and tells how.
func (w *world) ended(who release.Actor) (state string, attempts int) {
	w.t.Helper()
	w.until("the message has ended", func() bool {
		w.hurry()
		err := w.db.Pool.QueryRow(w.t.Context(), `SELECT state, attempts FROM mail WHERE person_id = $1 AND ended_at IS NOT NULL`, who.Person).Scan(&state, &attempts)
		return err == nil
	})
	return state, attempts
}

// opened reads a letter.
func opened(t *testing.T, d delivered) *mail.Message {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(d.text))
	if err != nil {
		t.Fatalf("%v:\n%s", err, d.text)
	}
	return m
}
