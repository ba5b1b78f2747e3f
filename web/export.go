package web

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"packtide/release"
	"packtide/web/view"
)

// exportTable is a list as a file: its columns, the cells of a row, and what hands the rows over. Cells are texts, instants
// (time.Time, or a pointer that may be nil) and yes or no (bool).
type exportTable[T any] struct {
	name    string
	columns []exportColumn
	each    func(ctx context.Context, row func(T) error) error
	cells   func(T) []any
	about   [][2]string // what the sheet About says
}

// exportColumn is one column; the width is in characters.
type exportColumn struct {
	name  string
	width float64
}

// named are columns of a table that becomes CSV alone.
func named(names ...string) []exportColumn {
	columns := make([]exportColumn, len(names))
	for i, name := range names {
		columns[i].name = name
	}
	return columns
}

func (t exportTable[T]) head() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// exportsAtOnce is how many exports one process makes: each holds a connection and a snapshot of the database, and a workbook
// up to a few gigabytes of temporary files.
const exportsAtOnce = 4

// exportsOfOne is how many of them one person has, so that nobody keeps the others waiting alone.
const exportsOfOne = 2

// exports are those that are being made, so that a page can tell how far they are.
type exports struct {
	places chan struct{}
	dir    string // of the temporary files; empty: the system's
	mu     sync.Mutex
	known  map[string]*export
	making map[release.ID]int // by person
}

// export is one that a page watches.
type export struct {
	person release.ID
	total  int64 // of rows, set before they begin; 0: unknown
	rows   atomic.Int64
	state  atomic.Value // string
	ended  time.Time
	stop   context.CancelFunc
}

func newExports() *exports {
	return &exports{places: make(chan struct{}, exportsAtOnce), known: map[string]*export{}, making: map[release.ID]int{}}
}

// begin takes a place for the person, and tells why there is none: others have them, or the person does. leave gives it back.
func (e *exports) begin(person release.ID) (leave func(), busy view.FindBusy) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.making[person] >= exportsOfOne {
		return nil, view.FindBusyOwn
	}
	select {
	case e.places <- struct{}{}:
	default:
		return nil, view.FindBusyOthers
	}
	e.making[person]++
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.making[person]--; e.making[person] == 0 {
			delete(e.making, person)
		}
		<-e.places
	}, ""
}

var goodWatch = regexp.MustCompile(`^[A-Za-z0-9_-]{16,80}$`)

// keptFor is how long an export that has ended is remembered for the page that watches it.
const keptFor = time.Minute

// watched makes an export known under the name that its page gave it; without one it is only counted.
func (e *exports) watched(name string, x *export, now time.Time) {
	x.state.Store("running")
	if !goodWatch.MatchString(name) {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for old, k := range e.known {
		if !k.ended.IsZero() && now.Sub(k.ended) > keptFor {
			delete(e.known, old)
		}
	}
	if _, taken := e.known[name]; !taken {
		e.known[name] = x
	}
}

// find is the person's own export of that name.
func (e *exports) find(name string, person release.ID) *export {
	e.mu.Lock()
	defer e.mu.Unlock()
	if x := e.known[name]; x != nil && x.person == person {
		return x
	}
	return nil
}

func (e *exports) end(x *export, state string, now time.Time) {
	x.state.CompareAndSwap("running", state)
	e.mu.Lock()
	defer e.mu.Unlock()
	x.ended = now
}

// makeExport runs do while a place is free, and shows a kind page where none is. The work ends with the request, or when its
// page asks to stop it. total is how many rows it will have, 0 where nobody knows.
func (s *Server) makeExport(v *visit, total int64, do func(x *export) error) error {
	leave, busy := s.exports.begin(v.person.ID)
	if busy != "" {
		v.Response().Header().Set("Retry-After", "30")
		head := view.Page{Title: busy.Title()}
		return v.page(http.StatusTooManyRequests, head, view.FindBusyPage(busy, v.Request().URL.RequestURI()))
	}
	defer leave()
	ctx, stop := context.WithCancel(v.ctx())
	defer stop()
	request := v.Request()
	v.SetRequest(request.WithContext(ctx))
	defer v.SetRequest(request) // a refusal is still drawn as a page
	x := &export{person: v.person.ID, total: total, stop: stop}
	s.exports.watched(v.QueryParam("watch"), x, v.now)
	state := "failed"
	defer func() { s.exports.end(x, state, s.clock()) }() // also where the answer breaks off by a panic
	err := do(x)
	if err == nil {
		state = "done"
	}
	return err
}

// streamTable writes the rows of a table of any kind as CSV, and counts them.
func streamTable[T any](d Download, x *export, t exportTable[T]) error {
	return d.streamCSV(t.name, t.head(), func(write func(...string) error) error {
		return t.each(d.Request().Context(), func(row T) error {
			x.rows.Add(1)
			cells := t.cells(row)
			texts := make([]string, len(cells))
			for i, c := range cells {
				texts[i] = csvText(c)
			}
			return write(texts...)
		})
	})
}

// exportCSV is streamCSV for a list that may be long: it takes one of the places of exports.
func (s *Server) exportCSV(v *visit, name string, head []string, rows func(write func(cells ...string) error) error) error {
	return s.makeExport(v, 0, func(*export) error { return v.download().streamCSV(name, head, rows) })
}

// exportTableCSV is exportCSV for a table.
func exportTableCSV[T any](s *Server, v *visit, t exportTable[T]) error {
	return s.makeExport(v, 0, func(x *export) error { return streamTable(v.download(), x, t) })
}

func csvText(cell any) string {
	switch c := cell.(type) {
	case nil:
		return ""
	case string:
		return c
	case bool:
		return yesNo(c)
	case time.Time:
		return csvTime(&c)
	case *time.Time:
		return csvTime(c)
	default:
		return fmt.Sprint(c)
	}
}

// exportProgress tells how far an export of the person's is; an unknown one may be made by another process.
func (s *Server) exportProgress(v *visit) error {
	said := struct {
		State string `json:"state"`
		Rows  int64  `json:"rows"`
		Total int64  `json:"total"`
	}{State: "unknown"}
	if x := s.exports.find(v.QueryParam("watch"), v.person.ID); x != nil {
		said.State, _ = x.state.Load().(string)
		said.Rows, said.Total = x.rows.Load(), x.total
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	return v.JSON(http.StatusOK, said)
}

// cancelExport stops an export of the person's: its download breaks off, and its work with it.
func (s *Server) cancelExport(v *visit) error {
	if x := s.exports.find(v.FormValue("watch"), v.person.ID); x != nil {
		x.state.CompareAndSwap("running", "cancelled")
		x.stop()
	}
	return v.NoContent(http.StatusNoContent)
}
