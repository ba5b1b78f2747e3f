package packfile

import (
	"fmt"
	"path"
	"strings"
)

// tcLeftover is what packing by hand leaves in an app and the vendor's packager leaves out.
type tcLeftover struct {
	pattern  string // of a file's or folder's name
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
	{"pyproject.toml", false, "tools' settings"},
	{".coverage*", false, "results of tests"},
	{".cache", false, "tools' caches"},
	{".history", false, "an editor's history"},
	{".env", false, "settings of one computer"},
	{".mypy_cache", true, "tools' caches"},
	{".pytest_cache", true, "tools' caches"},
	{".ruff_cache", true, "tools' caches"},
	{"__pycache__", true, "compiled files"},
	{"*.pyc", true, "compiled files"},
	{"*.pyo", true, "compiled files"},
	{"*.swp", true, "an editor's unsaved file"},
	{"*.swo", true, "an editor's unsaved file"},
	{"*~", true, "an editor's backup"},
	{"tests", false, "tests"},
	{"log", false, "logs"},
	{"*.log", false, "logs"},
	{"target", false, "results of a build"},
	{"artifacts", false, "results of a build"},
	{"local-*", false, "files of one computer"},
	{"*.zip", true, "a package inside the package"},
	{"*.tcx", true, "a package inside the package"},
	{"*.abx", true, "a package inside the package"},
}

// tcCheckLeftovers reports each kind of leftover once, with the first of it and how many files there are.
func (t *tcx) tcCheckLeftovers(folder tcFolder) {
	counts := make([]int, len(tcLeftovers))
	firsts := make([]string, len(tcLeftovers))
	for _, name := range folder.names {
		if i, where := tcLeftoverIn(name); i >= 0 {
			if counts[i]++; counts[i] == 1 {
				firsts[i] = where
			}
		}
	}
	for i, n := range counts {
		if n == 0 {
			continue
		}
		kind := tcLeftovers[i]
		t.find(Finding{
			Code: "TC-PKG-10", Path: folder.prefix + firsts[i],
			Message: fmt.Sprintf("The package holds %s, “%s” (%s).", kind.words, kind.pattern, countWords(n, "file", "files")),
			Fix:     "Leave it out: pack the app by “tcex package”, or list it under package.excludes in tcex.json.",
		})
	}
}

// tcLeftoverIn returns which leftover a file is or lies in, and the path down to it; -1 if it is none.
func tcLeftoverIn(name string) (kind int, where string) {
	parts := strings.Split(name, "/")
	for depth, part := range parts {
		atTop := depth == 0 || (depth == 1 && tcLibraryFolder.MatchString(name))
		for i, l := range tcLeftovers {
			if matches, _ := path.Match(l.pattern, part); matches && (l.anywhere || atTop) {
				return i, strings.Join(parts[:depth+1], "/")
			}
		}
	}
	return -1, ""
}
