package packfile

// What this file reads of a ThreatConnect App Builder export (.abx), a zip without a list of entries that holds
// one file, <programName>.json:
//
//	version, displayName         version and name. Not programName: App Builder changes it between the versions
//	                             of one app
//	programName, languageType, languageVersion, labels, files[]
//	files[] "install.json"       note, releaseNotes, runtimeLevel, minServerVersion, params,
//	                             playbook.outputVariables; compared with version
//	files[] "tcex.json"          package.app_name; compared with programName

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// appBuilderKeys are the members of every App Builder export.
var appBuilderKeys = []string{"files", "labels", "programName", "displayName", "version", "languageType", "languageVersion", "appType"}

const appBuilderPrefix = "TCAB_-_"

// readAppBuilder takes every zip without a list of entries: what is no App Builder export has been cut off. It also takes
// an export that an archive program has packed again, alone in its zip.
func readAppBuilder(src *source) (reading, bool, error) {
	if src.archive == nil || src.archive.format != "ZIP" {
		return reading{}, false, nil
	}
	again := !src.archive.unlisted
	var entries []string
	for _, f := range src.archive.files {
		if !again || !isLitter(f.path) {
			entries = append(entries, f.path)
		}
	}
	i := slices.IndexFunc(entries, func(name string) bool { return !strings.Contains(name, "/") && path.Ext(name) == ".json" })
	if i >= 0 && (!again || len(entries) == 1) {
		got, ok, err := readAppBuilderEntry(src, entries[i], len(entries))
		if ok && again {
			got.find(Finding{
				Code: "TC-PKG-01", Severity: SeverityWarning, Path: entries[i],
				Message: "The export has been packed again by an archive program: App Builder writes a zip without a list of its entries.",
				Fix:     exportAgain,
			})
		}
		if ok || err != nil {
			return got, ok, err
		}
	}
	if again {
		return reading{}, false, nil
	}
	return reading{}, false, errNoZipList()
}

// readAppBuilderEntry takes the first JSON file of a zip, if it is a project of App Builder's.
func readAppBuilderEntry(src *source, entry string, entries int) (reading, bool, error) {
	if src.archive.files[src.archive.index[entry]].size > maxManifestBytes && !src.archive.unlisted {
		return reading{}, false, nil
	}
	files, err := src.archive.read(entry)
	if err != nil {
		return reading{}, false, err
	}
	obj, fault := parseJSONObject(files[entry])
	if !isAppBuilder(entry, files[entry], obj) {
		return reading{}, false, nil
	}
	x := abx{entry: entry, project: obj}
	x.src, x.path, x.unmade = src, installJSON, true
	x.manifest.Kind = "App Builder app"
	if fault != nil {
		x.find(fault.finding("TC-PKG-04", entry, exportAgain))
		return x.reading, true, nil
	}
	if err := x.read(entries); err != nil {
		return reading{}, false, err
	}
	return x.reading, true, nil
}

const exportAgain = "Export the app from App Builder again, and upload the file as it is."

// isAppBuilder also takes a file that is broken, if its name or its text shows App Builder's traces.
func isAppBuilder(name string, data []byte, obj jsonObject) bool {
	known := 0
	for _, key := range appBuilderKeys {
		if obj.members[key] != nil || (obj.members == nil && bytes.Contains(data, []byte(`"`+key+`"`))) {
			known++
		}
	}
	return known > len(appBuilderKeys)/2 || strings.HasPrefix(name, appBuilderPrefix)
}

// abx is one App Builder export while it is being read; its app is what install.json says.
type abx struct {
	tcx
	entry   string // the name of the one file in the zip
	project jsonObject
}

func (x *abx) read(entries int) error {
	m := &x.manifest
	m.DisplayName = x.project.text("displayName")
	for _, text := range []string{m.DisplayName, withoutVersion(x.project.text("programName"))} {
		if m.Name = madeName(text); m.Name != "" {
			break
		}
	}
	x.takeVersion(x.project, x.entry, "version")
	x.checkForm(entries)

	contents := x.readFiles()
	x.inner = contents
	x.readInstallJSON(contents)
	x.checkTcexJSON(contents)
	program := x.project.text("programName")
	x.takeParts(Facet{tcFacetProgram, program})
	if m.HasVersion && program != "" { // the platform installs the app under its program name with the major version
		program = fmt.Sprintf("%s v%d", withoutVersion(program), m.Version.Major)
	}
	x.tcGives(program)
	x.addFacts(x.project.text("languageType"), x.project.text("languageVersion"))
	x.fact("Source files", countText(len(x.project.list("files"))))
	x.fact("Labels", strings.Join(x.labels(), ", "))
	x.fact("Program name", x.project.text("programName"))

	x.tcCheckDisplayName(tcDisplayName{name: m.DisplayName, member: "displayName", at: x.entry, obj: x.project}, x.src.opts)
	x.tcCheckFileName(x.src)
	return x.tcCheckFolder(tcFolderOf(contents), false)
}

