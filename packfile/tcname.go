package packfile

// The names of ThreatConnect's packages: the display name, “<Company> <Product> [<Description>]” (TC-NAM-01 to TC-NAM-04),
// and the technical name, which is that of an app's folder (TC-NAM-05 to TC-NAM-10).

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The settings of the rules about names.
const (
	tcCompanySetting   = "threatconnect.company"
	tcNameParamSetting = "threatconnect.name-limit"
)

// defaultNameLimit is how many characters a company's or product's name may have to be brief; the description may have
// twice as many. The guide only says “brief”.
const defaultNameLimit = 30

// tcNameSettings let a publisher say what the rules about names can't know.
func tcNameSettings() []Setting {
	return []Setting{
		{
			Key: tcCompanySetting, Label: "Company", Free: true,
			Help: "Every display name must begin with it. Without it only the number of words is checked.",
		},
		{
			Key: tcNameParamSetting, Label: "Longest company or product name",
			Help: "In characters; a description may be twice as long.",
			Choices: []Choice{
				{"", strconv.Itoa(defaultNameLimit)}, {"20", "20"}, {"40", "40"}, {"60", "60"},
			},
		},
	}
}

// tcDisplayName is a display name under check, and where it stands.
type tcDisplayName struct {
	name   string
	member string // "displayName"; "name" in a playbook
	at     string
	obj    jsonObject
}

// tcCheckDisplayName checks the form of a display name by the packaging guide.
func (r *reading) tcCheckDisplayName(d tcDisplayName, opts Options) {
	find := func(code, message, fix string) {
		line, column := d.obj.place(d.member)
		r.find(Finding{Code: code, Path: d.at, Line: line, Column: column, Field: d.member, Message: message, Fix: fix})
	}
	company := strings.Join(strings.Fields(strings.ToValidUTF8(opts.setting(tcCompanySetting), "\uFFFD")), " ")
	rest, named := tcAfterCompany(d.name, company)
	switch generic, bad := DisplayNameFinding(d.name); {
	case company != "" && !named:
		find("TC-NAM-01", fmt.Sprintf("The display name “%s” does not begin with the company, “%s”.", shorten(d.name), shorten(company)),
			fmt.Sprintf("Name it “%s <Product>”, if you like followed by a short description.", shorten(company)))
		return
	case company == "" && bad:
		find("TC-NAM-01", generic.Message, generic.Fix)
		return
	}
	if company == "" {
		company, rest, _ = strings.Cut(strings.Join(strings.Fields(d.name), " "), " ")
	}
	if _, again := tcAfterCompany(rest, company); rest == "" || again {
		find("TC-NAM-02", fmt.Sprintf("The display name “%s” names no product beside the company.", shorten(d.name)),
			fmt.Sprintf("Where the product has no name of its own, name it “%s Platform”.", shorten(company)))
	}
	for _, long := range tcLongParts(company, rest, tcNameLimit(opts)) {
		find("TC-NAM-03", long, "Shorten it: lists show only the beginning of a long name.")
	}
}

// tcAfterCompany returns what follows the company in a name, and whether the name begins with it as whole words.
func tcAfterCompany(name, company string) (rest string, named bool) {
	words, first := strings.Fields(name), strings.Fields(company)
	if len(first) == 0 || len(words) < len(first) {
		return "", false
	}
	for i, word := range first {
		if !strings.EqualFold(word, words[i]) {
			return "", false
		}
	}
	return strings.Join(words[len(first):], " "), true
}

func tcNameLimit(opts Options) int {
	if n, err := strconv.Atoi(opts.setting(tcNameParamSetting)); err == nil && n > 0 {
		return n
	}
	return defaultNameLimit
}

// tcLongParts says which parts of a display name are too long. The product is taken to be the word after the company.
func tcLongParts(company, rest string, limit int) []string {
	product, description, _ := strings.Cut(rest, " ")
	var long []string
	for _, part := range []struct {
		words, text string
		limit       int
	}{{"company", company, limit}, {"product", product, limit}, {"description", description, 2 * limit}} {
		if n := utf8.RuneCountInString(part.text); n > part.limit {
			long = append(long, fmt.Sprintf("The %s in the display name has %d characters; brief are %d.", part.words, n, part.limit))
		}
	}
	return long
}

