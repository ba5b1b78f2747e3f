package packfile

// boomiRules are the rules for Boomi packages.
var boomiRules = []Rule{
	{Code: "B-XML", Severity: SeverityError, Source: SourceVendor, Check: "Components are well-formed XML without a document type declaration."},
	{Code: "B-COMPONENT", Severity: SeverityError, Source: SourceVendor, Check: "A component has an id, a type and a name."},
	{Code: "B-TWICE", Severity: SeverityError, Source: SourceOurs, Check: "No component lies in the package twice."},
	{Code: "B-TYPE", Severity: SeverityError, Source: SourceVendor, Check: "Only components that an integration pack may hold are packed."},
	{Code: "B-PRIMARY", Severity: SeverityError, Source: SourceVendor, Check: "One process or API service is the package's primary component."},
}

func boomi() platform {
	return platform{
		key: "boomi", label: "Boomi", rules: boomiRules,
		formats: []func(*source) (reading, bool, error){readBoomi},
	}
}
