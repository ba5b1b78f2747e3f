package api

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"packtide/release"
	"packtide/web"
)

// TestContractTable: every operation that is served is documented, and every one that is documented is served, with the same
// parameters, kinds of body and roles.
func TestContractTable(t *testing.T) {
	t.Parallel()
	c := readContract(t, contractJSON())
	roles := map[string]web.Access{
		"publisher": web.AsPublisher, "publisher_viewer": web.Publishers &^ web.AsPublisher, "admin": web.AsAdmin,
		"account_viewer": web.Managed &^ web.AsAdmin, "support": web.AsSupport, "operator": web.AsOperator, "agent": web.AsAgent,
	}
	served := map[string]route{}
	for _, r := range routes() {
		served[r.method+" "+regexp.MustCompile(`:(\w+)`).ReplaceAllString(r.path, "{$1}")] = r
	}
	ids := map[string]bool{}
	for _, o := range c.operations {
		r, ok := served[o.method+" "+o.path]
		if !ok {
			t.Errorf("%s %s is documented, and not served", o.method, o.path)
			continue
		}
		delete(served, o.method+" "+o.path)
		if ids[o.id] {
			t.Errorf("two operations are named %s", o.id)
		}
		ids[o.id] = true
		asked := strings.Fields(r.query)
		slices.Sort(asked)
		if got := c.parameters(o, "query"); !slices.Equal(got, asked) {
			t.Errorf("%s: documents the parameters %q, takes %q", o.id, got, asked)
		}
		var may web.Access
		for _, role := range o.list("x-roles") {
			may |= roles[role]
		}
		if r.roles&web.Anyone == 0 && may != r.roles {
			t.Errorf("%s: documents the roles %b, is open to %b", o.id, may, r.roles)
		}
		kinds := map[body][]string{
			nothing: nil, asJSON: {"application/json"}, asForm: {"multipart/form-data"}, either: {"application/json", "multipart/form-data"},
		}[r.takes]
		if got := c.takes(o); !slices.Equal(got, kinds) {
			t.Errorf("%s: documents bodies of %q, takes %q", o.id, got, kinds)
		}
		if key := slices.Contains(c.parameters(o, "header"), headerOnce); key != (o.method != http.MethodGet) || key && o.responses()["409"] == nil {
			t.Errorf("%s: takes a key, and does not document it with what comes of another use", o.id)
		}
		for _, in := range c.parameters(o, "path") {
			if !strings.Contains(o.path, "{"+in+"}") {
				t.Errorf("%s: documents the parameter %s, which its path has not", o.id, in)
			}
		}
	}
	for name := range served {
		t.Errorf("%s is served, and not documented", name)
	}
}

// TestContract provokes every documented status of every operation on the real server, and holds every answer against the
// document. An operation or a status that nothing provokes fails it.
func TestContract(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.serve(Config{Rate: 1_000_000})
	k := &walk{world: w, programs: map[string]*program{}, contract: readContract(t, w.as(thePublisher).get("/openapi.json").is(http.StatusOK).body)}
	k.contract.t = t
	k.settleStage()
	for _, o := range k.operations {
		k.provoked = map[string]bool{"default": true} // TestContractFault
		w.clock.advance(time.Minute)                  // so that nobody is taken for one who guesses
		k.operation(o)
		if o.id == "uploadPackageVersion" {
			k.provoked["413"] = true // TestUploadTooLarge, which sends 256 MB
		}
		for status := range o.responses() {
			if !k.provoked[status] {
				t.Errorf("%s: nothing provokes the documented status %s", o.id, status)
			}
		}
	}
	for id := range attempts() {
		if !slices.ContainsFunc(k.operations, func(o operation) bool { return o.id == id }) {
			t.Errorf("there is no operation %s", id)
		}
	}
}

// walk is a world in which the operations are tried one after the other.
type walk struct {
	*world
	*contract
	programs map[string]*program
	provoked map[string]bool // statuses of the operation at hand
	stages   int

	mean    *Server // lets a token ask once a minute
	meanURL string

	everyone, group         release.ID
	first, second, unshared release.PackageVersion // of one package; the last one can't enter a pack
	other                   release.PackageVersion // of another
}

func (k *walk) program(who string) *program {
	k.world.t.Helper()
	if k.programs[who] == nil {
		if who == theAgent {
			k.programs[who] = k.with(k.token(theAdmin, release.ScopeAgent))
		} else {
			k.programs[who] = k.as(who)
		}
	}
	return k.programs[who]
}

// theAgent is an agent's token of Nordlys.
const theAgent = "agent"

// attempt is one request: by whom, of what, with which body.
type attempt struct {
	as     string
	path   string // below the prefix, with its query
	body   any
	form   *form // in place of body
	header map[string]string
	plain  bool // no token
}

// send makes the request, holds the answer against the document and notes its status.
func (k *walk) send(o operation, a attempt) response {
	k.world.t.Helper()
	p := *k.program(a.as)
	if a.plain {
		p.token = ""
	}
	var r *http.Request
	if a.form != nil {
		r = p.uploads(*a.form)
		u := must(r.URL.Parse(p.url + a.path))(k.world.t)
		r.URL, r.Method = u, o.method
	} else {
		r = p.request(o.method, a.path, a.body)
	}
	for name, value := range a.header {
		r.Header.Set(name, value)
	}
	got := p.do(r)
	k.check(o, got)
	k.provoked[fmt.Sprint(got.status)] = true
	if got.header.Get("X-Request-Id") == "" {
		k.world.t.Errorf("%s: %s answers %d without X-Request-Id", o.id, got.what, got.status)
	}
	return got
}

