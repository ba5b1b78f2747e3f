package api

import (
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"packtide/packfile"
	"packtide/release"
	"packtide/web"
)

func packageRoutes() []route {
	return []route{
		{http.MethodGet, "/packages", web.PublisherSide, nothing, "q " + paged, (*Server).packages},
		{http.MethodGet, "/packages/:package_id", web.PublisherSide, nothing, "", (*Server).packageOne},
		{http.MethodGet, "/packages/:package_id/versions", web.PublisherSide, nothing, paged, (*Server).packageVersions},
		{http.MethodPost, "/packages/versions", web.AsPublisher, asForm, "", (*Server).uploadVersion},
		{http.MethodGet, "/package-versions/:version_id", web.PublisherSide, nothing, "", (*Server).packageVersion},
		{http.MethodDelete, "/package-versions/:version_id", web.AsPublisher, nothing, "", (*Server).deleteVersion},
		{http.MethodGet, "/package-versions/:version_id/artifact", web.SignedIn | web.AsAgent, nothing, "", (*Server).artifact},
		{http.MethodGet, "/package-versions/:version_id/findings", web.PublisherSide, nothing, "", (*Server).findings},
		{http.MethodGet, "/package-versions/:version_id/compare", web.PublisherSide, nothing, "with", (*Server).compare},
	}
}

// versionRef is a package version where it is named.
type versionRef struct {
	ID              release.ID      `json:"id"`
	Version         release.Version `json:"version"`
	PlatformVersion string          `json:"platform_version"`
	Overridden      bool            `json:"overridden"`
}

// versionRefOf is nil where there is no version.
func versionRefOf(v *release.VersionRef) *versionRef {
	if v == nil {
		return nil
	}
	return &versionRef{v.ID, v.Version, v.PlatformVersion, v.Overridden}
}

// pkg is a package.
type pkg struct {
	ID          release.ID  `json:"id"`
	Name        string      `json:"name"`
	DisplayName string      `json:"display_name"`
	Platform    string      `json:"platform"`
	Kind        string      `json:"kind"`
	Counted     bool        `json:"counted"`
	CreatedAt   time.Time   `json:"created_at"`
	Versions    int         `json:"versions"`
	Newest      *versionRef `json:"newest"`
	Shareable   *versionRef `json:"newest_shareable"`
	Packs       int         `json:"packs"`
	UploadedAt  *time.Time  `json:"uploaded_at"`
}

func pkgOf(p release.PackageRow) pkg {
	return pkg{
		ID: p.ID, Name: p.Name, DisplayName: p.DisplayName, Platform: p.Platform, Kind: p.Kind, Counted: p.Counted, CreatedAt: p.CreatedAt,
		Versions: p.Versions, Newest: versionRefOf(p.Newest), Shareable: versionRefOf(p.Shareable), Packs: p.Packs, UploadedAt: p.UploadedAt,
	}
}

// packages lists what the publisher has uploaded, by name.
func (s *Server) packages(c *call) error {
	p, err := c.page(2)
	if err != nil {
		return err
	}
	after, err := p.after()
	if err != nil {
		return err
	}
	rows, err := s.reader.Packages(c.ctx(), c.actor, strings.TrimSpace(c.QueryParam("q")), p.name(), after, p.ask())
	if err != nil {
		return err
	}
	return list(c, p, rows, pkgOf, func(p release.PackageRow) []string { return []string{p.DisplayName, p.ID.String()} })
}

