package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"packtide/release"
	"packtide/store/storetest"
)

// apiJob is the stage of the main job by API: a real product, and programs that have nothing but a token each.
type apiJob struct {
	job
	operator, paris, london, kiwi, desk *apiCaller
	pack, second                        string
	here, there                         string // the attachments of London and of Kiwi
}

// TestMainJobByAPI plays the whole main job by programs alone: from the first account to the publisher's midnight, the way back
// and the question what ran where. Only the first operator's token is made on the server itself.
func TestMainJobByAPI(t *testing.T) {
	t.Parallel()
	j := newAPIJob(t)
	j.letPeopleIn()
	j.makePack()
	j.releaseFirst()
	j.install()
	j.scheduleSecond()
	j.tryAndTell()
	j.passMidnight()
	j.rollBack()
	j.support()
}

func newAPIJob(t *testing.T) *apiJob {
	t.Helper()
	db := storetest.New(t)
	paris, err := release.LoadZone("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	clock := &demoClock{real: time.Now, reader: db.Reader, zone: paris}
	clock.service = release.NewService(db.Store, clock.Now)
	j := &apiJob{job: job{t: t, clock: clock, site: serveSite(t, db, clock)}}
	j.packages()
	o := office{t, map[string]string{"DATABASE_URL": db.URL}}
	o.does("user", "add", "olga@packtide.example", "--name", "Olga Operator", "--role", "operator")
	j.operator = j.caller(strings.TrimSpace(o.does("token", "create", "olga@packtide.example", "--name", "provisioning")))
	return j
}

// apiCaller is a program with a token.
type apiCaller struct {
	t     *testing.T
	url   string
	token string
}

func (j *apiJob) caller(token string) *apiCaller {
	return &apiCaller{j.t, j.site.baseURL + "/api/v1", token}
}

// apiSaid is an answer of the API, looked into by path: "contents.0.to.version".
type apiSaid struct {
	t    *testing.T
	what string
	body any
}

func (s apiSaid) at(path string) any {
	s.t.Helper()
	v := s.body
	for part := range strings.SplitSeq(path, ".") {
		switch here := v.(type) {
		case map[string]any:
			v = here[part]
		case []any:
			n, err := strconv.Atoi(part)
			if err != nil || n >= len(here) {
				s.t.Fatalf("%s tells no %s: %v", s.what, path, s.body)
			}
			v = here[n]
		default:
			s.t.Fatalf("%s tells no %s: %v", s.what, path, s.body)
		}
	}
	return v
}

func (s apiSaid) text(path string) string { s.t.Helper(); return fmt.Sprint(s.at(path)) }

// is wants texts at places: path, text, path, text.
func (s apiSaid) is(pairs ...string) apiSaid {
	s.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if got := s.text(pairs[i]); got != pairs[i+1] {
			s.t.Errorf("%s: %s is %q, want %q", s.what, pairs[i], got, pairs[i+1])
		}
	}
	return s
}

// ask sends JSON, and wants the status.
func (c *apiCaller) ask(status int, method, path string, body map[string]any) apiSaid {
	c.t.Helper()
	var b bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&b).Encode(body); err != nil {
			c.t.Fatal(err)
		}
	}
	return c.send(status, method, path, "application/json", &b)
}

func (c *apiCaller) send(status int, method, path, kind string, body io.Reader) apiSaid {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", kind)
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer got.Body.Close()
	data, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != status {
		c.t.Fatalf("%s %s answers %d, want %d: %v %s", method, path, got.StatusCode, status, err, data)
	}
	answer := apiSaid{t: c.t, what: method + " " + path}
	if strings.HasSuffix(strings.Split(got.Header.Get("Content-Type"), ";")[0], "json") {
		if err := json.Unmarshal(data, &answer.body); err != nil {
			c.t.Fatal(err)
		}
		return answer
	}
	answer.body = string(data)
	return answer
}

func (c *apiCaller) get(path string) apiSaid {
	c.t.Helper()
	return c.ask(http.StatusOK, http.MethodGet, path, nil)
}

func (c *apiCaller) post(path string, body map[string]any) apiSaid {
	c.t.Helper()
	return c.ask(http.StatusCreated, http.MethodPost, path, body)
}

// upload sends a package file, and gives the id of its package.
func (c *apiCaller) upload(file string) string {
	c.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", filepath.Base(file))
	if err != nil {
		c.t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		c.t.Fatal(err)
	}
	for name, text := range map[string]string{"shareable": "true", "override_reason": "The vendor ships it so."} {
		if err := form.WriteField(name, text); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		c.t.Fatal(err)
	}
	return c.send(http.StatusCreated, http.MethodPost, "/packages/versions", form.FormDataContentType(), &b).text("package.id")
}

