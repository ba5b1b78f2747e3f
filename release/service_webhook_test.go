package release_test

import (
	"bytes"
	"errors"
	"net/netip"
	"slices"
	"testing"

	"packtide/release"
)

// box keeps secrets for tests: it tells whose they are, and hides nothing.
type box struct{}

func (box) Seal(secret []byte, of release.ID) ([]byte, error) { return append(of[:], secret...), nil }

func (box) Open(sealed []byte, of release.ID) ([]byte, error) {
	secret, ok := bytes.CutPrefix(sealed, of[:])
	if !ok {
		return nil, errors.New("sealed for something else")
	}
	return secret, nil
}

const hookURL = "https://hooks.example.com/in"

// webhookSteps are those of Acme's people, and what the queue does for nobody.
func (w *world) webhookSteps() []step {
	ctx, s := w.t.Context(), w.svc
	var hook release.Webhook
	var sent release.Delivery
	keepers := map[string]error{
		"bolt": release.ErrNotFound, "acmeViewer": release.ErrForbidden, "north": release.ErrNotFound, "support": release.ErrNotFound,
		"operator": release.ErrNotFound, "nobody": release.ErrNotFound,
	}
	adders := map[string]error{
		"acmeViewer": release.ErrForbidden, "northViewer": release.ErrForbidden, "support": release.ErrReadOnly, "operator": release.ErrReadOnly,
		"nobody": release.ErrForbidden,
	}
	fail := func(release.Actor) error {
		_, err := s.EndDelivery(ctx, sent.ID, release.MaxDeliveryAttempts, release.Answer{Failure: "nobody there"})
		return err
	}
	return []step{
		{"AddWebhook", w.acme, func(by release.Actor) (err error) {
			hook, _, err = s.AddWebhook(ctx, by, release.NewWebhook{URL: hookURL, Kinds: []release.NoticeKind{release.NoticeOptedIn}})
			return err
		}, []string{release.ActWebhookAdded}, adders},
		{"SetWebhook", w.acme, func(by release.Actor) error {
			return s.SetWebhook(ctx, by, hook.ID, []release.NoticeKind{release.NoticeOpened}, true)
		}, []string{release.ActWebhookEdited}, keepers},
		{"EditWebhook", w.acme, func(by release.Actor) error {
			return s.EditWebhook(ctx, by, hook.ID, release.WebhookEdit{On: new(true)})
		}, []string{release.ActWebhookEdited}, keepers},
		{"RotateWebhookSecret", w.acme, func(by release.Actor) error {
			_, err := s.RotateWebhookSecret(ctx, by, hook.ID)
			return err
		}, []string{release.ActWebhookRotated}, keepers},
		{"TestWebhook", w.acme, func(by release.Actor) (err error) {
			sent, err = s.TestWebhook(ctx, by, hook.ID)
			return err
		}, nil, keepers}, // a message that says that nothing has happened
		{"BeginDelivery", release.Actor{}, func(release.Actor) error {
			_, err := s.BeginDelivery(ctx, sent.ID, 1)
			return err
		}, nil, nil}, // the delivery tells its own story
		{"EndDelivery", release.Actor{}, fail, nil, nil},
		{"Resend", w.acme, func(by release.Actor) error { return s.Resend(ctx, by, sent.ID) }, []string{release.ActWebhookResent}, keepers},
		{"EndDelivery", release.Actor{}, fail, nil, nil},
		{"ResendAll", w.acme, func(by release.Actor) error {
			_, err := s.ResendAll(ctx, by, hook.ID)
			return err
		}, []string{release.ActWebhookResent}, keepers},
		{"TellWebhooks", release.Actor{}, func(release.Actor) error {
			return s.TellWebhooks(ctx, release.TellJob{Notice: release.Notice{ID: release.NewID(monday), Kind: release.NoticeOpened, Publisher: w.acme.Account}})
		}, nil, nil},
		{
			"DeleteWebhook", w.acme, func(by release.Actor) error { return s.DeleteWebhook(ctx, by, hook.ID) },
			[]string{release.ActWebhookDeleted},
			keepers,
		},
	}
}

