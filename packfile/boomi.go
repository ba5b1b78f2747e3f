package packfile

// boomiRules are the rules for Boomi packages.
var boomiRules = []Rule{
	{Code: "B-XML", Severity: SeverityError, Source: SourceVendor, Check: "Components are well-formed XML in UTF-8, without a document type declaration and at most 256 levels deep."},
	{Code: "B-COMPONENT", Severity: SeverityError, Source: SourceVendor, Check: "A component has an id, a type and a name."},
	{Code: "B-TWICE", Severity: SeverityError, Source: SourceOurs, Check: "No component lies in the package twice."},
	{Code: "B-TYPE", Severity: SeverityError, Source: SourceVendor, Check: "Only components that an integration pack may hold are packed: no process route or step to one, no certificate, no custom library."},
	{Code: "B-PRIMARY", Severity: SeverityError, Source: SourceVendor, Check: "One process or API service is the package's primary component: no other component refers to it."},
	{Code: "B-MANIFEST", Severity: SeverityError, Source: SourceOurs, Check: "A manifest.json lists exactly the components of the package, each in the version that is packed."},
	{Code: "B-SECRET", Severity: SeverityWarning, Source: SourceOurs, Check: "No field that holds a password, secret, token or key has a literal value.", Secret: true},
	{Code: "B-OVERRIDES", Severity: SeverityWarning, Source: SourceVendor, Check: "A process that declared extensible settings in the version before still declares some."},
	{Code: "B-VER-LOW", Severity: SeverityError, Source: SourceOurs, Check: "A new version is higher than the version before it."},
	{Code: "B-VER-SAME", Severity: SeverityError, Source: SourceOurs, Check: "Two packages of one version have the same contents."},
	{Code: "B-BUMP", Severity: SeverityError, Source: SourceOurs, Check: "The version goes up by as much as the changes ask for."},
	{Code: "B-SHARED", Severity: SeverityError, Source: SourceVendor, Check: "Components that packages of a release share have one version and the same extensible settings in all of them."},
	{Code: "B-IDENT", Severity: SeverityError, Source: SourceVendor, Check: "No two packages of a release have the same primary component."},
}

func boomi() platform {
	return platform{
		key: "boomi", label: "Boomi", rules: boomiRules,
		formats:  []func(*source) (reading, bool, error){readBoomi},
		weigh:    weighBoomi,
		judge:    judgeBoomi,
		together: boomiTogether,
	}
}
