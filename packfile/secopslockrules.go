package packfile

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

const secopsLockFix = "Run “uv lock” in the integration's folder and pack it again."

// checkSecOpsLock holds uv.lock against pyproject.toml, without the network.
func checkSecOpsLock(t *secopsTree) {
	if t.lock == nil {
		return
	}
	if !t.lock.read {
		t.report(Finding{
			Code: "R-LOCK", Path: uvLock, Message: fmt.Sprintf("The file has %s; the limit for it is %s.", bytesText(t.lock.size), bytesText(maxSecOpsFile)),
			Fix: secopsLockFix,
		})
		return
	}
	lock := t.locked
	if lock == nil {
		t.findings = append(t.findings, t.lockFault.finding("R-TOML", t.root+uvLock, secopsLockFix))
		return
	}
	t.checkRegistries(lock)
	if t.project.tree == nil {
		return
	}
	root := lock.root()
	if root == nil {
		t.report(Finding{
			Code: "R-LOCK", Path: uvLock, Line: 1, Message: "The integration itself is not in the list, as source = { virtual = \".\" }.", Fix: secopsLockFix,
		})
		return
	}
	t.checkLocked(lock, root)
}

// checkLocked compares what the lock file says of the integration itself with pyproject.toml.
func (t *secopsTree) checkLocked(lock *uvLockFile, root *uvPackage) {
	line := lock.line(root)
	differs := func(field, locked, wanted string) {
		t.report(Finding{
			Code: "R-LOCK", Path: uvLock, Line: line, Field: field,
			Message: fmt.Sprintf("The lock file is not up to date: %s is %s there and %s in pyproject.toml.", field, quoted(locked), quoted(wanted)),
			Fix:     secopsLockFix,
		})
	}
	if p := t.project.name; secopsDistribution(root.name) != secopsDistribution(p) {
		differs("name", root.name, p)
	}
	if v := t.project.version; root.version != "" && !sameSecOpsVersion(root.version, v) {
		differs("version", root.version, v)
	}
	if !samePythonRange(lock.requiresPython, t.project.python) {
		differs("requires-python", lock.requiresPython, t.project.python)
	}
	locked, wanted := secopsDistributions(root.requires), secopsDistributions(t.project.dependencies)
	if !maps.Equal(locked, wanted) {
		differs("dependencies", strings.Join(slices.Sorted(maps.Keys(locked)), ", "), strings.Join(slices.Sorted(maps.Keys(wanted)), ", "))
	}
}

// checkRegistries wants every locked package to come from the registry that the platform may use, and no address with a
// password in it.
func (t *secopsTree) checkRegistries(lock *uvLockFile) {
	open := map[string]bool{}
	from := map[string][]string{}
	first := map[string]*uvPackage{}
	for i := range lock.packages {
		p := &lock.packages[i]
		if u, err := url.Parse(p.registry); err == nil && u.User != nil && !open[p.registry] {
			open[p.registry] = true
			line, column := lineColumn(lock.data, p.source)
			t.report(Finding{
				Code: "R-SECRET", Path: uvLock, Line: line, Column: column,
				Message: "The address of a registry tells who signs in there, which is not shown here.",
				Fix:     "Take it out of pyproject.toml, have the password changed, and lock again.",
			})
		}
		if p.registry == "" || strings.Contains(p.registry, "pypi") {
			continue
		}
		if from[p.registry] = append(from[p.registry], p.name); first[p.registry] == nil {
			first[p.registry] = p
		}
	}
	for _, registry := range slices.Sorted(maps.Keys(from)) {
		t.report(Finding{
			Code: "R-LOCK-REG", Path: uvLock, Line: lock.line(first[registry]),
			Message: fmt.Sprintf("The registry %s is not PyPI; from it: %s.", quoted(withoutPassword(registry)), examples(from[registry])),
			Fix:     "Name PyPI as the default in [[tool.uv.index]] of pyproject.toml, and lock again.",
		})
	}
}

// withoutPassword takes what signs in out of an address.
func withoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		_, after, _ := strings.Cut(address, "@")
		return after
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

var (
	secopsDistributionName = regexp.MustCompile(`^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)`)
	secopsNameMarks        = regexp.MustCompile(`[-_.]+`)
)

// secopsDistribution is the name in a requirement, in the one form that all ways of writing it have (PEP 503).
func secopsDistribution(requirement string) string {
	m := secopsDistributionName.FindStringSubmatch(requirement)
	if m == nil {
		return ""
	}
	return strings.ToLower(secopsNameMarks.ReplaceAllString(m[1], "-"))
}

func secopsDistributions(requirements []string) map[string]bool {
	names := map[string]bool{}
	for _, r := range requirements {
		if name := secopsDistribution(r); name != "" {
			names[name] = true
		}
	}
	return names
}

// sameSecOpsVersion takes 15 and 15.0 as one.
func sameSecOpsVersion(a, b string) bool {
	va, aOK := ParsePlatform(a)
	vb, bOK := ParsePlatform(b)
	if aOK && bOK {
		return va == vb
	}
	return a == b
}

// samePythonRange holds two requirements of a Python version against each other; what it can't read it lets pass.
func samePythonRange(a, b string) bool {
	ra, aOK := pythonRangeOf(a)
	rb, bOK := pythonRangeOf(b)
	return !aOK || !bOK || ra == rb
}

// pythonRange is from one version up to, and without, another; the zero version stands for no end.
type pythonRange struct{ from, below Version }

func pythonRangeOf(text string) (pythonRange, bool) {
	var r pythonRange
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		version := strings.TrimSpace(strings.TrimLeft(part, "<>=~!"))
		operator := strings.TrimSpace(strings.TrimSuffix(part, version))
		version, all := strings.CutSuffix(version, ".*")
		v, ok := ParsePlatform(version)
		next := Version{Major: v.Major, Minor: v.Minor + 1}
		switch {
		case !ok || all != (operator == "=="):
			return r, false
		case operator == ">=":
			r.from = v
		case operator == "<":
			r.below = v
		case operator == "==" && strings.Count(version, ".") == 1:
			r.from, r.below = v, next
		default:
			return r, false
		}
	}
	return r, true
}

// checkSecOpsSources tells what the integration needs beside itself to be built.
func checkSecOpsSources(t *secopsTree) {
	sources, _ := t.project.get("tool.uv.sources").(map[string]any)
	var outside []string
	for name, source := range sources {
		options, ok := source.([]any) // one source, or one for each platform
		if !ok {
			options = []any{source}
		}
		if slices.ContainsFunc(options, leavesFolder) {
			outside = append(outside, name)
		}
	}
	if slices.Sort(outside); len(outside) > 0 {
		t.report(Finding{
			Code: "R-SELF", Path: pyprojectTOML, Line: t.project.line("tool.uv.sources"), Field: "tool.uv.sources",
			Message: fmt.Sprintf("%s outside of the integration's folder: %s.",
				countWords(len(outside), "dependency lies", "dependencies lie"), examples(outside)),
			Fix: "Keep in mind that the integration can be built only where these files are.",
		})
	}
}

func leavesFolder(source any) bool {
	table, _ := source.(map[string]any)
	file, _ := table["path"].(string)
	file = path.Clean(strings.ReplaceAll(file, `\`, "/"))
	return strings.HasPrefix(file, "../") || file == ".." || path.IsAbs(file) || hasDrive(file)
}
