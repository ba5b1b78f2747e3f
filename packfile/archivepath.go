package packfile

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cleanEntry brings an entry's name to the form of archiveFile.path, nothing more: checkPath judges it.
func cleanEntry(name string) string {
	name = strings.ToValidUTF8(name, string(utf8.RuneError))
	for strings.HasPrefix(name, "./") && name != "./" {
		name = name[2:]
	}
	return strings.TrimRight(name, "/")
}

// takeName claims the path and the folders above it, so that no two entries end up in one place on a system that
// ignores case, and no path is a file and a folder.
func (a *archive) takeName(clean string, isDir bool) error {
	folded := foldCase(clean)
	// Folding may change a name's length but keeps its slashes, so both are walked folder by folder.
	for i, j := 0, 0; ; i, j = i+1, j+1 {
		slash := strings.IndexByte(clean[i:], '/')
		if slash < 0 {
			break
		}
		i += slash
		j += strings.IndexByte(folded[j:], '/')
		if err := a.claim(folded[:j], clean[:i+1]); err != nil {
			return err
		}
	}
	if isDir {
		return a.claim(folded, clean+"/")
	}
	if _, taken := a.names[folded]; taken {
		return errTwins(clean, a.names[folded])
	}
	a.names[folded] = clean
	return nil
}

func (a *archive) claim(folded, folder string) error {
	known, taken := a.names[folded]
	if taken && known != folder {
		return errTwins(folder, known)
	}
	a.names[folded] = folder
	return nil
}

// foldCase maps names that differ in case only to one.
func foldCase(name string) string { return strings.ToLower(strings.ToUpper(name)) }

// checkPath refuses a path that could leave the folder it is unpacked to, on any system, or that hides what it is.
func checkPath(name string) error {
	switch {
	case len(name) > maxPathBytes:
		return &UnreadableError{
			Reason: fmt.Sprintf("A path in the archive is %d bytes long; the limit is %d.", len(name), maxPathBytes),
			Fix:    "Shorten the folder names and pack it again.",
		}
	case strings.Count(name, "/") >= maxPathDepth:
		return &UnreadableError{
			Reason: fmt.Sprintf("The archive has folders nested deeper than the limit of %d: %q.", maxPathDepth, shorten(name)),
			Fix:    "Move the files up and pack it again.",
		}
	case strings.ContainsFunc(name, unicode.IsControl):
		return unsafePath(name, "holds a control character")
	case strings.Contains(name, `\`):
		return unsafePath(name, "holds a backslash")
	case strings.HasPrefix(name, "/"):
		return unsafePath(name, "is absolute")
	case hasDrive(name):
		return unsafePath(name, "begins with a drive letter")
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "." || part == ".." {
			return unsafePath(name, "could leave the folder that it is unpacked to")
		}
	}
	return nil
}

func hasDrive(name string) bool {
	if len(name) < 2 || name[1] != ':' {
		return false
	}
	letter := name[0] | 0x20
	return 'a' <= letter && letter <= 'z'
}

func unsafePath(name, why string) error {
	return &UnreadableError{
		Reason: fmt.Sprintf("The path %q in the archive %s.", shorten(name), why),
		Fix:    "Pack the folder again with an ordinary archive program, from inside the folder above it.",
	}
}

func errTwins(a, b string) error {
	reason := fmt.Sprintf("The archive holds %q and %q, which are one name where upper and lower case are the same.", shorten(b), shorten(a))
	if a == b {
		reason = fmt.Sprintf("The archive holds %q twice.", shorten(a))
	}
	return &UnreadableError{Reason: reason, Fix: "Keep one of them and pack it again."}
}

// shorten keeps a name from the archive readable in a message.
func shorten(name string) string {
	const most = 120
	if len(name) <= most {
		return name
	}
	return strings.ToValidUTF8(name[:most], "") + "…"
}
