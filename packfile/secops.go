package packfile

// secOpsRules are the rules for Google SecOps response integrations.
var secOpsRules = []Rule{
	// Structure and form.
	{Code: "R-FILES", Severity: SeverityError, Source: SourceVendor, Check: "The integration has all the files that every integration has."},
	{Code: "R-YAML", Severity: SeverityError, Source: SourceVendor, Check: "YAML files can be read."},
	{Code: "R-TOML", Severity: SeverityError, Source: SourceVendor, Check: "TOML files can be read."},
	{Code: "R-YAML-DUP", Severity: SeverityError, Source: SourceOurs, Check: "No field of a YAML file is given twice."},

	// Names and versions.
	{Code: "R-IDENT", Severity: SeverityError, Source: SourceOurs, Check: "The integration has an identifier, and all its parts name the same."},
	{Code: "R-VER-FORM", Severity: SeverityError, Source: SourceVendor, Check: "The version is a whole number with “.0”."},

	// The built form.
	{Code: "R-BUILT", Severity: SeverityError, Source: SourceVendor, Check: "A built integration is whole: its descriptions can be read and mean something, each has its program, and names, versions and notes agree."},

	// From one version to the next.
	{Code: "D-BUMP", Severity: SeverityError, Source: SourceVendor, Check: "The version goes up by one whole number; versions that were left out are told of in the release notes."},
	{Code: "D-SAME", Severity: SeverityError, Source: SourceOurs, Check: "Two packages that differ have different versions."},
	{Code: "D-NOTES", Severity: SeverityError, Source: SourceVendor, Check: "A version adds release notes at the end, all for itself, and leaves earlier notes as they were."},
	{Code: "D-BREAK", Severity: SeverityError, Source: SourceGuide, Check: "What removes a component or parameter, changes its type or makes it mandatory is told in a note with “removed” or “regressive”."},
	{Code: "D-NEW", Severity: SeverityWarning, Source: SourceGuide, Check: "A component that was added is told of in a note with “new”, its name and its type."},

	// In one release.
	{Code: "R-IDENT-UNIQUE", Severity: SeverityError, Source: SourceVendor, Check: "No two packages of one release have the same identifier, also not in another case."},
}

func secOps() platform {
	return platform{
		key: "secops", label: "Google SecOps", rules: secOpsRules,
		formats: []func(*source) (reading, bool, error){readSecOpsBuilt, readSecOps},
		weigh:   weighSecOps, judge: judgeSecOps, together: togetherSecOps,
	}
}
