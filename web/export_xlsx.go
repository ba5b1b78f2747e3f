package web

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"packtide/web/view"
)

const (
	// sheetRows is how many rows a sheet takes below its header.
	sheetRows = excelize.TotalRows - 1
	// mostSheets bounds a workbook, and with it the temporary files of one export: a row takes about a kilobyte there.
	mostSheets   = 2
	workbookRows = mostSheets * sheetRows
)

// errWorkbookFull ends a workbook of a list whose length was not known beforehand.
var errWorkbookFull = errors.New("a workbook takes no more rows")

// workbook writes a table as XLSX. Rows go to temporary files until all are there, so memory is bounded by excelize's buffer
// (16 MB a sheet); the packed whole is then streamed. Close removes the files, whatever happened.
type workbook struct {
	file    *excelize.File
	sheet   *excelize.StreamWriter
	name    string
	columns []exportColumn
	most    int // rows of a sheet
	sheets  int
	row     int // of the sheet, the header included
	rows    int64
	bold    int
	moment  int
}

func newWorkbook(dir, name string, columns []exportColumn, most int) (*workbook, error) {
	w := &workbook{file: excelize.NewFile(excelize.Options{TmpDir: dir}), name: name, columns: columns, most: most}
	var err error
	if w.bold, err = w.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}}); err != nil {
		return nil, fmt.Errorf("style a workbook: %w", err)
	}
	format := "yyyy-mm-dd hh:mm:ss"
	if w.moment, err = w.file.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
		return nil, fmt.Errorf("style a workbook: %w", err)
	}
	return w, w.nextSheet()
}

func (w *workbook) Close() error { return w.file.Close() }

// nextSheet begins a sheet with its header, which stays in sight.
func (w *workbook) nextSheet() error {
	if err := w.endSheet(); err != nil {
		return err
	}
	if w.sheets == mostSheets {
		return errWorkbookFull
	}
	w.sheets++
	name := w.name
	if w.sheets > 1 {
		name += " " + strconv.Itoa(w.sheets)
	}
	var err error
	if w.sheets == 1 {
		err = w.file.SetSheetName("Sheet1", name)
	} else {
		_, err = w.file.NewSheet(name)
	}
	if err != nil {
		return fmt.Errorf("begin a sheet: %w", err)
	}
	if w.sheet, err = w.file.NewStreamWriter(name); err != nil {
		return fmt.Errorf("begin a sheet: %w", err)
	}
	return w.header()
}

func (w *workbook) header() error {
	names := make([]any, len(w.columns))
	for i, c := range w.columns {
		names[i] = excelize.Cell{StyleID: w.bold, Value: c.name}
		if err := w.sheet.SetColWidth(i+1, i+1, c.width); err != nil {
			return fmt.Errorf("set the width of %s: %w", c.name, err)
		}
	}
	if err := w.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("freeze the header: %w", err)
	}
	w.row = 1
	if err := w.sheet.SetRow("A1", names); err != nil {
		return fmt.Errorf("write the header: %w", err)
	}
	return nil
}

func (w *workbook) endSheet() error {
	if w.sheet == nil {
		return nil
	}
	if err := w.sheet.Flush(); err != nil {
		return fmt.Errorf("end a sheet: %w", err)
	}
	return nil
}

// add writes a row: texts as texts, which no program runs as formulas, and instants as dates in UTC.
func (w *workbook) add(cells []any) error {
	if w.row > w.most {
		if err := w.nextSheet(); err != nil {
			return err
		}
	}
	w.row++
	w.rows++
	for i, c := range cells {
		switch c := c.(type) {
		case time.Time:
			cells[i] = excelize.Cell{StyleID: w.moment, Value: c.UTC()}
		case *time.Time:
			cells[i] = nil
			if c != nil {
				cells[i] = excelize.Cell{StyleID: w.moment, Value: c.UTC()}
			}
		case bool:
			cells[i] = yesNo(c)
		}
	}
	if err := w.sheet.SetRow("A"+strconv.Itoa(w.row), cells); err != nil {
		return fmt.Errorf("write a row: %w", err)
	}
	return nil
}

// writeTo ends the workbook with a sheet that says what it is, and streams it. excelize would make the packed file in memory,
// so it is given a writer of its own.
func (w *workbook) writeTo(out io.Writer, about [][2]string) error {
	if err := w.endSheet(); err != nil {
		return err
	}
	if _, err := w.file.NewSheet("About"); err != nil {
		return fmt.Errorf("begin the sheet About: %w", err)
	}
	if err := w.file.SetColWidth("About", "A", "B", 40); err != nil {
		return fmt.Errorf("begin the sheet About: %w", err)
	}
	for i, line := range about {
		at := strconv.Itoa(i + 1)
		for column, text := range map[string]string{"A": line[0], "B": line[1]} {
			if err := w.file.SetCellStr("About", column+at, text); err != nil {
				return fmt.Errorf("write the sheet About: %w", err)
			}
		}
	}
	w.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(out) })
	if err := w.file.Write(io.Discard); err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	return nil
}

// streamWorkbook answers with a table as XLSX. As with streamCSV, a refusal before the first byte is an error page, and a
// fault after it breaks the connection.
func streamWorkbook[T any](d Download, x *export, t exportTable[T], dir string) (err error) {
	w, err := newWorkbook(dir, "Attachments", t.columns, sheetRows)
	if err != nil {
		return err
	}
	defer func() {
		if closed := w.Close(); err == nil && closed != nil {
			err = fmt.Errorf("remove the files of a workbook: %w", closed)
		}
	}()
	if d.Request().Method != http.MethodHead {
		err = t.each(d.Request().Context(), func(row T) error {
			x.rows.Add(1)
			return w.add(t.cells(row))
		})
	}
	if err != nil {
		return err
	}
	d.begin(t.name, ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	about := append(t.about, [2]string{"Rows", view.Number(int(w.rows))}) //nolint:gocritic // the table is this answer's own
	if err := w.writeTo(d.Response(), about); err != nil {
		_ = w.Close()
		d.breakOff(fmt.Errorf("export %s broke off: %w", t.name, err))
	}
	return nil
}
