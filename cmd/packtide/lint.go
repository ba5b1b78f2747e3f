package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"strings"
	"time"

	"packtide/packfile"
)

// lintCmd checks packages as an upload does, without server or database.
type lintCmd struct {
	packageFlags

	Paths    []string `arg:"" name:"file" help:"Package files; folders that are a package, unpacked; folders, of which every package below is checked."`
	Platform string   `help:"Refuse packages of any other platform: ${platforms}." placeholder:"PLATFORM"`
	JSON     bool     `name:"json" xor:"form" help:"Print one JSON object a line for each package."`
	SARIF    bool     `name:"sarif" xor:"form" help:"Print one SARIF 2.1.0 document, for code scanning."`
	Quiet    bool     `short:"q" help:"Print errors only, no warnings and no information."`
}

// packageFlags say how packages are judged.
type packageFlags struct {
	Rules string            `help:"Judge by the rules as they were on a day, or latest for all; by default those of the version's own day, where it tells one." placeholder:"YYYY-MM-DD"`
	Scope string            `help:"Where the package is published, for platforms that ask: the short form of --set PLATFORM.scope=SCOPE." placeholder:"SCOPE"`
	Set   map[string]string `help:"Settings of the rules, as a publisher chooses them; packtide rules lists them." placeholder:"KEY=VALUE"`
}

// options brings the flags to what the reader of packages takes; scope is set for every platform that knows the word.
func (f packageFlags) options() (packfile.Options, error) {
	opts := packfile.Options{Day: f.Rules, Settings: map[string]string{}}
	maps.Copy(opts.Settings, f.Set)
	if err := packfile.CheckOptions(opts); err != nil {
		return opts, usageError{err}
	}
	if f.Scope == "" {
		return opts, nil
	}
	var refusal error
	taken := false
	for key := range settingKeys(".scope") {
		opts.Settings[key] = f.Scope
		if err := packfile.CheckOptions(opts); err != nil {
			delete(opts.Settings, key)
			refusal = err
			continue
		}
		taken = true
	}
	if !taken {
		if refusal == nil {
			refusal = errors.New("no platform asks for a scope")
		}
		return opts, usageError{refusal}
	}
	return opts, nil
}

// settingKeys returns the settings whose key ends so, with their choices.
func settingKeys(suffix string) map[string]packfile.Setting {
	found := map[string]packfile.Setting{}
	for _, p := range packfile.Settings() {
		for _, s := range p.Settings {
			if strings.HasSuffix(s.Key, suffix) {
				found[s.Key] = s
			}
		}
	}
	return found
}

// usageError is a command that can't be understood; verdict is one that was done and did not come out clean.
type usageError struct{ error }

func (usageError) status() int { return 2 }

type verdict struct {
	text string
	code int
}

func (v verdict) Error() string { return v.text }
func (v verdict) status() int   { return v.code }

// Run checks every package and prints what is wrong in the order of the arguments. The status is 0 if no package has an
// error, 1 if one has, 2 if one can't be read.
func (c *lintCmd) Run(ctx context.Context, std streams) error {
	opts, err := c.options()
	if err != nil {
		return err
	}
	opts.Today = time.Now().Format(time.DateOnly)
	if c.Platform != "" && packfile.Rules(c.Platform) == nil && c.Platform != packfile.PlatformPlain {
		return usageError{fmt.Errorf("there is no platform %q; there are %s", c.Platform, strings.Join(packfile.PlatformKeys(), ", "))}
	}
	found, err := findPackages(c.Paths, opts)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return usageError{fmt.Errorf("no package lies below %s", strings.Join(c.Paths, ", "))}
	}
	out := c.report(std.out)
	var count lintCount
	progress := newProgress(std.err, len(found))
	err = inOrder(ctx, found, func(p packagePath) linted { return c.check(p, opts) }, func(l linted) error {
		progress.step()
		count.add(l)
		return out.one(l)
	})
	progress.clear()
	if err == nil {
		err = out.close()
	}
	if err != nil {
		return fmt.Errorf("print the findings: %w", err)
	}
	return count.verdict()
}

func (c *lintCmd) report(out io.Writer) lintReport {
	switch {
	case c.JSON:
		return jsonReport{out}
	case c.SARIF:
		return &sarifReport{out: out}
	default:
		return textReport{out}
	}
}

// linted is what came out for one package.
type linted struct {
	path       packagePath
	read       packfile.Package
	unreadable error
}

func (c *lintCmd) check(p packagePath, opts packfile.Options) linted {
	l := linted{path: p}
	l.read, l.unreadable = p.inspect(opts)
	if got := l.read.Manifest.Platform; l.unreadable == nil && c.Platform != "" && got != c.Platform {
		l.unreadable = &packfile.UnreadableError{
			Reason: fmt.Sprintf("This is no package of %s: it looks like %s, %s.", packfile.PlatformLabel(c.Platform), packfile.PlatformLabel(got), l.read.Manifest.Kind),
			Fix:    "Check the file, or leave --platform out.",
		}
	}
	if c.Quiet {
		var errs []packfile.Finding
		for _, f := range l.read.Findings {
			if f.Severity == packfile.SeverityError {
				errs = append(errs, f)
			}
		}
		l.read.Findings = errs
	}
	return l
}

// lintCount counts packages for the verdict.
type lintCount struct{ all, unreadable, faulty int }

func (n *lintCount) add(l linted) {
	n.all++
	switch {
	case l.unreadable != nil:
		n.unreadable++
	case packfile.HasErrors(l.read.Findings):
		n.faulty++
	}
}

func (n *lintCount) verdict() error {
	switch {
	case n.unreadable > 0:
		return verdict{fmt.Sprintf("%d of %d packages can't be read, %d have errors", n.unreadable, n.all, n.faulty), 2}
	case n.faulty > 0:
		return verdict{fmt.Sprintf("%d of %d packages have errors", n.faulty, n.all), 1}
	default:
		return nil
	}
}

// packagePath is one package on the disk: a file, or a folder that is one.
type packagePath struct {
	path   string
	folder bool
}

func (p packagePath) inspect(opts packfile.Options) (packfile.Package, error) {
	if p.folder {
		read, ok, err := packfile.InspectFolder(os.DirFS(p.path), folderName(p.path), opts)
		if err == nil && !ok {
			err = errors.New("the folder is no package any more")
		}
		return read, err //nolint:wrapcheck // both are for the person as they are
	}
	f, info, err := openPackage(p.path)
	if err != nil {
		return packfile.Package{}, err
	}
	defer f.Close()
	return packfile.Inspect(f, info.Size(), info.Name(), opts) //nolint:wrapcheck // the reader's errors are for people
}

func openPackage(path string) (*os.File, os.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open the package: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, nil, fmt.Errorf("open the package: %w", err)
	}
	return f, info, nil
}
