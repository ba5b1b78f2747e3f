package web

import (
	"errors"
	"time"

	"packtide/release"
	"packtide/store"
)

// The exports of the pages as programs ask for them: the same tables, cells and limits.

// Exports makes the files that programs ask for, a few at a time.
type Exports struct {
	reader *store.Reader
	all    *exports
}

// NewExports begins with none.
func NewExports(r *store.Reader) *Exports { return &Exports{reader: r, all: newExports()} }

// ExportRetry is how long to wait before an export that found no place is asked for again.
const ExportRetry = 30 * time.Second

// Refusals of exports.
var (
	ErrExportsBusy = &release.Error{Kind: release.Throttled, Message: "As many exports are being made as packtide makes at once. Wait until one has ended, then try again."}
	ErrExportLong  = &release.Error{Kind: release.Invalid, Field: "format", Message: "The list has more rows than a workbook takes. Take it as CSV, or narrow it."}
)

// InstallBaseCSV streams the rows of the filter.
func (e *Exports) InstallBaseCSV(d Download, by release.Actor, f release.InstallBaseFilter) error {
	return exportFor(e, d, by, installBaseExport(e.reader, by, f))
}

// InstallBaseXLSX streams the rows of the filter as a workbook, or refuses with ErrExportLong.
func (e *Exports) InstallBaseXLSX(d Download, by release.Actor, f release.InstallBaseFilter) error {
	t := installBaseExport(e.reader, by, f).inUTC()
	t.about = [][2]string{{"Install base", "Every attachment with the release that it runs"}, {"As of", d.Now.UTC().Format(time.RFC3339)}, {"For", by.Name}}
	return e.make(by, func(x *export) error {
		err := streamWorkbook(d, x, t, e.all.dir)
		if errors.Is(err, errWorkbookFull) {
			return ErrExportLong
		}
		return err
	})
}

// PastCSV streams the install base as it was at the moment.
func (e *Exports) PastCSV(d Download, by release.Actor, at time.Time, f release.InstallBaseFilter) error {
	return exportFor(e, d, by, pastExport(e.reader, by, at, f))
}

// ComparedCSV streams what changed between the two moments.
func (e *Exports) ComparedCSV(d Download, by release.Actor, from, to time.Time, f release.CompareFilter) error {
	return exportFor(e, d, by, comparedExport(e.reader, by, from, to, f))
}

// EventsCSV streams the audit events of the filter.
func (e *Exports) EventsCSV(d Download, by release.Actor, f release.EventFilter) error {
	return exportFor(e, d, by, eventsExport(e.reader, by, f))
}

func exportFor[T any](e *Exports, d Download, by release.Actor, t exportTable[T]) error {
	return e.make(by, func(x *export) error { return streamTable(d, x, t) })
}

// make runs do while a place is free, else it refuses with ErrExportsBusy.
func (e *Exports) make(by release.Actor, do func(*export) error) error {
	leave, busy := e.all.begin(by.Person)
	if busy != "" {
		return ErrExportsBusy
	}
	defer leave()
	return do(&export{person: by.Person})
}