// letPeopleIn opens the accounts and gives everybody's program a token.
func (j *apiJob) letPeopleIn() {
	admit := func(account map[string]any, email, name string, roles map[string]any) *apiCaller {
		token := map[string]any{"name": "script"}
		if account != nil {
			roles["account_id"] = j.operator.post("/accounts", account).text("id")
			token["account_id"] = roles["account_id"]
		}
		roles["email"], roles["name"] = email, name
		in := j.operator.post("/people", roles)
		if link := in.text("link"); !strings.HasPrefix(link, j.site.baseURL+"/welcome/") {
			j.t.Errorf("%s is let in by %q", name, link)
		}
		token["person_id"] = in.text("person.id")
		c := j.caller(j.operator.post("/tokens", token).text("secret"))
		c.get("/me").is("person.name", name)
		return c
	}
	j.paris = admit(map[string]any{"name": "Meridian Connect", "time_zone": "Europe/Paris", "publishes": true}, "camille@meridian.example", "Camille Laurent", map[string]any{"publisher": "publisher"})
	j.london = admit(map[string]any{"name": "Aldgate Insurance", "time_zone": "Europe/London", "installs": true}, "grace@aldgate.example", "Grace Okafor", map[string]any{"managed": "admin"})
	j.kiwi = admit(map[string]any{"name": "Kiwi Trust", "time_zone": "Pacific/Auckland", "installs": true}, "ken@kiwi.example", "Ken Parata", map[string]any{"managed": "admin"})
	j.desk = admit(nil, "sam@packtide.example", "Sam Support", map[string]any{"site": "support"})
}

// makePack uploads two real packages, bundles them and offers the pack to two accounts.
func (j *apiJob) makePack() {
	p := j.paris
	sheets, other := p.upload(j.sheets[0]), p.upload(j.other)
	j.pack = p.post("/packs", map[string]any{
		"name": "Sheet Reports", "description": "Reports from incidents, in sheets.", "attachment_mode": "single", "support_contact": "help@meridian.example",
	}).text("id")
	for _, pkg := range []string{sheets, other} {
		p.ask(http.StatusOK, http.MethodPut, "/packs/"+j.pack+"/packages/"+pkg, nil)
	}
	group := p.post("/account-groups", map[string]any{"name": "Customers"}).text("id")
	for i := range 2 {
		account := p.get("/accounts").text("items." + strconv.Itoa(i) + ".id")
		p.ask(http.StatusNoContent, http.MethodPut, "/account-groups/"+group+"/accounts/"+account, nil)
	}
	p.ask(http.StatusNoContent, http.MethodPut, "/account-groups/"+group+"/packs/"+j.pack, nil)
	j.london.ask(http.StatusNotFound, http.MethodGet, "/catalogue/"+j.pack, nil) // R25: nothing is released yet
}

func (j *apiJob) releaseFirst() {
	path := "/packs/" + j.pack + "/releases"
	j.paris.ask(http.StatusOK, http.MethodPost, path, map[string]any{"schedule": "immediate", "dry_run": true}).
		is("version", "1.0.0", "kind", "unchanged", "attachments", "0", "moves.0.kind", "offer", "moves.0.count", "2")
	j.paris.post(path, map[string]any{"schedule": "immediate"}).is("version", "1.0.0", "current", "true", "contents.1.to.version", "15.0.0")
}

func (j *apiJob) install() {
	install := func(c *apiCaller) string {
		pack := c.get("/catalogue").is("items.0.pack.name", "Sheet Reports", "items.0.current.version", "1.0.0").text("items.0.pack.id")
		return c.post("/attachments", map[string]any{"pack_id": pack, "environment": "production"}).is("runs.version", "1.0.0", "state", "current").text("id")
	}
	j.here, j.there = install(j.london), install(j.kiwi)
}

// scheduleSecond takes the integration's next version into a release in three days, at midnight in Paris.
func (j *apiJob) scheduleSecond() {
	j.paris.upload(j.sheets[1])
	j.paris.get("/packs").is("items.0.updates", "1")
	j.applied = release.DateOf(j.clock.Now(), j.clock.zone).AddDays(3)
	due, err := release.FirstInstant(j.applied, j.clock.zone)
	if err != nil {
		j.t.Fatal(err)
	}
	j.second = j.paris.post("/packs/"+j.pack+"/releases", map[string]any{"schedule": "scheduled", "date": j.applied.String(), "version": "2.0.0", "notes": "Sheets of all sizes."}).
		is("state", "pending", "due_at", due.UTC().Format(time.RFC3339), "time_zone", "Europe/Paris", "contents.1.to.version", "18.0.0").text("id")
	j.paris.ask(http.StatusConflict, http.MethodPost, "/packs/"+j.pack+"/releases",
		map[string]any{"schedule": "scheduled", "date": j.applied.AddDays(1).String(), "version": "3.0.0"}).is("rule", "R19")
}