func (s *Server) packageOne(c *call) error {
	id, err := c.id("package_id")
	if err != nil {
		return err
	}
	p, err := s.reader.Package(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	return c.one(pkgOf(p))
}

// versionRow is a package version in a list.
type versionRow struct {
	ID              release.ID      `json:"id"`
	Version         release.Version `json:"version"`
	PlatformVersion string          `json:"platform_version"`
	DisplayName     string          `json:"display_name"`
	Shareable       bool            `json:"shareable"`
	Overridden      bool            `json:"overridden"`
	FileName        string          `json:"file_name"`
	Size            int64           `json:"size"`
	SHA256          string          `json:"sha256"`
	ArtifactURL     string          `json:"artifact_url"`
	UploadedAt      time.Time       `json:"uploaded_at"`
	UploadedBy      string          `json:"uploaded_by"`
	DeletedAt       *time.Time      `json:"deleted_at"`
	Errors          int             `json:"errors"`
	Warnings        int             `json:"warnings"`
	InUse           bool            `json:"in_use"`
}

func versionRowOf(v release.VersionRow) versionRow {
	return versionRow{
		ID: v.ID, Version: v.Version, PlatformVersion: v.PlatformVersion, DisplayName: v.DisplayName, Shareable: v.Shareable,
		Overridden: v.Overridden, FileName: v.FileName, Size: v.Size, SHA256: hex.EncodeToString(v.SHA256[:]), ArtifactURL: artifactURL(v.ID),
		UploadedAt: v.UploadedAt, UploadedBy: v.UploadedBy, DeletedAt: v.DeletedAt, Errors: v.Errors, Warnings: v.Warnings, InUse: v.InUse,
	}
}

// packageVersions are the versions of a package, deleted ones too, the highest first.
func (s *Server) packageVersions(c *call) error {
	id, err := c.id("package_id")
	if err != nil {
		return err
	}
	p, err := c.page(1)
	if err != nil {
		return err
	}
	var below *release.Version
	if p.name() != "" {
		version, err := release.ParseVersion(p.name())
		if err != nil {
			return errCursor
		}
		below = &version
	}
	if _, err := s.reader.Package(c.ctx(), c.actor, id); err != nil {
		return err
	}
	rows, err := s.reader.Versions(c.ctx(), c.actor, id, below, p.ask())
	if err != nil {
		return err
	}
	return list(c, p, rows, versionRowOf, func(v release.VersionRow) []string { return []string{v.Version.String()} })
}

// version is a package version whole.
type version struct {
	versionRow
	Package        named       `json:"package"`
	Platform       string      `json:"platform"`
	Kind           string      `json:"kind"`
	OverrideReason string      `json:"override_reason"`
	Notes          string      `json:"notes"`
	ComparedWith   *versionRef `json:"compared_with"`
	Findings       []finding   `json:"findings"`
}

func versionOf(v release.VersionView) version {
	return version{
		versionRow: versionRowOf(v.VersionRow), Package: named{v.Package.ID, v.Package.Name}, Platform: v.Package.Platform,
		Kind: v.Package.Kind, OverrideReason: v.OverrideReason, Notes: v.Notes, ComparedWith: versionRefOf(v.ComparedWith),
		Findings: findingsOf(v.Findings),
	}
}

// finding is one thing found in a package.
type finding struct {
	Code     string            `json:"code"`
	Severity packfile.Severity `json:"severity"`
	Path     string            `json:"path"`
	Line     int               `json:"line,omitempty"`
	Column   int               `json:"column,omitempty"`
	Field    string            `json:"field,omitempty"`
	Message  string            `json:"message"`
	Fix      string            `json:"fix"`
}

func findingsOf(all []packfile.Finding) []finding {
	list := make([]finding, len(all))
	for i, f := range all {
		list[i] = finding{f.Code, f.Severity, f.Path, f.Line, f.Column, f.Field, f.Message, f.Fix}
	}
	return list
}

// readVersion reads the version of the address.
func (s *Server) readVersion(c *call) (release.VersionView, error) {
	id, err := c.id("version_id")
	if err != nil {
		return release.VersionView{}, err
	}
	return s.reader.Version(c.ctx(), c.actor, id)
}

func (s *Server) packageVersion(c *call) error {
	v, err := s.readVersion(c)
	if err != nil {
		return err
	}
	return c.one(versionOf(v))
}

func (s *Server) findings(c *call) error {
	v, err := s.readVersion(c)
	if err != nil {
		return err
	}
	return c.one(struct {
		Items        []finding   `json:"items"`
		ComparedWith *versionRef `json:"compared_with"`
	}{findingsOf(v.Findings), versionRefOf(v.ComparedWith)})
}

func (s *Server) deleteVersion(c *call) error {
	id, err := c.id("version_id")
	if err != nil {
		return err
	}
	if err := s.service.DeleteVersion(c.ctx(), c.actor, id); err != nil {
		return err
	}
	return c.done()
}

// artifactURL is where the file of a version is fetched.
func artifactURL(version release.ID) string {
	return Prefix + "/package-versions/" + version.String() + "/artifact"
}

// artifact sends the file: whole, in ranges, or not at all where the caller has it already.
func (s *Server) artifact(c *call) error {
	id, err := c.id("version_id")
	if err != nil {
		return err
	}
	row, content, err := s.reader.Artifact(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	web.SendFile(c.Response(), c.Request(), row.FileName, row.SHA256, row.UploadedAt, content)
	return nil
}

// uploadFields are the texts of an upload's form. There is one scope: its field is for clients that send it anyway.
var uploadFields = []string{"name", "platform", "version", "counted", "shareable", "notes", "override_reason", "scope"}

// uploadVersion takes a package file. A version that is refused for its findings tells them.
func (s *Server) uploadVersion(c *call) error {
	u, err := c.upload()
	if err != nil {
		return err
	}
	opts, err := s.checkOptions(c, c.actor.Account)
	if err != nil {
		return err
	}
	kept, err := web.KeepUpload(c.ctx(), s.service, c.actor, c.form, &u, opts)
	if found, ok := errors.AsType[*release.FindingsError](err); ok {
		return telling{err, map[string]any{"findings": findingsOf(found.Findings)}}
	}
	if errors.Is(err, release.ErrFileTooLarge) {
		return said{http.StatusRequestEntityTooLarge, release.ErrFileTooLarge.Message}
	}
	if err != nil {
		return err
	}
	v, err := s.reader.Version(c.ctx(), c.actor, kept.ID)
	if err != nil {
		return err
	}
	return c.created("/package-versions/"+kept.ID.String(), versionOf(v))
}

// upload reads the form's fields. A field that is not known would be a choice that was not taken.
func (c *call) upload() (release.Upload, error) {
	texts := c.form.Texts()
	var refusals release.Errors
	for name := range texts {
		if !slices.Contains(uploadFields, name) {
			refusals = append(refusals, onField(name, "There is no field %q here.%s", name, instead(append([]string{"file"}, uploadFields...))))
		}
	}
	slices.SortFunc(refusals, func(a, b *release.Error) int { return strings.Compare(a.Field, b.Field) })
	u := c.form.Upload()
	shareable, refusal := yesOrNo(texts, "shareable")
	if u.Shareable = shareable; refusal != nil {
		refusals = append(refusals, refusal)
	}
	counted, refusal := yesOrNo(texts, "counted")
	if u.Counted = counted != nil && *counted; refusal != nil {
		refusals = append(refusals, refusal)
	}
	u.Platform = texts["platform"]
	return u, several(refusals)
}

// yesOrNo is nil where the form does not say.
func yesOrNo(texts map[string]string, field string) (*bool, *release.Error) {
	switch texts[field] {
	case "":
		return nil, nil
	case "true", "false":
		return new(texts[field] == "true"), nil
	default:
		return nil, onField(field, "Give true or false.")
	}
}

// checkOptions are how the publisher's packages are checked today.
func (s *Server) checkOptions(c *call, publisher release.ID) (packfile.Options, error) {
	account, err := s.reader.Account(c.ctx(), c.actor, publisher)
	if err != nil {
		return packfile.Options{}, err
	}
	zone, err := release.LoadZone(account.Zone)
	if err != nil {
		return packfile.Options{}, err
	}
	opts := account.CheckOptions()
	opts.Today = c.now.In(zone).Format(time.DateOnly)
	return opts, nil
}

// comparison is what changed between two versions of a package.
type comparison struct {
	From       *versionRef       `json:"from"`
	To         *versionRef       `json:"to"`
	Comparable bool              `json:"comparable"`
	Smallest   *packfile.Bump    `json:"smallest_bump"`
	Declared   *packfile.Bump    `json:"declared_bump"`
	Changes    []packfile.Change `json:"changes"`
	Findings   []finding         `json:"findings"`
}

// compare tells what changed since the version asked for, or since the one below.
func (s *Server) compare(c *call) error {
	id, err := c.id("version_id")
	if err != nil {
		return err
	}
	to, err := s.reader.Comparable(c.ctx(), c.actor, id)
	if err != nil {
		return err
	}
	answer := comparison{To: versionRefOf(&to.VersionRef), Changes: []packfile.Change{}, Findings: []finding{}}
	from, err := s.comparedWith(c, to)
	if errors.Is(err, release.ErrNotFound) && c.QueryParam("with") == "" {
		return c.one(answer) // the only version
	}
	if err != nil {
		return err
	}
	answer.From = versionRefOf(&from.VersionRef)
	if answer.Comparable = from.Kept && to.Kept; !answer.Comparable {
		return c.one(answer)
	}
	p, err := s.reader.Package(c.ctx(), c.actor, to.PackageID)
	if err != nil {
		return err
	}
	opts, err := s.checkOptions(c, p.Publisher)
	if err != nil {
		return err
	}
	found := packfile.Compare(from.Package, to.Package, opts)
	answer.Smallest = &found.Smallest
	if found.Versioned {
		answer.Declared = &found.Declared
	}
	answer.Changes, answer.Findings = append(answer.Changes, found.Changes...), findingsOf(found.Findings)
	return c.one(answer)
}

// comparedWith reads the version that the address asks for; another package's is not found.
func (s *Server) comparedWith(c *call, to release.Comparable) (release.Comparable, error) {
	with, err := release.ParseID(c.QueryParam("with"))
	if c.QueryParam("with") == "" {
		var below release.VersionRef
		below, err = s.reader.VersionBelow(c.ctx(), c.actor, to.ID)
		with = below.ID
	}
	if err != nil {
		return release.Comparable{}, err
	}
	from, err := s.reader.Comparable(c.ctx(), c.actor, with)
	if err == nil && from.PackageID != to.PackageID {
		err = release.ErrNotFound
	}
	return from, err
}
