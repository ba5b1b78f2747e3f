package packfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"packtide/packfile"
)

// everySetting declares settings of all kinds that the platform has.
var everySetting = connectionFields(3, "url", "-user") +
	fmt.Sprintf(`<Operations><OperationOverride id=%q><field id="pageSize" label="Page size" overrideable="true"/><field id="odd"/></OperationOverride></Operations>`, boomiID(5)) +
	`<Properties><PropertyOverride name="DPP_REGION"/></Properties>` +
	fmt.Sprintf(`<PartnerOverrides><PartnerOverride id=%q><Contact id="c1"><field id="email" overrideable="true"/></Contact></PartnerOverride></PartnerOverrides>`, boomiID(6)) +
	fmt.Sprintf(`<Extensions><ObjectDefinitions><objectDefinition id="o" overrideable="true"/></ObjectDefinitions><DataMaps><DataMap id=%q/><unusedMaps><DataMap id="x"/></unusedMaps></DataMaps></Extensions>`, boomiID(7)) +
	fmt.Sprintf(`<CrossReferenceOverrides><CrossReferenceOverride id=%q name="Countries"/></CrossReferenceOverrides>`, boomiID(8)) +
	fmt.Sprintf(`<PGPOverrides><PGPOverride id=%q overrideable="false"/></PGPOverrides>`, boomiID(9)) +
	fmt.Sprintf(`<DefinedProcessPropertyOverrides><OverrideableDefinedProcessPropertyComponent componentId=%q>
<OverrideableDefinedProcessPropertyValue key="k1" name="Get Limit" overrideable="true"/></OverrideableDefinedProcessPropertyComponent></DefinedProcessPropertyOverrides>`, boomiID(10)) +
	`<Unknown><Thing id="t" overrideable="true"/></Unknown>`

func TestBoomiSettings(t *testing.T) {
	t.Parallel()
	p := read(t, orders(t, everySetting), "x.zip")
	want := []packfile.Component{
		{ID: boomiID(1), Name: "Acme Orders Sync", Version: "7", Kind: "process", Settings: []string{"dynamic process property DPP_REGION: extensible"}},
		{ID: boomiID(3), Name: "Acme Connection", Version: "7", Kind: "connector-settings", Settings: []string{
			"connection field url “The url”: extensible", "connection field user “The user”: not extensible",
		}},
		{ID: boomiID(5), Settings: []string{"operation field odd: not extensible", "operation field pageSize “Page size”: extensible"}},
		{ID: boomiID(6), Settings: []string{"trading partner setting c1 › email: extensible"}},
		{ID: boomiID(7), Settings: []string{"map extension: extensible"}},
		{ID: boomiID(8), Settings: []string{"cross reference table: extensible"}},
		{ID: boomiID(9), Settings: []string{"PGP certificate: not extensible"}},
		{ID: boomiID(10), Settings: []string{"process property k1 “Get Limit”: extensible"}},
	}
	if diff := cmp.Diff(want, p.Manifest.Components); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	var open []string
	for _, part := range p.Contents.Parts {
		if part.Kind == "extensible setting" {
			open = append(open, fmt.Sprintf("%d %s", part.Line, part.Name))
		}
	}
	wantOpen := []string{
		"8 Acme Connection › connection field The url", "9 " + boomiID(5) + " › operation field Page size",
		"9 Acme Orders Sync › dynamic process property DPP_REGION", "9 " + boomiID(6) + " › trading partner setting c1 › email",
		"9 " + boomiID(7) + " › map extension", "9 " + boomiID(8) + " › cross reference table", "10 " + boomiID(10) + " › process property Get Limit",
	}
	if diff := cmp.Diff(wantOpen, open); diff != "" {
		t.Errorf("extensible settings (-want +got):\n%s", diff)
	}
	if p.Manifest.OneOnly != "" || !p.Manifest.Countable || len(p.Findings) > 0 {
		t.Errorf("got %+v, %+v", p.Manifest, p.Findings)
	}
}

