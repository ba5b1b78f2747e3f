package atomsphere

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"packtide/packfile"
	"packtide/release"
	"packtide/store"
)

var packagedComponents = queryable{
	properties: map[string]kind{
		"packageId": aText, "packageVersion": aVersion, "componentId": aText, "componentVersion": aNumber, "componentType": aText,
		"createdDate": anInstant, "createdBy": aText, "notes": aText, "shareable": aFlag, "deleted": aFlag,
	},
	page: func(c *call, f filter, after string, limit int) ([]row, error) {
		if id := f.equal("packageId"); id != "" {
			t, err := c.packagedComponent(id)
			return onlyOne(after, t, err)
		}
		narrow := store.PackagedFilter{Component: f.equal("componentId"), Limit: limit}
		if wanted := f.equal("packageVersion"); wanted != "" {
			version, err := parseLabel(wanted)
			if err != nil {
				return nil, nil // nothing has such a version
			}
			narrow.Version = &version
		}
		pkg, rest, err := idKey(after)
		if err == nil && after != "" {
			narrow.AfterPackage = pkg
			narrow.AfterVersion, err = release.ParseVersion(rest)
		}
		if err != nil {
			return nil, errToken
		}
		found, err := c.reader.PackagedComponents(c.ctx, c.by, narrow)
		rows := make([]row, len(found))
		for i, p := range found {
			rows[i] = row{p.Package.String() + p.Version.String(), thing{}}
			if !p.Deleted || f.speaksOf("deleted") { // deleted ones are told only to who asks for them
				rows[i].thing = packagedThing(p)
			}
		}
		return rows, err
	},
}

func packagedThing(p store.PackagedRow) thing {
	return thing{"PackagedComponent", fields{
		{"packageId", p.ID.String()},
		{"packageVersion", p.Version},
		{"componentId", p.Main.ID},
		{"componentVersion", p.Main.Version},
		{"componentType", p.Main.Kind},
		{"createdDate", p.Since},
		{"createdBy", p.By},
		{"notes", p.Notes},
		{"shareable", p.Shareable},
		{"deleted", p.Deleted},
	}}
}

func (c *call) packagedComponent(id string) (thing, error) {
	version, err := release.ParseID(id)
	if err != nil {
		return thing{}, err
	}
	p, err := c.reader.PackagedComponent(c.ctx, c.by, version)
	return packagedThing(p), err
}

// packaged is a live version of a package by its label.
func (c *call) packaged(pkg release.ID, version release.Version) (store.PackagedRow, error) {
	found, err := c.reader.PackagedComponents(c.ctx, c.by, store.PackagedFilter{Package: pkg, Version: &version, Limit: 1})
	if err == nil && (len(found) == 0 || found[0].Deleted) {
		err = release.ErrNotFound
	}
	if err != nil {
		return store.PackagedRow{}, err
	}
	return found[0], nil
}

func (c *call) deletePackaged(id string) error {
	version, err := release.ParseID(id)
	if err != nil {
		return err
	}
	return c.service.DeleteVersion(c.ctx, c.by, version)
}

func (c *call) manifest(id string) (thing, error) {
	version, err := release.ParseID(id)
	if err != nil {
		return thing{}, err
	}
	found, err := c.reader.ComponentsOf(c.ctx, c.by, version)
	if err == nil && len(found) == 0 {
		err = release.ErrNotFound
	}
	components := make([]thing, len(found))
	for i, m := range found {
		components[i] = thing{"ComponentInfo", fields{{"id", m.ID}, {"version", m.Version}}}
	}
	return thing{"PackagedComponentManifest", fields{{"packageId", id}, {"componentInfo", components}}}, err
}

// newPackaged is what a body asks for.
type newPackaged struct {
	component, label, notes string
	version                 *int // of the component; nil: the newest
	shareable               *bool
}

func readPackaged(p payload) (newPackaged, error) {
	var n newPackaged
	for name, into := range map[string]*string{"componentId": &n.component, "packageVersion": &n.label, "notes": &n.notes} {
		var err error
		if *into, err = p.text(name); err != nil {
			return n, err
		}
	}
	said, err := p.text("componentVersion")
	if err != nil {
		return n, err
	}
	if said = strings.TrimSpace(said); said != "" {
		version, err := strconv.Atoi(said)
		if err != nil {
			return n, bad("componentVersion must be a whole number.")
		}
		n.version = &version
	}
	n.shareable, err = p.flag("shareable")
	return n, err
}