// What an address may be, before anybody has looked up where it leads.
func TestWebhookAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inside := release.NewService(w.db.Store, w.clock.now, release.Webhooks(box{}, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}))
	for url, want := range map[string][2]bool{ // on the internet; with 10.0.0.0/8 allowed
		"https://hooks.example.com/a?b=c":   {true, true},
		"https://hooks.example.com:8443/":   {true, true},
		"https://93.184.216.34/":            {true, true},
		"https://[2606:2800:220:1::1]/":     {true, true},
		"http://hooks.example.com/":         {false, true}, // where it leads is looked at when it is called
		"http://93.184.216.34/":             {false, false},
		"https://10.1.2.3/":                 {false, true},
		"http://10.1.2.3:25/":               {false, true},
		"https://hooks.example.com:25/":     {false, false},
		"https://127.0.0.1/":                {false, false},
		"https://localhost/":                {false, true},
		"https://metadata/":                 {false, true},
		"https://169.254.169.254/latest":    {false, false},
		"https://[::1]/":                    {false, false},
		"https://[::ffff:127.0.0.1]/":       {false, false},
		"https://[64:ff9b::7f00:1]/":        {false, false},
		"https://[fe80::1%25eth0]/":         {false, false},
		"https://user:pw@hooks.example.com": {false, false},
		"https://hooks.example.com/#a":      {false, false},
		"ftp://hooks.example.com/":          {false, false},
		"https:hooks.example.com":           {false, false},
		"https://hooks.example.com/\x00":    {false, false},
		"hooks.example.com":                 {false, false},
		"":                                  {false, false},
	} {
		for i, s := range []*release.Service{w.svc, inside} {
			hook, _, err := s.AddWebhook(t.Context(), w.acme, release.NewWebhook{URL: url, Kinds: []release.NoticeKind{release.NoticeOpened}})
			if (err == nil) != want[i] || (err != nil && !errors.Is(err, release.ErrWebhookURL)) {
				t.Errorf("%q, %d: %v", url, i, err)
			}
			if err == nil {
				w.ok(s.DeleteWebhook(t.Context(), w.acme, hook.ID))
			}
		}
	}
}

// MayCall looks at the address that a connection is about to be made to.
func TestMayCall(t *testing.T) {
	t.Parallel()
	allowed := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00:1::/32")}
	for to, want := range map[string][2]bool{
		"93.184.216.34:443": {true, true}, "93.184.216.34:80": {true, true}, "93.184.216.34:8443": {true, true}, "93.184.216.34:22": {},
		"[2606:2800:220:1::1]:443": {true, true}, "[::ffff:93.184.216.34]:443": {true, true},
		"10.0.0.1:443": {false, true}, "10.0.0.1:22": {false, true}, "[::ffff:10.0.0.1]:443": {false, true}, "[fd00:1::1]:443": {false, true},
		"[fd00:2::1]:443": {}, "127.0.0.1:443": {}, "127.8.8.8:443": {}, "0.0.0.0:443": {}, "0.1.2.3:443": {}, "100.64.0.1:443": {}, "169.254.169.254:443": {},
		"172.16.0.1:443": {}, "172.31.255.255:443": {}, "172.32.0.1:443": {true, true}, "192.168.1.1:443": {}, "192.0.2.1:443": {}, "198.18.0.1:443": {},
		"198.51.100.1:443": {}, "203.0.113.1:443": {}, "224.0.0.1:443": {}, "255.255.255.255:443": {}, "240.0.0.1:443": {}, "192.0.0.192:443": {},
		"[::]:443": {}, "[::1]:443": {}, "[::ffff:127.0.0.1]:443": {}, "[::127.0.0.1]:443": {}, "[64:ff9b::a00:1]:443": {}, "[64:ff9b:1::1]:443": {},
		"[fe80::1]:443": {}, "[fe80::1%eth0]:443": {}, "[fc00::1]:443": {}, "[fd00:ec2::254]:443": {}, "[ff02::1]:443": {}, "[2002:7f00:1::]:443": {},
		"[2001:0:1::1]:443": {}, "[2001:db8::1]:443": {}, "[100::1]:443": {}, "[3fff::1]:443": {}, "[2600::%1]:443": {},
	} {
		addr, err := netip.ParseAddrPort(to)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]bool{release.MayCall(addr, false, nil), release.MayCall(addr, false, allowed)}; got != want {
			t.Errorf("%s: %v, want %v", to, got, want)
		}
		if release.MayCall(addr, true, nil) {
			t.Errorf("%s may be called without TLS", to)
		}
	}
}