// Two processes of a package may declare one setting: what either opens is open, and stands there once.
func TestBoomiSettingsOfTwoProcesses(t *testing.T) {
	t.Parallel()
	p := read(t, orders(t, connectionFields(3, "-url", "user"),
		file{name: "orders/sub.xml", content: declaring(processXML(2, "Acme Sub", 1), connectionFields(3, "url", "user"))}), "x.zip")
	want := []string{"connection field url “The url”: extensible", "connection field user “The user”: extensible"}
	if diff := cmp.Diff(want, p.Manifest.Components[2].Settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	seen := map[string]bool{}
	for _, part := range p.Contents.Parts {
		if seen[part.ID()] {
			t.Errorf("%s stands there twice", part.ID())
		}
		seen[part.ID()] = true
	}
}

func TestBoomiDeclaresTooMuch(t *testing.T) {
	t.Parallel()
	fields := make([]string, 10_001)
	for i := range fields {
		fields[i] = fmt.Sprintf("f%d", i)
	}
	_, _, err := inspect(orders(t, connectionFields(3, fields...)), "x.zip")
	if err == nil || !strings.Contains(err.Error(), "more than 10000 extensible settings") {
		t.Errorf("got %v, want it refused by the limit", err)
	}
	if _, _, err := inspect(orders(t, connectionFields(3, fields[:10_000]...)), "x.zip"); err != nil {
		t.Errorf("what meets the limit is refused: %v", err)
	}
}

func TestBoomiSecrets(t *testing.T) {
	t.Parallel()
	field := func(id, value string) string {
		return fmt.Sprintf(`<GenericConnectionConfig xmlns=""><field id=%q type="string" value=%q/></GenericConnectionConfig>`, id, value)
	}
	property := func(label, value string) string {
		return fmt.Sprintf(`<DefinedProcessProperties xmlns=""><definedProcessProperty key="k"><label>%s</label><defaultValue>%s</defaultValue></definedProcessProperty></DefinedProcessProperties>`, label, value)
	}
	step := func(property, value string) string {
		return fmt.Sprintf(`<process xmlns=""><documentproperty propertyId=%q><sourcevalues><parametervalue key="1" valueType="static"><staticparameter staticproperty=%q/></parametervalue></sourcevalues></documentproperty></process>`, property, value)
	}
	settings := `<HttpSettings xmlns=""><AuthSettings user="u" password="hunter2"/></HttpSettings>`
	encrypted := func(path, isSet string) string {
		return fmt.Sprintf(`<bns:encryptedValues><bns:encryptedValue path=%q isSet=%q/></bns:encryptedValues>`, path, isSet)
	}
	for name, tt := range map[string]struct {
		object, encrypted string
		want              string // the field; empty: nothing is found
	}{
		"a password field":            {object: field("password", "hunter2"), want: "password"},
		"a password by its type":      {object: strings.Replace(field("pin", "1234"), `"string"`, `"password"`, 1), want: "pin"},
		"an empty field":              {object: field("password", " ")},
		"a switch":                    {object: field("useToken", "true")},
		"a reference":                 {object: field("privateKey", boomiID(9))},
		"a mask":                      {object: field("secret", "****")},
		"a token":                     {object: field("oauthToken", "abc"), want: "oauthToken"},
		"an address of tokens":        {object: field("accessTokenEndpoint", "https://x")},
		"a key":                       {object: field("apiKey", "abc"), want: "apiKey"},
		"a key of another kind":       {object: field("primaryKey", "id")},
		"an attribute":                {object: settings, want: "password"},
		"keys of XML":                 {object: `<Map xmlns="" key="1" elementKey="7" taglistKey="0" inputProfileKey="abc"/>`},
		"an element":                  {object: `<c xmlns=""><clientSecret>abc</clientSecret></c>`, want: "clientSecret"},
		"a default":                   {object: property("API Token", "abc"), want: "API Token"},
		"a default of something else": {object: property("Token Refresh Time", "600")},
		"a step that sets it":         {object: step("process.DPP_API_TOKEN", "abc"), want: "process.DPP_API_TOKEN"},
		"a step that sets another":    {object: step("process.DPP_REGION", "emea")},
		"a fallback": {
			object: `<p xmlns=""><processparameter processproperty="DPP_PASSWORD" processpropertydefaultvalue="abc"/></p>`, want: "DPP_PASSWORD",
		},
		"encrypted attribute":     {object: settings, encrypted: encrypted("//HttpSettings/AuthSettings/@password", "true")},
		"encrypted by its type":   {object: strings.Replace(field("pin", "1234"), `"string"`, `"password"`, 1), encrypted: encrypted("//GenericConnectionConfig/field[@type='password']", "true")},
		"encrypted by its id":     {object: field("a/token", "abc"), encrypted: encrypted("//field[@id='a/token']/@value", "true")},
		"another is encrypted":    {object: field("token", "abc"), encrypted: encrypted("//field[@id='password']", "true"), want: "token"},
		"another attribute":       {object: settings, encrypted: encrypted("//HttpSettings/AuthSettings/@user", "true"), want: "password"},
		"said not to be set":      {object: settings, encrypted: encrypted("//AuthSettings/@password", "false"), want: "password"},
		"a path that says little": {object: settings, encrypted: encrypted("//", "true"), want: "password"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := strings.Replace(componentXML(3, "connector-settings", "Acme Connection", "\n\n\n"+tt.object+"\n\n\n"), "<bns:encryptedValues/>", tt.encrypted, 1)
			p := read(t, zipOf(t, file{name: "p.xml", content: processXML(1, "Acme Orders Sync", 3)}, file{name: "c.xml", content: c}), "x.zip")
			var got []string
			for _, f := range p.Findings {
				got = append(got, f.Field)
				if f.Code != "B-SECRET" || f.Excerpt != "" || strings.Contains(f.Message, "hunter2") || f.Path != "c.xml" || f.Line < 8 {
					t.Errorf("got %+v", f)
				}
			}
			if strings.Join(got, ",") != tt.want {
				t.Errorf("got fields %q, want %q", got, tt.want)
			}
		})
	}
}

