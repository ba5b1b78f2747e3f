package packfile

import "slices"

// secopsWeights say what a change of an integration means for those who use it; the first that fits counts, and what none
// fits is of release level. They are what D-BREAK and D-NEW go by, too.
var secopsWeights = []secopsWeight{
	{Removed, []string{secopsAction}, "", nil, BumpMajor, "Playbooks that use the action stop working."},
	{Removed, []string{secopsConnector}, "", nil, BumpMajor, "What the connector took in does not come any more."},
	{Removed, []string{secopsJob}, "", nil, BumpMajor, "Nothing does the job's work any more."},
	{Removed, []string{secopsWidget}, "", nil, BumpMajor, "Views that show the widget lose it."},
	{Removed, []string{secopsResult}, "", nil, BumpMajor, "Playbooks that read the result find nothing."},
	{Removed, secopsParams, "", nil, BumpMajor, "What was set for the parameter is lost."},
	{Added, secopsParams, "", needsValue, BumpMajor, "It has no default: everyone must give it a value before the rest works again."},

	{Changed, secopsParams, "type", nil, BumpMajor, "What was set for the parameter may not fit the new type."},
	{Changed, secopsParams, "mandatory", needsValue, BumpMajor, "It has no default: whoever left it empty must give it a value now."},
	{Changed, secopsParams, "options", losesOptions, BumpMajor, "What was chosen may not be there any more."},
	{Changed, []string{secopsIntegration}, "identifier", nil, BumpMajor, "For the platform it is another integration."},
	{Changed, []string{secopsAction}, "result", nil, BumpMajor, "Playbooks read the result by its name."},
	{Changed, []string{secopsAction, secopsConnector, secopsJob}, "enabled", isOff, BumpMajor, "Nobody can use it any more."},

	{Changed, []string{secopsAction, secopsConnector, secopsJob}, "enabled", nil, BumpMinor, "It can be used from now on."},
	{Changed, secopsParams, "options", gainsOptions, BumpMinor, "There is more to choose from."},
	{Added, secopsComponents, "", nil, BumpMinor, "It is new, and nobody has to use it."},
	{Added, secopsParams, "", nil, BumpMinor, "It is new, and nobody has to set it."},
	{Added, []string{secopsResult, secopsConnRule, secopsMapping}, "", nil, BumpMinor, "It is new, and nobody has to use it."},
}

var (
	secopsComponents = []string{secopsAction, secopsConnector, secopsJob, secopsWidget}
	secopsParams     = []string{secopsParameter, secopsActionParam, secopsConnParam, secopsJobParam}
)

type secopsWeight struct {
	event Event
	kinds []string
	facet string                          // "" for parts as a whole
	when  func(ch Change, new *Part) bool // nil: always
	bump  Bump
	why   string
}

func weighSecOps(ch Change, _, new *Part) (Bump, string) {
	for _, w := range secopsWeights {
		if w.event == ch.Event && w.facet == ch.Facet && slices.Contains(w.kinds, ch.Kind) && (w.when == nil || w.when(ch, new)) {
			return w.bump, w.why
		}
	}
	return BumpRelease, ""
}

// needsValue tells a parameter that must have a value and comes without one.
func needsValue(_ Change, new *Part) bool {
	return new.facet("mandatory") == "yes" && new.facet("default") == ""
}

func losesOptions(ch Change, _ *Part) bool { return hasOthers(ch.Old, ch.New) }

func gainsOptions(ch Change, _ *Part) bool { return hasOthers(ch.New, ch.Old) }

// hasOthers reports whether one list of options has some that the other lacks.
func hasOthers(some, others string) bool {
	known := optionsOf(others)
	return slices.ContainsFunc(optionsOf(some), func(option string) bool { return !slices.Contains(known, option) })
}

func isOff(ch Change, _ *Part) bool { return ch.New == "no" }
