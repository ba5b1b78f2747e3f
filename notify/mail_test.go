package notify_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"testing"
	"time"

	"packtide/notify"
	"packtide/release"
)

// parts are the forms of a letter by their types.
func parts(t *testing.T, m *mail.Message) map[string]string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("%s, %v", kind, err)
	}
	found := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		var in io.Reader = p
		switch strings.ToLower(p.Header.Get("Content-Transfer-Encoding")) {
		case "quoted-printable":
			in = quotedprintable.NewReader(p)
		case "base64":
			in = base64.NewDecoder(base64.StdEncoding, p)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		found[kind] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

func header(t *testing.T, m *mail.Message, name string) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A letter is whole: both forms, both clocks, and what mail programs need to sort it and to switch it off. It comes once, also
// when its job, or the notice's, runs twice. // R16
func TestMailComesOnceAndWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := newPostOffice(t, nil)
	w.exec(`UPDATE account SET zone = 'Asia/Kolkata' WHERE id = $1`, w.north.Account)
	w.exec(`UPDATE person SET name = $2 WHERE id = $1`, w.north.Person, "Zoë “Nora” Þórsdóttir")
	w.exec(`UPDATE pack SET name = 'Röntgen → 日本 & <b>' WHERE id = $1`, w.pack.ID)
	w.post(o.config())
	due := w.release("2027-02-01")
	if state, attempts := w.ended(w.north); state != "sent" || attempts != 1 {
		t.Fatalf("%s after %d", state, attempts)
	}
	w.settled()
	w.exec(`INSERT INTO river_job (kind, args, queue, max_attempts, state, priority, scheduled_at)
		SELECT kind, args, queue, max_attempts, 'available', 1, now() FROM river_job WHERE kind IN ('send_mail', 'tell_people')`)
	w.settled()
	all := o.all()
	if len(all) != 1 || all[0].to != "north@example.org" {
		t.Fatalf("%d letters: %+v", len(all), all)
	}
	m := opened(t, all[0])
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != "Zoë “Nora” Þórsdóttir" || to[0].Address != "north@example.org" {
		t.Errorf("to %v, %v", to, err)
	}
	if got, want := header(t, m, "Subject"), "Röntgen → 日本 & <b> 1.2.0 is coming: you can try it now"; got != want {
		t.Errorf("the subject is %q, want %q", got, want)
	}
	for name, want := range map[string]string{"Auto-Submitted": "auto-generated", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if _, err := m.Header.Date(); err != nil || !strings.Contains(m.Header.Get("Message-Id"), "@") {
		t.Errorf("%v, %q", err, m.Header.Get("Message-Id"))
	}
	stop := release.MailStop{Person: w.north.Person, Account: w.north.Account, Kind: release.NoticeOpened}
	link := mailBase + "/unsubscribe/" + string(mailKey.Sign(stop))
	if got := m.Header.Get("List-Unsubscribe"); got != "<"+link+">" {
		t.Errorf("List-Unsubscribe: %q, want %q", got, link)
	}
	forms := parts(t, m)
	text, html := forms["text/plain"], forms["text/html"]
	for _, want := range []string{
		"Hello Zoë “Nora” Þórsdóttir,", "Applies: Mon 1 Feb 2027, 04:30 Asia/Kolkata · Mon 1 Feb 2027, 00:00 Europe/Paris",
		mailBase + "/pending/" + due.ID.String(), mailBase + "/settings/notifications", link, "Publisher: Acme",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if !strings.Contains(html, "Röntgen → 日本 &amp; &lt;b&gt; 1.2.0 is coming") || !strings.Contains(html, link) || strings.Contains(html, "<b>") {
		t.Errorf("the HTML is\n%s", html)
	}
}

// Names never become headers of their own.
func TestMailNamesStayInTheirLines(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := newPostOffice(t, nil)
	const evil = "Nora\r\nBcc: evil@example.org\r\n\r\nBuy now"
	w.exec(`UPDATE person SET name = $2 WHERE id = $1`, w.north.Person, evil)
	w.exec(`UPDATE pack SET name = $2 WHERE id = $1`, w.pack.ID, evil)
	w.post(o.config())
	w.release("2027-02-01")
	if state, _ := w.ended(w.north); state != "sent" {
		t.Fatal(state)
	}
	for _, d := range o.all() {
		m := opened(t, d)
		if m.Header.Get("Bcc") != "" || d.to != "north@example.org" || !strings.HasSuffix(header(t, m, "Subject"), "you can try it now") {
			t.Errorf("%s gets\n%s", d.to, d.text)
		}
	}
}

// A server that can't take a letter now, or hangs up, gets it again under the same id.
func TestMailIsTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := newPostOffice(t, func(nth int, _ string) string {
		return []string{"451 later", "", "421 too many", "250 taken"}[min(nth, 4)-1]
	})
	w.post(o.config())
	w.release("2027-02-01")
	if state, attempts := w.ended(w.north); state != "sent" || attempts != 4 {
		t.Errorf("%s after %d attempts", state, attempts)
	}
	all := o.all()
	if len(all) != 4 {
		t.Fatalf("%d were tried", len(all))
	}
	for i, d := range all {
		if d.taken != (i == 3) || opened(t, d).Header.Get("Message-Id") != opened(t, all[0]).Header.Get("Message-Id") {
			t.Errorf("attempt %d: %+v", i+1, d)
		}
	}
}

// What the server refuses for good is given up at once, for operators to see, and for nobody else.
func TestMailIsGivenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := newPostOffice(t, func(int, string) string { return "550 no such user here" })
	w.post(o.config())
	w.release("2027-02-01")
	if state, attempts := w.ended(w.north); state != "dead" || attempts != 1 {
		t.Errorf("%s after %d attempts", state, attempts)
	}
	w.settled()
	if n := len(o.all()); n != 1 {
		t.Errorf("%d were tried", n)
	}
	dead, err := w.db.Reader.DeadMails(t.Context(), release.Actor{Site: release.RoleOperator}, release.ID{}, 10)
	if err != nil || len(dead) != 1 || dead[0].Email != "north@example.org" || dead[0].Kind != release.NoticeOpened || !strings.Contains(dead[0].Failure, "no such user here") {
		t.Errorf("%+v, %v", dead, err)
	}
	for _, by := range []release.Actor{w.acme, w.north, {}} {
		if rows, err := w.db.Reader.DeadMails(t.Context(), by, release.ID{}, 10); err != nil || len(rows) != 0 {
			t.Errorf("%q sees %+v, %v", by.Name, rows, err)
		}
	}
}