func (j *apiJob) tryAndTell() {
	try, kiwi := "/attachments/"+j.here+"/opt-in", "/attachments/"+j.there
	j.london.ask(http.StatusOK, http.MethodPut, try, map[string]any{"release_id": j.second}).is("state", "trying", "runs.version", "2.0.0")
	j.london.ask(http.StatusOK, http.MethodDelete, try, nil).is("state", "waiting", "runs.version", "1.0.0")
	j.london.ask(http.StatusOK, http.MethodPut, try, nil).is("state", "trying")
	j.london.post("/attachments/"+j.here+"/feedback", map[string]any{"verdict": "works", "text": "All our playbooks ran."})
	j.kiwi.ask(http.StatusConflict, http.MethodPost, kiwi+"/feedback", map[string]any{"verdict": "works"}).is("rule", "R31")
	j.kiwi.ask(http.StatusNotFound, http.MethodPut, try, nil) // an attachment of others
	about := j.paris.get("/releases/"+j.second+"/feedback").is("items.0.by", "Grace Okafor", "items.0.account.name", "Aldgate Insurance").text("items.0.id")
	j.paris.post("/feedback/"+about+"/answers", map[string]any{"text": "Thank you."})
	j.london.get("/feedback/"+about).is("answers.0.by", "Camille Laurent")
	j.paris.get("/releases/"+j.second+"/testing").is("attachments", "2", "tried", "1", "works", "1")
}

// passMidnight moves the clock: half a minute before, nothing has changed for those who wait; just past it, all run 2.0.0.
func (j *apiJob) passMidnight() {
	for _, m := range []struct{ to, runs string }{{"before", "1.0.0"}, {"after", "2.0.0"}} {
		if err := j.clock.Move(j.t.Context(), m.to); err != nil {
			j.t.Fatal(err)
		}
		j.kiwi.get("/attachments/"+j.there).is("runs.version", m.runs)
		j.london.get("/attachments/"+j.here).is("runs.version", "2.0.0")
	}
	j.paris.get("/releases/"+j.second).is("state", "released", "current", "true", "late", "false", "adoption.attachments", "2")
}

// rollBack releases what the first release held once more, in one step (R22).
func (j *apiJob) rollBack() {
	path := "/packs/" + j.pack + "/releases"
	first := j.paris.get(path).is("items.1.version", "1.0.0").text("items.1.id")
	j.paris.ask(http.StatusOK, http.MethodPost, path, map[string]any{"schedule": "immediate", "from": first, "dry_run": true}).is("kind", "downgrade")
	j.paris.post(path, map[string]any{"schedule": "immediate", "from": first, "version": "2.0.1"}).is("contents.1.to.version", "15.0.0", "contents.1.from.version", "18.0.0")
	j.kiwi.get("/attachments/"+j.there).is("runs.version", "2.0.1")
}

// support answers what ran where, when and why.
func (j *apiJob) support() {
	d := j.desk
	d.get("/install-base?q=kiwi").is("items.0.account.name", "Kiwi Trust", "items.0.runs.version", "2.0.1", "next", "<nil>")
	d.get("/install-base?pack="+j.pack+"&version=2.0.1&limit=1").is("items.0.state", "current")
	due := d.get("/releases/" + j.second).text("due_at")
	at, err := time.Parse(time.RFC3339, due)
	if err != nil {
		j.t.Fatal(err)
	}
	before := url.QueryEscape(at.Add(-time.Minute).Format(time.RFC3339))
	d.get("/install-base?q=kiwi&at="+before).is("items.0.ran.version", "1.0.0", "items.0.state", "waiting")
	d.get("/install-base?q=aldgate&at="+before).is("items.0.ran.version", "2.0.0", "items.0.state", "trying")
	d.get("/attachments/"+j.here+"/history").is("items.0.how", "installed", "items.1.how", "opted in", "items.2.how", "undone", "items.1.by", "Grace Okafor")
	d.get("/attachments/"+j.there+"/history").is("items.1.how", "automatic at midnight", "items.1.by", "", "items.2.how", "immediate")
	d.get("/audit-events?action=release.scheduled").is("items.0.actor.name", "Camille Laurent", "items.0.source", "api", "items.0.pack.name", "Sheet Reports")
	for _, path := range []string{"/install-base?format=csv", "/audit-events?format=csv"} {
		if text := fmt.Sprint(d.get(path).body); len(strings.Split(text, "\n")) < 3 || !strings.Contains(text, "Sheet Reports") {
			j.t.Errorf("%s: %.200s", path, text)
		}
	}
	d.ask(http.StatusForbidden, http.MethodPost, "/packs/"+j.pack+"/releases", map[string]any{"schedule": "immediate"}) // R34
}
