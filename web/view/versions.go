package view

import (
	"encoding/hex"
	"strings"

	"packtide/packfile"
	"packtide/release"
)

// VersionOne is one uploaded version.
type VersionOne struct {
	release.VersionView
	MayDelete bool
	Refusal   []FieldError // why it could not be deleted a moment ago
	Clock     Clock
}

// Label names the version in a sentence: "Google Sheets 15.0.0".
func (v VersionOne) Label() string { return v.DisplayName + " " + v.Version.String() }

// Path is the version's own address.
func (v VersionOne) Path() string { return "/versions/" + v.ID.String() }

// VersionHead is the head of a version's page.
func VersionHead(one VersionOne) Page {
	head := Page{
		Title: one.Label(),
		Crumbs: []Crumb{
			{Href: "/packages", Label: "Packages"},
			{Href: "/packages/" + one.PackageID.String(), Label: one.Package.DisplayName},
			{Label: one.Version.String()},
		},
		LedeContent: versionLede(one),
	}
	if one.DeletedAt == nil {
		head.Actions = versionActions(one)
	}
	return head
}

// findingsText counts the findings of a row: "1 error, 2 warnings".
func findingsText(v release.VersionRow) string {
	var parts []string
	if v.Errors > 0 {
		parts = append(parts, Counted(v.Errors, "error"))
	}
	if v.Warnings > 0 {
		parts = append(parts, Counted(v.Warnings, "warning"))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func shareState(shareable bool) State {
	if shareable {
		return StateShareable
	}
	return StateNotShareable
}

func sha256Text(sum [32]byte) string { return hex.EncodeToString(sum[:]) }

// deleteConfirm is the question before a version goes.
func deleteConfirm(one VersionOne) Confirm {
	c := Confirm{
		Text: "The file and its facts can't be downloaded or put into packs any more. The number " + one.Version.String() +
			" stays used: it can't be uploaded again. This can't be undone.",
		Action: one.Path() + "/delete", Button: "Delete " + one.Version.String(), Danger: true, CancelHref: one.Path(),
		Errors: one.Refusal,
	}
	for _, u := range one.UsedIn {
		if u.Release.State == release.Draft {
			c.VictimsHead = "These drafts hold it and will need another version:"
			c.Victims = append(c.Victims, "The next release of "+u.PackName)
		}
	}
	return c
}

// holding are the releases that keep a version from being deleted (R5).
func holding(uses []release.ReleaseUse) []release.ReleaseUse {
	var held []release.ReleaseUse
	for _, u := range uses {
		if u.Release.State == release.Pending || u.Release.State == release.Released {
			held = append(held, u)
		}
	}
	return held
}

func useLabel(u release.ReleaseUse) string {
	if label := ReleaseLabel(&u.Release); label != "" {
		return label
	}
	return "next release"
}

func refusalTone(one VersionOne) Tone {
	if len(one.Refusal) > 0 {
		return Danger
	}
	return Warn
}

// fileText is the file's size, and how much is in it where it is an archive.
func fileText(one VersionOne) string {
	if one.Manifest.Files <= 1 {
		return Bytes(one.Size)
	}
	return Bytes(one.Size) + ", " + Counted(one.Manifest.Files, "file") + " of " + Bytes(one.Manifest.UnpackedBytes) + " inside"
}

func platformText(one VersionOne) string {
	if !packfile.Recognised(one.Package.Platform) {
		return packfile.PlatformLabel(one.Package.Platform)
	}
	return packfile.PlatformLabel(one.Package.Platform) + ", " + one.Manifest.Kind
}
