package atomsphere_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// hostileIDs are no id of anything.
func hostileIDs() []string {
	return []string{
		"\x00", "a\x00b", "0190aaaa-0000-7000-8000-000000000000\x00", "\xff\xfe", "-1", "99999999999999999999999", "~", componentID(1) + "~2147483648",
		componentID(1) + "~-2147483649", componentID(1) + "~99999999999999999999999", "' OR 1=1 --", "\ufeff", "release-", strings.Repeat("a", 20_000),
		"0190aaaa-0000-7000-8000-000000000000_0190aaaa-0000-7000-8000-00000000000\x00",
	}
}

// hostileBodies can't be read, whatever they are sent to.
func hostileBodies() []string {
	entity := `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>`
	return []string{
		"\x00", `{"name":"a` + "\x00" + `"}`, `{"name":"a\u0000"}`, `{"other":{"deep":["a\u0000"]}}`, `{"name":"` + "\xff" + `"}`, `{"` + "\xc3" + `":1}`,
		`{"name":`, `{"name":"x"}{`, `[1]`, `"name"`, `12`, `nul`, `{"a":1e}`, "\xef\xbb\xbf{", "\xff\xfe{\x00}\x00",
		strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000),
		"<", "<a>", "<a></b>", "<a/><b/>", "<a/>x", `<a name="` + "\x00" + `"/>`, `<a name="&#0;"/>`, "<a>\xff</a>", `<a name="&x;"/>`, "<a>&x;</a>",
		entity + `<a name="&x;"/>`, entity + "<a>&x;</a>", `<a><!DOCTYPE b></a>`, `<?xml version="1.0" encoding="ISO-8859-1"?><a name="x"/>`,
		strings.Repeat("<a>", 33) + strings.Repeat("</a>", 33), strings.Repeat("<a>", 100_000),
	}
}

