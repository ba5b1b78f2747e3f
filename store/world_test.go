package store_test

import (
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"packtide/release"
	"packtide/store/storetest"
)

// world is a small install base, written row by row: two publishers with packs in every state of a release, three accounts.
// Its names say who owns what; every instant follows from day.
type world struct {
	*storetest.DB
	owner *pgxpool.Pool
	ids   map[string]release.ID
}

// day is the instant of a day of the test's month, at noon.
func day(n int) time.Time { return time.Date(2026, 3, n, 12, 0, 0, 0, time.UTC) }

func newWorld(t *testing.T) *world {
	t.Helper()
	db := storetest.New(t)
	w := &world{DB: db, owner: db.Owner(t), ids: map[string]release.ID{}}
	w.person(t, "paula", "")
	w.person(t, "ada", "")
	w.person(t, "sam", "support")
	for _, name := range []string{"Acme", "Bolt"} {
		w.account(t, name, "Europe/Paris", true, false)
	}
	for _, name := range []string{"North", "South", "West"} {
		w.account(t, name, "Asia/Kolkata", false, true)
	}
	return w
}

// id is the id of the thing with the name: made up at the first mention.
func (w *world) id(name string) release.ID { return w.idAt(name, day(1)) }

func (w *world) idAt(name string, at time.Time) release.ID {
	if id, known := w.ids[name]; known {
		return id
	}
	w.ids[name] = release.NewID(at)
	return w.ids[name]
}

