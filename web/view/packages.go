package view

import (
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"packtide/packfile"
	"packtide/release"
)

// PackageList is the list of packages.
type PackageList struct {
	Rows      []release.PackageRow
	Query     string
	MayUpload bool
	Page      NamePage
	Clock     Clock
}

// UploadForm is the upload's form with what was typed; a browser never gives the file back.
type UploadForm struct {
	Name      string
	Version   string
	Notes     string
	Shareable bool
	Again     bool // it was refused: the file has to be chosen again
	Errors    []FieldError
}

// PackageOne is one package with a page of its versions.
type PackageOne struct {
	Package   release.PackageRow
	Publisher string // for staff, who see several
	Versions  []release.VersionRow
	MayUpload bool
	Page      NamePage
	Clock     Clock
}

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

// platformLabels are the platforms as people call them.
var platformLabels = map[string]string{
	packfile.PlatformThreatConnect: "ThreatConnect",
	packfile.PlatformSecOps:        "Google SecOps",
	packfile.PlatformPlain:         "Plain package",
}

// PlatformLabel is the platform as people call it; an unknown one shows its own key.
func PlatformLabel(platform string) string {
	if label, ok := platformLabels[platform]; ok {
		return label
	}
	return platform
}

// VersionIn is a version with the platform's own count where that differs (R1): "15.0.0 (15.0 in Google SecOps)".
func VersionIn(v release.Version, platformVersion, platform string) string {
	if platformVersion == "" || platformVersion == v.String() {
		return v.String()
	}
	return v.String() + " (" + platformVersion + " in " + PlatformLabel(platform) + ")"
}

// refIn is VersionIn for a reference that may be none.
func refIn(v *release.VersionRef, platform string) string {
	if v == nil {
		return "none"
	}
	return VersionIn(v.Version, v.PlatformVersion, platform)
}

// TechnicalName is the name by which programs know the package, with the major version at its end (R3).
func TechnicalName(name string, v release.Version) string {
	return name + "_v" + strconv.Itoa(v.Major)
}

func technicalNameOf(p release.PackageRow) string {
	if p.Newest == nil {
		return p.Name
	}
	return TechnicalName(p.Name, p.Newest.Version)
}

// PackageHead is the head of a package's page.
func PackageHead(one PackageOne) Page {
	p := one.Package
	head := Page{
		Title:  p.DisplayName,
		Lede:   PlatformLabel(p.Platform) + " " + p.Kind + ". " + packageSentence(p),
		Crumbs: []Crumb{{Href: "/packages", Label: "Packages"}, {Label: p.DisplayName}},
	}
	if p.Platform == packfile.PlatformPlain {
		head.Lede = packageSentence(p)
	}
	if one.MayUpload {
		head.Actions = LinkButton(Primary, "upload", "Upload a new version", uploadHref(p))
	}
	return head
}

// uploadHref fills the name in where the file does not tell it, so that the next version becomes one of this package.
func uploadHref(p release.PackageRow) string {
	if p.Platform != packfile.PlatformPlain {
		return "/packages/upload"
	}
	return "/packages/upload?" + query("name", p.DisplayName)
}

func packageSentence(p release.PackageRow) string {
	switch {
	case p.Newest == nil:
		return "All its versions were deleted."
	case p.Shareable == nil:
		return "None of its versions is shareable, so no pack can hold it."
	case p.Packs == 0:
		return "The newest shareable version is " + refIn(p.Shareable, p.Platform) + "; no pack holds the package."
	default:
		return "The newest shareable version is " + refIn(p.Shareable, p.Platform) + "; " + Counted(p.Packs, "pack") + map[bool]string{true: " holds", false: " hold"}[p.Packs == 1] + " the package."
	}
}

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

// findingGroup is the findings of one severity.
type findingGroup struct {
	title    string
	tone     Tone
	icon     string
	findings []packfile.Finding
}

// groupFindings sorts findings by what they mean for the upload, the worst first.
func groupFindings(all []packfile.Finding) []findingGroup {
	groups := []findingGroup{
		{title: "Errors", tone: Red, icon: "circle-x"},
		{title: "Warnings", tone: Amber, icon: "triangle-alert"},
		{title: "Good to know", tone: Blue, icon: "info"},
	}
	for _, f := range all {
		i := 2
		switch f.Severity {
		case packfile.SeverityError:
			i = 0
		case packfile.SeverityWarning:
			i = 1
		}
		groups[i].findings = append(groups[i].findings, f)
	}
	var some []findingGroup
	for _, g := range groups {
		if len(g.findings) > 0 {
			some = append(some, g)
		}
	}
	return some
}

// findingPlace is where a finding is: "src/install.json:12, programVersion".
func findingPlace(f packfile.Finding) string {
	place := f.Path
	if f.Line > 0 {
		place += ":" + strconv.Itoa(f.Line)
		if f.Column > 0 {
			place += ":" + strconv.Itoa(f.Column)
		}
	}
	switch {
	case f.Field == "":
	case place == "":
		place = f.Field
	default:
		place += ", " + f.Field
	}
	return place
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

// checked is the value of a Checkbox.
func checked(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// query is one value of an address.
func query(name, value string) string { return url.Values{name: {value}}.Encode() }

// fileLimit lets the script refuse a file that is too large before it is sent.
func fileLimit() templ.Attributes {
	return templ.Attributes{
		"data-max-bytes": strconv.Itoa(release.MaxArtifact),
		"data-max-words": release.ErrFileTooLarge.Message,
	}
}

func platformText(one VersionOne) string {
	if one.Package.Platform == packfile.PlatformPlain {
		return PlatformLabel(one.Package.Platform)
	}
	return PlatformLabel(one.Package.Platform) + ", " + one.Manifest.Kind
}
