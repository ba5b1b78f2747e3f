package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v5"
)

// csvTime is how exports write instants: RFC 3339 in UTC, which every tool reads.
func csvTime(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// csvSafe keeps spreadsheets from running a cell that somebody else named: text that begins like a formula, in East Asian
// full width too, is quoted.
func csvSafe(cell string) string {
	first, _ := utf8.DecodeRuneInString(cell)
	if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}

// Download is an answer that is a file, made while it is sent.
type Download struct {
	*echo.Context
	Now   time.Time
	Fault func(error) // is told what broke it off after it had begun
}

func (v *visit) download() Download {
	return Download{v.Context, v.now, func(err error) { v.server.logFault(v.Context, err) }}
}

// begin sends what stands before a file that may be kept nowhere; the day tells one from another.
func (d Download) begin(name, ending, kind string) {
	h := d.Response().Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+"-"+d.Now.UTC().Format("2006-01-02")+ending))
	h.Set("Cache-Control", "no-store")
	d.Response().WriteHeader(http.StatusOK)
}

// breakOff ends the connection, so that nobody takes a part for the whole.
func (d Download) breakOff(err error) {
	if d.Request().Context().Err() == nil { // else the visitor has left, which is no fault
		d.Fault(err)
	}
	panic(http.ErrAbortHandler)
}

// streamCSV answers with a file of rows as rows hands them over. Nothing is sent before the first row or the end, so that
// a refusal is still an error page; a fault after that breaks the connection, so that nobody takes a part for the whole.
func (d Download) streamCSV(name string, head []string, rows func(write func(cells ...string) error) error) error {
	out := csv.NewWriter(d.Response())
	begun := false
	begin := func() error {
		begun = true
		d.begin(name, ".csv", "text/csv; charset=utf-8")
		return out.Write(head)
	}
	written := 0
	if d.Request().Method == http.MethodHead {
		rows = func(func(...string) error) error { return nil }
	}
	err := rows(func(cells ...string) error {
		if !begun {
			if err := begin(); err != nil {
				return err
			}
		}
		for i := range cells {
			cells[i] = csvSafe(cells[i])
		}
		if written++; written%500 == 0 {
			out.Flush()
		}
		return out.Write(cells)
	})
	if err == nil && !begun {
		err = begin()
	}
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	if err != nil && begun {
		d.breakOff(fmt.Errorf("export %s broke off after %d rows: %w", name, written, err))
	}
	return err
}