// A secret must not be seen in what is quoted of another fault close by.
func TestBoomiSecretBesideAFault(t *testing.T) {
	t.Parallel()
	text := strings.Replace(processXML(1, "Acme Orders Sync"), `<shape shapetype="start"/>`,
		`<shape shapetype="processroute"/>`+"\n"+`<AuthSettings password="hunter2"/>`, 1)
	p := read(t, []byte(text), "x.xml")
	if len(p.Findings) != 2 {
		t.Fatalf("got %+v, want two findings", p.Findings)
	}
	for _, f := range p.Findings {
		if f.Excerpt != "" {
			t.Errorf("%s quotes %q", f.Code, f.Excerpt)
		}
	}
}

func TestBoomiManifest(t *testing.T) {
	t.Parallel()
	entry := func(n int, version string) string {
		return fmt.Sprintf(`{"id": %q, "version": %s}`, boomiID(n), version)
	}
	for name, tt := range map[string]struct {
		manifest string
		want     string // severity and the beginning of the message
	}{
		"as it is":        {`{"packageId": "p-1", "componentInfo": [` + entry(1, "7") + "," + entry(3, `"7"`) + `]}`, ""},
		"only the id":     {`{"packageId": "p-1"}`, ""},
		"without version": {`{"packageId": "p-1", "componentInfo": [` + entry(1, "null") + "," + entry(3, `""`) + `]}`, ""},
		"not packed":      {`{"packageId": "p-1", "componentInfo": [` + entry(1, "7") + "," + entry(3, "7") + ",\n" + entry(4, "1") + `]}`, "error The component " + boomiID(4) + " is listed"},
		"not listed":      {`{"packageId": "p-1", "componentInfo": [` + entry(1, "7") + `]}`, "warning The component “Acme Connection” (orders/connection.xml) is in the package"},
		"another version": {`{"packageId": "p-1", "componentInfo": [` + entry(1, "6") + "," + entry(3, "7") + `]}`, "warning The component “Acme Orders Sync” is listed in version 6, and packed in version 7"},
		"listed twice":    {`{"packageId": "p-1", "componentInfo": [` + entry(1, "7") + "," + entry(3, "7") + "," + entry(3, "8") + `]}`, "error The component " + boomiID(3) + " is listed twice"},
		"no id":           {`{"packageId": "p-1", "componentInfo": [` + entry(1, "7") + "," + entry(3, "7") + `, {"version": 1}]}`, "error The entry names no component"},
		"no object":       {`[]`, "error The file must hold a JSON object"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := read(t, orders(t, "", file{name: "orders/manifest.json", content: tt.manifest}), "x.zip")
			got := ""
			for _, f := range p.Findings {
				got += f.Severity + " " + f.Message
				if f.Code != "B-MANIFEST" || f.Path != "orders/manifest.json" || f.Line == 0 || f.Fix == "" {
					t.Errorf("got %+v", f)
				}
			}
			if !strings.HasPrefix(got, tt.want) || (got == "") != (tt.want == "") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			var id string
			for _, f := range p.Manifest.Facts {
				if f.Label == "Package id" {
					id = f.Value
				}
			}
			if strings.Contains(tt.manifest, "p-1") != (id == "p-1") {
				t.Errorf("got package id %q", id)
			}
		})
	}
}
