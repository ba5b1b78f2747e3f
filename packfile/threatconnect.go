package packfile

// threatConnectRules are the rules for ThreatConnect's packages: what a package must be, what it may be called, how it is
// versioned, what install.json and layout.json must hold, and what the step from one version to the next must be.
var threatConnectRules = []Rule{
	// The package as a file.
	{Code: "TC-PKG-02", Severity: SeverityError, Source: SourceVendor, Check: "An app package has one folder at its top and nothing beside it."},
	{Code: "TC-PKG-03", Severity: SeverityError, Source: SourceVendor, Check: "install.json lies in the app's folder and is a JSON object."},
	{Code: "TC-PKG-04", Severity: SeverityError, Source: SourceOurs, Check: "An App Builder export is whole: one file, named as its program, with all its members and an install.json."},
	{Code: "TC-PKG-05", Severity: SeverityError, Source: SourceVendor, Check: "A playbook export is a JSON object with name, jobs, triggers and connections."},
	{Code: "TC-PKG-06", Severity: SeverityWarning, Source: SourceVendor, Check: "An app package is named as its folder."},
	{Code: "TC-PKG-13", Severity: SeverityError, Source: SourceVendor, Check: "A bundle holds two or more app packages, each of another app, and nothing else."},

	// Names.
	{Code: "TC-NAM-01", Severity: SeverityWarning, Source: SourceGuide, Check: "The display name names the company and the product."},
	{Code: "TC-NAM-07", Severity: SeverityError, Source: SourceGuide, Check: "The app's folder ends in the major version, “_v2”."},

	// Versions.
	{Code: "TC-VER-01", Severity: SeverityError, Source: SourceGuide, Check: "The version is three whole numbers."},
	{Code: "TC-VER-02", Severity: SeverityError, Source: SourceOurs, Check: "An App Builder export and the install.json in it tell the same version and program."},

	// The files inside.
	{Code: "TC-JSN-01", Severity: SeverityError, Source: SourceVendor, Check: "Every JSON file at the top of the app can be read."},
}

func threatConnect() platform {
	return platform{
		key: "threatconnect", label: "ThreatConnect", rules: threatConnectRules,
		formats: []func(*source) (reading, bool, error){readAppBuilder, readThreatConnect, readBundle, readPlaybook},
	}
}