// tables tells what the product keeps, but for when a token was used.
func (w *world) tables() string {
	w.t.Helper()
	rows, err := w.db.Pool.Query(w.t.Context(), `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'api_token' ORDER BY 1`)
	if err != nil {
		w.t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			w.t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	var all strings.Builder
	for _, name := range names {
		var sum string
		if err := w.db.Owner(w.t).QueryRow(w.t.Context(),
			`SELECT count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM "`+name+`" t`).Scan(&sum); err != nil {
			w.t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s %s\n", name, sum)
	}
	return all.String()
}

// hostileStage is a body that works for what may be created, changed, asked for at once and queried, in a world where there is
// one of everything.
func hostileStage(w *world) (good map[string]string) {
	w.t.Helper()
	pack := w.released("Orders", "MULTI")
	group := w.post("acme", "AccountGroup", `{"name":"Friends"}`).text("id")
	instance := w.post("north", "IntegrationPackInstance", `{"integrationPackId":%q,"integrationPackOverrideName":"One"}`, pack).text("id")
	lab := w.post("north", "Environment", `{"name":"Lab"}`).text("id")
	components := fmt.Sprintf(`{"PublisherPackagedComponent":[{"componentId":%q}]}`, componentID(1))
	listed := fmt.Sprintf(`{"ReleasePackagedComponent":[{"componentId":%q,"version":"1.0.0"}]}`, componentID(1))
	return map[string]string{
		"PublisherIntegrationPack":              `{"name":"New","Description":"About","installationType":"SINGLE","PublisherPackagedComponents":` + components + `}`,
		"PublisherIntegrationPack/" + pack:      `{"name":"New","Description":"About","operationType":"ADD","PublisherPackagedComponents":` + components + `}`,
		"ReleaseIntegrationPack":                fmt.Sprintf(`{"id":%q,"releaseSchedule":"RELEASE_ON_SPECIFIED_DATE","releaseOnDate":"2026-12-24","ReleasePackagedComponents":%s}`, pack, listed),
		"ReleaseIntegrationPack/" + pack:        `{"releaseSchedule":"RELEASE_ON_SPECIFIED_DATE","releaseOnDate":"2026-12-24","ReleasePackagedComponents":` + listed + `}`,
		"IntegrationPackInstance":               fmt.Sprintf(`{"integrationPackId":%q,"integrationPackOverrideName":"Two"}`, pack),
		"IntegrationPackEnvironmentAttachment":  fmt.Sprintf(`{"environmentId":%q,"integrationPackInstanceId":%q}`, lab, instance),
		"AccountGroup":                          `{"name":"More friends"}`,
		"AccountGroup/" + group:                 `{"name":"Best friends"}`,
		"AccountGroupAccount":                   fmt.Sprintf(`{"accountGroupId":%q,"accountId":%q}`, group, w.south.ID),
		"AccountGroupIntegrationPack":           fmt.Sprintf(`{"accountGroupId":%q,"integrationPackId":%q}`, group, pack),
		"PackagedComponent":                     fmt.Sprintf(`{"componentId":%q,"packageVersion":"2.0.0","componentVersion":"1","notes":"New","shareable":"true"}`, componentID(1)),
		"Environment":                           `{"name":"Build","classification":"TEST"}`,
		"PublisherIntegrationPack/bulk":         fmt.Sprintf(`{"type":"GET","request":[{"id":%q}]}`, pack),
		"PackagedComponent/query":               where("componentVersion", "BETWEEN", "1", "9"),
		"ComponentMetadata/query":               where("componentId", "EQUALS", componentID(1)),
		"Process/query":                         where("name", "EQUALS", "Orders"),
		"AuditLog/query":                        where("date", "BETWEEN", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
		"IntegrationPack/query":                 where("name", "LIKE", "%Ord%"),
		"IntegrationPackInstance/query":         where("integrationPackId", "EQUALS", pack),
		"Environment/query":                     where("name", "EQUALS", "Lab"),
		"AccountGroupAccount/query":             where("accountGroupId", "EQUALS", group),
		"ReleaseIntegrationPackStatus/bulk":     `{"type":"GET","request":[{"id":"release-x"}]}`,
		"PublisherIntegrationPack/query":        where("name", "STARTS_WITH", "Ord"),
		"AccountGroupIntegrationPack/" + "bulk": fmt.Sprintf(`{"type":"GET","request":[{"id":"%s_%s"}]}`, group, pack),
	}
}

// hostile asks as somebody who may use the object, and wants to be refused in the words of clients.
func (w *world) hostile(method, path, body string, want int) {
	w.t.Helper()
	object, _, _ := strings.Cut(path, "/")
	got := w.do(request{as: userOf(object), method: method, path: path, body: body})
	if got.status != want || got.at("@type") != "Error" || got.text("message") == "" {
		w.t.Errorf("%s %.120s %.80q: %d %.300s, want %d", method, path, body, got.status, got.body, want)
	}
}

func userOf(object string) string {
	switch object {
	case "IntegrationPack", "IntegrationPackInstance", "IntegrationPackEnvironmentAttachment":
		return "north"
	default:
		return "acme"
	}
}

// TestHostile: whatever is sent to whatever, it is refused as the client's mistake, nothing is stored, and no fault is logged.
func TestHostile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := hostileStage(w)
	before := w.tables()
	for object, has := range verbs {
		w.advance(time.Minute) // so that nobody asks too much
		for _, id := range hostileIDs() {
			path := object + "/" + url.PathEscape(id)
			w.hostile(http.MethodGet, path, "", 400)
			w.hostile(http.MethodDelete, path, "{}", 400)
			if strings.Contains(has, "U") {
				w.hostile(http.MethodPost, path, good[object], 400)
				w.hostile(http.MethodPost, path+"/update", "{}", 400)
			}
		}
		for _, verb := range []string{"", "/query", "/bulk", "/queryMore", "/0190aaaa-0000-7000-8000-000000000000"} {
			w.advance(time.Minute)
			for _, body := range hostileBodies() {
				w.hostile(http.MethodPost, object+verb, body, 400)
			}
			w.tooLarge(object + verb)
		}
	}
	for path, body := range good { // one text at a time
		w.advance(time.Minute)
		for _, value := range []string{`"a\u0000"`, "\"\xff\"", strings.Repeat("[", 40) + strings.Repeat("]", 40)} {
			for _, mutant := range mutants(t, body, value) {
				w.hostile(http.MethodPost, path, mutant, 400)
			}
		}
	}
	for _, key := range []string{"a\x00~1", "a~2147483648", "a~-99999999999", "a", "~", "\x00", "0190aaaa-0000-7000-8000-000000000000\x00", "0190aaaa-0000-7000-8000-0000000000001.2.9999999999"} {
		for _, object := range []string{"ComponentMetadata", "Process", "Environment", "PackagedComponent", "PublisherIntegrationPack", "IntegrationPack", "AuditLog", "AccountGroup"} {
			token, err := json.Marshal(map[string]any{"o": object, "f": map[string]any{}, "k": key})
			if err != nil {
				t.Fatal(err)
			}
			got := w.do(request{as: userOf(object), method: http.MethodPost, path: object + "/queryMore", body: base64.RawURLEncoding.EncodeToString(token)})
			if got.status != 400 && got.status != 200 || strings.ContainsRune(key, 0) && got.status != 400 {
				t.Errorf("%s behind %q: %d %s", object, key, got.status, got.body)
			}
		}
	}
	if after := w.tables(); after != before {
		t.Errorf("something was stored:\n%s\nwas\n%s", after, before)
	}
	for path, body := range good { // what may be meant is done or refused
		w.advance(time.Minute)
		for _, value := range []string{
			"-1", "99999999999999999999999", "1e400", "true", "null", `{"a":{}}`, "[[]]", `[1,"a"]`, `"` + strings.Repeat("x", 300_000) + `"`, `"\ufeff"`,
			`"\ud800"`, `"\u0001"`, `"\u2028"`, `"0000-00-00"`, `"2147483648.0.0"`, `"9999-12-31T23:59:59.999999999Z"`, `"0000-01-01"`, `"%%%%"`,
		} {
			for _, mutant := range mutants(t, body, value) {
				got := w.do(request{as: userOf(strings.Split(path, "/")[0]), method: http.MethodPost, path: path, body: mutant})
				if got.status != 200 && got.status != 400 {
					t.Errorf("%s %.200s: %d %.300s", path, mutant, got.status, got.body)
				}
			}
		}
	}
	for object, has := range verbs { // nothing at all is a query for all, and else refused
		for _, body := range []string{"", " \n", "\xef\xbb\xbf", "null", "{}"} {
			if strings.Contains(has, "Q") {
				w.do(request{as: userOf(object), method: http.MethodPost, path: object + "/query", body: body}).want(200).says("@type", "QueryResult")
			}
			w.hostile(http.MethodPost, object, body, 400)
			w.hostile(http.MethodPost, object+"/bulk", body, 400)
			w.hostile(http.MethodPost, object+"/queryMore", body, 400)
		}
	}
	if w.log.Len() > 0 {
		t.Errorf("faults were logged: %.2000s", w.log.String())
	}
}

// tooLarge sends 10 MB, straight to the handler: a connection may break while so much is written that nobody reads.
func (w *world) tooLarge(path string) {
	w.t.Helper()
	object, _, _ := strings.Cut(path, "/")
	m := w.people[userOf(object)]
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, "/api/rest/v1/"+m.actor.Account.String()+"/"+path, strings.NewReader(hugeBody))
	r.SetBasicAuth("BOOMI_TOKEN."+m.person.Email, string(m.token))
	r.Header.Set("Accept", "application/json")
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	if answer.Code != http.StatusRequestEntityTooLarge || !strings.Contains(answer.Body.String(), `"@type":"Error"`) {
		w.t.Errorf("10 MB to %s: %d %.200s", path, answer.Code, answer.Body)
	}
}

var hugeBody = `{"name":"` + strings.Repeat("x", 10<<20) + `"}`

// mutants are the body with each of its texts, in turn, replaced by the value.
func mutants(t *testing.T, body, value string) []string {
	t.Helper()
	var texts []string
	d := json.NewDecoder(strings.NewReader(body))
	for d.More() || d.InputOffset() < int64(len(body)) {
		from := d.InputOffset()
		token, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		said := body[from:d.InputOffset()]
		rest := strings.TrimSpace(body[d.InputOffset():])
		if _, text := token.(string); text && !strings.HasPrefix(rest, ":") {
			at := strings.IndexByte(said, '"')
			texts = append(texts, body[:int(from)+at]+value+body[d.InputOffset():])
		}
	}
	if len(texts) == 0 {
		t.Fatalf("%s has no texts", body)
	}
	return texts
}

// TestLongestFilter: the longest filter that a query takes comes back in its token, and is taken there too.
func TestLongestFilter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := strings.Repeat("€<", 39) // of 80 characters at most, and each the longest that a token makes of one
	if _, err := w.db.Pool.Exec(t.Context(), `INSERT INTO environment (account_id, name, classification, created_at, created_by)
		SELECT $1, $2 || lpad(n::text, 2, '0'), 'TEST', now(), $3 FROM generate_series(1, 99) n`, w.north.ID, name, w.people["north"].person.ID); err != nil {
		t.Fatal(err)
	}
	for _, more := range []string{"a", "b"} {
		w.post("north", "Environment", `{"name":%q}`, more)
	}
	query := func(length int) string {
		var conditions []map[string]any
		for range 99 {
			conditions = append(conditions, map[string]any{"operator": "NOT_EQUALS", "property": "name", "argument": []string{strings.Repeat("<", min(length, 1000))}})
			length -= min(length, 1000)
		}
		data, err := json.Marshal(map[string]any{"QueryFilter": map[string]any{"expression": map[string]any{"operator": "and", "nestedExpression": conditions}}})
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	ask := func(length int) reply {
		return w.do(request{as: "north", method: http.MethodPost, path: "Environment/query", body: query(length)})
	}
	longest, refused := 0, 1<<17
	for refused-longest > 1 {
		w.advance(time.Second)
		if middle := (longest + refused) / 2; ask(middle).status == http.StatusOK {
			longest = middle
		} else {
			refused = middle
		}
	}
	ask(refused).refused(400, "bytes long")
	found := ask(longest).want(200).says("numberOfResults", 100)
	token := found.text("queryToken")
	if len(token) < 16<<10 {
		t.Errorf("the longest filter makes a token of %d bytes", len(token))
	}
	w.post("north", "Environment/queryMore", "%s", token).says("numberOfResults", 1, "queryToken", nil)
}