// A server that is not there, one that is not known, or a password that is wrong costs nothing but time; after the last attempt
// the message is given up, with the reason and without the password.
func TestMailServerIsNotReached(t *testing.T) {
	t.Parallel()
	o := newPostOffice(t, nil)
	gone := *newPostOffice(t, nil).config()
	gone.Port = 1
	unknown, wrong := *o.config(), *o.config()
	unknown.Roots = nil
	wrong.Password = "guessed"
	for name, c := range map[string]*notify.MailConfig{"gone": &gone, "unknown": &unknown, "wrong": &wrong} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.post(c)
			w.release("2027-02-01")
			w.until("it has been tried twice", func() bool {
				w.hurry()
				return w.number(`SELECT coalesce(max(attempts), 0) FROM mail WHERE failure <> ''`) >= 2 || w.number(`SELECT count(*) FROM mail WHERE state = 'dead'`) == 1
			})
			if n := w.number(`SELECT count(*) FROM mail WHERE failure LIKE '%' || $1 || '%'`, c.Password); n != 0 {
				t.Error("the failure tells the password")
			}
		})
	}
	if n := len(o.all()); n != 0 {
		t.Errorf("%d letters got through", n)
	}
}

// Without a mail server nothing is kept for people; when it is taken away, letters wait for it.
func TestMailWithoutAServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(nil)
	w.release("2027-02-01")
	w.settled()
	if n := w.number(`SELECT count(*) FROM mail`); n != 0 {
		t.Errorf("%d messages pile up", n)
	}
	w.ok(w.svc.TellPeople(t.Context(), release.TellPeopleJob{Notice: release.Notice{
		ID: release.NewID(monday), Kind: release.NoticeApplied, At: monday, Account: w.north.Account,
	}}))
	if state, attempts := w.ended(w.north); state != "dead" || attempts != release.MailAttempts {
		t.Errorf("%s after %d", state, attempts)
	}
}

