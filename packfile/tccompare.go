package packfile

import (
	"slices"
	"strings"
)

// tcWeight says how much one kind of change means to those who use a ThreatConnect package.
type tcWeight struct {
	kinds []string
	event Event
	facet string
	holds func(change Change, old, new *Part) bool // nil: always
	bump  Bump
	why   string
}

// tcCaution are the facets whose changes may break an installation, though only some of them: those on old servers or with
// other apps. They ask for a minor version at least; that a major one would be better is a warning (TC-DIF-03).
var tcCaution = []string{tcFacetServer, tcFacetMajor}

// tcWeights is asked in order; a change that no row holds for is one of release level: labels, notes, defaults, the order
// of parameters, program files. What is not listed does not change what jobs and playbooks find.
var tcWeights = []tcWeight{
	// Breaking: what somebody has set up stops, or is lost.
	{kinds: tcInputs, event: Removed, bump: BumpMajor, why: "What jobs and playbooks set for it is lost; they bind to it by name."},
	{kinds: tcInputs, event: Added, holds: mustBeFilled, bump: BumpMajor, why: "It must be filled in and has no default, so that jobs and playbooks stop until somebody fills it in."},
	{kinds: tcInputs, event: Changed, facet: tcFacetRequired, holds: becomes(tcYes), bump: BumpMajor, why: "Jobs and playbooks that leave it empty stop."},
	{kinds: tcInputs, event: Changed, facet: tcFacetType, bump: BumpMajor, why: "What jobs and playbooks set for it may not fit the new type."},
	{kinds: tcInputs, event: Changed, facet: tcFacetChoices, holds: losesChoices, bump: BumpMajor, why: "Jobs and playbooks that chose what is gone have no valid value."},
	{kinds: tcInputs, event: Changed, facet: tcFacetPlaybookTypes, holds: losesTypes, bump: BumpMajor, why: "Playbooks that pass a variable of a type that is gone can't be saved any more."},
	{kinds: tcInputs, event: Changed, facet: tcFacetEncrypted, bump: BumpMajor, why: "What is stored encrypted and what is stored openly can't be read in place of each other."},
	{kinds: tcInputs, event: Changed, facet: tcFacetSeveral, holds: becomes(tcNo), bump: BumpMajor, why: "Jobs and playbooks that give several values lose all but one."},
	{kinds: tcInputs, event: Changed, facet: tcFacetKeysAs, holds: wasSet, bump: BumpMajor, why: "Playbooks read the outputs that it makes by name and type."},
	{kinds: []string{tcAction}, event: Removed, bump: BumpMajor, why: "Playbooks that run this action stop."},
	{kinds: []string{tcOutput, tcPipeOutput}, event: Removed, bump: BumpMajor, why: "Playbooks that read it find nothing; they bind to it by name and type."},
	{kinds: []string{tcFeed}, event: Removed, bump: BumpMajor, why: "The source that the feed fills gets no more data under this name."},
	{kinds: []string{tcTrigger}, event: Removed, bump: BumpMajor, why: "What started the playbook starts it no more."},
	{kinds: []string{tcTrigger}, event: Changed, facet: tcFacetType, bump: BumpMajor, why: "What started the playbook starts it no more."},
	{kinds: []string{tcApp}, event: Removed, bump: BumpMajor, why: "Jobs and playbooks that run the app stop."},
	{kinds: []string{tcApp}, event: Changed, facet: tcFacetPrefix, bump: BumpMajor, why: "Playbooks read the app's outputs by names that begin with it."},
	{kinds: []string{tcApp}, event: Changed, facet: tcFacetRuntime, bump: BumpMajor, why: "The platform runs the app in another way, so that what is set up for it does not fit."},
	{kinds: []string{tcApp}, event: Changed, facet: tcFacetLanguage, bump: BumpMajor, why: "The platform runs the app by another program, which may not be there."},
	{kinds: []string{tcApp}, event: Changed, facet: tcFacetDisplayPath, holds: wasSet, bump: BumpMajor, why: "Programs that call the service use the old path."},

	// Breaking for some: see tcCaution.
	{kinds: []string{tcApp}, event: Changed, facet: tcFacetServer, holds: isRaised, bump: BumpMinor, why: "Platforms on an older server can't install it; think of a new major version."},
	{kinds: []string{tcNeededApp}, event: Changed, facet: tcFacetMajor, bump: BumpMinor, why: "Platforms that have the other version of the app only can't run it; think of a new major version."},

	// Additions: something new that nobody has to use.
	{kinds: tcInputs, event: Added, bump: BumpMinor, why: "It is new and may be left as it is."},
	{kinds: tcInputs, event: Changed, facet: tcFacetRequired, holds: becomes(tcNo), bump: BumpMinor, why: "It may be left empty now."},
	{kinds: tcInputs, event: Changed, facet: tcFacetChoices, holds: isChoice, bump: BumpMinor, why: "There is something new to choose."},
	{
		kinds: []string{tcAction, tcOutput, tcPipeOutput, tcFeed, tcFeature, tcSection, tcTrigger, tcApp}, event: Added,
		bump: BumpMinor, why: "It is new, and nobody has to use it.",
	},
}

// tcInputs are the kinds of what users fill in.
var tcInputs = []string{tcParameter, tcPipeInput}

func weighThreatConnect(change Change, old, new *Part) (Bump, string) {
	for _, w := range tcWeights {
		if w.event == change.Event && w.facet == change.Facet && slices.Contains(w.kinds, change.Kind) &&
			(w.holds == nil || w.holds(change, old, new)) {
			return w.bump, w.why
		}
	}
	return BumpRelease, ""
}

func becomes(value string) func(Change, *Part, *Part) bool {
	return func(change Change, _, _ *Part) bool { return change.New == value }
}

func wasSet(change Change, _, _ *Part) bool { return change.Old != "" }

func mustBeFilled(_ Change, _, new *Part) bool {
	return new.facet(tcFacetRequired) == tcYes && new.facet(tcFacetDefault) == ""
}

// losesChoices reports whether something that could be chosen can't be any more. Where users may write what they like, or
// pass any text, nothing is lost.
func losesChoices(change Change, _, new *Part) bool {
	kind := new.facet(tcFacetType)
	return (kind == "Choice" || kind == "MultiChoice") && lacksLine(change.New, change.Old)
}

func isChoice(change Change, _, new *Part) bool {
	return strings.HasSuffix(new.facet(tcFacetType), "Choice") && lacksLine(change.Old, change.New)
}

// losesTypes reports whether variables of some type can't be passed any more.
func losesTypes(change Change, _, _ *Part) bool {
	return change.Old != "" && !slices.Contains(strings.Split(change.New, "\n"), "Any") && lacksLine(change.New, change.Old)
}

// lacksLine reports whether one of the lines of other is not among those of text.
func lacksLine(text, other string) bool {
	have := map[string]bool{}
	for line := range strings.SplitSeq(text, "\n") {
		have[line] = true
	}
	for line := range strings.SplitSeq(other, "\n") {
		if line != "" && !have[line] {
			return true
		}
	}
	return false
}

// isRaised reports whether a server version went up; one that can't be read counts as raised.
func isRaised(change Change, _, _ *Part) bool {
	from, okFrom := ParsePlatform(change.Old)
	to, okTo := ParsePlatform(change.New)
	switch {
	case change.New == "":
		return false
	case change.Old == "" || !okFrom || !okTo:
		return true
	default:
		return to.Compare(from) > 0
	}
}