// createPackaged makes a new package version of what was uploaded before: Boomi's clients package what its platform holds,
// and here an upload holds it. The new version has the bytes of the newest upload, or of the newest with the component's
// version, under a label, notes and a sharing of its own (R1, R2).
func (c *call) createPackaged(p payload) (thing, error) {
	n, err := readPackaged(p)
	if err != nil {
		return thing{}, err
	}
	if n.component == "" {
		return thing{}, bad("Give the componentId of the component to package.")
	}
	pkg, err := c.packageOf(n.component)
	if err != nil {
		return thing{}, err
	}
	source, newest, err := c.sourceOf(pkg, n.version)
	if err != nil {
		return thing{}, err
	}
	upload, err := c.copyOf(source)
	if err != nil {
		return thing{}, err
	}
	upload.Shareable, upload.Notes = n.shareable, n.notes
	switch about, err := c.reader.Package(c.ctx, c.by, pkg); {
	case err != nil:
		return thing{}, err
	case n.label != "":
		version, err := parseLabel(n.label)
		if err != nil {
			return thing{}, fmt.Errorf("packageVersion: %w", err)
		}
		upload.Version = version.String()
	case !about.Counted: // R12: the versions of others are counted by the server
		upload.Version = newest.Next(release.BumpRelease).String()
	}
	kept, err := c.service.UploadVersion(c.ctx, c.by, upload)
	if err != nil {
		return thing{}, err
	}
	return c.packagedComponent(kept.ID.String())
}

// maxSources is how many versions of a package are looked at for one with the component's version.
const maxSources = 1000

// sourceOf is the newest live version of the package with the component's version, and the highest label of all.
func (c *call) sourceOf(pkg release.ID, version *int) (store.PackagedRow, release.Version, error) {
	found, err := c.reader.PackagedComponents(c.ctx, c.by, store.PackagedFilter{Package: pkg, Limit: maxSources})
	if err != nil {
		return store.PackagedRow{}, release.Version{}, err
	}
	var uploaded []string
	for _, p := range found {
		if p.Deleted {
			continue
		}
		if version == nil || *version == p.Main.Version {
			return p, found[0].Version, nil
		}
		uploaded = append(uploaded, strconv.Itoa(p.Main.Version))
	}
	if version == nil || len(uploaded) == 0 {
		return store.PackagedRow{}, release.Version{}, bad("Every upload of this component was deleted. Upload its package again first.")
	}
	return store.PackagedRow{}, release.Version{}, bad("Version %d of this component was not uploaded; those that were: %s. Upload its package first.",
		*version, strings.Join(uploaded[:min(len(uploaded), 20)], ", "))
}

// copyOf reads a kept version again, as it was uploaded.
func (c *call) copyOf(source store.PackagedRow) (release.Upload, error) {
	kept, content, err := c.reader.Artifact(c.ctx, c.by, source.ID)
	if err != nil {
		return release.Upload{}, err
	}
	account, err := c.reader.Account(c.ctx, c.by, c.by.Account)
	if err != nil {
		return release.Upload{}, err
	}
	opts := account.CheckOptions()
	opts.Today = c.now.UTC().Format("2006-01-02")
	at := &seekerAt{seeker: content}
	read, err := packfile.Inspect(at, kept.Size, kept.FileName, opts)
	if _, unreadable := errors.AsType[*packfile.UnreadableError](err); unreadable {
		return release.Upload{}, bad("The uploaded package can't be read any more: %s", err)
	}
	if err != nil {
		return release.Upload{}, fmt.Errorf("inspect a kept package: %w", err)
	}
	return release.Upload{
		Name: kept.DisplayName, FileName: kept.FileName, Size: kept.Size, SHA256: kept.SHA256, Content: at, Package: read,
	}, nil
}

// seekerAt reads anywhere in what can only be read from one place at a time.
type seekerAt struct {
	mu     sync.Mutex
	seeker io.ReadSeeker
}

func (s *seekerAt) ReadAt(p []byte, off int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.seeker.Seek(off, io.SeekStart); err != nil {
		return 0, fmt.Errorf("seek in an artifact: %w", err)
	}
	n, err := io.ReadFull(s.seeker, p)
	if errors.Is(err, io.ErrUnexpectedEOF) && off+int64(n) >= s.size() {
		err = io.EOF
	}
	return n, err //nolint:wrapcheck // a reader passes io.EOF on as it is
}

// size is where the content ends.
func (s *seekerAt) size() int64 {
	end, err := s.seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return 0
	}
	return end
}

func isNotFound(err error) bool { return errors.Is(err, release.ErrNotFound) }
