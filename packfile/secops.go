package packfile

// secOpsRules are the rules for Google SecOps response integrations.
var secOpsRules = []Rule{
	// Structure and form.
	{Code: "R-FILES", Severity: SeverityError, Source: SourceVendor, Check: "The integration has all the files that every integration has."},
	{Code: "R-YAML", Severity: SeverityError, Source: SourceVendor, Check: "YAML files can be read."},
	{Code: "R-TOML", Severity: SeverityError, Source: SourceVendor, Check: "TOML files can be read."},
	{Code: "R-JSON", Severity: SeverityError, Source: SourceVendor, Check: "JSON files in resources, and the descriptions of a built integration, can be read."},
	{Code: "R-YAML-DUP", Severity: SeverityError, Source: SourceOurs, Check: "No field of a YAML file is given twice."},
	{Code: "R-YAML-UNKNOWN", Severity: SeverityWarning, Source: SourceOurs, Check: "YAML files have no fields that nothing reads."},

	// Fields, as the vendor's tools read them.
	{Code: "R-SCHEMA-DEF", Severity: SeverityError, Source: SourceVendor, Check: "The fields of definition.yaml have the values that the platform takes."},
	{Code: "R-SCHEMA-ACTION", Severity: SeverityError, Source: SourceVendor, Check: "The fields of actions have the values that the platform takes."},
	{Code: "R-SCHEMA-CONNECTOR", Severity: SeverityError, Source: SourceVendor, Check: "The fields of connectors have the values that the platform takes."},
	{Code: "R-SCHEMA-JOB", Severity: SeverityError, Source: SourceVendor, Check: "The fields of jobs have the values that the platform takes."},
	{Code: "R-SCHEMA-WIDGET", Severity: SeverityError, Source: SourceVendor, Check: "The fields of widgets have the values that the platform takes."},
	{Code: "R-SCHEMA-RN", Severity: SeverityError, Source: SourceVendor, Check: "The fields of release notes have the values that the platform takes."},
	{Code: "R-SCHEMA-ONTOLOGY", Severity: SeverityError, Source: SourceVendor, Check: "The fields of ontology_mapping.yaml have the values that the platform takes."},
	{Code: "R-SCHEMA-FAMILIES", Severity: SeverityError, Source: SourceVendor, Check: "The fields of integration_families.yaml have the values that the platform takes."},
	{Code: "R-AI-SCHEMA", Severity: SeverityWarning, Source: SourceVendor, Since: "2026-07-01", Check: "The descriptions for language models in resources/ai are complete."},
	{Code: "R-SCHEMA-PYPROJECT", Severity: SeverityError, Source: SourceVendor, Check: "pyproject.toml has the keys that the platform's tools read."},
	{Code: "R-PARAM-OPTS", Severity: SeverityWarning, Source: SourceVendor, Check: "Values of an action's parameter are listed where they are chosen, with the default among them."},
	{Code: "R-PARAM-DEFAULT", Severity: SeverityWarning, Source: SourceOurs, Check: "Default values of booleans and integers can be read as such."},
	{Code: "R-PARAM-DESC", Severity: SeverityWarning, Source: SourceVendor, Check: "The parameters of actions are described."},
	{Code: "R-SSL", Severity: SeverityWarning, Source: SourceVendor, Check: "The integration has a boolean parameter Verify SSL that is true by default, not the text “false”."},
	{Code: "R-SSL-CONN", Severity: SeverityWarning, Source: SourceVendor, Check: "Each connector has a boolean parameter Verify SSL that is true by default, not the text “false”."},
	{Code: "R-DRM-PATH", Severity: SeverityError, Source: SourceVendor, Check: "Examples that actions name for their results are in the package and are JSON."},
	{Code: "R-DOC", Severity: SeverityWarning, Source: SourceVendor, Check: "The integration links to its documentation."},
	{Code: "R-DOC-CONN", Severity: SeverityWarning, Source: SourceVendor, Check: "Each connector links to its documentation."},
	{Code: "R-CUSTOM", Severity: SeverityWarning, Source: SourceVendor, Check: "Nothing is marked as made by a customer."},
	{Code: "R-DISABLED", Severity: SeverityWarning, Source: SourceVendor, Check: "No component is switched off."},

	// Names and versions.
	{Code: "R-NAME-STRICT", Severity: SeverityWarning, Source: SourceVendor, Check: "Names have letters, digits, spaces and “-” only, those of parameters also “'”."},
	{Code: "R-DUP-NAME", Severity: SeverityError, Source: SourceOurs, Check: "No two components of a kind, and no two parameters of a component, have one name."},
	{Code: "R-WIDGET-ACTION", Severity: SeverityError, Source: SourceOurs, Check: "Each widget shows an action that is there."},
	{Code: "R-IDENT", Severity: SeverityError, Source: SourceOurs, Check: "The integration has an identifier, and all its parts name the same."},
	{Code: "R-VER-FORM", Severity: SeverityError, Source: SourceVendor, Check: "The version is a whole number with “.0”, or three numbers if the publisher counts so."},

	// Structure.
	{Code: "R-PARITY", Severity: SeverityError, Source: SourceGuide, Check: "Each action, connector and job has a .py beside its .yaml, and each widget an .html."},
	{Code: "R-PKGINIT", Severity: SeverityError, Source: SourceGuide, Check: "actions, connectors, jobs, core and the folders of Python in core are packages, with an __init__.py."},
	{Code: "R-INIT-EMPTY", Severity: SeverityWarning, Source: SourceGuide, Check: "Files __init__.py hold nothing but comments."},
	{Code: "R-SNAKE-DIR", Severity: SeverityError, Source: SourceGuide, Check: "The integration's folder is named in snake_case."},
	{Code: "R-SNAKE", Severity: SeverityWarning, Source: SourceGuide, Check: "The files of components and of core are named in snake_case; from version 2.0 on this is an information."},
	{Code: "R-CORE-UNIQUE", Severity: SeverityError, Source: SourceGuide, Check: "No two Python files below core have one name."},
	{Code: "R-EXTRA", Severity: SeverityInfo, Source: SourceOurs, Check: "At the top lies nothing that is no part of an integration."},

	// What an integration has.
	{Code: "R-PING", Severity: SeverityError, Source: SourceGuide, Check: "An action is named Ping; an integration without actions is warned only."},
	{Code: "R-ACTION2", Severity: SeverityWarning, Source: SourceGuide, Check: "There is an action besides Ping."},
	{Code: "R-PING-MSG", Severity: SeverityInfo, Source: SourceVendor, Check: "Ping says “Successfully connected to the” and “Failed to connect to the”."},
	{Code: "R-CORE-CLIENT", Severity: SeverityWarning, Source: SourceGuide, Check: "core has a class, the client of the service's API."},
	{Code: "R-ONTOLOGY", Severity: SeverityError, Source: SourceGuide, Check: "An integration with connectors maps their events; a folder that the vendor lets pass by name, or an empty mapping, is warned only, one without StartTime and EndTime is an information."},
	{Code: "R-IMG", Severity: SeverityWarning, Source: SourceGuide, Check: "The PNG image and the SVG logo are named, are there and are what they say."},
	{Code: "R-JSON-EX", Severity: SeverityWarning, Source: SourceGuide, Check: "An action that gives a result as JSON has an example of it; a name that the vendor's validator does not find is an information."},
	{Code: "R-JSON-ORPHAN", Severity: SeverityInfo, Source: SourceOurs, Check: "Each example of a result belongs to an action."},
	{Code: "R-TESTS", Severity: SeverityWarning, Source: SourceGuide, Check: "There are tests with common.py and test_defaults/test_imports.py; conftest.py, core and test_actions are an information."},
	{Code: "R-TEST-CONFIG", Severity: SeverityInfo, Source: SourceVendor, Check: "Tests have a config.json that holds an object."},
	{Code: "R-ACTION-TESTS", Severity: SeverityInfo, Source: SourceGuide, Check: "Each action has a test file of its own."},

	// pyproject.toml and uv.lock.
	{Code: "R-PYVER", Severity: SeverityError, Source: SourceGuide, Check: "Python is 3.11 in .python-version, in definition.yaml and, as “>=3.11,<3.12”, in pyproject.toml."},
	{Code: "R-DEVDEPS", Severity: SeverityWarning, Source: SourceVendor, Check: "The group dev has soar-sdk, pytest and pytest-json-report, and soar-sdk is in that group only."},
	{Code: "R-DEVDEPS-SEED", Severity: SeverityInfo, Source: SourceGuide, Check: "The group dev has mypy and integration-testing."},
	{Code: "R-DESC", Severity: SeverityWarning, Source: SourceGuide, Check: "pyproject.toml describes the integration."},
	{Code: "R-EMAIL", Severity: SeverityWarning, Source: SourceVendor, Check: "The description of a partner's integration names an e-mail address."},
	{Code: "R-LOCK", Severity: SeverityError, Source: SourceVendor, Check: "uv.lock is up to date: name, version, dependencies and Python version are those of pyproject.toml."},
	{Code: "R-LOCK-REG", Severity: SeverityError, Source: SourceVendor, Check: "Locked packages come from PyPI."},
	{Code: "R-SELF", Severity: SeverityInfo, Source: SourceOurs, Check: "Dependencies do not lie outside of the integration's folder."},

	// Release notes.
	{Code: "R-RN-DATE", Severity: SeverityWarning, Source: SourceGuide, Since: "2025-07-01", Check: "Each note has a publish_time in quotes, YYYY-MM-DD, that is a day and, where the day is known on which it is checked, not a later one."},
	{Code: "R-RN-ORDER", Severity: SeverityWarning, Source: SourceOurs, Check: "Notes stand in the order of their versions; gaps and days out of order are an information."},
	{Code: "R-RN-VER", Severity: SeverityError, Source: SourceVendor, Check: "The last note, with the highest version, is for the version in pyproject.toml."},
	{Code: "R-RN-TYPE", Severity: SeverityWarning, Source: SourceOurs, Check: "A note is about an Integration, Action, Connector, Job, Widget or Manager."},

	// Python text.
	{Code: "R-SECRET", Severity: SeverityWarning, Source: SourceGuide, Secret: true, Check: "No password has a default value and no file holds a key; code that runs any text it is given (eval, exec, shell=True) is an information."},
	{Code: "R-FUTURE", Severity: SeverityInfo, Source: SourceGuide, Check: "Python files begin with “from __future__ import annotations”."},
	{Code: "R-HINTS", Severity: SeverityInfo, Source: SourceGuide, Check: "Functions tell the type that they return."},
	{Code: "R-DOCSTR", Severity: SeverityInfo, Source: SourceGuide, Check: "Public classes and functions have docstrings."},
	{Code: "R-ACTION-CLASS", Severity: SeverityInfo, Source: SourceGuide, Check: "Each action is written as a class."},
	{Code: "R-TRY", Severity: SeverityInfo, Source: SourceGuide, Check: "Each action catches errors, or builds on an action class that does."},
	{Code: "R-TIPBASE", Severity: SeverityInfo, Source: SourceGuide, Check: "Components build on the base classes of TIPCommon."},
	{Code: "R-PYDANTIC", Severity: SeverityInfo, Source: SourceGuide, Check: "Data are described by Pydantic models."},
	{Code: "R-CONFIG-USED", Severity: SeverityInfo, Source: SourceGuide, Check: "Each parameter of the integration is named in its Python code; with more than 500 parameters this is not looked for."},

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
		formats:  []func(*source) (reading, bool, error){readSecOpsBuilt, readSecOps},
		settings: append(secOpsSettings(), secopsVersionsSetting()),
		weigh:    weighSecOps, judge: judgeSecOps, together: togetherSecOps,
	}
}
