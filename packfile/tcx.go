package packfile

// What this file reads of a ThreatConnect app package (.tcx), a zip with one top folder:
//
//	<folder>/install.json  programVersion → version; displayName, note, runtimeLevel, programLanguage,
//	                       languageVersion, minServerVersion, params, playbook.outputVariables, releaseNotes
//	<folder>               the technical name: the platform's key of the app, kept for all its versions

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

const installJSON = "install.json"

// installKeys tell ThreatConnect's install.json from other programs' files of that name.
var installKeys = []string{"programVersion", "displayName", "programName", "runtimeLevel", "programLanguage", "programMain"}

func readThreatConnect(src *source) (reading, bool, error) {
	if src.archive == nil {
		return reading{}, false, nil
	}
	places := installPlaces(src.archive)
	if len(places) == 0 {
		return reading{}, false, nil
	}
	files, err := src.archive.read(places[0])
	if err != nil {
		return reading{}, false, err
	}
	obj, fault := parseJSONObject(files[places[0]])
	if !isInstallJSON(files[places[0]], obj, fault) || (strings.Count(places[0], "/") > 1 && !isTelling(obj)) {
		return reading{}, false, nil
	}
	t := tcx{src: src, path: places[0], obj: obj, folder: strings.TrimSuffix(path.Dir(places[0]), ".")}
	t.unmade = src.unpacked() && src.archive.has(path.Join(t.folder, tcexJSON))
	t.manifest.Kind = "app"
	t.manifest.Name = t.technicalName()
	if fault != nil {
		t.find(fault.finding("TC-JSN-01", t.path, "Mend install.json and pack the app again."))
	} else if err := t.readApp(files[t.path]); err != nil {
		return reading{}, false, err
	} else {
		t.readInstall()
		t.takeParts()
		t.tcGives(cmp.Or(tcInstalledName(t.folder), t.obj.text("programName")))
	}
	if err := t.readFolder(places); err != nil {
		return reading{}, false, err
	}
	return t.reading, true, nil
}

// readFolder reads and checks what lies around install.json, of which the archive has one at each of the places.
func (t *tcx) readFolder(places []string) error {
	t.checkLayout(places)
	folder := tcFolderIn(t.src.archive, t.folder)
	t.fact("Libraries", listText(folder.libraries()))
	if !t.unmade {
		t.fact("Installed as", tcInstalledName(t.folder))
	}
	if t.folder != "" {
		t.root = t.folder + "/"
	}
	return t.tcCheckFolder(folder, true)
}

// isInstallJSON also takes a file that is broken, if it shows a trace of an app's keys or of nothing at all.
func isInstallJSON(data []byte, obj jsonObject, fault *textFault) bool {
	if fault == nil && len(obj.members) > 0 {
		return slices.ContainsFunc(installKeys, func(key string) bool { return obj.members[key] != nil })
	}
	trimmed := bytes.TrimSpace(data)
	return len(trimmed) <= len("{}") ||
		slices.ContainsFunc(installKeys, func(key string) bool { return bytes.Contains(data, []byte(`"`+key+`"`)) }) ||
		bytes.Contains(data, []byte("p\x00r\x00o\x00g\x00r\x00a\x00m\x00")) // UTF-16
}

// isTelling reports whether install.json shows more than half of an app's keys: where it lies too deep, one is no proof.
func isTelling(obj jsonObject) bool {
	known := 0
	for _, key := range installKeys {
		if obj.members[key] != nil {
			known++
		}
	}
	return known > len(installKeys)/2
}

// tcx is one app package while it is being read.
type tcx struct {
	reading
	src    *source
	path   string // of install.json
	folder string // "" at the top
	obj    jsonObject
	app    *installModel // nil if install.json can't be read
	unmade bool          // a source, of which the packager has yet to make an app: it fills in features
}

// readApp reads the model of the app and checks it; install is the text of install.json.
func (t *tcx) readApp(install []byte) error {
	beside := path.Join(t.folder, layoutJSON)
	files, err := t.src.archive.read(beside)
	if err != nil {
		return err
	}
	t.takeApp(t.path, install, beside, files[beside])
	return nil
}

// technicalName is the folder's name, else what install.json calls the program, else its display name.
func (t *tcx) technicalName() string {
	for _, text := range []string{path.Base(t.folder), t.obj.text("programName"), t.obj.text("displayName")} {
		if name := baseName(withoutVersion(text)); name != "" {
			return name
		}
	}
	return ""
}

// runtimeKinds says in words what install.json calls runtimeLevel, in lower case.
var runtimeKinds = map[string]string{
	"organization": "job app", "playbook": "playbook app", "apiservice": "API service app",
	"feedapiservice": "feed API service app", "triggerservice": "trigger service app",
	"webhooktriggerservice": "webhook trigger service app", "spaceorganization": "space app",
	"spacesystem": "space app", "system": "system app", "thirdparty": "third-party app",
}

