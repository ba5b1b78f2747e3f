package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"packtide/store/storetest"
)

func TestServeKeepsADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	env := map[string]string{"PACKTIDE_DATA_DIR": dir, "PACKTIDE_ADDR": "127.0.0.1:0"}
	first := launch(t, env, "serve")
	base := first.ready(t)
	if status, body := get(t, base+"/readyz"); status != http.StatusOK {
		t.Errorf("/readyz: %d %s", status, body)
	}
	link := first.says(t, &first.out, `become the first operator.*\n  (http://\S+)\n`)
	if !strings.HasPrefix(link, base+"/welcome/") {
		t.Errorf("the set-up link %s is not below %s", link, base)
	}
	if _, _, err := call(t, nil, "healthcheck", "--url", base+"/readyz"); err != nil {
		t.Error(err)
	}
	first.stop(t)
	if _, _, err := call(t, nil, "healthcheck", "--url", base+"/readyz"); err == nil {
		t.Error("still answers after its end")
	}

	second := launch(t, env, "serve")
	base = second.ready(t)
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := get(t, base+u.Path); status != http.StatusOK {
		t.Errorf("the link of the first start: %d, so the data was not kept", status)
	}
	second.stop(t)
}

// The settings in force are told at start, and no secret among them.
func TestServeTellsItsSettings(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	withPassword := func(raw string) string {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword(u.User.Username(), "open-sesame")
		return u.String()
	}
	if strings.Contains(db.URL, "@") && strings.Contains(strings.SplitN(db.URL, "@", 2)[0], "packtide_test_app:") {
		t.Skip("the server of the tests checks passwords")
	}
	c := launch(t, map[string]string{
		"DATABASE_URL": withPassword(db.URL), "DATABASE_URL_OWNER": withPassword(db.OwnerURL), "PACKTIDE_BASE_URL": "https://packs.example.com",
	}, "serve", "--addr", "127.0.0.1:0")
	c.ready(t)
	c.says(t, &c.out, `\n  (https://packs\.example\.com/welcome/\S+)\n`)
	c.stop(t)
	for _, want := range []string{"msg=settings", "packtide_test_app:xxxxx@", "packtide_test_owner:xxxxx@", "base_url=https://packs.example.com", "addr=127.0.0.1:0"} {
		if !strings.Contains(c.err.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, &c.err)
		}
	}
	if all := c.out.String() + c.err.String(); strings.Contains(all, "open-sesame") {
		t.Errorf("the password was told:\n%s", all)
	}
}

func TestServeRefuses(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	nobody := "postgres://packtide:open-sesame@" + closedPort(t) + "/packtide?sslmode=disable"
	for name, test := range map[string]struct {
		args []string
		says []string
	}{
		"address taken":            {[]string{"--database-url", db.URL, "--addr", taken.Addr().String()}, []string{taken.Addr().String(), "--addr"}},
		"base URL with a path":     {[]string{"--base-url", "https://example.com/packs"}, []string{"https://packs.example.com"}},
		"base URL without http":    {[]string{"--base-url", "packs.example.com"}, []string{"https://packs.example.com"}},
		"proxy that is no network": {[]string{"--trusted-proxies", "10.0.0.0/8,proxy.example"}, []string{"proxy.example", "10.0.0.0/8"}},
		"owner without URL":        {[]string{"--database-url-owner", db.OwnerURL}, []string{"DATABASE_URL"}},
		"no database": {
			[]string{"--database-url", nobody, "--database-wait", "600ms"},
			[]string{"not answered for 600ms", "DATABASE_URL"},
		},
		"URL that can't be read": {[]string{"--database-url", "postgres://packtide:open-sesame@[::1/packtide"}, []string{"URL"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, err := call(t, nil, append([]string{"serve"}, test.args...)...)
			if err == nil {
				t.Fatal("serves all the same")
			}
			for _, want := range test.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if strings.Contains(stdout+stderr+err.Error(), "open-sesame") {
				t.Errorf("the password was told: %s %s %v", stdout, stderr, err)
			}
		})
	}
}

// A request that is under way when packtide is told to stop is answered.
func TestServeLetsRequestsFinish(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	c := launch(t, map[string]string{"DATABASE_URL": db.URL}, "serve", "--addr", "127.0.0.1:0")
	u, err := url.Parse(c.ready(t))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	const body = "email=ada%40example.org&password=a-wrong-password"
	head := fmt.Sprintf("POST /sign-in HTTP/1.1\r\nHost: %s\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n",
		u.Host, len(body))
	if _, err := conn.Write([]byte(head)); err != nil {
		t.Fatal(err)
	}
	answers := bufio.NewReader(conn)
	goOn, err := answers.ReadString('\n') // packtide is reading the form
	if _, rest := answers.ReadString('\n'); err != nil || rest != nil || !strings.Contains(goOn, " 100 ") {
		t.Fatalf("%v, %v: %q", err, rest, goOn)
	}
	c.cancel()
	c.says(t, &c.err, "msg=stopping")
	if _, err := conn.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatalf("the request was broken off: %v", err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("answered %s, want that the password is wrong", answer.Status)
	}
	if err := c.wait(t); err != nil {
		t.Errorf("packtide ended with %v", err)
	}
}

// closedPort is an address at which nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// A proxy's single address is a network of one.
func TestNetworks(t *testing.T) {
	t.Parallel()
	got, err := networks([]string{"10.1.2.3/8", "192.0.2.7", "2001:db8::/32"})
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(got); text != "[10.0.0.0/8 192.0.2.7/32 2001:db8::/32]" {
		t.Errorf("got %s", text)
	}
}
