package atomsphere_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"packtide/packfile"
	"packtide/release"
	"packtide/store/storetest"
	"packtide/web/atomsphere"
)

var begins = time.Date(2026, time.November, 27, 14, 30, 0, 0, time.UTC)

// world is a real product with a real server before it: a publisher of Boomi packages, a rival, and two customers.
type world struct {
	t       *testing.T
	db      *storetest.DB
	service *release.Service
	url     string
	handler http.Handler
	mu      sync.Mutex
	at      time.Time
	log     bytes.Buffer

	acme, bolt, north, south release.Account
	people                   map[string]member
}

// member is a person with a token of their account.
type member struct {
	person release.Person
	actor  release.Actor
	token  release.Secret
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: storetest.New(t), at: begins, people: map[string]member{}}
	w.service = release.NewService(w.db.Store, w.now)
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = atomsphere.New(atomsphere.Config{
		Reader: w.db.Reader, Service: w.service, Clock: w.now, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
		BaseURL: "http://" + server.Listener.Addr().String() + "/",
	})
	server.Start()
	t.Cleanup(server.Close)
	w.url, w.handler = server.URL, server.Config.Handler
	link := must(w.service.SetUpLink(t.Context()))(t)
	operator := must(w.service.SetUp(t.Context(), link, release.Newcomer{Email: "olga@packs.example", Name: "Olga", PasswordHash: "x"}))(t)
	w.let("operator", operator, release.ID{})
	open := func(name, zone string, publisher bool) release.Account {
		return must(w.service.CreateAccount(t.Context(), w.people["operator"].actor, release.NewAccount{Name: name, Zone: zone, Publisher: publisher, Managed: !publisher}))(t)
	}
	w.acme, w.bolt = open("Acme", "Europe/Paris", true), open("Bolt", "America/New_York", true)
	w.north, w.south = open("North", "Europe/Oslo", false), open("South", "America/Sao_Paulo", false)
	w.invite("acme", release.Invite{Account: w.acme.ID, Publisher: release.RolePublisher})
	w.invite("viewer", release.Invite{Account: w.acme.ID, Publisher: release.RolePublisherViewer})
	w.invite("bolt", release.Invite{Account: w.bolt.ID, Publisher: release.RolePublisher})
	w.invite("north", release.Invite{Account: w.north.ID, Managed: release.RoleAdmin})
	w.invite("south", release.Invite{Account: w.south.ID, Managed: release.RoleAdmin})
	return w
}

func (w *world) invite(name string, i release.Invite) {
	w.t.Helper()
	i.Name, i.Email = name, name+"@packs.example"
	_, link, err := w.service.InvitePerson(w.t.Context(), w.people["operator"].actor, i)
	if err != nil {
		w.t.Fatal(err)
	}
	w.let(name, must(w.service.Redeem(w.t.Context(), link, release.Newcomer{PasswordHash: "x"}))(w.t), i.Account)
}

// let gives a person a token in the account; zero: for the site.
func (w *world) let(name string, p release.Person, account release.ID) {
	w.t.Helper()
	actor := must(w.db.Reader.Actor(w.t.Context(), p.ID, account))(w.t)
	actor.Source = release.FromUI
	_, secret, err := w.service.CreateToken(w.t.Context(), actor, release.NewToken{Person: p.ID, Account: account, Name: "boomi"})
	if err != nil {
		w.t.Fatal(err)
	}
	w.people[name] = member{p, actor, secret}
}

// component is one component file.
func component(id, version int, kind, name string, refers ...int) string {
	var refs strings.Builder
	for _, r := range refers {
		fmt.Fprintf(&refs, "<ref>%s</ref>", componentID(r))
	}
	return fmt.Sprintf(`<bns:Component xmlns:bns="http://api.platform.boomi.com/" componentId=%q version="%d" name=%q type=%q>
<bns:object>%s</bns:object></bns:Component>`, componentID(id), version, strings.ReplaceAll(name, "&", "&amp;"), kind, refs.String())
}