// The length of install.json's displayName, by the vendor's schemas.
const minDisplayName, maxDisplayName = 3, 100

// tcCheckInstallName checks displayName as the vendor's schemas do. The platform's own validator asks for one in
// third-party apps only.
func (t *tcx) tcCheckInstallName(at string) {
	var name string
	_ = json.Unmarshal(t.obj.members["displayName"], &name) // what is no text stays empty
	n := utf8.RuneCountInString(name)
	f := Finding{Code: "TC-NAM-04", Severity: SeverityWarning, Path: at, Field: "displayName"}
	f.Line, f.Column = t.obj.place("displayName")
	f.Fix = fmt.Sprintf("Give the app a display name of %d to %d characters.", minDisplayName, maxDisplayName)
	switch {
	case strings.TrimSpace(name) == "":
		f.Message = "install.json has no displayName."
		if strings.EqualFold(t.runtimeLevel(), "ThirdParty") {
			f.Severity = SeverityError
		}
	case n < minDisplayName || n > maxDisplayName:
		f.Message = fmt.Sprintf("The displayName has %d characters; it must have %d to %d.", n, minDisplayName, maxDisplayName)
	case strings.TrimSpace(name) != name:
		f.Message = "The displayName begins or ends with a space."
		f.Fix = "Take the space out: the platform tells names apart by it."
	default:
		return
	}
	t.find(f)
}

var (
	tcNameForm     = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)
	tcVendorPrefix = regexp.MustCompile(`^TC[A-Z]{0,3}_-_`)
	tcSuffixes     = regexp.MustCompile(`(?i)(?:[_ ]v\d+(?:\.\d+)*){2,}$`)
	tcNoWord       = regexp.MustCompile(`[^\pL\pN]+`)
)

// tcNameFinding checks the characters of a technical name.
func tcNameFinding(what, name string) (Finding, bool) {
	if tcNameForm.MatchString(name) {
		return Finding{}, false
	}
	why := "holds characters other than letters, digits, “_”, “-” and “.”"
	if strings.Contains(name, " ") {
		why = "holds a space"
	}
	return Finding{
		Code: "TC-NAM-05", Message: fmt.Sprintf("The %s, “%s”, %s.", what, shorten(name), why),
		Fix: "Write “_” for spaces and leave other characters out; an app that is in use keeps its name.",
	}, true
}

var folderVersion = regexp.MustCompile(`_v(\d+)(\.\d+)*$`)

// checkFolderName wants the folder to end in the major version. Where it ends in more, the app is in use under
// that name and keeps it. (R3)
func (t *tcx) checkFolderName() {
	if !t.manifest.HasVersion {
		return
	}
	want := "_v" + strconv.Itoa(t.manifest.Version.Major)
	got := folderVersion.FindStringSubmatch(t.folder)
	severity := SeverityError
	switch {
	case got != nil && "_v"+got[1] == want && got[2] == "":
		return
	case got != nil && "_v"+got[1] == want:
		severity = SeverityWarning
	}
	t.find(Finding{
		Code: "TC-NAM-07", Severity: severity, Path: t.folder,
		Message: fmt.Sprintf("The folder's name must end in the major version, “%s”.", want),
		Fix:     "Change the folder's name with each new major version, and only then; an app that is in use keeps its name.",
	})
}

