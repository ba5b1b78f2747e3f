package packfile

import (
	"fmt"
	"path"
	"strings"
)

// tcLeftover is what packing by hand leaves in an app and the vendor's packager leaves out.
type tcLeftover struct {
	name     string // of a file or folder; “*.x” is every name with that ending, “x*” every name that begins so
	anywhere bool   // also below the top; else at the top and at the top of a library folder only
	words    string
}

// tcLeftovers are from the vendor's packager; what it drops only of its own templates is left out.
var tcLeftovers = []tcLeftover{
	{".git", true, "version control's own data"},
	{".svn", true, "version control's own data"},
	{".gitignore", false, "version control's own data"},
	{".gitmodules", false, "version control's own data"},
	{".github", false, "version control's own data"},
	{".pre-commit-config.yaml", false, "tools' settings"},
	{".vscode", false, "an editor's settings"},
	{".idea", false, "an editor's settings"},
	{".history", false, "an editor's history"},
	{"pyproject.toml", false, "tools' settings"},
	{".coverage*", false, "results of tests"},
	{".cache", false, "tools' caches"},
	{".mypy_cache", true, "tools' caches"},
	{".pytest_cache", true, "tools' caches"},
	{".ruff_cache", true, "tools' caches"},
	{".env", false, "settings of one computer"},
	{"local-*", false, "files of one computer"},
	{"__pycache__", true, "compiled files"},
	{"*.pyc", true, "compiled files"},
	{"*.pyo", true, "compiled files"},
	{"*.swp", true, "an editor's unsaved file"},
	{"*.swo", true, "an editor's unsaved file"},
	{"tests", false, "tests"},
	{"log", false, "logs"},
	{"*.log", false, "logs"},
	{"target", false, "results of a build"},
	{"artifacts", false, "results of a build"},
	{"*.zip", true, "a package inside the package"},
	{"*.tcx", true, "a package inside the package"},
	{"*.abx", true, "a package inside the package"},
}

// tcLeftoverFinder finds them by name: apps hold thousands of files.
type tcLeftoverFinder struct {
	names, endings map[string]int // → tcLeftovers
	starts         []int
}

func newTCLeftoverFinder() tcLeftoverFinder {
	find := tcLeftoverFinder{names: map[string]int{}, endings: map[string]int{}}
	for i, l := range tcLeftovers {
		switch {
		case strings.HasPrefix(l.name, "*"):
			find.endings[l.name[1:]] = i
		case strings.HasSuffix(l.name, "*"):
			find.starts = append(find.starts, i)
		default:
			find.names[l.name] = i
		}
	}
	return find
}

// kindOf returns which leftover a file's or folder's name is; -1 if it is none.
func (find *tcLeftoverFinder) kindOf(name string) int {
	if i, ok := find.names[name]; ok {
		return i
	}
	if i, ok := find.endings[path.Ext(name)]; ok {
		return i
	}
	for _, i := range find.starts {
		if strings.HasPrefix(name, strings.TrimSuffix(tcLeftovers[i].name, "*")) {
			return i
		}
	}
	return -1
}

// in returns which leftover a file is or lies in, and the path down to it; -1 if it is none.
func (find *tcLeftoverFinder) in(file string) (kind int, where string) {
	depth := 0
	for from := 0; ; depth++ {
		end := len(file)
		if slash := strings.IndexByte(file[from:], '/'); slash >= 0 {
			end = from + slash
		}
		atTop := depth == 0 || (depth == 1 && tcLibraryFolder.MatchString(file))
		if i := find.kindOf(file[from:end]); i >= 0 && (atTop || tcLeftovers[i].anywhere) {
			return i, file[:end]
		}
		if from = end + 1; from > len(file) {
			return -1, ""
		}
	}
}

// tcCheckLeftovers reports each kind of leftover once, with the first of it and how many files there are.
func (t *tcx) tcCheckLeftovers(folder tcFolder) {
	find := newTCLeftoverFinder()
	counts := make([]int, len(tcLeftovers))
	firsts := make([]string, len(tcLeftovers))
	for _, name := range folder.names {
		if i, where := find.in(name); i >= 0 {
			if counts[i]++; counts[i] == 1 {
				firsts[i] = where
			}
		}
	}
	for i, n := range counts {
		if n == 0 {
			continue
		}
		t.find(Finding{
			Code: "TC-PKG-10", Path: folder.prefix + firsts[i],
			Message: fmt.Sprintf("The package holds %s, “%s” (%s).", tcLeftovers[i].words, tcLeftovers[i].name, countWords(n, "file", "files")),
			Fix:     "Leave it out: pack the app by “tcex package”, or list it under package.excludes in tcex.json.",
		})
	}
}