func (x *abx) labels() []string {
	var labels []string
	for _, item := range x.project.list("labels") {
		var label string
		if json.Unmarshal(item, &label) == nil && label != "" {
			labels = append(labels, label)
		}
	}
	return labels
}

// broken reports a fault of the export's form.
func (x *abx) broken(field, message string) {
	line, column := x.project.place(strings.SplitN(field, "[", 2)[0])
	x.find(Finding{
		Code: "TC-PKG-04", Severity: SeverityError, Path: x.entry, Line: line, Column: column, Field: field,
		Message: message, Fix: exportAgain,
	})
}

func (x *abx) checkForm(entries int) {
	if entries > 1 {
		x.broken("", fmt.Sprintf("An App Builder export holds exactly one file; this one holds %d.", entries))
	}
	for _, key := range appBuilderKeys {
		if x.project.members[key] == nil {
			x.broken(key, fmt.Sprintf("The export has no %s.", key))
		}
	}
	if program := x.project.text("programName"); program != "" && x.entry != program+".json" {
		x.broken("programName", fmt.Sprintf("The programName “%s” is not the name of the file, “%s”.", shorten(program), shorten(x.entry)))
	}
}

// readFiles returns the contents of the files in the export, and checks their form.
func (x *abx) readFiles() map[string][]byte {
	const mostFaults = 10 // one is enough to see that the export is broken; a flood of them helps nobody
	contents, faults := map[string][]byte{}, 0
	for i, item := range x.project.list("files") {
		var f struct{ Path, Contents *string }
		fault := ""
		var data []byte
		if json.Unmarshal(item, &f) != nil || f.Path == nil || f.Contents == nil {
			fault = "The file has no path or no contents."
		} else if unsafe, ok := errors.AsType[*UnreadableError](checkPath(*f.Path)); ok {
			fault = unsafe.Reason
		} else if decoded, err := base64.StdEncoding.DecodeString(*f.Contents); err != nil {
			fault = fmt.Sprintf("The contents of “%s” are not valid base64.", shorten(*f.Path))
		} else {
			data = decoded
		}
		if fault != "" {
			if faults++; faults <= mostFaults {
				x.broken(fmt.Sprintf("files[%d]", i), fault)
			}
			continue
		}
		contents[*f.Path] = data
	}
	return contents
}

const tcexJSON = "tcex.json"

func (x *abx) readInstallJSON(contents map[string][]byte) {
	data, ok := contents[installJSON]
	if !ok {
		x.broken("files", "The export has no install.json among its files.")
		return
	}
	obj, fault := parseJSONObject(data)
	if fault != nil {
		x.find(fault.finding("TC-JSN-01", installJSON, "Mend install.json in App Builder and export the app again."))
		return
	}
	x.obj = obj
	x.takeApp(installJSON, data, layoutJSON, contents[layoutJSON])
	x.manifest.Description = obj.text("note")
	x.manifest.Notes = x.notes()
	x.tcCheckInstallName(installJSON)
	if version := obj.text("programVersion"); version != x.manifest.PlatformVersion {
		x.differs(obj, installJSON, "programVersion", version, "version", x.manifest.PlatformVersion)
	}
}

func (x *abx) checkTcexJSON(contents map[string][]byte) {
	data, ok := contents[tcexJSON]
	if !ok {
		return
	}
	obj, fault := parseJSONObject(data)
	if fault != nil {
		return // TC-JSN-01 tells
	}
	settings, fault := parseJSONObject(obj.members["package"])
	program := x.project.text("programName")
	if name := settings.text("app_name"); fault == nil && name != program {
		x.differs(obj, tcexJSON, "package", name, "programName", program)
	}
}

// differs reports that a file inside the export says other than the export itself.
func (x *abx) differs(obj jsonObject, file, field, value, exportField, exportValue string) {
	line, column := obj.place(field)
	x.find(Finding{
		Code: "TC-VER-02", Severity: SeverityError, Path: file, Line: line, Column: column, Field: field,
		Message: fmt.Sprintf("%s says “%s”, but the export's %s is “%s”.", file, shorten(value), exportField, shorten(exportValue)),
		Fix:     exportAgain,
	})
}
