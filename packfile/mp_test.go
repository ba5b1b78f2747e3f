package packfile_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"packtide/packfile"
)

// mpRules tells by which rules each validator of the vendor's tool is found here. Two can't be: UvLockValidation needs the
// network and VersionBumpValidation a pull request.
var mpRules = map[string][]string{
	"VersionConsistencyValidation":                       {"R-RN-VER", "R-YAML"},
	"RequiredDevDependenciesValidation":                  {"R-DEVDEPS", "R-FILES"},
	"NoCustomComponentsInIntegrationValidation":          {"R-CUSTOM", "R-FILES"},
	"NoDisabledComponentsInIntegrationValidation":        {"R-DISABLED", "R-FILES"},
	"IntegrationHasPingActionValidation":                 {"R-PING"},
	"PingMessageFormatValidation":                        {"R-PING-MSG"},
	"IntegrationHasMappingRulesIfHasConnectorValidation": {"R-ONTOLOGY"},
	"SslParameterExistsInIntegrationValidation":          {"R-SSL", "R-FILES"},
	"SslParameterExistsInConnectorsValidation":           {"R-SSL-CONN"},
	"IntegrationHasDocumentationLinkValidation":          {"R-DOC"},
	"ConnectorsHasDocumentationLinkValidation":           {"R-DOC-CONN"},
	"PythonVersionValidation":                            {"R-PYVER", "R-FILES"},
	"IntegrationDescriptionValidation":                   {"R-DESC", "R-PARAM-DESC"},
	"FieldsValidation": {
		"R-NAME-STRICT", "R-AI-SCHEMA", "R-SCHEMA-DEF", "R-SCHEMA-ACTION", "R-SCHEMA-CONNECTOR", "R-SCHEMA-JOB", "R-SCHEMA-WIDGET",
		"R-SCHEMA-RN", "R-SCHEMA-ONTOLOGY", "R-SCHEMA-FAMILIES", "R-SCHEMA-PYPROJECT", "R-YAML", "R-PARITY", "R-FILES", "R-DRM-PATH", "R-IMG",
	},
	"JsonResultExampleValidation":        {"R-JSON-EX"},
	"EmptyInitFilesValidation":           {"R-INIT-EMPTY"},
	"SupportEmailValidation":             {"R-EMAIL"},
	"ReleaseNotesDateValidation":         {"R-RN-DATE", "R-YAML"},
	"TestConfigValidation":               {"R-TEST-CONFIG"},
	"IntegrationFileStructureValidation": {"R-PARITY", "R-FILES"},
	"DependencyProviderValidation":       {"R-LOCK-REG", "R-FILES"},
	"ActionParametersValuesValidation":   {"R-PARAM-OPTS"},
}

// mpUnderivable are what no reader of the files can find.
var mpUnderivable = []string{"UvLockValidation", "VersionBumpValidation"}

type mpEntry struct {
	File, Folder, Scope string
	Expected            []struct{ Validator, Message string } `json:"mp_expected"`
}

func readMP(t *testing.T) []mpEntry {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusDir(t), "secops", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var entries []mpEntry
	if err := json.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	return entries
}

// What the vendor's own tool finds of real integrations is found here, and no error is reported of one that it accepts
// unless the guide or a rule of our own asks for more.
func TestCorpusMP(t *testing.T) {
	t.Parallel()
	for _, entry := range readMP(t) {
		t.Run(entry.File, func(t *testing.T) {
			t.Parallel()
			findings, isIntegration := inspectMP(t, entry)
			if !isIntegration {
				t.Skip("too little is left of it to tell that it was an integration")
			}
			for _, e := range entry.Expected {
				codes, known := mpRules[e.Validator]
				if slices.Contains(mpUnderivable, e.Validator) {
					continue
				}
				if !known {
					t.Errorf("no rule stands for %s", e.Validator)
				}
				if !slices.ContainsFunc(findings, func(f packfile.Finding) bool { return slices.Contains(codes, f.Code) }) {
					t.Errorf("%s is not found by any of %v: %s", e.Validator, codes, e.Message)
				}
			}
			if len(entry.Expected) == 0 {
				checkExplained(t, findings)
			}
		})
	}
}

// inspectMP checks an integration as the vendor's tool did: in its part of the repository. It reports false for what is not
// taken for an integration.
func inspectMP(t *testing.T, entry mpEntry) ([]packfile.Finding, bool) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusDir(t), "secops", entry.File))
	if err != nil {
		t.Fatal(err)
	}
	opts := packfile.Options{Settings: map[string]string{"secops.exclusions": "on"}}
	if packfile.CheckOptions(packfile.Options{Settings: map[string]string{"secops.scope": entry.Scope}}) == nil {
		opts.Settings["secops.scope"] = entry.Scope
	}
	p, err := packfile.Inspect(bytes.NewReader(data), int64(len(data)), entry.File, opts)
	if err != nil {
		t.Fatal(err)
	}
	return p.Findings, p.Manifest.Platform == "secops"
}

// checkExplained wants every error to be from a rule that goes beyond the vendor's tool.
func checkExplained(t *testing.T, findings []packfile.Finding) {
	t.Helper()
	for _, f := range findings {
		i := slices.IndexFunc(packfile.Rules("secops"), func(r packfile.Rule) bool { return r.Code == f.Code })
		if source := packfile.Rules("secops")[i].Source; f.Severity == packfile.SeverityError && source == packfile.SourceVendor {
			t.Errorf("the vendor's tool finds nothing, and its rule %s is reported: %s:%d %s", f.Code, f.Path, f.Line, f.Message)
		}
	}
}

// The table names rules that are there.
func TestMPRulesExist(t *testing.T) {
	t.Parallel()
	for validator, codes := range mpRules {
		for _, code := range codes {
			if !slices.ContainsFunc(packfile.Rules("secops"), func(r packfile.Rule) bool { return r.Code == code }) {
				t.Errorf("%s: there is no rule %s", validator, code)
			}
		}
		if !strings.HasSuffix(validator, "Validation") {
			t.Errorf("%s is no validator's name", validator)
		}
	}
}
