package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"packtide/notify"
	"packtide/release"
)

// mailFlags name the mail server that takes what people are told.
type mailFlags struct {
	Server       string `name:"smtp-url" setting:"PACKTIDE_SMTP_URL" placeholder:"URL" help:"Mail server that takes what people are told, like smtp://packtide@mail.example.com:587; without it no e-mail is sent."`
	PasswordFile string `name:"smtp-password-file" setting:"PACKTIDE_SMTP_PASSWORD_FILE" placeholder:"FILE" help:"File with the password for the mail server."`
	CAFile       string `name:"smtp-ca-file" setting:"PACKTIDE_SMTP_CA_FILE" placeholder:"FILE" help:"Certificates, in PEM, by which the mail server is known; by default those of this machine."`
	From         string `name:"mail-from" setting:"PACKTIDE_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of messages, like packtide <packs@example.com>."`
	Workers      int    `name:"mail-workers" setting:"PACKTIDE_MAIL_WORKERS" default:"5" placeholder:"NUMBER" help:"How many messages are sent at once from this process; as many as the mail server takes from one sender."`
}

// mostMailWorkers is more than any mail server takes from one sender.
const mostMailWorkers = 100

// config is nil where no mail server is named.
func (f mailFlags) config() (*notify.MailConfig, error) {
	if f.Workers < 1 || f.Workers > mostMailWorkers {
		return nil, fmt.Errorf("--mail-workers must be from 1 to %d", mostMailWorkers)
	}
	if f.Server == "" {
		return nil, nil //nolint:nilnil // none is named
	}
	if f.From == "" {
		return nil, errors.New("a mail server is named, but no sender: give --mail-from, like packtide <packs@example.com>")
	}
	password, err := readLineOf(f.PasswordFile, "the password for the mail server")
	if err != nil {
		return nil, err
	}
	c, err := notify.ParseMailURL(f.Server, f.From, password)
	if err != nil {
		return nil, err
	}
	if f.CAFile != "" {
		pem, err := os.ReadFile(f.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read the certificates of the mail server: %w", err)
		}
		c.Roots = x509.NewCertPool()
		if !c.Roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificates in PEM form", f.CAFile)
		}
	}
	return &c, nil
}

// readLineOf is the text of a file without the line end; empty for no file.
func readLineOf(path, what string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", what, err)
	}
	return strings.TrimSpace(string(text)), nil
}

// attrs are the settings in force, without secrets.
func (f mailFlags) attrs() []any {
	server := "none"
	if f.Server != "" {
		server = notify.MailHost(f.Server)
	}
	return []any{"mail_server", server, "mail_from", f.From, "mail_workers", f.Workers}
}

// mailKeep is what e-mail takes.
type mailKeep struct {
	config *notify.MailConfig // nil: none is sent
	atOnce int                // letters under way; 0: as many as usual
	key    release.MailKey    // of the links that switch messages off; empty: none work
}

// mailKey is made from the key of secrets, so that replicas agree, and tells nothing of it.
func mailKey(secret []byte) release.MailKey {
	if len(secret) == 0 {
		return nil
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("packtide: links of messages"))
	return mac.Sum(nil)
}