// want is send for one status.
func (k *walk) want(o operation, status int, a attempt) response {
	k.world.t.Helper()
	got := k.send(o, a)
	if got.status != status {
		k.world.t.Errorf("%s: %s answers %d, want %d: %.300s", o.id, got.what, got.status, status, got.body)
	}
	return got
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// operation provokes what every operation may answer, then what this one alone does, then that it works.
func (k *walk) operation(o operation) {
	make, ok := attempts()[o.id]
	if !ok {
		k.world.t.Errorf("%s: no request is known that works", o.id)
		return
	}
	good := make(k)
	has := func(status string) bool { _, ok := o.responses()[status]; return ok }
	with := func(change func(*attempt)) attempt { a := good; change(&a); return a }
	if has("401") {
		k.want(o, 401, with(func(a *attempt) { a.plain = true }))
		k.want(o, 422, with(func(a *attempt) { a.path = addQuery(a.path, "no_such_parameter=1") }))
		k.rateLimited(o, good)
	}
	if has("403") {
		k.want(o, 403, with(func(a *attempt) { a.as = k.stranger(o) }))
	}
	if has("404") && anyID.MatchString(good.path) {
		nobodys := release.NewID(worldBegins).String()
		k.want(o, 404, with(func(a *attempt) { a.path = anyID.ReplaceAllString(a.path, nobodys) }))
	}
	k.badBodies(o, good)
	if o.method != http.MethodGet && has("409") {
		k.program(good.as) // whose token is made before the key is used
		key := "used for " + o.id
		first := k.program(good.as).keyed(key, "/tokens", map[string]string{"name": key})
		k.program(good.as).do(first).is(http.StatusCreated)
		k.want(o, 409, with(func(a *attempt) { a.header = map[string]string{headerOnce: key} }))
	}
	for _, c := range moreAttempts()[o.id] {
		k.want(o, c.status, c.make(k))
	}
	got := k.send(o, good)
	if got.status >= 300 {
		k.world.t.Errorf("%s: %s answers %d: %.400s", o.id, got.what, got.status, got.body)
	}
	if has("401") && got.header.Get("RateLimit-Remaining") == "" {
		k.world.t.Errorf("%s: %s does not tell what is left of the limit", o.id, got.what)
	}
	if has("304") {
		k.unchanged(o, good, got.header.Get("ETag"))
	}
}

// unchanged asks again with the tag. That a token was used is noted beside the answers, once a minute, and changes what is told
// of it: then the tag is asked for once more.
func (k *walk) unchanged(o operation, a attempt, tag string) {
	a.header = map[string]string{"If-None-Match": tag}
	again := k.send(o, a)
	if again.status == http.StatusOK {
		a.header["If-None-Match"] = again.header.Get("ETag")
		k.want(o, http.StatusNotModified, a)
	}
}

func addQuery(path, query string) string {
	if strings.Contains(path, "?") {
		return path + "&" + query
	}
	return path + "?" + query
}

// stranger is somebody whose role does not allow the operation.
func (k *walk) stranger(o operation) string {
	for _, s := range []struct{ role, who string }{{"agent", theAgent}, {"publisher", thePublisher}, {"support", theSupport}} {
		if !slices.Contains(o.list("x-roles"), s.role) {
			return s.who
		}
	}
	k.world.t.Errorf("%s: documents 403, and is open to everybody", o.id)
	return theAgent
}

// badBodies provokes what is refused before anybody looks at what the body says.
func (k *walk) badBodies(o operation, good attempt) {
	kinds := k.takes(o)
	if len(kinds) == 0 {
		return
	}
	with := func(body any, kind string) attempt {
		a := good
		a.form, a.body, a.header = nil, body, map[string]string{"Content-Type": kind}
		return a
	}
	k.want(o, 415, with("hello", "text/plain"))
	if !slices.Contains(kinds, "application/json") {
		return
	}
	k.want(o, 400, with("{", "application/json"))
	k.want(o, 413, with(strings.Repeat(" ", maxBody)+"{}", "application/json"))
	k.want(o, 422, with(`{"no_such_field":1}`, "application/json"))
}

// rateLimited asks a server that lets a token ask once a minute.
func (k *walk) rateLimited(o operation, good attempt) {
	generous, url := k.server, k.url
	if k.mean == nil {
		k.serve(Config{Rate: 1})
		k.mean, k.meanURL = k.server, k.url
	}
	k.server, k.url = generous, url
	p := k.program(good.as)
	p.url = k.meanURL
	p.get("/me") // which uses up what there is
	k.want(o, 429, attempt{as: good.as, path: good.path, body: good.body, form: good.form})
	p.url = url
}

// TestContractFault: what goes wrong here is told as the document says, and no more of it.
func TestContractFault(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := readContract(t, contractJSON())
	p := w.as(thePublisher)
	w.db.Pool.Close()
	got := p.get("/packs")
	if problem := got.problem(http.StatusInternalServerError); strings.Contains(problem.Detail, "pool") {
		t.Errorf("tells %q", problem.Detail)
	}
	for _, o := range c.operations {
		if _, ok := o.responses()["default"]; !ok && o.id != "getDocument" {
			t.Errorf("%s: documents no faults", o.id)
		}
	}
	o := c.operations[0]
	_, at := c.follow(o.responses()["default"], nil)
	c.validate(o, got, append(at, "content", "application/problem+json", "schema"))
}