func (w *world) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := w.owner.Exec(context.WithoutCancel(t.Context()), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (w *world) person(t *testing.T, name, site string) {
	t.Helper()
	w.exec(t, `INSERT INTO person (id, email, name, site_role, created_at) VALUES ($1, $2 || '@example.org', $2, nullif($3, ''), $4)`,
		w.id(name), name, site, day(1))
}

func (w *world) account(t *testing.T, name, zone string, publisher, managed bool) {
	t.Helper()
	w.exec(t, `INSERT INTO account (id, name, zone, publisher, managed, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
		w.id(name), name, zone, publisher, managed, day(1))
	if publisher {
		w.group(t, name+" all", name, true)
	}
}

func (w *world) group(t *testing.T, name, publisher string, everyone bool) {
	t.Helper()
	w.exec(t, `INSERT INTO account_group (id, publisher_id, name, everyone, created_at) VALUES ($1, $2, $3, $4, $5)`,
		w.id(name), w.id(publisher), name, everyone, day(1))
}

func (w *world) member(t *testing.T, group, account string) {
	t.Helper()
	w.exec(t, `INSERT INTO group_member VALUES ($1, $2, $3)`, w.id(group), w.id(account), day(1))
}

func (w *world) offer(t *testing.T, group, pack string) {
	t.Helper()
	w.exec(t, `INSERT INTO group_pack SELECT id, $2, publisher_id, $3 FROM account_group WHERE id = $1`, w.id(group), w.id(pack), day(1))
}

// version uploads a version of the publisher's package, which it makes at the first mention.
func (w *world) version(t *testing.T, publisher, pkg string, v release.Version, shareable bool, notes string) {
	t.Helper()
	w.exec(t, `INSERT INTO package (id, publisher_id, name, display_name, platform, kind, created_at)
		VALUES ($1, $2, $3, $3, 'plain', 'archive', $4) ON CONFLICT DO NOTHING`, w.id(pkg), w.id(publisher), pkg, day(1))
	name := pkg + " " + v.String()
	sum := sha256.Sum256([]byte(name))
	w.exec(t, `INSERT INTO artifact VALUES ($1, $2, $3)`, sum[:], len(name), day(1))
	w.exec(t, `INSERT INTO artifact_part VALUES ($1, 0, $2)`, sum[:], []byte(name))
	w.exec(t, `INSERT INTO package_version (id, package_id, major, minor, patch, display_name, shareable, notes, file_name, sha256, manifest, findings, uploaded_at, uploaded_by, override_reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $6 || '.zip', $9, '{"Name": "x"}', '[{"Severity": "error"}, {"Severity": "warning"}]', $10, $11,
		        CASE WHEN $7 THEN 'known' ELSE '' END)`,
		w.id(name), w.id(pkg), v.Major, v.Minor, v.Patch, pkg, shareable, notes, sum[:], day(1), w.id("paula"))
}

func (w *world) pack(t *testing.T, publisher, name string, multiple bool) {
	t.Helper()
	w.exec(t, `INSERT INTO pack (id, publisher_id, name, multiple, support_contact, created_at) VALUES ($1, $2, $3, $4, 'help', $5)`,
		w.id(name), w.id(publisher), name, multiple, day(1))
}

// rel is a release to be written: the zero instants are none.
type rel struct {
	number               int
	state                release.State
	from, to             int // days on which it reigned; to 0: it still does
	testing, testedUntil int // days of its testing period
	versions             []string
	evidence             map[string]string // file, or "" → item
}

// release writes the pack's release under the name "pack #number".
func (w *world) release(t *testing.T, pack string, r rel) {
	t.Helper()
	at := func(n int) *time.Time {
		if n == 0 {
			return nil
		}
		return new(day(n))
	}
	id := w.id(pack + " #" + string(rune('0'+r.number)))
	w.exec(t, `INSERT INTO release (id, pack_id, number, state, created_at, created_by) VALUES ($1, $2, $3, 'draft', $4, $5)`,
		id, w.id(pack), r.number, day(1), w.id("paula"))
	for _, v := range r.versions {
		w.exec(t, `INSERT INTO release_content SELECT $1, package_id, id FROM package_version WHERE id = $2`, id, w.id(v))
	}
	for file, item := range r.evidence {
		w.evidence(t, pack, id, file, item)
	}
	if r.state == release.Draft {
		return
	}
	w.exec(t, `UPDATE release SET state = $2, major = 1, minor = $3, patch = 0, decided_by = $4, released_at = $5, ended_at = $6, testing_since = $7,
		testing_until = $8, due_on = date '2026-03-30', zone = 'Europe/Paris', due_at = timestamptz '2026-03-29 22:00Z', notes = 'notes' WHERE id = $1`,
		id, r.state, r.number, w.id("paula"), at(r.from), at(r.to), at(r.testing), at(r.testedUntil))
}

// attach installs the pack on the day, and keeps the summary.
func (w *world) attach(t *testing.T, pack, account, name string, at time.Time) {
	t.Helper()
	id := w.idAt(name, at)
	w.exec(t, `INSERT INTO attachment (id, pack_id, account_id, multiple, name, attached_at, attached_by)
		SELECT $1, id, $3, multiple, $4, $5, $6 FROM pack WHERE id = $2`, id, w.id(pack), w.id(account), name, at, w.id("ada"))
	w.exec(t, `INSERT INTO attachment_count SELECT $1, zone, 0, 1, 1 FROM account WHERE id = $2
		ON CONFLICT (pack_id, zone, shard) DO UPDATE SET attachments = attachment_count.attachments + 1,
		  accounts = (SELECT count(DISTINCT x.account_id) FROM attachment x WHERE x.pack_id = $1)`, w.id(pack), w.id(account))
}

func (w *world) detach(t *testing.T, attachment string, at time.Time) {
	t.Helper()
	w.exec(t, `UPDATE attachment SET detached_at = $2, detached_by = $3 WHERE id = $1`, w.id(attachment), at, w.id("ada"))
	w.exec(t, `UPDATE attachment_count SET attachments = attachments - 1 WHERE pack_id = (SELECT pack_id FROM attachment WHERE id = $1)`, w.id(attachment))
}

func (w *world) optIn(t *testing.T, attachment, rel string, began time.Time) {
	t.Helper()
	w.exec(t, `INSERT INTO opt_in SELECT id, pack_id, $2, $3, NULL, $4 FROM attachment WHERE id = $1`, w.id(attachment), w.id(rel), began, w.id("ada"))
	w.exec(t, `INSERT INTO opt_in_count VALUES ($1, 0, 1) ON CONFLICT (release_id, shard) DO UPDATE SET n = opt_in_count.n + 1`, w.id(rel))
}

func (w *world) event(t *testing.T, name, action, subject, publisher, account, pack string, at time.Time) {
	t.Helper()
	orNone := func(name string) *release.ID {
		if name == "" {
			return nil
		}
		return new(w.id(name))
	}
	w.exec(t, `INSERT INTO audit_event (id, at, actor_id, actor_name, source, action, subject, publisher_id, account_id, pack_id, after)
		VALUES ($1, $2, $3, 'paula', 'ui', $4, $5, $6, $7, $8, '{"n": 1}')`,
		w.idAt(name, at), at, w.id("paula"), action, w.id(subject), orNone(publisher), orNone(account), orNone(pack))
}

// The roles that every method is asked as.
func (w *world) publisher(name string) release.Actor {
	return release.Actor{Person: w.id("paula"), Name: "paula", Account: w.id(name), Publisher: release.RolePublisherViewer}
}

func (w *world) admin(name string) release.Actor {
	return release.Actor{Person: w.id("ada"), Name: "ada", Account: w.id(name), Managed: release.RoleManagedViewer}
}

func (w *world) support() release.Actor {
	return release.Actor{Person: w.id("sam"), Name: "sam", Site: release.RoleSupport}
}

// both publishes and installs in one account.
func (w *world) both(name string) release.Actor {
	a := w.publisher(name)
	a.Managed = release.RoleAdmin
	return a
}

// seaWorld is the world that most tests read:
//
//	Acme  Alpha  multiple  #1 replaced, #2 current, #3 pending, #4 draft  group Friends (North, South)
//	      Empty  single    no release                                    group Friends
//	      First  single    #1 pending, never released                    All accounts
//	Bolt  Beta   single    #1 current                                    All accounts
//
// North has Alpha twice (n1 tries #3, n2 does not) and Beta; South has Alpha (s1, since uninstalled); West has Alpha (w1)
// although it is in no group of Alpha any more.
func seaWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.version(t, "Acme", "mail", release.Version{Major: 1}, true, "mail one")
	w.version(t, "Acme", "mail", release.Version{Major: 1, Minor: 1}, true, "mail one one")
	w.version(t, "Acme", "mail", release.Version{Major: 2}, true, "mail two")
	w.version(t, "Acme", "mail", release.Version{Major: 3}, false, "mail three")
	w.version(t, "Acme", "chat", release.Version{Major: 1}, true, "")
	w.version(t, "Acme", "spare", release.Version{Major: 1}, true, "")
	w.version(t, "Bolt", "bolt", release.Version{Major: 1}, true, "")
	w.pack(t, "Acme", "Alpha", true)
	w.pack(t, "Acme", "Empty", false)
	w.pack(t, "Acme", "First", false)
	w.pack(t, "Bolt", "Beta", false)
	w.release(t, "Alpha", rel{number: 1, state: release.Released, from: 2, to: 4, versions: []string{"mail 1.0.0"}})
	w.release(t, "Alpha", rel{number: 2, state: release.Released, from: 4, versions: []string{"mail 1.0.0", "chat 1.0.0"}})
	w.release(t, "Alpha", rel{number: 3, state: release.Pending, testing: 8, versions: []string{"mail 1.1.0", "chat 1.0.0"}, evidence: map[string]string{"report": "tested"}})
	w.release(t, "Alpha", rel{number: 4, state: release.Draft, versions: []string{"mail 1.1.0"}, evidence: map[string]string{"": "tested"}})
	w.release(t, "First", rel{number: 1, state: release.Pending, testing: 8, versions: []string{"mail 1.0.0"}})
	w.release(t, "Beta", rel{number: 1, state: release.Released, from: 2, versions: []string{"bolt 1.0.0"}})
	w.group(t, "Friends", "Acme", false)
	w.member(t, "Friends", "North")
	w.member(t, "Friends", "South")
	w.offer(t, "Friends", "Alpha")
	w.offer(t, "Friends", "Empty")
	w.offer(t, "Acme all", "First")
	w.offer(t, "Bolt all", "Beta")
	w.attach(t, "Alpha", "North", "n1", day(3))
	w.attach(t, "Alpha", "North", "n2", day(5))
	w.attach(t, "Alpha", "South", "s1", day(6))
	w.attach(t, "Alpha", "West", "w1", day(7))
	w.attach(t, "Beta", "North", "b1", day(9))
	w.detach(t, "s1", day(10))
	w.optIn(t, "n1", "Alpha #3", day(9))
	w.feedback(t, "f1", "n1", "Alpha #3", release.VerdictBlocked, day(9).Add(time.Hour))
	w.feedback(t, "f2", "n1", "Alpha #3", release.VerdictWorks, day(10))
	w.event(t, "e1", release.ActReleased, "Alpha #2", "Acme", "", "Alpha", day(4))
	w.event(t, "e2", release.ActScheduled, "Alpha #3", "Acme", "", "Alpha", day(8))
	w.event(t, "e3", release.ActOptedIn, "n1", "Acme", "North", "Alpha", day(9))
	w.event(t, "e4", release.ActAttached, "b1", "Bolt", "North", "Beta", day(9).Add(time.Hour))
	w.event(t, "e5", release.ActDraftBegun, "Alpha #4", "Acme", "", "Alpha", day(10))
	w.event(t, "e6", release.ActSignedIn, "sam", "", "", "", day(11))
	return w
}
