package web

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbookOf opens an answer as a workbook.
func workbookOf(t *testing.T, p *page) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(p.wants(http.StatusOK).body))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// The workbook holds exactly the rows of the list, texts as texts and instants as dates.
func TestInstallBaseAsWorkbook(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	c := e.as(theSupport)
	f := workbookOf(t, c.get("/install-base.xlsx?account="+e.aurora.ID.String()))
	rows, err := f.GetRows("Attachments", excelize.Options{RawCellValue: true})
	if err != nil || len(rows) != 7 || len(rows[0]) != 20 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	named := slices.IndexFunc(rows, func(r []string) bool { return r[1] == formula }) // a text, so it needs no quote
	if named < 1 {
		t.Fatalf("no attachment has the name of a formula: %v", rows)
	}
	if text, err := f.GetCellFormula("Attachments", "B"+strconv.Itoa(named+1)); err != nil || text != "" {
		t.Errorf("a name is the formula %q, %v", text, err)
	}
	if kind, err := f.GetCellType("Attachments", "M2"); err != nil || (kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber) {
		t.Errorf("an instant is a cell of type %v, %v", kind, err)
	}
	if shown, err := f.GetCellValue("Attachments", "M2"); err != nil || shown != e.clock.Now().UTC().Format("2006-01-02 15:04:05") {
		t.Errorf("an instant shows as %q, %v", shown, err)
	}
	if rows[1][19] != "UTC" || rows[0][19] != "times_in" {
		t.Errorf("the zone of the times: %v", rows[1][19])
	}
	about, err := f.GetRows("About")
	if err != nil || !strings.Contains(strings.Join(about[1], " "), "Account Banco Aurora") || about[len(about)-1][1] != "6" {
		t.Errorf("About says %v, %v", about, err)
	}
	if _, rows := c.table("/install-base.csv?account=" + e.aurora.ID.String()); len(rows) != 6 {
		t.Errorf("the text has %d rows", len(rows))
	}
	rival := workbookOf(t, e.as(theRival).get("/install-base.xlsx"))
	if rows, err := rival.GetRows("Attachments"); err != nil || len(rows) != 1 {
		t.Errorf("another publisher exports %d rows, %v", len(rows)-1, err)
	}
}

// A sheet that is full is followed by another, and a workbook has an end.
func TestWorkbookGoesOnOnAnotherSheet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w, err := newWorkbook(dir, "Rows", []exportColumn{{"n", 9}}, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		if err := w.add([]any{i}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.add([]any{6}); err == nil {
		t.Error("a third sheet was begun")
	}
	var out bytes.Buffer
	if err := w.writeTo(&out, nil); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	for sheet, want := range map[string]string{"Rows": "n 0 1 2", "Rows 2": "n 3 4 5"} {
		rows, err := f.GetRows(sheet)
		var got []string
		for _, r := range rows {
			got = append(got, r...)
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s holds %v, %v", sheet, got, err)
		}
	}
}

// bulk adds attachments by the database itself, so many that an export takes a while.
func (e *estate) bulk(n int) {
	e.t.Helper()
	_, err := e.db.Owner(e.t).Exec(context.WithoutCancel(e.t.Context()), `
		INSERT INTO attachment (id, pack_id, account_id, multiple, name, attached_at, attached_by)
		SELECT id, $1, $2, true, 'bulk ' || n, uuid_instant(id), $3
		FROM (SELECT n, (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-7' || lpad(to_hex(n % 4096), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
		      FROM (SELECT n, lpad(to_hex(1600000000000 + n), 12, '0') AS h FROM generate_series(1, $4::int) n) x) y`,
		e.desk.ID, e.nordlys.ID, e.people[theAdmin].person.ID, n)
	e.done(err)
}

// idle waits until no statement of the product runs, no place is taken and no temporary file is left.
func (e *estate) idle(t *testing.T) {
	t.Helper()
	var running, files int
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		err := e.db.Owner(t).QueryRow(t.Context(), `
			SELECT count(*) FROM pg_stat_activity
			 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'`).Scan(&running)
		if err != nil {
			t.Fatal(err)
		}
		left, err := os.ReadDir(e.server.exports.dir)
		if err != nil {
			t.Fatal(err)
		}
		files = len(left)
		if running == 0 && files == 0 && len(e.server.exports.places) == 0 {
			return
		}
	}
	t.Fatalf("%d connections are at work, %d files and %d places are left", running, files, len(e.server.exports.places))
}

