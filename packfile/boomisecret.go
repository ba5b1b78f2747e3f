package packfile

// Literal secrets in components. The platform encrypts the fields that it knows to be secret, and names them in
// bns:encryptedValues; whatever else is called a password, secret, token or key and has a value was typed where everybody
// who gets the package can read it.

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// The most that is kept of one component; real ones have a handful of each.
const (
	maxSecretFields    = 200
	maxEncryptedValues = 200
)

// boomiSecrets are the fields of one component that hold a literal and are called a secret.
type boomiSecrets struct {
	fields    []secretField
	encrypted [][]encryptedStep
	property  secretField // the process property that is read: its name, and its default once that is known
}

// secretField is one such field, without its value.
type secretField struct {
	name   string
	stack  []xml.StartElement // to find it among the encrypted ones
	attr   string             // that holds the value; empty: the element's text
	offset int
}

// secretHolders are elements whose one attribute names what another one holds.
var secretHolders = []struct{ element, value, name string }{
	{"documentproperty", "defaultValue", "propertyId"},
	{"processparameter", "processpropertydefaultvalue", "processproperty"},
	{"trackparameter", "defaultValue", "propertyId"},
	{"definedparameter", "defaultValue", "propertyname"},
}

// takeElement takes the element at the end of the stack.
func (s *boomiSecrets) takeElement(stack []xml.StartElement, offset int) {
	element := stack[len(stack)-1]
	at := element.Name.Local
	if at == "definedProcessProperty" {
		s.property = secretField{}
	}
	for _, a := range element.Attr {
		if attributeIsSecret(a.Name.Local) {
			s.add(secretField{a.Name.Local, stack, a.Name.Local, offset}, a.Value)
		}
	}
	if name := firstAttribute(element, "id", "name", "key"); nameIsSecret(name) || xmlAttribute(element, "type") == "password" {
		s.add(secretField{name, stack, "value", offset}, xmlAttribute(element, "value"))
	}
	for _, h := range secretHolders {
		if name := xmlAttribute(element, h.name); at == h.element && nameIsSecret(name) {
			s.add(secretField{name, stack, h.value, offset}, xmlAttribute(element, h.value))
		}
	}
	if value := xmlAttribute(element, "staticproperty"); value != "" {
		if name := settingAround(stack); nameIsSecret(name) {
			s.add(secretField{name, stack, "staticproperty", offset}, value)
		}
	}
}

// settingAround is the name of the property that a step of a process sets, in the place where its value stands.
func settingAround(stack []xml.StartElement) string {
	for _, around := range slices.Backward(stack) {
		switch around.Name.Local {
		case "documentproperty":
			return xmlAttribute(around, "propertyId")
		case "propertyvalue":
			return firstAttribute(around, "name", "key")
		}
	}
	return ""
}

// takeText takes the text of the element at the end of the stack.
func (s *boomiSecrets) takeText(stack []xml.StartElement, text string, offset int) {
	element := stack[len(stack)-1].Name.Local
	if stack[len(stack)-2].Name.Local == "definedProcessProperty" {
		switch element {
		case "label":
			s.property.name = text
		case "defaultValue":
			if isLiteral(text) {
				s.property.stack, s.property.offset = slices.Clone(stack), offset
			}
		}
		if p := s.property; nameIsSecret(p.name) && p.stack != nil {
			s.keep(p)
			s.property.stack = nil
		}
		return
	}
	if attributeIsSecret(element) {
		s.add(secretField{element, stack, "", offset}, text)
	}
}

func (s *boomiSecrets) add(f secretField, value string) {
	if isLiteral(value) {
		s.keep(f)
	}
}

// keep keeps a field, unless the platform has encrypted it as far as is known by now.
func (s *boomiSecrets) keep(f secretField) {
	if len(s.fields) < maxSecretFields && !s.isEncrypted(f) {
		f.stack = slices.Clone(f.stack)
		s.fields = append(s.fields, f)
	}
}

func (c *boomiComponent) secretFindings() []Finding {
	var findings []Finding
	for _, f := range c.secrets.fields {
		if c.secrets.isEncrypted(f) {
			continue
		}
		findings = append(findings, c.at(f.offset, Finding{
			Code: "B-SECRET", Field: f.name,
			Message: fmt.Sprintf("The field “%s” of %s holds a literal value, which everybody who gets the package can read.", shorten(f.name), c.label()),
			Fix:     "Leave the field empty and make it extensible, so that each account sets its own; then replace the secret that was packed.",
		}))
	}
	return findings
}

// isLiteral tells a value that may be a secret from switches, references and masks.
func isLiteral(value string) bool {
	value = strings.TrimSpace(value)
	switch strings.ToLower(value) {
	case "", "true", "false", "none", "null":
		return false
	}
	return !componentID.MatchString(value) && strings.Trim(value, "*•") != ""
}