// The digest is one letter a day with all of its news, and its link switches off the digest.
func TestDigest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := newPostOffice(t, nil)
	w.upload()
	w.upload()
	w.post(o.config())
	w.until("both wait for the digest", func() bool { return w.number(`SELECT count(*) FROM mail WHERE state = 'digest'`) == 2 })
	if n, err := w.svc.SendDigests(t.Context(), monday.Add(time.Hour)); err != nil || n != 0 {
		t.Errorf("%d before the hour, %v", n, err)
	}
	tuesday := time.Date(2027, 1, 12, 7, 0, 0, 0, time.UTC) // 8:00 in Paris
	if n, err := w.svc.SendDigests(t.Context(), tuesday); err != nil || n != 1 {
		t.Fatalf("%d letters, %v", n, err)
	}
	w.until("the digest is sent", func() bool { return w.number(`SELECT count(*) FROM mail WHERE state = 'sent'`) == 2 })
	all := o.all()
	if len(all) != 1 {
		t.Fatalf("%d letters", len(all))
	}
	m := opened(t, all[0])
	text := parts(t, m)["text/plain"]
	if got := header(t, m, "Subject"); got != "Acme: 2 pieces of news" || strings.Count(text, "is not in Mail yet") != 2 {
		t.Errorf("%q:\n%s", got, text)
	}
	link := string(mailKey.Sign(release.MailStop{Person: w.acme.Person, Account: w.acme.Account}))
	if !strings.Contains(m.Header.Get("List-Unsubscribe"), link) {
		t.Errorf("List-Unsubscribe: %s", m.Header.Get("List-Unsubscribe"))
	}
}

// Of several replicas that look for digests at once, each entry is taken by one. // a race
func TestDigestsAreTakenOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(`INSERT INTO mail (id, person_id, account_id, notice_id, kind, notice, as_publisher, state, due_at)
		SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), 'version.available', '{}', true, 'digest', $3::timestamptz + n % 7 * interval '1 day'
		  FROM generate_series(1, 700) n`, w.acme.Person, w.acme.Account, monday)
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() {
			_, err := w.svc.SendDigests(t.Context(), monday.AddDate(0, 0, 7))
			errs <- err
		}()
	}
	for range cap(errs) {
		w.ok(<-errs)
	}
	entries := w.number(`SELECT count(*) FROM river_job, jsonb_array_elements(args -> 'mails') WHERE kind = 'send_mail'`)
	distinct := w.number(`SELECT count(DISTINCT e) FROM river_job, jsonb_array_elements(args -> 'mails') e WHERE kind = 'send_mail'`)
	if left := w.number(`SELECT count(*) FROM mail WHERE state = 'digest'`); entries != 700 || distinct != 700 || left != 0 {
		t.Errorf("%d entries, %d of them different, %d left", entries, distinct, left)
	}
}

