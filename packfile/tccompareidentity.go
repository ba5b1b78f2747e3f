package packfile

import "fmt"

// checkFolder wants the app's folder, which is the platform's key of the app, to change with the major version and only
// then.
func (j *tcJudge) checkFolder() {
	from, to := j.old.facet(tcFacetFolder), j.new.facet(tcFacetFolder)
	if !j.Versioned || j.new.Key != "" || from == "" || to == "" { // a bundle has no folder
		return
	}
	switch sameMajor := j.From.Major == j.To.Major; {
	case sameMajor && from != to:
		j.find(Finding{
			Code: "TC-DIF-06", Path: to,
			Message: fmt.Sprintf("The app's folder changed from “%s” to “%s”, but the major version is still %d.", shorten(from), shorten(to), j.To.Major),
			Fix:     fmt.Sprintf("Name the folder “%s” as before: the platform takes it for another app and leaves the installed one as it is.", shorten(from)),
		})
	case !sameMajor && from == to:
		j.find(Finding{
			Code: "TC-DIF-06", Path: to,
			Message: fmt.Sprintf("The app's folder is still “%s”, but the major version is %d instead of %d.", shorten(to), j.To.Major, j.From.Major),
			Fix: fmt.Sprintf("Name the folder “%s_v%d”: otherwise the new version replaces the one that jobs and playbooks run.",
				shorten(withoutVersion(to)), j.To.Major),
		})
	}
}

// checkIdentity wants an app to keep its ID with its name.
func (j *tcJudge) checkIdentity() {
	sameName := j.old.facet("display name") == j.new.facet("display name")
	for _, id := range []struct{ facet, field string }{{tcFacetAppID, "appId"}, {tcFacetProgram, "programName"}} {
		from, to := j.old.facet(id.facet), j.new.facet(id.facet)
		if from == "" || to == "" || j.new.Key != "" {
			continue
		}
		switch {
		case sameName && from != to:
			j.find(Finding{
				Code: "TC-DIF-07", Field: id.field,
				Message: fmt.Sprintf("“%s” is still called so, but its %s changed from %s to %s.", shorten(j.new.Name), id.field, shorten(from), shorten(to)),
				Fix:     fmt.Sprintf("Set %s back to %s if it is the same app; the platform takes it for another one.", id.field, shorten(from)),
			})
		case !sameName && from == to:
			j.find(Finding{
				Code: "TC-DIF-07", Field: "displayName",
				Message: fmt.Sprintf("The app was called “%s” and is now called “%s” under the same %s.", shorten(j.old.Name), shorten(j.new.Name), id.field),
				Fix:     "Make sure that it is the same app under a better name; another app needs an ID of its own.",
			})
		}
	}
}
