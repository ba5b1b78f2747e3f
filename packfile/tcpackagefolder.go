package packfile

// What an app's folder must hold, and what it must not: TC-PKG-02, TC-PKG-03, TC-PKG-06 to TC-PKG-11, and the JSON files
// at its top (TC-JSN-01).

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// The JSON files at the top of an app that are read to be checked, beside the limit of each file.
const (
	maxTopJSON      = 200
	maxTopJSONBytes = 16 << 20
)

// tcFolder is an app's folder: one in an archive, or the files of an App Builder export.
type tcFolder struct {
	archive *archive
	prefix  string // of the folder in the archive, with a slash
	sizes   map[string]int64
	inner   map[string][]byte
	names   []string // of the files, sorted, relative to the folder
}

// tcFolderIn lists the files below a folder of an archive; "" is the archive itself.
func tcFolderIn(a *archive, folder string) tcFolder {
	f := tcFolder{archive: a, sizes: map[string]int64{}}
	if folder != "" {
		f.prefix = folder + "/"
	}
	for _, file := range a.files {
		if name, ok := strings.CutPrefix(file.path, f.prefix); ok && name != "" && !isLitter(file.path) {
			f.sizes[name] = file.size
			f.names = append(f.names, name)
		}
	}
	slices.Sort(f.names)
	return f
}

func tcFolderOf(inner map[string][]byte) tcFolder {
	f := tcFolder{inner: inner, sizes: map[string]int64{}}
	for name, data := range inner {
		f.sizes[name] = int64(len(data))
		f.names = append(f.names, name)
	}
	slices.Sort(f.names)
	return f
}

func (f *tcFolder) has(name string) bool {
	_, ok := f.sizes[name]
	return ok
}

// libraries returns the folders that hold the app's dependencies, for each version of the language one.
func (f *tcFolder) libraries() []string {
	var folders []string
	for _, name := range f.names {
		if found := tcLibraryFolder.FindStringSubmatch(name); found != nil && !slices.Contains(folders, found[1]) {
			folders = append(folders, found[1])
		}
	}
	return folders
}

// read returns the contents of files by their names.
func (f *tcFolder) read(names []string) (map[string][]byte, error) {
	if f.archive == nil {
		return f.inner, nil // it is in memory already
	}
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = f.prefix + name
	}
	files, err := f.archive.read(paths...)
	if err != nil {
		return nil, err
	}
	got := make(map[string][]byte, len(files))
	for name, data := range files {
		got[strings.TrimPrefix(name, f.prefix)] = data
	}
	return got, nil
}

// tcCheckFolder checks the files of an app; wholeApp is false for an App Builder export, which App Builder completes.
func (t *tcx) tcCheckFolder(folder tcFolder, wholeApp bool) error {
	top, err := t.tcCheckJSON(folder)
	if err != nil {
		return err
	}
	t.tcCheckReadable(folder)
	t.tcCheckTcexJSON(folder, top, wholeApp)
	if wholeApp {
		if err := t.tcCheckReadme(folder); err != nil {
			return err
		}
	}
	if wholeApp && !t.unmade {
		t.tcCheckLeftovers(folder)
	}
	if t.app == nil {
		return nil
	}
	if wholeApp {
		t.tcCheckMain(folder)
	}
	t.tcCheckFeeds(folder, top)
	return nil
}

// topJSON returns the names of the JSON files at the top that are read, and of those that are too many or too large.
func (f *tcFolder) topJSON() (taken, left []string) {
	total := int64(0)
	first := func(name string) int { // the platform's own files come before all others
		if i := slices.Index([]string{installJSON, layoutJSON, tcexJSON}, name); i >= 0 {
			return i
		}
		return 3
	}
	var names []string
	for _, name := range f.names {
		if path.Ext(name) == ".json" && !strings.Contains(name, "/") {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return first(a) - first(b) })
	for _, name := range names {
		size := f.sizes[name]
		if len(taken) == maxTopJSON || size > maxManifestBytes || total+size > maxTopJSONBytes {
			left = append(left, name)
			continue
		}
		total += size
		taken = append(taken, name)
	}
	return taken, left
}