func componentID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// upload keeps a Boomi package of one process and its connection; the process has the number and version.
func (w *world) upload(by string, number, version int, name, label string, shareable bool) release.PackageVersion {
	w.t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for file, content := range map[string]string{
		"process.xml":    component(number, version, "process", name, number+500),
		"connection.xml": component(number+500, version, "connector-settings", name+" connection"),
	} {
		f := must(z.Create(file))(w.t)
		if _, err := io.WriteString(f, content); err != nil {
			w.t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		w.t.Fatal(err)
	}
	read := must(packfile.Inspect(bytes.NewReader(b.Bytes()), int64(b.Len()), "x.zip", packfile.Options{}))(w.t)
	return must(w.service.UploadVersion(w.t.Context(), w.people[by].actor, release.Upload{
		Version: label, Shareable: &shareable, Notes: "What is new in " + label, FileName: "x.zip", Size: int64(b.Len()),
		SHA256: sha256.Sum256(b.Bytes()), Content: bytes.NewReader(b.Bytes()), Package: read,
	}))(w.t)
}

// request is one call as a client makes it.
type request struct {
	as, method, path, body   string
	account                  release.ID // zero: the person's own
	header                   map[string]string
	user, password, override string // of the sign-in, where it is not the usual one
}

// reply is what came back.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// do sends a request, in JSON unless its headers say otherwise.
func (w *world) do(r request) reply {
	w.t.Helper()
	m := w.people[r.as]
	if r.account.IsZero() {
		r.account = m.actor.Account
	}
	if r.user == "" {
		r.user, r.password = "BOOMI_TOKEN."+m.person.Email, string(m.token)
	}
	address := w.url + "/api/rest/v1/" + r.account.String() + "/" + r.path
	if r.override != "" {
		address = w.url + "/partner/api/rest/v1/" + r.account.String() + "/" + r.path + "?overrideAccount=" + r.override
	}
	req := must(http.NewRequestWithContext(w.t.Context(), r.method, address, strings.NewReader(r.body)))(w.t)
	if r.header == nil {
		r.header = map[string]string{"Content-Type": "application/json", "Accept": "application/json"}
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	if r.user != "-" {
		req.SetBasicAuth(r.user, r.password)
	}
	res := must(http.DefaultClient.Do(req))(w.t)
	defer res.Body.Close()
	return reply{w.t, res.StatusCode, res.Header, string(must(io.ReadAll(res.Body))(w.t))}
}

// post sends JSON and wants it done.
func (w *world) post(as, path, format string, args ...any) reply {
	w.t.Helper()
	return w.do(request{as: as, method: http.MethodPost, path: path, body: fmt.Sprintf(format, args...)}).want(http.StatusOK)
}

func (w *world) get(as, path string) reply {
	w.t.Helper()
	return w.do(request{as: as, method: http.MethodGet, path: path})
}

func (r reply) want(status int) reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("status %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

// refused wants an error as clients look for it, with words in it.
func (r reply) refused(status int, words string) {
	r.t.Helper()
	if r.status != status || r.at("@type") != "Error" || !strings.Contains(fmt.Sprint(r.at("message")), words) {
		r.t.Errorf("status %d, %s: want %d and an Error with %q", r.status, r.body, status, words)
	}
}

// at is a value within the answer: at("result.0.name").
func (r reply) at(path string) any {
	r.t.Helper()
	var value any
	if err := json.Unmarshal([]byte(r.body), &value); err != nil {
		r.t.Fatalf("%q is no JSON: %v", r.body, err)
	}
	for key := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[key]
		case []any:
			var i int
			if _, err := fmt.Sscanf(key, "%d", &i); err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

func (r reply) text(path string) string {
	r.t.Helper()
	s, ok := r.at(path).(string)
	if !ok || s == "" {
		r.t.Fatalf("no text at %s: %s", path, r.body)
	}
	return s
}

// says wants values: path, value, path, value …
func (r reply) says(pairs ...any) reply {
	r.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		if got := r.at(pairs[i].(string)); fmt.Sprint(got) != fmt.Sprint(pairs[i+1]) {
			r.t.Errorf("%s is %v, want %v: %s", pairs[i], got, pairs[i+1], r.body)
		}
	}
	return r
}

// count is the length of the list of results.
func (r reply) count() int {
	r.t.Helper()
	list, _ := r.at("result").([]any)
	return len(list)
}

// where is a query for one property.
func where(property, operator string, arguments ...string) string {
	list, _ := json.Marshal(arguments)
	return fmt.Sprintf(`{"QueryFilter":{"expression":{"argument":%s,"operator":%q,"property":%q}}}`, list, operator, property)
}

// contact gives a pack what a release needs and Boomi's API has no word for (R7), and offers it to all accounts.
func (w *world) contact(as, pack string) {
	w.t.Helper()
	by, id := w.people[as].actor, must(release.ParseID(pack))(w.t)
	view := must(w.db.Reader.Pack(w.t.Context(), by, id))(w.t)
	texts := view.PackTexts
	texts.SupportContact = "help@acme.example"
	if err := w.service.EditPack(w.t.Context(), by, id, texts); err != nil {
		w.t.Fatal(err)
	}
	for _, g := range must(w.db.Reader.Groups(w.t.Context(), by))(w.t) {
		if err := w.service.AddPackToGroup(w.t.Context(), by, g.ID, id); err != nil {
			w.t.Fatal(err)
		}
	}
}
