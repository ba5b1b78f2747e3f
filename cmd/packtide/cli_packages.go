package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"packtide/client"
	"packtide/packfile"
)

// packagesCmd is what a publisher does with packages.
type packagesCmd struct {
	Push packagesPushCmd `cmd:"" help:"Upload package files, each as a new version."`
	List packagesListCmd `cmd:"" help:"List your packages."`
	Show packagesShowCmd `cmd:"" help:"Show a package with its versions."`

	Delete packagesDeleteCmd `cmd:"" help:"Delete a version that no release holds."`
}

// packagesPushCmd uploads versions.
type packagesPushCmd struct {
	clientFlags
	jsonFlag

	Files          []string `arg:"" name:"file" help:"Package files."`
	Platform       string   `help:"Refuse packages of any other platform: ${platforms}." placeholder:"PLATFORM"`
	Name           string   `help:"Display name, where the file does not tell one." placeholder:"NAME"`
	Version        string   `help:"Version, where the file does not tell one." placeholder:"1.2.3"`
	Shareable      *bool    `negatable:"" help:"Whether the version may enter a pack; it is final. By default as your settings say."`
	Notes          string   `help:"Release notes, where the file has none." placeholder:"TEXT"`
	OverrideReason string   `name:"override-reason" help:"Share it in spite of findings that are errors; the reason is kept and shown." placeholder:"TEXT"`
	IfNew          bool     `name:"if-new" help:"Take it as done when the very same file is there already, so that a job can run again."`
}

// Run uploads one file after the other, prints what was found in each, and fails in the end if one was refused.
func (c *packagesPushCmd) Run(ctx context.Context, p program) error {
	if len(c.Files) > 1 && (c.Name != "" || c.Version != "") {
		return usageError{errors.New("--name and --version are of one package: push the files one by one")}
	}
	return c.with(ctx, p, func(s *session) error {
		refused := 0
		var worst error
		for _, path := range c.Files {
			err := c.push(ctx, s, path)
			var refusal *client.Error
			if err != nil && (len(c.Files) == 1 || !errors.As(err, &refusal) || refusal.Status >= 500 || refusal.Status == 401) {
				return err
			}
			if err != nil {
				refused++
				worst = err
				fmt.Fprintf(s.err, "%s: %s\n", printable(path), printable(refusalText(refusal)))
			}
		}
		if refused > 0 {
			return failure{fmt.Errorf("%d of %d packages were refused", refused, len(c.Files)), refusalStatus(client.Status(worst))}
		}
		return nil
	})
}

func (c *packagesPushCmd) push(ctx context.Context, s *session, path string) error {
	u := client.Upload{
		Name: c.Name, Platform: c.Platform, Version: c.Version, Notes: c.Notes, OverrideReason: c.OverrideReason, Shareable: c.Shareable,
	}
	made, err := s.uploadFile(ctx, path, u)
	if c.IfNew && client.Status(err) == 409 {
		there, found, lookErr := s.sameVersion(ctx, path, c.Version)
		if lookErr != nil {
			return errors.Join(err, lookErr)
		}
		if found {
			return c.report(s, path, "is there already", there)
		}
	}
	err = byFlag(err, map[string]string{"name": "--name", "version": "--version", "notes": "--notes", "platform": "--platform", "override_reason": "--override-reason"})
	if refusal, ok := errors.AsType[*client.Error](err); ok {
		if c.JSON {
			return errors.Join(s.printValue(map[string]any{"file": path, "problem": refusal.JSON()}), err)
		}
		return errors.Join(s.findings(path, refusal.Findings), err)
	}
	if err != nil {
		return err
	}
	return c.report(s, path, "uploaded", made)
}

func (c *packagesPushCmd) report(s *session, path, what string, v client.Version) error {
	if c.JSON {
		return s.printValue(map[string]any{"file": path, "version": v.JSON()})
	}
	if err := s.findings(path, v.Findings); err != nil {
		return err
	}
	shared := "not shareable"
	if v.Shareable {
		shared = "shareable"
	}
	return s.say("%s: %s: %s %s, %s (%s)\n", path, what, v.DisplayName, v.Version, shared, v.ID)
}

// findings prints what was found in a package, as lint does.
func (s *session) findings(path string, all []client.Finding) error {
	place := linted{path: packagePath{path: path}}
	var b strings.Builder
	for _, f := range all {
		b.WriteString(findingLine(place.place(f.Path), packfile.Finding{
			Code: f.Code, Severity: f.Severity, Line: f.Line, Column: f.Column, Message: f.Message, Fix: f.Fix,
		}) + "\n")
	}
	if _, err := io.WriteString(s.out, b.String()); err != nil {
		return fmt.Errorf("print the findings: %w", err)
	}
	return nil
}

