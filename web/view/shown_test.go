package view

import (
	"testing"
	"time"

	"packtide/release"
)

func TestReleaseState(t *testing.T) {
	t.Parallel()
	ended := time.Date(2026, time.November, 4, 23, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		ref  release.ReleaseRef
		want State
	}{
		{release.ReleaseRef{State: release.Draft}, StateDraft},
		{release.ReleaseRef{State: release.Pending}, StateTesting},
		{release.ReleaseRef{State: release.Released}, StateCurrent},
		{release.ReleaseRef{State: release.Released, EndedAt: &ended}, StateReplaced},
		{release.ReleaseRef{State: release.Superseded}, StateReplaced},
		{release.ReleaseRef{State: release.Withdrawn}, StateWithdrawn},
	} {
		if got := ReleaseState(c.ref); got != c.want {
			t.Errorf("%s, ended %v: %s, want %s", c.ref.State, c.ref.EndedAt, got, c.want)
		}
	}
}

func TestVersionLabel(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ref  *release.VersionRef
		want string
	}{
		{nil, ""},
		{&release.VersionRef{Version: release.Version{Major: 11}}, "11.0.0"},
		{&release.VersionRef{Version: release.Version{Major: 11}, PlatformVersion: "11.0.0"}, "11.0.0"},
		{&release.VersionRef{Version: release.Version{Major: 11}, PlatformVersion: "11.0"}, "11.0.0 (11.0)"}, // R1: both are shown
		{&release.VersionRef{Version: release.Version{Major: 11}, PlatformVersion: "11"}, "11 (11.0.0)"},     // R12
		{&release.VersionRef{Version: release.Version{Major: 11, Minor: 1}, PlatformVersion: "11"}, "11.1.0 (11)"},
	} {
		if got := VersionLabel(c.ref); got != c.want {
			t.Errorf("%v: %q, want %q", c.ref, got, c.want)
		}
	}
}

func TestChangesText(t *testing.T) {
	t.Parallel()
	v := func(major, minor, patch int) *release.VersionRef {
		return &release.VersionRef{Version: release.Version{Major: major, Minor: minor, Patch: patch}}
	}
	for _, c := range []struct {
		name string
		rows []release.ContentRow
		want string
	}{
		{"nothing", []release.ContentRow{{From: v(1, 0, 0), To: v(1, 0, 0)}}, "no package changes"},
		{"one up", []release.ContentRow{{From: v(1, 0, 0), To: v(1, 1, 0)}}, "1 package upgraded"},
		{
			"all kinds", // R22: downgrades are shown as such
			[]release.ContentRow{
				{From: v(1, 0, 0), To: v(2, 0, 0)},
				{From: v(1, 0, 0), To: v(1, 0, 1)},
				{To: v(1, 0, 0)},
				{From: v(3, 0, 0)},
				{From: v(2, 0, 0), To: v(1, 9, 9)},
			},
			"2 packages upgraded (1 major), 1 added, 1 removed, 1 downgraded",
		},
		{"only removed", []release.ContentRow{{From: v(1, 0, 0)}, {From: v(1, 0, 0)}}, "2 packages removed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := ChangesText(c.rows); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestZoneNeverBreaksAPage(t *testing.T) {
	t.Parallel()
	if got := Zone("Europe/Paris").String(); got != "Europe/Paris" {
		t.Errorf("Europe/Paris is %s", got)
	}
	if got := Zone("Mars/Olympus"); got != time.UTC {
		t.Errorf("an unknown zone is %s", got)
	}
}