func (t *tcx) readInstall() {
	m := &t.manifest
	m.DisplayName = t.obj.text("displayName")
	if m.DisplayName == "" {
		// The platform itself shows the folder's name with spaces.
		m.DisplayName = strings.Join(strings.Fields(strings.ReplaceAll(withoutVersion(path.Base(t.folder)), "_", " ")), " ")
	}
	m.Description = t.obj.text("note")
	level := t.runtimeLevel()
	if kind, ok := runtimeKinds[strings.ToLower(level)]; ok {
		m.Kind = kind
	}
	t.takeVersion(t.obj, t.path, "programVersion")
	m.Notes = t.notes()
	t.addFacts(t.obj.text("programLanguage"), t.obj.text("languageVersion"))

	if m.DisplayName != "" && t.obj.text("displayName") != "" {
		t.tcCheckDisplayName(tcDisplayName{name: m.DisplayName, member: "displayName", at: t.path, obj: t.obj}, t.src.opts)
	}
	t.tcCheckInstallName(t.path)
}

// addFacts says what install.json tells beside name and version.
func (t *tcx) addFacts(language, languageVersion string) {
	t.fact("Runtime level", t.runtimeLevel())
	t.fact("Language", strings.TrimSpace(languageName(language)+" "+languageVersion))
	t.fact("Parameters", countText(len(t.obj.list("params"))))
	t.fact("Output variables", countText(t.outputVariables()))
	t.fact("Needs server version", t.obj.text("minServerVersion"))
	if t.app != nil {
		var feeds []string
		for _, feed := range t.app.feeds {
			feeds = append(feeds, feed.sourceName)
		}
		t.fact("Feeds", listText(feeds))
		t.fact("Features", listText(slices.Clone(t.app.features)))
	}
}

// runtimeLevel is a text; the oldest packages hold a list of one.
func (t *tcx) runtimeLevel() string {
	if level := t.obj.text("runtimeLevel"); level != "" {
		return level
	}
	var first string
	if list := t.obj.list("runtimeLevel"); len(list) > 0 && json.Unmarshal(list[0], &first) == nil {
		return first
	}
	return ""
}

func (t *tcx) outputVariables() int {
	var playbook struct {
		OutputVariables []json.RawMessage `json:"outputVariables"`
	}
	if json.Unmarshal(t.obj.members["playbook"], &playbook) != nil {
		return 0
	}
	return len(playbook.OutputVariables)
}

var threePartVersion = regexp.MustCompile(`^\d+\.\d+\.\d+$`)

// takeVersion reads the version from a member of the JSON file at path. (R1)
func (r *reading) takeVersion(obj jsonObject, at, member string) {
	m := &r.manifest
	m.PlatformVersion = obj.text(member)
	if v, ok := ParsePlatform(m.PlatformVersion); ok && threePartVersion.MatchString(m.PlatformVersion) {
		m.Version, m.HasVersion = v, true
		return
	}
	message := fmt.Sprintf("%s has no %s.", path.Base(at), member)
	if raw := obj.members[member]; raw != nil {
		message = fmt.Sprintf("The %s %s is not three whole numbers, as in 1.0.4.", member, shorten(string(raw)))
	}
	line, column := obj.place(member)
	r.find(Finding{
		Code: "TC-VER-01", Severity: SeverityError, Path: at, Line: line, Column: column, Field: member,
		Message: message,
		Fix:     fmt.Sprintf("Set %s to the version as major.minor.release and pack the app again.", member),
	})
}

// notes reads releaseNotes: a text or a list of texts belongs to this version; a list of objects names its own.
func (t *tcx) notes() []Note {
	own := t.manifest.PlatformVersion
	if text := t.obj.text("releaseNotes"); text != "" {
		return []Note{{Version: own, Text: text}}
	}
	var notes []Note
	for _, item := range t.obj.list("releaseNotes") {
		var text string
		if json.Unmarshal(item, &text) == nil {
			notes = append(notes, Note{Version: own, Text: strings.TrimSpace(text)})
			continue
		}
		if entry, fault := parseJSONObject(item); fault == nil {
			notes = append(notes, Note{Version: entry.text("version"), Text: entry.text("notes"), Date: entry.text("date")})
		}
	}
	sortNotes(notes)
	return notes
}

func languageName(language string) string {
	switch strings.ToUpper(language) {
	case "PYTHON":
		return "Python"
	case "JAVA":
		return "Java"
	case "NONE":
		return ""
	default:
		return language
	}
}
