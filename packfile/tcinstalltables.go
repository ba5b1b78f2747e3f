package packfile

// What the vendor's tools know of install.json and layout.json: the union of what the platform's Java library, the
// packager's model and its older schema name.

var tcInstallParamTypes = tabled{
	"Boolean", "Choice", "EditChoice", "KeyValueList", "MultiChoice", "String", "StringMixed",
}
