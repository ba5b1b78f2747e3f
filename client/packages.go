package client

import (
	"context"
	"iter"
	"net/http"
	"strconv"
	"time"
)

// Package is a named thing of which a publisher uploads versions.
type Package struct {
	Raw
	ID          string      `json:"id"`
	Name        string      `json:"name"` // technical, without the major version
	DisplayName string      `json:"display_name"`
	Platform    string      `json:"platform"`
	Kind        string      `json:"kind"`
	Versions    int         `json:"versions"`
	Newest      *VersionRef `json:"newest"`
	Shareable   *VersionRef `json:"newest_shareable"`
	Packs       int         `json:"packs"` // that hold it
	UploadedAt  *time.Time  `json:"uploaded_at"`
}

// Version is one uploaded version of a package. A list leaves out the package and the findings.
type Version struct {
	Raw
	ID              string     `json:"id"`
	Package         Named      `json:"package"`
	Version         string     `json:"version"`
	PlatformVersion string     `json:"platform_version"`
	DisplayName     string     `json:"display_name"`
	Platform        string     `json:"platform"`
	Kind            string     `json:"kind"`
	Shareable       bool       `json:"shareable"`
	Overridden      bool       `json:"overridden"`
	Notes           string     `json:"notes"`
	FileName        string     `json:"file_name"`
	Size            int64      `json:"size"` // bytes
	SHA256          string     `json:"sha256"`
	UploadedAt      time.Time  `json:"uploaded_at"`
	UploadedBy      string     `json:"uploaded_by"`
	DeletedAt       *time.Time `json:"deleted_at"`
	Errors          int        `json:"errors"`
	Warnings        int        `json:"warnings"`
	Findings        []Finding  `json:"findings"`
	InUse           bool       `json:"in_use"`
}

// Finding is one thing that was found in a package, or in how packages fit together.
type Finding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"` // error, warning, info
	Path     string `json:"path"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Field    string `json:"field"`
	Message  string `json:"message"`
	Fix      string `json:"fix"`
}

// Upload is one new version. What is empty is read from the file, or chosen by the publisher's settings.
type Upload struct {
	File           File
	Name           string // display name
	Platform       string // refused where the file is of another one
	Version        string
	Notes          string
	OverrideReason string // why it is shared in spite of findings that are errors
	Shareable      *bool  // nil: as the publisher's setting says
}

// UploadVersion uploads a version.
func (c *Client) UploadVersion(ctx context.Context, u Upload) (Version, error) {
	fields := []field{
		{"name", u.Name}, {"platform", u.Platform}, {"version", u.Version}, {"notes", u.Notes}, {"override_reason", u.OverrideReason},
	}
	if u.Shareable != nil {
		fields = append(fields, field{"shareable", strconv.FormatBool(*u.Shareable)})
	}
	var made Version
	err := c.upload(ctx, http.MethodPost, "/packages/versions", fields, &u.File, &made)
	return made, err
}

// Packages walks a publisher's packages by name; query narrows them.
func (c *Client) Packages(ctx context.Context, query string) iter.Seq2[Package, error] {
	return list[Package](ctx, c, "/packages", values("q", query))
}

// Package reads one.
func (c *Client) Package(ctx context.Context, id string) (Package, error) {
	var p Package
	err := c.get(ctx, "/packages"+pathOf(id), nil, &p)
	return p, err
}

// Versions walks a package's versions, newest first.
func (c *Client) Versions(ctx context.Context, packageID string) iter.Seq2[Version, error] {
	return list[Version](ctx, c, "/packages"+pathOf(packageID)+"/versions", nil)
}

// Version reads one version with its findings.
func (c *Client) Version(ctx context.Context, id string) (Version, error) {
	var v Version
	err := c.get(ctx, "/package-versions"+pathOf(id), nil, &v)
	return v, err
}

// DeleteVersion deletes a version that no release holds; its label stays used for ever.
func (c *Client) DeleteVersion(ctx context.Context, id string) error {
	return c.send(ctx, http.MethodDelete, "/package-versions"+pathOf(id), nil, nil)
}