// The words that a secret's name ends in, and those that a key's name has in front if it is one, or if it is none.
var (
	secretWords = []string{"password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "secretkey", "accesskey", "privatekey"}
	keySecret   = []string{
		"access", "account", "api", "auth", "authorization", "client", "consumer", "encryption", "function", "hmac", "license", "master",
		"private", "secret", "security", "service", "shared", "signing", "ssh", "subscription",
	}
	keyHarmless = []string{
		"cache", "child", "column", "composite", "element", "external", "foreign", "group", "index", "input", "list", "lookup", "message",
		"natural", "object", "output", "partition", "primary", "profile", "public", "record", "row", "routing", "sort", "table", "taglist", "unique",
	}
)

// nameIsSecret judges the names that people give to fields and properties.
func nameIsSecret(name string) bool {
	last, before := lastWords(name)
	return slices.Contains(secretWords, last) || last == "key" && !slices.Contains(keyHarmless, before)
}

// attributeIsSecret judges names of XML, where very many things are a key.
func attributeIsSecret(name string) bool {
	last, before := lastWords(name)
	return slices.Contains(secretWords, last) || last == "key" && slices.Contains(keySecret, before)
}

// maxSecretName is how much of the end of a name is looked at.
const maxSecretName = 100

// lastWords returns the last two words of a name, in lower case: "clientSecret", "API Token", "DPP_API_KEY".
func lastWords(name string) (last, before string) {
	runes := []rune(strings.ToValidUTF8(name[max(0, len(name)-maxSecretName):], ""))
	var words []string
	var word []rune
	for i, r := range runes {
		lower := i > 0 && unicode.IsLower(runes[i-1])
		letter := unicode.IsLetter(r)
		if len(word) > 0 && (!letter || lower && unicode.IsUpper(r)) {
			words, word = append(words, string(word)), nil
		}
		if letter {
			word = append(word, unicode.ToLower(r))
		}
	}
	words = append([]string{"", ""}, words...)
	if len(word) > 0 {
		words = append(words, string(word))
	}
	return words[len(words)-1], words[len(words)-2]
}

// encryptedStep is one step of the path of an encrypted value: an element, with attributes that it must have.
type encryptedStep struct {
	element string
	want    [][2]string
	attr    string // of the last step: the attribute that holds the value; empty if the path does not say
}

var (
	encryptedName = regexp.MustCompile(`^(?:[\w.-]+:)?([\w.-]+|\*)`)
	encryptedWant = regexp.MustCompile(`\[\s*@([\w.-]+)\s*=\s*(?:'([^']*)'|"([^"]*)")\s*\]`)
)

// takeEncrypted notes a value that the platform has encrypted: //AuthSettings/@password, //field[@id='password'].
func (s *boomiSecrets) takeEncrypted(element xml.StartElement) {
	if element.Name.Local != "encryptedValue" || !strings.EqualFold(xmlAttribute(element, "isSet"), "true") || len(s.encrypted) == maxEncryptedValues {
		return
	}
	var steps []encryptedStep
	for _, step := range splitPath(xmlAttribute(element, "path")) {
		if attr, ok := strings.CutPrefix(step, "@"); ok && len(steps) > 0 {
			steps[len(steps)-1].attr = attr
			continue
		}
		name := encryptedName.FindStringSubmatch(step)
		if name == nil {
			return
		}
		e := encryptedStep{element: name[1]}
		for _, m := range encryptedWant.FindAllStringSubmatch(step, -1) {
			e.want = append(e.want, [2]string{m[1], m[2] + m[3]})
		}
		steps = append(steps, e)
	}
	if len(steps) > 0 {
		s.encrypted = append(s.encrypted, steps)
	}
}

// splitPath cuts a path at its slashes, but not within brackets.
func splitPath(path string) []string {
	depth := 0
	return strings.FieldsFunc(path, func(r rune) bool {
		switch r {
		case '[':
			depth++
		case ']':
			depth--
		}
		return r == '/' && depth == 0
	})
}

func (s *boomiSecrets) isEncrypted(f secretField) bool {
	return slices.ContainsFunc(s.encrypted, func(steps []encryptedStep) bool {
		if len(steps) > len(f.stack) {
			return false
		}
		if attr := steps[len(steps)-1].attr; attr != "" && attr != f.attr {
			return false
		}
		for i, element := range f.stack[len(f.stack)-len(steps):] {
			if !steps[i].matches(element) {
				return false
			}
		}
		return true
	})
}

func (e encryptedStep) matches(element xml.StartElement) bool {
	if e.element != "*" && e.element != element.Name.Local {
		return false
	}
	return !slices.ContainsFunc(e.want, func(w [2]string) bool {
		got, ok := findXMLAttribute(element, w[0])
		return !ok || got != strings.TrimSpace(w[1])
	})
}
