package packfile

// keyThreatConnect is the platform's key.
const keyThreatConnect = "threatconnect"

// threatConnectRules are the rules for ThreatConnect's packages: what a package must be, what it may be called, how it is
// versioned, what install.json and layout.json must hold, and what the step from one version to the next must be.
var threatConnectRules = []Rule{
	// The package as a file.
	{Code: "TC-PKG-01", Severity: SeverityError, Source: SourceGuide, Check: "The file is what the ending of its name promises: .tcx an app package, .abx an App Builder export, .pbx a playbook export; .pbxz, a zipped one, is taken too. A foreign ending is a warning only, since the contents decide."},
	{Code: "TC-PKG-02", Severity: SeverityError, Source: SourceVendor, Check: "An app package has one folder at its top and nothing beside it; what file managers leave behind is a warning."},
	{Code: "TC-PKG-03", Severity: SeverityError, Source: SourceVendor, Check: "install.json lies in the app's folder, which is at the top, and is a JSON object."},
	{Code: "TC-PKG-04", Severity: SeverityError, Source: SourceOurs, Check: "An App Builder export is whole: one file, named as its program, with all its members and an install.json."},
	{Code: "TC-PKG-05", Severity: SeverityError, Source: SourceVendor, Check: "A playbook export is a JSON object with name, jobs, triggers and connections."},
	{Code: "TC-PKG-06", Severity: SeverityWarning, Source: SourceVendor, Check: "An app package is named as its folder."},
	{Code: "TC-PKG-07", Severity: SeverityError, Source: SourceOurs, Check: "The file that programMain names is in the app's folder."},
	{Code: "TC-PKG-08", Severity: SeverityError, Source: SourceVendor, Check: "The job file and the attributes file of each feed are in the app's folder."},
	{Code: "TC-PKG-09", Severity: SeverityWarning, Source: SourceVendor, Check: "The app has a README.md; for ThreatConnect's repositories one with their headings, which is an information."},
	{Code: "TC-PKG-10", Severity: SeverityWarning, Source: SourceVendor, Check: "The app holds nothing that the vendor's packager leaves out: version control, tests, logs, compiled files, packages."},
	{Code: "TC-PKG-11", Severity: SeverityInfo, Source: SourceGuide, Check: "The publisher knows that everybody who has the package can read the source in it."},
	{Code: "TC-PKG-12", Severity: SeverityWarning, Source: SourceOurs, Secret: true, Check: "A playbook export gives no secrets away: no recorded runs, no passwords and keys written out."},
	{Code: "TC-PKG-13", Severity: SeverityError, Source: SourceVendor, Check: "A bundle holds two or more app packages, each of another app, and nothing else."},

	// Names.
	{Code: "TC-NAM-01", Severity: SeverityWarning, Source: SourceGuide, Check: "The display name names the company and the product, and begins with the publisher's company where that is set."},
	{Code: "TC-NAM-02", Severity: SeverityWarning, Source: SourceGuide, Check: "Where the product has no name but the company's, the display name says “Platform”."},
	{Code: "TC-NAM-03", Severity: SeverityWarning, Source: SourceGuide, Check: "The parts of the display name are brief: 30 characters for company and product, 60 for the description, if not set otherwise."},
	{Code: "TC-NAM-04", Severity: SeverityError, Source: SourceVendor, Check: "The displayName has 3 to 100 characters and no space around it. Only a third-party app without any is an error, since only there the platform's validator asks for it."},
	{Code: "TC-NAM-05", Severity: SeverityError, Source: SourceGuide, Check: "The technical name has letters, digits, “_”, “-” and “.” only."},
	{Code: "TC-NAM-06", Severity: SeverityWarning, Source: SourceGuide, Check: "The technical name is the display name with “_” for spaces, if need be after the vendor's prefix; a summary is an information."},
	{Code: "TC-NAM-07", Severity: SeverityError, Source: SourceGuide, Check: "The app's folder ends in the major version, “_v2”."},
	{Code: "TC-NAM-08", Severity: SeverityWarning, Source: SourceOurs, Check: "The technical name ends in its version once."},
	{Code: "TC-NAM-09", Severity: SeverityInfo, Source: SourceVendor, Check: "The vendor's prefix in the technical name is that of the runtime level."},
	{Code: "TC-NAM-10", Severity: SeverityInfo, Source: SourceGuide, Check: "The name of a released export tells the major version."},

	// Versions.
	{Code: "TC-VER-01", Severity: SeverityError, Source: SourceGuide, Check: "The version is three whole numbers."},
	{Code: "TC-VER-02", Severity: SeverityError, Source: SourceOurs, Check: "An App Builder export and the install.json in it tell the same version and program."},
	{Code: "TC-VER-03", Severity: SeverityError, Source: SourceGuide, Check: "The app_version in tcex.json, if there is one, is the major version, “v2”; “v2.0” of an older app is a warning."},
	{Code: "TC-VER-04", Severity: SeverityWarning, Source: SourceGuide, Check: "A playbook's release has a version of three parts, which the uploader gives: the export counts two at most."},
	{Code: "TC-VER-05", Severity: SeverityError, Source: SourceVendor, Check: "The job of a feed names the app and its version as they are."},
	{Code: "TC-VER-06", Severity: SeverityWarning, Source: SourceGuide, Check: "The major version in the name of a playbook's app is the one that the playbook was made with."},

	// Delivery.
	{Code: "TC-DLV-01", Severity: SeverityWarning, Source: SourceGuide, Check: "What is delivered outside the platform comes with access instructions, a link to its documentation and the place where it is published."},
	{Code: "TC-DLV-02", Severity: SeverityWarning, Source: SourceGuide, Check: "What is delivered inside the platform lies in a GitHub repository of the publisher, and in a pull request to the vendor's repository for its kind."},
	{Code: "TC-DLV-03", Severity: SeverityInfo, Source: SourceGuide, Check: "The support contact is told: ThreatConnect or the partner outside the platform, ThreatConnect Customer Success inside."},
	{Code: "TC-DLV-04", Severity: SeverityWarning, Source: SourceGuide, Check: "The packaging method fits the kind: playbooks are exported, apps are released by App Builder or packed by “tcex package”. An App Builder export is source, not a deliverable; it is a warning only, since the vendor's tools take it and no package breaks."},

	// The step from one version to the next.
	{Code: "TC-DIF-01", Severity: SeverityError, Source: SourceGuide, Check: "Contents that differ have different versions."},
	{Code: "TC-DIF-02", Severity: SeverityError, Source: SourceGuide, Check: "The version goes up, number by number; a step that skips versions is told."},
	{Code: "TC-DIF-03", Severity: SeverityError, Source: SourceGuide, Check: "What breaks jobs or playbooks of users comes with a new major version; what may break some of them is a warning."},
	{Code: "TC-DIF-04", Severity: SeverityWarning, Source: SourceGuide, Check: "What is new for users comes with a new minor version."},
	{Code: "TC-DIF-05", Severity: SeverityInfo, Source: SourceGuide, Check: "For texts and program files alone a new release number is enough."},
	{Code: "TC-DIF-06", Severity: SeverityError, Source: SourceGuide, Check: "The app's folder changes its name with a new major version, and only then."},
	{Code: "TC-DIF-07", Severity: SeverityWarning, Source: SourceVendor, Check: "An app keeps its ID and its name for all its versions."},
	{Code: "TC-DIF-08", Severity: SeverityInfo, Source: SourceOurs, Check: "A new major version has a reason that users can see."},

	// The packages of one release.
	{Code: "TC-DEP-01", Severity: SeverityError, Source: SourceOurs, Check: "Apps that playbooks need are in the release in the major version that they need."},
	{Code: "TC-DEP-02", Severity: SeverityInfo, Source: SourceOurs, Check: "Apps that playbooks need and the release does not hold are on the platform already."},
	{Code: "TC-DEP-03", Severity: SeverityError, Source: SourceOurs, Check: "No two packages of a release install the same app."},

	// The files inside.
	{Code: "TC-INS-01", Severity: SeverityError, Source: SourceVendor, Check: "install.json says in which language the app is written and where it runs, in words that the platform knows."},
	{Code: "TC-INS-02", Severity: SeverityError, Source: SourceVendor, Check: "install.json says what starts the app."},
	{Code: "TC-INS-03", Severity: SeverityWarning, Source: SourceVendor, Check: "install.json has features, listDelimiter and languageVersion."},
	{Code: "TC-INS-04", Severity: SeverityError, Source: SourceVendor, Check: "Every parameter has a name, a label and a type that the platform knows."},
	{Code: "TC-INS-05", Severity: SeverityError, Source: SourceVendor, Check: "No two parameters have the same name, or the same sequence."},
	{Code: "TC-INS-06", Severity: SeverityError, Source: SourceVendor, Check: "No two outputs have the same name and type."},
	{Code: "TC-INS-07", Severity: SeverityError, Source: SourceVendor, Check: "A parameter of choices lists its values."},
	{Code: "TC-INS-08", Severity: SeverityError, Source: SourceVendor, Check: "A playbook app has a category, and outputs with name and type."},
	{Code: "TC-INS-09", Severity: SeverityError, Source: SourceVendor, Check: "An API service has a displayPath of letters, digits, dots and underscores."},
	{Code: "TC-INS-10", Severity: SeverityWarning, Source: SourceVendor, Secret: true, Check: "An encrypted parameter is a String and has no default in the package."},
	{Code: "TC-INS-11", Severity: SeverityWarning, Source: SourceVendor, Check: "install.json has no keys that nothing reads, and none twice."},
	{Code: "TC-INS-12", Severity: SeverityWarning, Source: SourceVendor, Check: "The features are known, mean something for the app, and fit its layout."},
	{Code: "TC-INS-13", Severity: SeverityError, Source: SourceVendor, Check: "The oldest server version is three whole numbers."},
	{Code: "TC-INS-14", Severity: SeverityError, Source: SourceVendor, Check: "A feed names its source, its limits and its job, and has a source of its own."},
	{Code: "TC-LAY-01", Severity: SeverityError, Source: SourceVendor, Check: "layout.json holds sections with a title and parameters."},
	{Code: "TC-LAY-02", Severity: SeverityError, Source: SourceVendor, Check: "The layout shows parameters that install.json has and does not hide."},
	{Code: "TC-LAY-03", Severity: SeverityWarning, Source: SourceVendor, Check: "The layout shows every parameter that is not hidden."},
	{Code: "TC-LAY-04", Severity: SeverityError, Source: SourceVendor, Check: "The layout shows outputs that install.json has, and says when."},
	{Code: "TC-LAY-05", Severity: SeverityError, Source: SourceVendor, Check: "The conditions of a layout can be read and ask for parameters that it shows."},
	{Code: "TC-JSN-01", Severity: SeverityError, Source: SourceVendor, Check: "Every JSON file at the top of the app can be read."},
}

func threatConnect() platform {
	return platform{
		key: keyThreatConnect, label: "ThreatConnect", rules: threatConnectRules, settings: tcSettings(),
		formats: []func(*source) (reading, bool, error){
			tcWhole(tcFormAbx, readAppBuilder), tcWhole(tcFormApp, readThreatConnect), tcWhole(tcFormBundle, readBundle),
			tcWhole(tcFormPbx, readPlaybook), readTCMisnamed,
		},
		weigh: weighThreatConnect, judge: judgeThreatConnect, together: togetherThreatConnect,
	}
}