// tcCheckJSON reads the JSON files at the top of the app and reports those that are none. install.json has been reported
// by its reader, which needs more of it.
func (t *tcx) tcCheckJSON(folder tcFolder) (map[string][]byte, error) {
	taken, left := folder.topJSON()
	files, err := folder.read(taken)
	if err != nil {
		return nil, err
	}
	for _, name := range taken {
		at := folder.prefix + name
		if fault := jsonTextFault(files[name]); fault != nil && name != installJSON {
			t.find(fault.finding("TC-JSN-01", at, fmt.Sprintf("Mend %s and pack the app again.", name)))
		}
		if oddities := jsonOddities(files[name]); oddities != "" {
			t.find(Finding{
				Code: "TC-JSN-01", Severity: SeverityWarning, Path: at, Line: 1, Column: 1,
				Message: fmt.Sprintf("%s %s, which not every reader takes.", name, oddities),
				Fix:     "Save the file as UTF-8 without a byte order mark, with the line ends of Unix.",
			})
		}
	}
	if len(left) > 0 {
		t.find(Finding{
			Code: "TC-JSN-01", Severity: SeverityInfo, Path: folder.prefix + left[0],
			Message: fmt.Sprintf("%s not checked: JSON files at the top are read up to a number of %d, %s each and %s together.",
				countWords(len(left), "file is", "files are"), maxTopJSON, bytesText(maxManifestBytes), bytesText(maxTopJSONBytes)),
			Fix: "Move data that is no configuration into a folder of the app.",
		})
	}
	return files, nil
}

// jsonOddities says what is unusual in a JSON text that can be read all the same.
func jsonOddities(data []byte) string {
	var odd []string
	if bytes.HasPrefix(data, utf8BOM) {
		odd = append(odd, "begins with a byte order mark")
	}
	if bytes.Contains(data, []byte("\r\n")) {
		odd = append(odd, "has the line ends of Windows")
	}
	return strings.Join(odd, " and ")
}

// tcCheckMain wants the file that the platform starts. Java's main is a class, which lies somewhere in a library.
func (t *tcx) tcCheckMain(folder tcFolder) {
	main := t.app.programMain
	var forms []string
	switch strings.ToUpper(t.app.programLanguage) {
	case "PYTHON":
		forms = []string{main, main + ".py", main + ".pyc", main + "/__main__.py"}
	case "PLAYBOOK":
		forms = []string{main}
	}
	if main == "" || len(forms) == 0 || slices.ContainsFunc(forms, folder.has) {
		return
	}
	line, column := t.app.tree.place(t.app.root.member("programMain"))
	t.find(Finding{
		Code: "TC-PKG-07", Path: t.app.path, Line: line, Column: column, Field: "programMain",
		Message: fmt.Sprintf("The programMain “%s” is no file of the app, so that the platform can't start it.", shorten(main)),
		Fix:     "Set programMain to the name of the file that starts the app, or put that file into the app's folder.",
	})
}

// tcReadmeHeadings are what the vendor's repositories ask a README.md for.
var tcReadmeHeadings = []string{"Summary", "Dependencies", "Input Definitions", "Output Definitions"}

// tcCheckReadme wants the description that the platform's catalogue and its packagers ask for; its headings matter only
// where it is to be published with others.
func (t *tcx) tcCheckReadme(folder tcFolder) error {
	i := slices.IndexFunc(folder.names, func(name string) bool { return strings.EqualFold(name, "README.md") })
	if i < 0 {
		t.find(Finding{
			Code: "TC-PKG-09", Path: folder.prefix + "README.md",
			Message: "The app has no README.md.",
			Fix:     "Add a README.md with a summary, the dependencies, and the definitions of inputs and outputs.",
		})
		return nil
	}
	name := folder.names[i]
	if t.src.opts.setting(tcDelivery) != tcInside || folder.sizes[name] > maxManifestBytes {
		return nil
	}
	files, err := folder.read([]string{name})
	if err != nil {
		return err
	}
	text := strings.ToLower(string(files[name]))
	missing := slices.DeleteFunc(slices.Clone(tcReadmeHeadings), func(heading string) bool {
		return strings.Contains(text, strings.ToLower(heading))
	})
	if len(missing) > 0 {
		t.find(Finding{
			Code: "TC-PKG-09", Severity: SeverityInfo, Path: folder.prefix + name,
			Message: fmt.Sprintf("The README.md has no %s, which ThreatConnect's repositories ask for.", strings.Join(missing, ", ")),
			Fix:     "Add a part with each of these headings.",
		})
	}
	return nil
}

var tcLibraryFolder = regexp.MustCompile(`^(deps|lib_[^/]*)/`)

// tcCheckReadable tells that everybody who has the package can read the app's source.
func (t *tcx) tcCheckReadable(folder tcFolder) {
	n, first := 0, ""
	for _, name := range folder.names {
		if slices.Contains([]string{".py", ".js", ".ts", ".java"}, path.Ext(name)) && !tcLibraryFolder.MatchString(name) {
			if n++; n == 1 {
				first = name
			}
		}
	}
	if n == 0 {
		return
	}
	t.find(Finding{
		Code: "TC-PKG-11", Path: folder.prefix + first,
		Message: fmt.Sprintf("The package holds the app's source: %s for everybody who has it.", countWords(n, "file is readable", "files are readable")),
		Fix:     "Make sure that the source holds nothing secret, and that it may be passed on.",
	})
}
