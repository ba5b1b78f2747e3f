package packfile

// The files beside install.json that must agree with it: the jobs and attributes of feeds (TC-PKG-08, TC-VER-05), and
// tcex.json (TC-VER-03, TC-NAM-05).

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// tcCheckFeeds wants the files that the feeds name, and jobs that name this app in this version.
func (t *tcx) tcCheckFeeds(folder tcFolder, top map[string][]byte) {
	program := t.tcProgramName(top)
	for _, feed := range t.app.feeds {
		t.tcCheckFeedFile(folder, feed, "jobFile", feed.jobFile, []string{".json"})
		t.tcCheckFeedFile(folder, feed, "attributesFile", feed.attributesFile, []string{".csv", ".json"})
		if data, ok := top[feed.jobFile]; ok {
			t.tcCheckJob(folder.prefix+feed.jobFile, data, program)
		}
	}
}

func (t *tcx) tcCheckFeedFile(folder tcFolder, feed installFeed, member, name string, endings []string) {
	f := Finding{Code: "TC-PKG-08", Path: t.app.path, Field: feed.field + "." + member}
	node := feed.node.member(member)
	if f.Line, f.Column = t.app.tree.place(node); node == nil {
		f.Line, f.Column = t.app.tree.place(feed.node)
	}
	switch {
	case name == "" && member == "attributesFile":
		return
	case name == "":
		f.Message = "The feed names no job file."
		f.Fix = "Set jobFile to the JSON file of the feed's job, which lies in the app's folder."
	case !folder.has(name):
		f.Message = fmt.Sprintf("The %s “%s” is not in the app's folder.", member, shorten(name))
		f.Fix = "Put the file into the app's folder, or name the one that is there."
	case !slices.Contains(endings, strings.ToLower(path.Ext(name))):
		f.Message = fmt.Sprintf("The %s “%s” does not end in %s.", member, shorten(name), strings.Join(endings, " or "))
		f.Fix = "Save the file in one of these forms, and name it so."
	default:
		return
	}
	t.find(f)
}

// tcCheckJob compares a feed's job with the app: the platform looks up the app by what the job says.
func (t *tcx) tcCheckJob(at string, data []byte, program string) {
	tree, fault := parseJSONTree(data)
	if fault != nil {
		return // TC-JSN-01 tells
	}
	for _, pair := range []struct{ member, want string }{
		{"programVersion", t.app.programVersion},
		{"programName", program},
	} {
		node := tree.root.member(pair.member)
		if got := node.string(); got == pair.want || pair.want == "" {
			continue
		}
		message := fmt.Sprintf("The feed's job says %s “%s”, but the app's is “%s”.", pair.member, shorten(node.string()), shorten(pair.want))
		if !node.given() {
			message = fmt.Sprintf("The feed's job has no %s; the app's is “%s”.", pair.member, shorten(pair.want))
		}
		line, column := tree.place(node)
		t.find(Finding{
			Code: "TC-VER-05", Path: at, Line: line, Column: column, Field: pair.member, Message: message,
			Fix: fmt.Sprintf("Set %s of the job to “%s”, so that the platform finds the app for the feed.", pair.member, shorten(pair.want)),
		})
	}
}

// tcProgramName is the name that the app gets when it is installed; of a source, that which the packager gives it.
func (t *tcx) tcProgramName(top map[string][]byte) string {
	if !t.unmade {
		return tcInstalledName(t.folder)
	}
	tree, fault := parseJSONTree(top[tcexJSON])
	if fault != nil || !t.manifest.HasVersion {
		return ""
	}
	settings := tree.root.member("package")
	version := cmp.Or(settings.member("app_version").string(), "v"+strconv.Itoa(t.manifest.Version.Major))
	return strings.ReplaceAll(settings.member("app_name").string()+"_"+version, "_", " ")
}

// tcInstalledName is the name that the platform gives an app when it is installed: its folder's, with spaces.
func tcInstalledName(folder string) string {
	return strings.ReplaceAll(path.Base("/"+folder), "_", " ")
}

var tcAppVersion = regexp.MustCompile(`^(v?)(\d{1,9})((?:\.\d+)*)$`)

// tcCheckTcexJSON compares the packager's settings with install.json. The packager drops the file as a rule, and takes
// “v<major>” where app_version is missing: a missing one is well.
func (t *tcx) tcCheckTcexJSON(folder tcFolder, top map[string][]byte, wholeApp bool) {
	data, ok := top[tcexJSON]
	if !ok {
		return
	}
	tree, fault := parseJSONTree(data)
	if fault != nil {
		return // TC-JSN-01 tells
	}
	settings := tree.root.member("package")
	if name := settings.member("app_name"); name.is(jsonString) && wholeApp {
		if f, bad := tcNameFinding("app_name in tcex.json", name.string()); bad {
			f.Path, f.Field = folder.prefix+tcexJSON, "package.app_name"
			f.Line, f.Column = tree.place(name)
			t.find(f)
		}
	}
	version := settings.member("app_version")
	if !t.manifest.HasVersion || !version.given() {
		return
	}
	major := t.manifest.Version.Major
	parts := tcAppVersion.FindStringSubmatch(version.string())
	f := Finding{Code: "TC-VER-03", Path: folder.prefix + tcexJSON, Field: "package.app_version"}
	f.Line, f.Column = tree.place(version)
	f.Message = fmt.Sprintf("The app_version “%s” is not the major version of %s, “v%d”.", shorten(version.string()), t.manifest.Version, major)
	f.Fix = fmt.Sprintf("Set app_version to “v%d”, or leave it out where the app was never released with it.", major)
	if parts != nil && strings.TrimLeft(parts[2], "0") == strings.TrimLeft(strconv.Itoa(major), "0") {
		if parts[1] == "v" && parts[3] == "" {
			return
		}
		f.Severity = SeverityWarning
		f.Fix = fmt.Sprintf("Keep it if the app is in use under this name; a new app has “v%d”.", major)
	}
	t.find(f)
}
