package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"packtide/packfile"
)

// lintReport prints the findings of package after package.
type lintReport interface {
	one(linted) error
	close() error
}

// unreadableCode stands where a package can't be read at all, so that no rule has looked at it.
const unreadableCode = "UNREADABLE"

// findings are what was found, or why nothing could be looked for.
func (l linted) findings() []packfile.Finding {
	if l.unreadable == nil {
		return l.read.Findings
	}
	f := packfile.Finding{Code: unreadableCode, Severity: packfile.SeverityError, Message: l.unreadable.Error()}
	if u, ok := errors.AsType[*packfile.UnreadableError](l.unreadable); ok {
		f.Message, f.Fix = u.Reason, u.Fix
	}
	return []packfile.Finding{f}
}

// place is where an editor finds the path of a finding: in an archive it is the archive's path with the one inside.
func (l linted) place(inside string) string {
	switch {
	case l.path.folder:
		inside = strings.TrimPrefix(inside, folderName(l.path.path)+"/")
		return filepath.Join(l.path.path, filepath.FromSlash(inside))
	case inside == "" || inside == filepath.Base(l.path.path):
		return l.path.path
	default:
		return l.path.path + "/" + inside
	}
}

// textReport prints lines that editors and CI services can jump to: path:line:col: code message.
type textReport struct{ out io.Writer }

func (r textReport) one(l linted) error {
	var b strings.Builder
	for _, f := range l.findings() {
		fmt.Fprintf(&b, "%s\n", findingLine(l.place(f.Path), f))
	}
	_, err := io.WriteString(r.out, b.String())
	return err //nolint:wrapcheck // Run says what was attempted
}

// findingLine is path:line:col: code severity: message.
func findingLine(place string, f packfile.Finding) string {
	place = strings.ReplaceAll(printable(place), "\n", `\n`)
	return fmt.Sprintf("%s:%d:%d: %s %s: %s", place, max(f.Line, 1), max(f.Column, 1), f.Code, f.Severity, oneLine(f.Message, f.Fix))
}

func (r textReport) close() error { return nil }

// jsonPackage is one package as --json prints it.
type jsonPackage struct {
	File     string        `json:"file"`
	Platform string        `json:"platform"`
	Kind     string        `json:"kind"`
	Name     string        `json:"name"`
	Version  string        `json:"version"`
	Findings []jsonFinding `json:"findings"`
}

type jsonFinding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Path     string `json:"path"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Field    string `json:"field"`
	Message  string `json:"message"`
	Fix      string `json:"fix"`
}

func jsonFindings(all []packfile.Finding) []jsonFinding {
	findings := make([]jsonFinding, len(all))
	for i, f := range all {
		findings[i] = jsonFinding{f.Code, f.Severity, f.Path, f.Line, f.Column, f.Field, f.Message, f.Fix}
	}
	return findings
}

// versionText is the version as three numbers, or what the platform has instead.
func versionText(m packfile.Manifest) string {
	if m.HasVersion {
		return m.Version.String()
	}
	return m.PlatformVersion
}

type jsonReport struct{ out io.Writer }

func (r jsonReport) one(l linted) error {
	m := l.read.Manifest
	return printJSON(r.out, jsonPackage{l.path.path, m.Platform, m.Kind, m.Name, versionText(m), jsonFindings(l.findings())})
}

func (r jsonReport) close() error { return nil }

// printJSON prints a value as one line, with < and & as they are.
func printJSON(out io.Writer, value any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(value) //nolint:wrapcheck // Run says what was attempted
}