// A notice for 1,100 accounts is told page by page, once to each of their admins, also when every page is told twice.
func TestMailFansOutByPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const many = 1100
	w.exec(`INSERT INTO account (id, name, zone, publisher, managed, created_at)
		SELECT gen_random_uuid(), 'many ' || n, 'UTC', false, true, $1 FROM generate_series(1, $2::int) n`, monday, many)
	w.exec(`INSERT INTO person (id, email, name, password_hash, created_at)
		SELECT gen_random_uuid(), 'many' || n || '@example.org', 'Many', 'x', $1 FROM generate_series(1, $2::int) n`, monday, many)
	w.exec(`INSERT INTO membership (person_id, account_id, managed_role)
		SELECT p.id, a.id, 'admin' FROM account a JOIN person p ON p.email = replace(a.name, ' ', '') || '@example.org'`)
	ids := make([]release.ID, many)
	for i := range ids {
		ids[i] = release.NewID(monday)
	}
	w.exec(`INSERT INTO attachment (id, pack_id, account_id, multiple, name, attached_at, attached_by)
		SELECT x.id, $1, a.id, true, 'a', uuid_instant(x.id), $2
		  FROM unnest($3::uuid[]) WITH ORDINALITY x(id, n) JOIN account a ON a.name = 'many ' || x.n`, w.pack.ID, w.north.Person, ids)
	job := release.TellPeopleJob{Notice: release.Notice{
		ID: release.NewID(monday), Kind: release.NoticeApplied, At: w.clock.now(), Publisher: w.acme.Account, Pack: w.pack.ID, Everyone: true,
	}}
	pages := 0
	for more := true; more; pages++ {
		if pages > 10 {
			t.Fatal("the pages don't end")
		}
		for range 2 {
			w.ok(w.svc.TellPeople(t.Context(), job))
		}
		job, more = w.nextPage()
	}
	if told := w.number(`SELECT count(DISTINCT person_id) FROM mail`); pages < 3 || told != many+2 || w.number(`SELECT count(*) FROM mail`) != told {
		t.Errorf("%d people on %d pages; want them all, North's and Acme's", told, pages)
	}
	if n := w.number(`SELECT count(*) FROM river_job WHERE kind = 'send_mail'`); n != many+2 {
		t.Errorf("%d letters are asked for", n)
	}
}

// nextPage takes the page that was asked for out of the queue.
func (w *world) nextPage() (job release.TellPeopleJob, more bool) {
	w.t.Helper()
	rows, err := w.db.Pool.Query(context.WithoutCancel(w.t.Context()), `DELETE FROM river_job WHERE kind = 'tell_people' RETURNING args`)
	w.ok(err)
	defer rows.Close()
	for rows.Next() {
		var args []byte
		w.ok(rows.Scan(&args))
		w.ok(json.Unmarshal(args, &job))
		more = true
	}
	w.ok(rows.Err())
	return job, more
}

// How a mail server may be named, and how not: no refusal tells the password.
func TestMailURL(t *testing.T) {
	t.Parallel()
	const from = "packtide <packs@example.com>"
	for url, want := range map[string]notify.MailConfig{
		"smtp://mail.example.com":               {Host: "mail.example.com"},
		"smtps://me@mail.example.com:1465":      {Host: "mail.example.com", Port: 1465, TLS: true, User: "me"},
		"smtp+plain://127.0.0.1:25/":            {Host: "127.0.0.1", Port: 25, Plain: true},
		"smtp://me%40example.com:pw@[::1]:2525": {Host: "::1", Port: 2525, User: "me@example.com", Password: "pw"},
	} {
		want.From = mail.Address{Name: "packtide", Address: "packs@example.com"}
		if got, err := notify.ParseMailURL(url, from, ""); err != nil || got != want {
			t.Errorf("%s: %+v, %v", url, got, err)
		}
	}
	bad := []string{"", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://host:0", "smtp://host:70000", "smtp://host/path", "smtp://host?x=1", "smtp://u:hush@ho st"}
	for _, url := range bad {
		if _, err := notify.ParseMailURL(url, from, ""); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", url, err)
		}
	}
	if notify.MailHost("smtp://u:hush@mail.example.com:587") != "smtp://mail.example.com:587" {
		t.Error("the host is told otherwise")
	}
	if _, err := notify.ParseMailURL("smtp://host", "nobody", ""); err == nil {
		t.Error("nobody may be the sender")
	}
}
