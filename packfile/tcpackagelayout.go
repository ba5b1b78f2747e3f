package packfile

// Where things lie in an app package: one folder at the top, install.json in it, nothing else (TC-PKG-02, TC-PKG-03,
// TC-PKG-06).

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// maxInstallDepth is how many folders down an install.json is looked for, to say that it lies too deep.
const maxInstallDepth = 3

// installPlaces returns where install.json lies: at the top, in a folder at the top, or else the only one below the only
// folder at the top, which has been packed with a folder too many.
func installPlaces(a *archive) []string {
	var places, deeper []string
	for _, f := range a.files {
		if path.Base(f.path) != installJSON || isLitter(f.path) {
			continue
		}
		switch depth := strings.Count(f.path, "/"); {
		case depth <= 1:
			places = append(places, f.path)
		case depth <= maxInstallDepth:
			deeper = append(deeper, f.path)
		}
	}
	if len(places) == 0 && len(deeper) == 1 && len(a.tops()) == 1 {
		return deeper
	}
	slices.SortFunc(places, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
	return places
}

// checkLayout compares the archive with what the platform needs of it.
func (t *tcx) checkLayout(places []string) {
	t.tcCheckLitter(t.src.archive)
	switch strings.Count(t.path, "/") {
	case 0:
		t.find(Finding{
			Code: "TC-PKG-03", Path: t.path,
			Message: "install.json lies at the top of the archive, not in the app's folder.",
			Fix:     "Pack the folder itself, named as the app with its major version, for example “TCPB_-_Expressions_v1”.",
		})
		return
	case 1:
	default:
		t.find(Finding{
			Code: "TC-PKG-03", Path: t.path,
			Message: "install.json lies too deep: the app's folder is not at the top of the archive.",
			Fix:     fmt.Sprintf("Pack the folder “%s” itself, without the folders around it.", shorten(path.Base(t.folder))),
		})
	}
	if tops := t.src.archive.tops(); len(tops) > 1 {
		t.find(Finding{
			Code: "TC-PKG-02", Path: t.folder,
			Message: fmt.Sprintf("An app package has exactly one folder at its top; this archive has %d entries there.", len(tops)),
			Fix:     "Pack each app on its own, and nothing beside its folder.",
		})
	}
	if t.unmade {
		return // the packager names folder and file by tcex.json
	}
	t.checkFolderName()
	t.tcCheckTechnicalName()
	own, folder := t.src.ownName(), path.Base(t.folder)
	if strings.TrimSuffix(own, path.Ext(own)) != folder && len(places) == 1 && !t.src.unpacked() {
		t.find(Finding{
			Code: "TC-PKG-06", Path: t.folder,
			Message: fmt.Sprintf("The file's name and its folder's, “%s”, differ.", shorten(folder)),
			Fix:     fmt.Sprintf("Name the file “%s.tcx”.", shorten(folder)),
		})
	}
}

// tcCheckLitter reports what file managers leave in archives; the platform passes it over.
func (r *reading) tcCheckLitter(a *archive) {
	if a == nil {
		return
	}
	i := slices.IndexFunc(a.files, func(f archiveFile) bool { return isLitter(f.path) })
	if i < 0 {
		return
	}
	r.find(Finding{
		Code: "TC-PKG-02", Severity: SeverityWarning, Path: a.files[i].path,
		Message: "The archive holds what a file manager leaves behind.",
		Fix:     "Pack it again by the vendor's packager, or without “__MACOSX” and “.DS_Store”.",
	})
}
