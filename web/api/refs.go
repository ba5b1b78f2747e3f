package api

import (
	"encoding/hex"
	"time"

	"packtide/packfile"
	"packtide/release"
)

// The parts that several answers share. What is not known is null, and never left out.

func namedOrNull(id *release.ID, name string) *named {
	if id == nil || id.IsZero() {
		return nil
	}
	return &named{*id, name}
}

// versionRef names one package version.
type versionRef struct {
	ID              release.ID `json:"id"`
	Version         string     `json:"version"`
	PlatformVersion string     `json:"platform_version"`
	Overridden      bool       `json:"overridden"`
}

func versionRefOf(v *release.VersionRef) *versionRef {
	if v == nil {
		return nil
	}
	return &versionRef{v.ID, v.Version.String(), v.PlatformVersion, v.Overridden}
}

// releaseRef names one release with its instants.
type releaseRef struct {
	ID           release.ID    `json:"id"`
	Number       int           `json:"number"`
	Version      *string       `json:"version"`
	State        release.State `json:"state"`
	Current      bool          `json:"current"`
	Schedule     *string       `json:"schedule"`
	Date         *string       `json:"date"`
	TimeZone     *string       `json:"time_zone"`
	DueAt        *time.Time    `json:"due_at"`
	TestingSince *time.Time    `json:"testing_since"`
	TestingUntil *time.Time    `json:"testing_until"`
	ReleasedAt   *time.Time    `json:"released_at"`
	EndedAt      *time.Time    `json:"ended_at"`
	Late         bool          `json:"late"`
}

func releaseRefOf(r release.ReleaseRef) releaseRef {
	out := releaseRef{
		ID: r.ID, Number: r.Number, State: r.State, Current: r.Current(), Schedule: textOrNull(string(r.Plan)), TimeZone: textOrNull(r.Zone),
		DueAt: utc(r.DueAt), TestingSince: utc(r.TestingSince), TestingUntil: utc(r.TestingUntil), ReleasedAt: utc(r.ReleasedAt),
		EndedAt: utc(r.EndedAt), Late: r.Late,
	}
	if r.Version != nil {
		out.Version = textOrNull(r.Version.String())
	}
	if r.DueOn != nil {
		out.Date = textOrNull(r.DueOn.String())
	}
	return out
}

func releaseRefOrNull(r *release.ReleaseRef) *releaseRef {
	if r == nil {
		return nil
	}
	out := releaseRefOf(*r)
	return &out
}

// finding is one thing found in a package, or in how packages fit together.
type finding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Path     string `json:"path"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Field    string `json:"field,omitempty"`
	Message  string `json:"message"`
	Fix      string `json:"fix"`
}

func findingOf(f packfile.Finding) finding {
	return finding{f.Code, f.Severity, f.Path, f.Line, f.Column, f.Field, f.Message, f.Fix}
}

// eachOf makes a list that is never null.
func eachOf[R, T any](rows []R, item func(R) T) []T {
	all := make([]T, len(rows))
	for i, row := range rows {
		all[i] = item(row)
	}
	return all
}

// utc is the instant as the API writes it.
func utc(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	t := at.UTC()
	return &t
}

func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func sha256Text(sum [32]byte) string { return hex.EncodeToString(sum[:]) }

func attachmentMode(multiple bool) string {
	if multiple {
		return "multiple"
	}
	return "single"
}

func artifactURL(version release.ID) string {
	return Prefix + "/package-versions/" + version.String() + "/artifact"
}