// tcCheckTechnicalName checks the folder's name, which is the platform's key of the app.
func (t *tcx) tcCheckTechnicalName() {
	folder := path.Base(t.folder)
	find := func(f Finding) {
		f.Path = t.folder
		t.find(f)
	}
	if f, bad := tcNameFinding("folder's name", folder); bad {
		find(f)
	}
	if again := tcSuffixes.FindString(folder); again != "" {
		find(Finding{
			Code: "TC-NAM-08", Message: fmt.Sprintf("The folder's name ends in its version more than once, “%s”.", shorten(again)),
			Fix: "Leave app_version out of app_name in tcex.json: the packager adds it. An app that is in use keeps its name.",
		})
	}
	if display := t.obj.text("displayName"); display != "" {
		if f, bad := tcSameName(withoutVersion(folder), display); bad {
			find(f)
		}
	}
	if f, bad := tcPrefixFinding(folder, t.runtimeLevel()); bad {
		find(f)
	}
}

// tcSameName compares the technical name with the display name, which it should be but for spaces.
func tcSameName(technical, display string) (Finding, bool) {
	if strings.HasPrefix(technical, appBuilderPrefix) {
		return Finding{}, false // App Builder makes the name
	}
	bare := tcVendorPrefix.ReplaceAllString(technical, "")
	if baseName(bare) == baseName(display) {
		return Finding{}, false
	}
	f := Finding{
		Code: "TC-NAM-06", Message: fmt.Sprintf("The folder is named “%s”, the app “%s”.", shorten(technical), shorten(display)),
		Fix: fmt.Sprintf("Name a new app's folder “%s”; an app that is in use keeps its name.", shorten(strings.Join(strings.Fields(display), "_"))),
	}
	words := func(text string) []string {
		return strings.Fields(tcNoWord.ReplaceAllString(strings.ToLower(text), " "))
	}
	inDisplay := words(display)
	summarised := !slices.ContainsFunc(words(bare), func(word string) bool { return !slices.Contains(inDisplay, word) })
	if summarised || strings.Join(words(bare), "") == strings.Join(inDisplay, "") {
		f.Severity = SeverityInfo
		f.Fix = "Nothing needs to be done if the folder's name is meant to be a summary."
	}
	return f, true
}

// tcPrefixes are the vendor's prefixes of technical names, by the runtime levels in lower case that they stand for. Apps of
// App Builder have one of their own at every level.
var tcPrefixes = map[string][]string{
	"TC_-_":   {"organization"},
	"TCPB_-_": {"playbook"},
	"TCVA_-_": {"apiservice"},
	"TCVF_-_": {"feedapiservice"},
	"TCVC_-_": {"triggerservice"},
	"TCVW_-_": {"webhooktriggerservice"},
	"TCS_-_":  {"spaceorganization", "spacesystem"},
}

func tcPrefixFinding(folder, level string) (Finding, bool) {
	prefix := tcVendorPrefix.FindString(folder)
	if prefix == "" || prefix == appBuilderPrefix || level == "" || slices.Contains(tcPrefixes[prefix], strings.ToLower(level)) {
		return Finding{}, false
	}
	return Finding{
		Code: "TC-NAM-09", Message: fmt.Sprintf("The prefix “%s” does not stand for apps of runtime level %s.", prefix, shorten(level)),
		Fix: "Take the prefix of the runtime level for a new app, or none; an app that is in use keeps its name.",
	}, true
}

var tcFileVersion = regexp.MustCompile(`(?i)[_ ]v\d+(\.\d+)*$`)

// tcCheckFileName suggests a file name for a release where the platform exports without a version.
func (r *reading) tcCheckFileName(src *source) {
	ending := path.Ext(src.ownName())
	if tcFileVersion.MatchString(strings.TrimSuffix(src.ownName(), ending)) {
		return
	}
	version, ok := ParsePlatform(r.manifest.PlatformVersion)
	base := strings.Join(strings.Fields(r.manifest.DisplayName), "_")
	if !ok || base == "" {
		base, version = "<name>", Version{Major: 1}
	}
	r.find(Finding{
		Code: "TC-NAM-10", Path: src.wholePath(),
		Message: "The file's name does not tell the major version, as is usual for exports.",
		Fix:     fmt.Sprintf("Give the released file a name with it, for example “%s_v%d%s”.", shorten(base), version.Major, shorten(ending)),
	})
}
