package packfile

// What a ThreatConnect package must be as a file: its name's ending and its contents must promise the same (TC-PKG-01).

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// tcForm is one form of ThreatConnect's packages as a file.
type tcForm struct{ ending, words string }

// The forms of ThreatConnect's packages.
var (
	tcFormApp    = tcForm{".tcx", "an app package"}
	tcFormAbx    = tcForm{".abx", "an App Builder export"}
	tcFormPbx    = tcForm{".pbx", "a playbook export"}
	tcFormPbxz   = tcForm{".pbxz", "a zipped playbook export"}
	tcFormBundle = tcForm{".zip", "an app bundle"}
)

// tcEndings are those that promise a package of ThreatConnect's.
var tcEndings = []string{".tcx", ".abx", ".pbx", ".pbxz"}

// ending is the file's name from its last dot, in lower case.
func (s *source) ending() string { return strings.ToLower(path.Ext(s.ownName())) }

// wholePath is the path of findings that are about the file as a whole: the root of an archive, which has no name in it.
func (s *source) wholePath() string {
	if s.archive != nil {
		return ""
	}
	return s.ownName()
}

// tcWhole makes a format's reader check what is asked of every package of ThreatConnect's as a whole.
func tcWhole(form tcForm, read func(*source) (reading, bool, error)) func(*source) (reading, bool, error) {
	return func(src *source) (reading, bool, error) {
		got, ok, err := read(src)
		if ok && err == nil {
			form := form
			if form == tcFormPbx && src.archive != nil {
				form = tcFormPbxz
			}
			got.tcCheckEnding(src, form)
			got.tcCheckDelivery(src, form)
		}
		return got, ok, err
	}
}

// tcCheckEnding compares what the file's name promises with what the file is. The platform takes apps as .zip too, and a
// file without any promise breaks none: only the ending of another form misleads.
func (r *reading) tcCheckEnding(src *source, form tcForm) {
	if src.unpacked() {
		return
	}
	ending := src.ending()
	f := Finding{Code: "TC-PKG-01", Path: src.wholePath()}
	switch {
	case ending == form.ending && form == tcFormPbxz:
		f.Severity = SeverityInfo
		f.Message = "The file is a zipped playbook export (.pbxz), a form that the packaging guide does not name."
		f.Fix = "Nothing needs to be done; where the plain form is asked for, upload the playbook.pbx inside."
	case ending == form.ending, ending == ".zip" && r.manifest.Kind == runtimeKinds["spaceorganization"]:
		return
	case slices.Contains(tcEndings, ending):
		f.Message = fmt.Sprintf("The name ends in “%s”, but the file is %s (%s).", ending, form.words, form.ending)
		f.Fix = fmt.Sprintf("Name the file with “%s” at its end, or choose the file that you meant.", form.ending)
	default:
		f.Severity = SeverityWarning
		f.Message = fmt.Sprintf("The file is %s, and its name does not end in “%s”.", form.words, form.ending)
		f.Fix = fmt.Sprintf("Name the file with “%s” at its end, as the platform expects.", form.ending)
	}
	r.find(f)
}

// readTCMisnamed takes a file whose name promises a package of ThreatConnect's, and which no platform knows by its
// contents: it must not pass as a plain package.
func readTCMisnamed(src *source) (reading, bool, error) {
	ending := src.ending()
	i := slices.Index(tcEndings, ending)
	if i < 0 || src.unpacked() {
		return reading{}, false, nil
	}
	if known, err := knownElsewhere(src); known || err != nil {
		return reading{}, false, err
	}
	promised := []tcForm{tcFormApp, tcFormAbx, tcFormPbx, tcFormPbxz}[i]
	looks, err := tcLooks(src)
	if err != nil {
		return reading{}, false, err
	}
	var got reading
	got.manifest.Kind = map[tcForm]string{tcFormApp: "app", tcFormAbx: "App Builder app"}[promised]
	if got.manifest.Kind == "" {
		got.manifest.Kind = "playbook"
	}
	got.find(Finding{
		Code: "TC-PKG-01", Path: src.wholePath(),
		Message: fmt.Sprintf("The name ends in “%s”, but the file is not %s: it looks like %s.", ending, promised.words, looks),
		Fix:     "Choose the file that you meant, or name this one by what it is.",
	})
	if promised == tcFormApp && src.archive != nil {
		got.find(Finding{
			Code: "TC-PKG-03", Path: installJSON,
			Message: "The archive has no install.json in a folder at its top.",
			Fix:     "Pack the app's folder with its install.json, for example by “tcex package”.",
		})
	}
	return got, true, nil
}

// knownElsewhere reports whether another platform takes the file by its contents, which decide.
func knownElsewhere(src *source) (bool, error) {
	for _, p := range platforms() {
		if p.key == keyThreatConnect || p.key == PlatformPlain {
			continue
		}
		for _, read := range p.formats {
			if _, ok, err := read(src); ok || err != nil {
				return ok, err
			}
		}
	}
	return false, nil
}

// tcLooksLike are first bytes of files that publishers mistake for packages, and what they are.
var tcLooksLike = []struct{ start, words string }{
	{"{", "a JSON text"},
	{"[", "a JSON text"},
	{"<!doctype html", "a web page, as a failed download leaves one"},
	{"<html", "a web page, as a failed download leaves one"},
	{"<", "an XML text"},
	{"%pdf", "a PDF document"},
	{"\x89png", "a picture"},
	{"\xff\xd8\xff", "a picture"},
	{"gif8", "a picture"},
	{"rar!", "a RAR archive"},
	{"7z\xbc\xaf", "a 7z archive"},
	{"\x7felf", "a program"},
	{"mz", "a program"},
	{"\xca\xfe\xba\xbe", "a Java class"},
}

// tcLooks says in words what a file is that no platform knows.
func tcLooks(src *source) (string, error) {
	if a := src.archive; a != nil {
		return fmt.Sprintf("an ordinary %s archive with %s", a.format, tcTopsText(a.tops())), nil
	}
	head := make([]byte, min(src.size, maxHeadBytes))
	if n, err := src.r.ReadAt(head, 0); n < len(head) {
		return "", fmt.Errorf("read the beginning: %w", err)
	}
	start := string(bytes.TrimSpace(asciiText(head)))
	if looksLikeAppBuilder(head) {
		return "an unpacked App Builder export", nil
	}
	for _, known := range tcLooksLike {
		if n := len(known.start); len(start) >= n && strings.EqualFold(start[:n], known.start) {
			return known.words, nil
		}
	}
	for range utf8.UTFMax - 1 { // the head may end inside a character
		if r, n := utf8.DecodeLastRune(head); r == utf8.RuneError && n == 1 {
			head = head[:len(head)-1]
		}
	}
	if utf8.Valid(head) && bytes.IndexByte(head, 0) < 0 {
		return "a text", nil
	}
	return "a file of no kind that is known here", nil
}

// looksLikeAppBuilder tells the project inside an App Builder export by its keys.
func looksLikeAppBuilder(head []byte) bool {
	known := 0
	for _, key := range appBuilderKeys {
		if bytes.Contains(head, []byte(`"`+key+`"`)) {
			known++
		}
	}
	return known > len(appBuilderKeys)/2
}

// tcTopsText names what lies at the top of an archive, some of it if there is much.
func tcTopsText(tops []string) string {
	const most = 3
	if len(tops) == 0 {
		return "nothing in it"
	}
	names := make([]string, len(tops))
	for i, top := range tops {
		names[i] = quoted(top)
	}
	return firstOf(most, names) + " at its top"
}
