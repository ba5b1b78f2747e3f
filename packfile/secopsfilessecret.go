package packfile

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"slices"
)

// secopsKeys are the forms that keys and tokens of well-known services have, with letters that all of a form have: they
// are looked for first, which is much quicker. What they find is never shown.
var secopsKeys = []struct {
	what    string
	letters []string
	form    *regexp.Regexp
}{
	{"a private key", []string{"PRIVATE KEY"}, regexp.MustCompile(`-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\\n|\s)*[A-Za-z0-9+/=]{32}`)},
	{"an AWS access key", []string{"AKIA", "ASIA"}, regexp.MustCompile(`\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`)},
	{"a Google API key", []string{"AIza"}, regexp.MustCompile(`\bAIza[0-9A-Za-z_-]{35}\b`)},
	{"a GitHub token", []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"}, regexp.MustCompile(`\b(?:gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{82})\b`)},
	{"a GitLab token", []string{"glpat-"}, regexp.MustCompile(`\bglpat-[0-9A-Za-z_-]{20}\b`)},
	{"a Slack token", []string{"xox"}, regexp.MustCompile(`\bxox[abeoprs]-[0-9]{6,}-[0-9A-Za-z-]{10,}`)},
	{"a Stripe key", []string{"k_live_"}, regexp.MustCompile(`\b[rs]k_live_[0-9A-Za-z]{24}`)},
}

// Files that are looked through for keys: those that people write.
var secopsWritten = []string{".py", ".yaml", ".yml", ".json", ".toml", ".html", ".md", ".txt", ".cfg", ".ini", ".env", ".sh"}

// checkSecOpsSecrets looks for passwords and keys. Nothing that it finds is quoted.
func checkSecOpsSecrets(t *secopsTree) {
	if t.definition != nil {
		t.checkPasswords(t.definition, t.params)
	}
	for _, c := range t.components {
		t.checkPasswords(c.file, c.params)
	}
	for _, f := range t.files {
		if !f.read || !slices.Contains(secopsWritten, path.Ext(f.path)) {
			continue
		}
		for _, key := range secopsKeys {
			if !slices.ContainsFunc(key.letters, func(s string) bool { return bytes.Contains(f.data, []byte(s)) }) {
				continue
			}
			place := key.form.FindIndex(f.data)
			if place == nil {
				continue
			}
			line, column := lineColumn(f.data, place[0])
			t.report(Finding{
				Code: "R-SECRET", Path: f.path, Line: line, Column: column,
				Message: fmt.Sprintf("The file seems to hold %s.", key.what),
				Fix:     "Take it out, and have the service replace it: whoever has the package has the key.",
			})
		}
	}
}

// checkPasswords reports passwords that everybody would share.
func (t *secopsTree) checkPasswords(f *soFile, params []soParam) {
	for _, p := range params {
		if p.kind != "password" || slices.Contains([]string{"", "{}", "[]"}, p.value.scalar()) {
			continue
		}
		t.atField(f, p.node, "default_value", secopsFound{
			code: "R-SECRET", field: p.field + ".default_value",
			message: fmt.Sprintf("The password parameter “%s” has a default value, which is not shown here.", shorten(p.name)),
			fix:     "Leave the default empty; if it was ever a real password, have it changed.",
		})
	}
}
