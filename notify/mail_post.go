package notify

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"packtide/release"
)

// MailConfig is the mail server that takes our letters.
type MailConfig struct {
	Host     string
	Port     int  // 0: 587, or 465 with TLS from the first byte
	TLS      bool // from the first byte; else STARTTLS
	Plain    bool // nothing is encrypted: for a server on this very machine
	User     string
	Password string
	From     mail.Address
	Roots    *x509.CertPool // by which the server is known; nil: this machine's
}

// errMailURL says what an address of a mail server looks like.
var errMailURL = errors.New("the mail server is given like smtp://user@mail.example.com:587 (STARTTLS), smtps://user@mail.example.com (TLS from the first byte), or smtp+plain://127.0.0.1:25 (no encryption)")

// ParseMailURL reads where letters go and whom they come from. The password may stand in the URL, or be given apart.
func ParseMailURL(server, from, password string) (MailConfig, error) {
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || (u.Path != "" && u.Path != "/") || u.RawQuery != "" {
		return MailConfig{}, errMailURL // the error of Parse would tell the password
	}
	c := MailConfig{Host: u.Hostname(), User: u.User.Username(), Password: password}
	switch u.Scheme {
	case "smtp":
	case "smtps":
		c.TLS = true
	case "smtp+plain":
		c.Plain = true
	default:
		return MailConfig{}, errMailURL
	}
	if c.Port, err = mailPort(u.Port()); err != nil {
		return MailConfig{}, err
	}
	if inURL, given := u.User.Password(); given && password == "" {
		c.Password = inURL
	}
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return MailConfig{}, fmt.Errorf("%q can't be the sender of messages: give it like packtide <packs@example.com>", from)
	}
	c.From = *sender
	return c, nil
}

// mailPort is 0 where none is given.
func mailPort(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return 0, errMailURL
	}
	return port, nil
}

// MailHost is the host of a mail server's address, without user and password.
func MailHost(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return "(not readable)"
	}
	return u.Scheme + "://" + u.Host
}

// smtpLimit bounds each talk with the mail server.
const smtpLimit = 30 * time.Second

func (c MailConfig) client() (*gomail.Client, error) {
	opts := []gomail.Option{gomail.WithTimeout(smtpLimit)}
	switch {
	case c.TLS:
		opts = append(opts, gomail.WithSSL(), gomail.WithPort(orPort(c.Port, gomail.DefaultPortSSL)))
	case c.Plain:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS), gomail.WithPort(orPort(c.Port, gomail.DefaultPort)))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithPort(orPort(c.Port, gomail.DefaultPortTLS)))
	}
	if c.Roots != nil {
		opts = append(opts, gomail.WithTLSConfig(&tls.Config{RootCAs: c.Roots, ServerName: c.Host, MinVersion: tls.VersionTLS12}))
	}
	if c.User != "" {
		auth := gomail.SMTPAuthAutoDiscover
		if c.Plain {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		opts = append(opts, gomail.WithSMTPAuth(auth), gomail.WithUsername(c.User), gomail.WithPassword(c.Password))
	}
	client, err := gomail.NewClient(c.Host, opts...)
	if err != nil {
		return nil, fmt.Errorf("prepare the mail server: %w", err)
	}
	return client, nil
}

func orPort(port, usual int) int {
	if port == 0 {
		return usual
	}
	return port
}

// post sends letters.
type post struct {
	config  MailConfig
	letters *letters
	clock   func() time.Time
}

// newPost is nil where no mail server is named.
func newPost(c Config) (*post, error) {
	if c.Mail == nil {
		return nil, nil //nolint:nilnil // a replica without a mail server works on all else
	}
	l, err := newLetters(c.BaseURL, c.MailKey)
	if err != nil {
		return nil, err
	}
	return &post{*c.Mail, l, c.Clock}, nil
}

// send makes one attempt. What the server says against it is told in the end; an error is a fault of ours.
func (p *post) send(ctx context.Context, l release.Letter) (release.LetterEnd, error) {
	w, err := p.letters.write(l)
	if err != nil {
		return release.LetterEnd{}, err
	}
	return p.deliver(ctx, addressed{letterID(l), l.To.Name, l.To.Email}, w)
}

// addressed is whom a letter goes to, and its id.
type addressed struct{ id, name, email string }

// deliver hands a written letter to the mail server.
func (p *post) deliver(ctx context.Context, to addressed, w written) (release.LetterEnd, error) {
	m, err := p.message(to, w)
	if err != nil {
		return release.LetterEnd{Final: true, Failure: "The address can't be written to."}, nil //nolint:nilerr // told as the end
	}
	client, err := p.config.client()
	if err != nil {
		return release.LetterEnd{}, err
	}
	if err := client.DialAndSendWithContext(ctx, m); err != nil && !m.IsDelivered() {
		var refused *gomail.SendError
		final := errors.As(err, &refused) && !refused.IsTemp() && refused.ErrorCode() >= 500
		return release.LetterEnd{Final: final, Failure: err.Error()}, nil
	}
	return release.LetterEnd{Sent: true}, nil
}

// message puts a letter into the form of RFC 5322. Its id stays the same for every attempt, so that a server, or a reader's
// program, knows a letter that comes twice.
func (p *post) message(who addressed, w written) (*gomail.Msg, error) {
	m := gomail.NewMsg()
	from := p.config.From
	m.FromMailAddress(&from)
	to := mail.Address{Name: oneLine(who.name), Address: who.email}
	if err := m.To(to.String()); err != nil {
		return nil, fmt.Errorf("address a letter: %w", err)
	}
	m.Subject(w.Subject)
	m.SetDateWithValue(p.clock())
	m.SetMessageIDWithValue(who.id + "@" + p.config.Host)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	if w.Stop != "" {
		if err := m.SetListUnsubscribeOneClick(w.Stop); err != nil {
			m.SetListUnsubscribe(w.Stop) // without https there is no one-click, but still the link
		}
	}
	m.SetBodyString(gomail.TypeTextPlain, w.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, w.HTML)
	return m, nil
}

// letterID is the id of its one message, or made of those of all.
func letterID(l release.Letter) string {
	if len(l.Told) == 1 {
		return l.Told[0].Mail.String()
	}
	sum := sha256.New()
	for _, t := range l.Told {
		sum.Write(t.Mail[:])
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}
