package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"packtide/notify"
	"packtide/release"
	"packtide/store"
)

// queueing is the store whose use cases can ask for jobs.
func queueing(pool *pgxpool.Pool) *store.Store { return store.New(pool).Queueing(notify.Enqueue) }

// keyFile holds the key of secrets beside a database that packtide keeps itself.
const keyFile = "secret.key"

// openVault makes a vault of the key; without a key there is none.
func openVault(key []byte) (release.Vault, error) {
	if key == nil {
		return nil, nil //nolint:nilnil // there is none
	}
	return notify.NewVault(key)
}

// secretKey takes the key from the environment, else from its file in the folder, which it makes the first time; nil without
// either.
func secretKey(getenv func(string) string, dir string) ([]byte, error) {
	if text := getenv("PACKTIDE_SECRET_KEY"); text != "" {
		return readKey("PACKTIDE_SECRET_KEY", text)
	}
	if dir == "" {
		return nil, nil
	}
	path := filepath.Join(dir, keyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of secrets: %w", err)
	}
	return readKey(path, string(text))
}

// readKey never shows what it has read.
func readKey(from, text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != notify.KeySize {
		return nil, fmt.Errorf("%s holds no key: give %d random bytes in base64, as \"openssl rand -base64 %d\" prints them", from, notify.KeySize, notify.KeySize)
	}
	return key, nil
}

// makeKey lets whoever is first make the key; the file is there with all of it, or not at all.
func makeKey(path string) (key []byte, err error) {
	key = make([]byte, notify.KeySize)
	_, _ = rand.Read(key)                                       // never fails: it ends the program instead
	temp, err := os.CreateTemp(filepath.Dir(path), keyFile+".") // 0600
	if err != nil {
		return nil, fmt.Errorf("make the key of secrets: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(temp.Name())) }()
	_, err = temp.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, fmt.Errorf("make the key of secrets: %w", err)
	}
	if err = os.Link(temp.Name(), path); errors.Is(err, fs.ErrExist) { // another process was faster
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the key of secrets: %w", err)
		}
		return readKey(path, string(text))
	}
	if err != nil {
		return nil, fmt.Errorf("keep the key of secrets: %w", err)
	}
	return key, nil
}

// prefixes are the networks in the words of webhooks.
func prefixes(list []*net.IPNet) []netip.Prefix {
	var all []netip.Prefix
	for _, n := range list {
		if addr, ok := netip.AddrFromSlice(n.IP); ok {
			ones, _ := n.Mask.Size()
			all = append(all, netip.PrefixFrom(addr, ones))
		}
	}
	return all
}

// startRunner begins to work on the jobs that use cases have asked for.
func (s *site) startRunner(ctx context.Context) (*notify.Runner, error) {
	runner, err := notify.New(notify.Config{
		Pool: s.pool, Service: s.service, Clock: time.Now, Log: s.log, Allowed: s.hooks.allowed, Version: version(),
		Mail: s.mail.config, MailKey: s.mail.key, BaseURL: s.baseURL,
		Mailers: s.mail.atOnce, Tried: s.metrics.Tried,
	})
	if err != nil {
		return nil, err
	}
	return runner, runner.Start(ctx)
}

// webhookKeep is what webhooks take: a vault for their secrets, and where they may lead besides the internet.
type webhookKeep struct {
	key     []byte // of the vault; nil: there is none
	vault   release.Vault
	allowed []netip.Prefix
	mails   bool // there is a mail server, so invitations go by e-mail
}

func (k webhookKeep) options() []release.Option {
	options := []release.Option{release.Webhooks(k.vault, k.allowed)}
	if k.mails {
		options = append(options, release.Inviting())
	}
	return options
}
