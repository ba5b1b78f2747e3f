package packfile

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// tcSecretWords are the words in a parameter's name that say that its value is a secret.
var tcSecretWords = []string{"pass", "password", "passwd", "passphrase", "pwd", "secret", "token", "key", "apikey"}

var (
	tcVariable  = regexp.MustCompile(`#[A-Za-z]+:\d+:|[$&]\{[^}]*\}`)
	tcWordStart = regexp.MustCompile(`([a-z0-9])([A-Z])`)
)

// tcCheckSession reports the data of runs that were recorded: it holds what the playbook got and sent.
func (p *pbx) tcCheckSession(a *archive) {
	if a == nil {
		return
	}
	for _, f := range a.files {
		if strings.EqualFold(path.Base(f.path), "session.json") && !isLitter(f.path) {
			p.find(Finding{
				Code: "TC-PKG-12", Path: f.path, Message: "The export holds recorded data of runs, session.json, which may give away secrets.",
				Fix: "Export the playbook again without run-time data.",
			})
		}
	}
}

// tcPlace is the way down to a value: each step a key, or an index below a key. It is written only for findings, since
// an export holds very many values.
type tcPlace struct {
	above *tcPlace
	key   string
	index int // -1 for a key
}

func (at *tcPlace) String() string {
	var steps []string
	for ; at != nil; at = at.above {
		switch {
		case at.index >= 0:
			steps = append(steps, fmt.Sprintf("[%d]", at.index))
		case at.above != nil:
			steps = append(steps, "."+shorten(at.key))
		default:
			steps = append(steps, shorten(at.key))
		}
	}
	slices.Reverse(steps)
	return shorten(strings.Join(steps, ""))
}

// tcCheckSecrets looks through the whole export, components inside too, for secrets that are written out. A finding names
// the place and never the value.
func (p *pbx) tcCheckSecrets(v *jsonValue, tree *jsonTree, at *tcPlace) {
	for i, item := range v.list() {
		p.tcCheckSecrets(item, tree, &tcPlace{above: at, index: i})
	}
	for _, m := range v.members() {
		below := &tcPlace{above: at, key: m.key, index: -1}
		if m.key == "httpBasicAuthPassword" && isTCLiteral(m) {
			p.tcSecret(m, tree, below, "The trigger's password for HTTP is written out in the export.")
		}
		p.tcCheckSecrets(m, tree, below)
	}
	value := v.member("value")
	if name := v.member("appCatalogItemParameter").member("paramName").string(); isTCSecretName(name) && isTCLiteral(value) {
		p.tcSecret(value, tree, &tcPlace{above: at, key: "value", index: -1}, fmt.Sprintf("The value of “%s” is written out in the export.", shorten(name)))
	}
}

func (p *pbx) tcSecret(v *jsonValue, tree *jsonTree, at *tcPlace, message string) {
	line, column := tree.place(v)
	p.find(Finding{
		Code: "TC-PKG-12", Path: p.path, Line: line, Column: column, Field: at.String(), Message: message,
		Fix: "Keep the secret in the platform's keychain and name its variable here; if it was real, change it now.",
	})
}

func isTCSecretName(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(tcWordStart.ReplaceAllString(name, "$1 $2")), func(r rune) bool { return !isAlphanumeric(r) })
	return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(tcSecretWords, word) })
}

// isTCLiteral reports whether a value is written out: neither empty, nor a variable, nor one of two choices.
func isTCLiteral(v *jsonValue) bool {
	text := strings.TrimSpace(v.string())
	return v.is(jsonString) && text != "" && !tcVariable.MatchString(text) &&
		!slices.Contains([]string{"true", "false", "yes", "no", "null", "none"}, strings.ToLower(text))
}
