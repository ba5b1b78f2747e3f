package packfile

// What this file reads of a ThreatConnect app bundle, a zip with app packages (.tcx) at its top: of each app what
// tcx.go reads. A bundle has neither name nor version of its own.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// The limits of a bundle beside those of each archive in it. Its apps lie in it as they are, since they are packed
// themselves; those that are packed again are unpacked into memory, one at a time.
const (
	maxBundled       = 100
	maxRepackedBytes = 32 << 20
)

const packBundleAgain = "Pack two or more app packages (.tcx), and nothing else, into one zip, without a folder."

func readBundle(src *source) (reading, bool, error) {
	if src.archive == nil || src.archive.stored == nil {
		return reading{}, false, nil
	}
	apps, others := bundled(src.archive)
	if len(apps) == 0 || (len(apps) == 1 && len(others) > 0) {
		return reading{}, false, nil
	}
	b := bundle{archive: src.archive, opts: src.opts}
	b.manifest.Kind = "app bundle"
	for _, top := range others {
		b.broken(top, "A bundle holds app packages only; this is none.")
	}
	if len(apps) == 1 {
		b.broken(apps[0], "A bundle holds two or more apps; this one holds one.")
	}
	if len(apps) > maxBundled {
		return reading{}, false, &UnreadableError{
			Reason: fmt.Sprintf("The bundle holds %d apps; the limit is %d.", len(apps), maxBundled),
			Fix:    "Split it into several bundles.",
		}
	}
	for _, app := range apps {
		if err := b.readApp(app); err != nil {
			return reading{}, false, err
		}
	}
	b.fact("Apps", listText(b.apps))
	return b.reading, true, nil
}

// bundled returns the app packages at the top of an archive, and what lies there beside them.
func bundled(a *archive) (apps, others []string) {
	for _, top := range a.tops() {
		if strings.EqualFold(path.Ext(top), ".tcx") {
			apps = append(apps, top)
		} else {
			others = append(others, top)
		}
	}
	slices.Sort(apps)
	return apps, others
}

// bundle is one app bundle while it is being read.
type bundle struct {
	reading
	archive  *archive
	opts     Options
	unpacked int64    // of all apps
	apps     []string // name and version of each
	names    []string // technical name of each
}

func (b *bundle) broken(where, message string) {
	b.find(Finding{Code: "TC-PKG-13", Severity: SeverityError, Path: where, Message: message, Fix: packBundleAgain})
}

// readApp reads one app package. One that is not safe to unpack makes the bundle unsafe.
func (b *bundle) readApp(name string) error {
	in, size, err := b.open(name)
	if err != nil {
		return err
	}
	var a *archive
	if size > 0 {
		a, err = openArchive(in, size)
	}
	if unreadable, ok := errors.AsType[*UnreadableError](err); ok {
		return &UnreadableError{Reason: fmt.Sprintf("In %q: %s", shorten(name), unreadable.Reason), Fix: unreadable.Fix}
	}
	if err != nil {
		return err
	}
	if a != nil {
		if b.unpacked += a.unpacked; b.unpacked > maxUnpackedBytes {
			return errTooLarge()
		}
	}
	got, ok, err := readThreatConnect(&source{fileName: name, r: in, size: size, archive: a, opts: b.opts})
	if err != nil {
		return err
	}
	if !ok || a.unlisted {
		b.broken(name, "This is no app package: it has no folder with an install.json.")
		return nil
	}
	b.take(name, got)
	return nil
}

// open returns an app's bytes: where they lie, if they are not packed.
func (b *bundle) open(name string) (in io.ReaderAt, size int64, err error) {
	if section := b.archive.stored(name); section != nil {
		return section, section.Size(), nil
	}
	files, err := b.archive.readWithin(maxRepackedBytes, name)
	if unreadable, ok := errors.AsType[*UnreadableError](err); ok {
		return nil, 0, &UnreadableError{Reason: unreadable.Reason, Fix: "Pack the bundle again without compression: its apps are packed already."}
	}
	if err != nil {
		return nil, 0, err
	}
	return bytes.NewReader(files[name]), int64(len(files[name])), nil
}

func (b *bundle) take(name string, got reading) {
	if slices.Contains(b.names, got.manifest.Name) {
		b.broken(name, fmt.Sprintf("The bundle holds the app “%s” twice.", shorten(got.manifest.Name)))
	}
	b.names = append(b.names, got.manifest.Name)
	b.apps = append(b.apps, strings.TrimSpace(got.manifest.DisplayName+" "+got.manifest.PlatformVersion))
	b.takeParts(name, got)
	for _, f := range got.findings {
		f.Path = strings.TrimSuffix(name+"/"+f.Path, "/")
		b.find(f)
	}
}