// progress is what the page of an export is told.
func (c *client) progress(watch string) (state string, rows int64) {
	c.t.Helper()
	var said struct {
		State string
		Rows  int64
	}
	if err := json.Unmarshal([]byte(c.get("/install-base/export/progress?watch="+watch).wants(http.StatusOK).body), &said); err != nil {
		c.t.Fatal(err)
	}
	return said.State, said.Rows
}

// An export that is cut off, by leaving or by its page, leaves no query, no file and no place behind.
func TestCutOffExportLeavesNothing(t *testing.T) { //nolint:tparallel // each looks at all that the database does
	t.Parallel()
	e := newEstate(t)
	e.server.exports.dir = t.TempDir()
	e.bulk(60_000)
	for _, kind := range []string{"csv", "xlsx"} {
		for _, way := range []string{"leaves", "cancels"} {
			t.Run(kind+" "+way, func(t *testing.T) {
				c := e.as(theSupport)
				watch := "watch-of-" + kind + "-" + way
				ctx, leave := context.WithCancel(t.Context())
				defer leave()
				ended := make(chan error, 1)
				request := c.request(http.MethodGet, "/install-base."+kind+"?watch="+watch, "").WithContext(ctx)
				go func() {
					response, err := c.http.Do(request)
					if err == nil {
						_, err = io.Copy(io.Discard, response.Body)
						_ = response.Body.Close()
					}
					ended <- err
				}()
				awaitRows(t, c, watch)
				if way == "leaves" {
					leave()
				} else {
					e.as(theOperator).post("/install-base/export/cancel", map[string][]string{"watch": {watch}}) // not theirs
					c.post("/install-base/export/cancel", map[string][]string{"watch": {watch}}).wants(http.StatusNoContent)
				}
				err := <-ended
				e.idle(t)
				state, rows := c.progress(watch)
				if state == "done" || state == "running" || rows >= 60_000 {
					t.Errorf("the export is %s after %d rows; the browser was told %v", state, rows, err)
				}
				if state, _ := e.as(theOperator).progress(watch); state != "unknown" {
					t.Errorf("somebody else is told that it is %s", state)
				}
			})
		}
	}
}

// awaitRows waits until an export has begun.
func awaitRows(t *testing.T, c *client, watch string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if state, rows := c.progress(watch); state == "running" && rows > 0 {
			return
		} else if state != "unknown" && state != "running" {
			t.Fatalf("the export is %s after %d rows before anybody could stop it", state, rows)
		}
	}
	t.Fatal("the export does not begin")
}

// No more exports are made at once than there are places; the page says what to do.
func TestExportsAtOnceAreBounded(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	for range exportsAtOnce {
		e.server.exports.places <- struct{}{}
	}
	at := e.clock.Now().UTC().Format(time.RFC3339)
	for _, path := range []string{
		"/install-base.csv", "/install-base.xlsx", "/install-base.csv?at=" + at, "/install-base/compare.csv?from=2026-01-01T00:00Z&to=" + at,
	} {
		p := e.as(theSupport).get(path).wants(http.StatusTooManyRequests).says("main", "Try again")
		if p.header.Get("Retry-After") != "30" {
			t.Errorf("Retry-After is %s", p.header.Get("Retry-After"))
		}
	}
	<-e.server.exports.places
	e.as(theSupport).get("/install-base.csv").wants(http.StatusOK)
	e.as(theSupport).get("/install-base.xlsx?at="+at).wants(http.StatusUnprocessableEntity).says("main", "exported as CSV")
}

// One person leaves places for others.
func TestExportsOfOneAreBounded(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	support := e.people[theSupport].person.ID
	for range exportsOfOne {
		leave, busy := e.server.exports.begin(support)
		if busy != "" {
			t.Fatalf("no place for one's own: %s", busy)
		}
		defer leave()
	}
	e.as(theSupport).get("/install-base.csv").wants(http.StatusTooManyRequests).says("main", "Two exports of yours")
	e.as(thePublisher).get("/install-base.csv").wants(http.StatusOK)
}

// The page of the export offers both files with the number of their rows, for exactly its filter.
func TestExportPage(t *testing.T) {
	t.Parallel()
	e := newEstate(t)
	p := e.as(theSupport).get("/install-base?state=trying")
	p = e.as(theSupport).get(p.link("Export 3 rows")).wants(http.StatusOK).says(".lede", "3 attachments in 1 account")
	for kind, words := range map[string]string{"csv": "Download 3 rows as CSV", "xlsx": "Download 3 rows as XLSX"} {
		if href := p.link(words); href != "/install-base."+kind+"?state=trying" {
			t.Errorf("%s leads to %s", words, href)
		}
	}
}
