package web

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
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

// streamCSV answers with a file of rows as rows hands them over. Nothing is sent before the first row or the end, so that
// a refusal is still an error page; a fault after that breaks the connection, so that nobody takes a part for the whole.
func (v *visit) streamCSV(name string, head []string, rows func(write func(cells ...string) error) error) error {
	out := csv.NewWriter(v.Response())
	begun := false
	begin := func() error {
		begun = true
		h := v.Response().Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", name+"-"+v.now.UTC().Format("2006-01-02")+".csv"))
		h.Set("Cache-Control", "no-store")
		v.Response().WriteHeader(http.StatusOK)
		return out.Write(head)
	}
	written := 0
	if v.Request().Method == http.MethodHead {
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
		if v.ctx().Err() == nil { // else the visitor has left, which is no fault
			v.server.logFault(v.Context, fmt.Errorf("export %s broke off after %d rows: %w", name, written, err))
		}
		panic(http.ErrAbortHandler)
	}
	return err
}
