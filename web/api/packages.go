package api

import (
	"encoding/hex"
	"net/http"
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