// uploadFile uploads a file, with its progress on a terminal.
func (s *session) uploadFile(ctx context.Context, path string, u client.Upload) (client.Version, error) {
	f, info, err := openPackage(path)
	if err != nil {
		return client.Version{}, usageError{err}
	}
	_ = f.Close() // opened again for each attempt
	if !info.Mode().IsRegular() {
		return client.Version{}, usageError{fmt.Errorf("%s is no file: pack the folder first, as its platform does", path)}
	}
	bar := sendProgress{out: s.err, name: filepath.Base(path), size: info.Size(), shown: isTerminal(s.err)}
	u.File = client.File{
		Name: filepath.Base(path), Size: info.Size(), Sent: bar.sent,
		Open: func() (io.ReadCloser, error) { return os.Open(path) },
	}
	made, err := s.UploadVersion(ctx, u)
	bar.clear()
	return made, err
}

// sendProgress is a line on a terminal that counts what is sent; anywhere else it is silent.
type sendProgress struct {
	out     io.Writer
	name    string
	size    int64
	percent int64
	shown   bool
}

func (p *sendProgress) sent(bytes int64) {
	percent := bytes * 100 / max(p.size, 1)
	if p.shown && percent != p.percent {
		p.percent = percent
		fmt.Fprintf(p.out, "%s%s: %d %% sent", eraseLine, oneLine(p.name), percent)
	}
}

func (p *sendProgress) clear() {
	if p.shown && p.percent > 0 {
		fmt.Fprint(p.out, eraseLine)
	}
}

// packagesListCmd lists packages.
type packagesListCmd struct{ searchedFlags }

// Run lists them by name.
func (c *packagesListCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		return lister[client.Package]{
			head: []string{"PACKAGE", "NAME", "PLATFORM", "NEWEST", "SHAREABLE", "VERSIONS", "IN PACKS", "ID"},
			line: func(one client.Package) ([]string, error) {
				return []string{
					one.DisplayName, one.Name, packfile.PlatformLabel(one.Platform), orDash(one.Newest.Label()), orDash(one.Shareable.Label()),
					strconv.Itoa(one.Versions), strconv.Itoa(one.Packs), one.ID,
				}, nil
			},
			empty: "No packages yet. Upload one with: packtide packages push FILE",
		}.show(s, s.Packages(ctx, c.Query), c.JSON)
	})
}

// packagesShowCmd shows a package.
type packagesShowCmd struct {
	clientFlags
	jsonFlag

	Package string `arg:"" help:"Name or id of the package."`
}

// Run shows it, and its versions from the newest on.
func (c *packagesShowCmd) Run(ctx context.Context, p program) error {
	return c.with(ctx, p, func(s *session) error {
		one, err := s.findPackage(ctx, c.Package)
		if err != nil {
			return err
		}
		versions := s.Versions(ctx, one.ID)
		if c.JSON {
			all, err := client.All(versions)
			if err != nil {
				return err
			}
			raw := make([]any, len(all))
			for i, v := range all {
				raw[i] = v.JSON()
			}
			return s.printValue(map[string]any{"package": one.JSON(), "versions": raw})
		}
		if err := s.facts([][2]string{
			{"Package", one.DisplayName}, {"Technical name", one.Name}, {"Platform", packfile.PlatformLabel(one.Platform) + ", " + one.Kind}, {"Id", one.ID},
		}); err != nil {
			return err
		}
		t := table{head: []string{"VERSION", "PLATFORM'S", "SHAREABLE", "ERRORS", "WARNINGS", "FILE", "SIZE", "UPLOADED", "BY", "ID"}}
		for v, err := range versions {
			if err != nil {
				return err
			}
			at, err := s.clocks(ctx, v.UploadedAt, "")
			if err != nil {
				return err
			}
			t.add(v.Version, orDash(v.PlatformVersion), versionShared(v), strconv.Itoa(v.Errors), strconv.Itoa(v.Warnings), v.FileName, sizeText(v.Size), at, v.UploadedBy, v.ID)
		}
		return s.printOr(t, "No version is left.")
	})
}

func versionShared(v client.Version) string {
	switch {
	case v.DeletedAt != nil:
		return "deleted"
	case v.Overridden:
		return "overridden"
	case v.Shareable:
		return "yes"
	default:
		return "no"
	}
}

func sizeText(bytes int64) string {
	switch {
	case bytes >= 1<<20:
		return strconv.FormatFloat(float64(bytes)/(1<<20), 'f', 1, 64) + " MB"
	case bytes >= 1<<10:
		return strconv.FormatInt(bytes>>10, 10) + " kB"
	default:
		return strconv.FormatInt(bytes, 10) + " B"
	}
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

// localPackage reads a package file as an upload does.
func localPackage(path string, today time.Time) (packfile.Package, error) {
	return packagePath{path: path}.inspect(packfile.Options{Today: today.Format(time.DateOnly)})
}