// A webhook hears only of what its maker sees, and only those who see all of it keep it.
func TestWebhookHearsWhatItsMakerSees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	// Somebody new who only installs for Acme, which both publishes and installs now.
	w.ok(w.svc.EditAccount(ctx, w.operator, w.acme.Account, release.NewAccount{Name: "Acme", Zone: "UTC", Managed: true}))
	installer := w.person("Ines", release.Invite{Account: w.acme.Account, Managed: release.RoleAdmin})
	hook, _, err := w.svc.AddWebhook(ctx, w.acme, release.NewWebhook{URL: hookURL, Kinds: release.NoticeKinds()[:1]})
	w.ok(err)
	w.refused(w.svc.DeleteWebhook(ctx, installer, hook.ID), release.ErrForbidden)
	if rows := must(w.db.Reader.Webhooks(ctx, installer))(t); len(rows) != 0 {
		t.Errorf("who does not publish sees %+v", rows)
	}
	_, _, err = w.svc.AddWebhook(ctx, installer, release.NewWebhook{URL: hookURL, Kinds: []release.NoticeKind{release.NoticeVersionAvailable}})
	w.refused(err, release.ErrWebhookKinds)
	own, _, err := w.svc.AddWebhook(ctx, installer, release.NewWebhook{URL: hookURL, Kinds: release.NoticeKinds()[:1]})
	w.ok(err)
	if rows := must(w.db.Reader.Webhooks(ctx, installer))(t); len(rows) != 1 || rows[0].ID != own.ID || len(rows[0].Secret) != 0 {
		t.Errorf("Ines sees %+v", rows)
	}
	for _, by := range []release.Actor{w.bolt, w.north} {
		_, one := w.db.Reader.Webhook(ctx, by, hook.ID)
		many := must(w.db.Reader.Deliveries(ctx, by, hook.ID, "", release.ID{}, 10))(t)
		if !errors.Is(one, release.ErrNotFound) || len(many) != 0 || len(must(w.db.Reader.Webhooks(ctx, by))(t)) != 0 {
			t.Errorf("%s sees Acme's webhook: %v, %v", by.Name, one, many)
		}
	}
}

// Of two that add the twentieth webhook at once, one does.
func TestWebhooksAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	add := func() error {
		_, _, err := w.svc.AddWebhook(t.Context(), w.acme, release.NewWebhook{URL: hookURL, Kinds: release.NoticeKinds()[:1]})
		return err
	}
	for range release.MaxWebhooks - 1 {
		w.ok(add())
	}
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() { errs <- add() }()
	}
	var kinds []bool
	for range cap(errs) {
		err := <-errs
		if err != nil && !errors.Is(err, release.ErrWebhooksMany) {
			t.Error(err)
		}
		kinds = append(kinds, err == nil)
	}
	if n := len(slices.DeleteFunc(kinds, func(ok bool) bool { return !ok })); n != 1 {
		t.Errorf("%d were added", n)
	}
	without := release.NewService(w.db.Store, w.clock.now)
	_, _, err := without.AddWebhook(t.Context(), w.north, release.NewWebhook{URL: hookURL, Kinds: release.NoticeKinds()[:1]})
	w.refused(err, release.ErrWebhooksNoKey)
}
