package packfile

import "fmt"

// weighBoomi weighs what a change means for the accounts that have set the package up and for the callers of its API.
func weighBoomi(change Change, _, _ *Part) (Bump, string) {
	switch change.Kind {
	case partPrimary:
		return weighPrimary(change)
	case partSetting:
		return weighOffer(change, "Accounts that have set it lose their value.")
	case partAPIPath, partAPIObject:
		return weighOffer(change, "Callers of the API get no answer there any more.")
	default:
		return BumpRelease, ""
	}
}

func weighPrimary(change Change) (Bump, string) {
	const why = "It is another process or API service: accounts have to set it up anew."
	switch {
	case change.Event == Added:
		return BumpMinor, ""
	case change.Event == Removed, change.Facet == facetComponent:
		return BumpMajor, why
	default:
		return BumpRelease, ""
	}
}

func weighOffer(change Change, why string) (Bump, string) {
	switch change.Event {
	case Added:
		return BumpMinor, ""
	case Removed:
		return BumpMajor, why
	default:
		return BumpRelease, ""
	}
}

func judgeBoomi(c *Comparison, old, new Package, _ Options) []Finding {
	findings := lostDeclarations(c)
	if !old.Manifest.HasVersion || !new.Manifest.HasVersion {
		return findings // the file does not tell it, and nobody has given one yet
	}
	add := func(f Finding) {
		f.Field = "version"
		findings = append(findings, f)
	}
	switch step := c.To.Compare(c.From); {
	case step < 0:
		add(Finding{
			Code:    "B-VER-LOW",
			Message: fmt.Sprintf("Version %s is lower than %s, the version before it.", c.To, c.From),
			Fix:     fmt.Sprintf("Give a version above %s.", c.From),
		})
	case step == 0 && len(c.Changes) > 0:
		add(Finding{
			Code:    "B-VER-SAME",
			Message: fmt.Sprintf("Both packages are version %s, and their contents differ.", c.To),
			Fix:     fmt.Sprintf("Give the changed package the next version, %s.", raised(c.From, c.Smallest)),
		})
	case step > 0 && c.TooSmall(): // R4
		add(Finding{
			Code: "B-BUMP",
			Message: fmt.Sprintf("From %s to %s is a %s step, and the changes ask for a %s one: %s.",
				c.From, c.To, c.Declared, c.Smallest, c.Changes[0].Text()),
			Fix: fmt.Sprintf("Give it version %s, or undo the change.", raised(c.From, c.Smallest)),
		})
	}
	return findings
}

// lostDeclarations reports processes whose extensible settings are all gone: deploying them takes the settings away,
// whether or not anybody meant it.
func lostDeclarations(c *Comparison) []Finding {
	var findings []Finding
	for _, ch := range c.Changes {
		if ch.Kind == partComponent && ch.Facet == facetDeclared && ch.New == "0" {
			findings = append(findings, Finding{
				Code: "B-OVERRIDES", Path: ch.File, Line: ch.Line, Field: "processOverrides",
				Message: fmt.Sprintf("The process “%s” declares no extensible settings any more; the version before declared %s. What accounts have set stops working once this is deployed.", shorten(ch.Name), ch.Old),
				Fix:     "Put the settings of the version before back into bns:processOverrides, unless they are meant to go.",
			})
		}
	}
	return findings
}

// raised is the next version after a bump.
func raised(v Version, by Bump) Version {
	switch by {
	case BumpMajor:
		return Version{Major: v.Major + 1}
	case BumpMinor:
		return Version{Major: v.Major, Minor: v.Minor + 1}
	default:
		return Version{Major: v.Major, Minor: v.Minor, Patch: v.Patch + 1}
	}
}
