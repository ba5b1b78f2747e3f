package view

import (
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
	MayCount  bool // the versions can be numbered for the publisher (R12)
	Counted   bool
	Again     bool // it was refused: the file has to be chosen again
	Errors    []FieldError

	Blocked *UploadBlocked // by errors in the package (R4)
}

// UploadBlocked is what stands in the way of sharing an upload, and the way out that was chosen of it.
type UploadBlocked struct {
	Findings     []packfile.Finding // none where something else stood in the way before the file was judged
	ComparedWith *release.VersionRef
	Judged       string // release.FindingsError.Judged: another file, or other errors, are judged anew
	Choice       string // "true": share it in spite of the errors; "false": upload it as not shareable; empty: not chosen yet
	Reason       string
}

// waysOut are what a publisher may do with a version that has errors, besides mending it.
func waysOut() []Option {
	return []Option{
		{Value: "false", Label: "Upload it as not shareable", Hint: "It is kept with its findings, and no pack can ever hold it. Mend the errors in the next version."},
		{Value: "true", Label: "Share it in spite of the errors", Hint: "Give the reason below. It is kept for ever and shown wherever the version is chosen."},
	}
}

func (b UploadBlocked) lede() string {
	text := "This is what was found in the file"
	if b.ComparedWith != nil {
		text += " and by comparing it with " + b.ComparedWith.Version.String()
	}
	return text + ". Mend the errors and choose the mended file, or choose a way out below."
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

// VersionIn is a version with the platform's own count where that differs (R1): "15.0.0 (15.0 in its platform's name)".
// Of a version that is a plain number (R12), the number comes first: "7 (7.0.0)".
func VersionIn(v release.Version, platformVersion, platform string) string {
	if isCount(v, platformVersion) {
		return platformVersion + " (" + v.String() + ")"
	}
	if platformVersion == "" || platformVersion == v.String() {
		return v.String()
	}
	return v.String() + " (" + platformVersion + " in " + packfile.PlatformLabel(platform) + ")"
}

// isCount tells a version that the server has numbered (R12).
func isCount(v release.Version, platformVersion string) bool {
	return platformVersion == strconv.Itoa(v.Major) && v == release.Version{Major: v.Major}
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
		Lede:   packfile.PlatformLabel(p.Platform) + " " + p.Kind + ". " + packageSentence(p),
		Crumbs: []Crumb{{Href: "/packages", Label: "Packages"}, {Label: p.DisplayName}},
	}
	if !packfile.Recognised(p.Platform) {
		head.Lede = packageSentence(p)
	}
	if one.MayUpload {
		head.Actions = LinkButton(Primary, "upload", "Upload a new version", uploadHref(p))
	}
	return head
}

// uploadHref fills the name in where the file does not tell it, so that the next version becomes one of this package.
func uploadHref(p release.PackageRow) string {
	if packfile.Recognised(p.Platform) {
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

// checked is the value of a Checkbox.
func checked(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// query is one value of an address.
func query(name, value string) string { return url.Values{name: {value}}.Encode() }

// uploadHint says which packages are read and checked.
func uploadHint() string {
	var known []string
	for _, key := range packfile.PlatformKeys() {
		if packfile.Recognised(key) {
			known = append(known, packfile.PlatformLabel(key))
		}
	}
	last := len(known) - 1
	return "Packages of " + strings.Join(known[:last], ", ") + " and " + known[last] + " are read and checked. Any other file of at most 256 MB is kept as it is."
}

// fileLimit lets the script refuse a file that is too large before it is sent.
func fileLimit() templ.Attributes {
	return templ.Attributes{
		"data-max-bytes": strconv.Itoa(release.MaxArtifact),
		"data-max-words": release.ErrFileTooLarge.Message,
	}
}
