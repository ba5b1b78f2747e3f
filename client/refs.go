package client

import "time"

// Named is a thing and its name.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// AccountRef is an account where it is named.
type AccountRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Zone string `json:"time_zone"` // IANA name
}

// VersionRef is a package version where it is named.
type VersionRef struct {
	ID              string `json:"id"`
	Version         string `json:"version"`
	PlatformVersion string `json:"platform_version"` // as the platform counts; empty where it counts as packtide does
	Overridden      bool   `json:"overridden"`       // shared in spite of errors
}

// Label is the version's number; nothing for none.
func (v *VersionRef) Label() string {
	if v == nil {
		return ""
	}
	return v.Version
}

// ReleaseRef is a release where it is named. What is not known, or not yet, is nil or empty.
type ReleaseRef struct {
	ID           string     `json:"id"`
	Number       int        `json:"number"`
	Version      string     `json:"version"`
	State        string     `json:"state"` // draft, pending, released, withdrawn, superseded
	Current      bool       `json:"current"`
	Schedule     string     `json:"schedule"` // immediate, scheduled
	Date         string     `json:"date"`
	Zone         string     `json:"time_zone"` // in which the date begins: the publisher's
	DueAt        *time.Time `json:"due_at"`
	TestingSince *time.Time `json:"testing_since"`
	TestingUntil *time.Time `json:"testing_until"`
	ReleasedAt   *time.Time `json:"released_at"`
	EndedAt      *time.Time `json:"ended_at"`
	Late         bool       `json:"late"`
}

// Label is the release's version, or its number where it has none yet; nothing for no release.
func (r *ReleaseRef) Label() string {
	switch {
	case r == nil:
		return ""
	case r.Version == "":
		return "draft"
	default:
		return r.Version
	}
}
