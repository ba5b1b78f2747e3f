package api

import (
	"encoding/hex"
	"time"

	"packtide/release"
)

// The parts that several answers share. What is not known is null, and never left out.

func namedOrNull(id *release.ID, name string) *named {
	if id == nil || id.IsZero() {
		return nil
	}
	return &named{*id, name}
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
