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
}

func secOps() platform {
	return platform{
		key: "secops", label: "Google SecOps", rules: secOpsRules,
		formats: []func(*source) (reading, bool, error){readSecOps},
	}
}
