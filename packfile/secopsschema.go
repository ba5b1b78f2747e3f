package packfile

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// soWant is what a field must hold, in words for people. The vendor's reader is lenient in a fixed way: yes, no, 0 and 1
// are true or false also in quotes, numbers may be quoted; but a text is never a number.
type soWant string

const (
	soText   soWant = "a text"
	soBool   soWant = "true or false"
	soInt    soWant = "a whole number"
	soNumber soWant = "a number"
	soScalar soWant = "a text, a number, or true or false"
	soTexts  soWant = "a list of texts"
	soLink   soWant = "an address that begins with http://, https:// or file://"
	soPath   soWant = "a path inside the integration's folder"
	soGroup  soWant = "a group of fields"
	soGroups soWant = "a list of groups of fields"
	soNamed  soWant = "a group of fields for each name"
	soAny    soWant = "anything" // read by nobody
)

// soField is one field that a file may have.
type soField struct {
	name  string
	other string // a second name for the same
	want  soWant
	need  bool // must be there
	null  bool // may be empty, “field:”

	most   int     // characters of a text, members of a list
	words  int     // words of a text
	least  float64 // of a number
	form   *soForm
	values []string // all that a text may be, in any case
	fields []soField
	loose  bool // further fields are fine

	// since is the day since which the vendor refuses this field's older form, epoch: seconds since 1970.
	since string
	epoch bool
}

// soSchema is what one kind of file may hold.
type soSchema struct {
	code string // the rule
	root soField
}

// soWalk checks one file by its schema.
type soWalk struct {
	*secopsCheck
	schema soSchema
	file   *soFile
}

func (c *secopsCheck) follow(schema soSchema, f *soFile) {
	if f == nil || !f.root.exists() {
		return
	}
	if want := schema.root.want; (want == soGroups) != f.root.isList() || (want != soGroups) != f.root.isMapping() {
		return // checkSecOpsForm says so
	}
	w := &soWalk{c, schema, f}
	w.value(schema.root, yamlPair{value: f.root}, "")
}

// report tells a fault of a value; the place is the value, or the name of the field where that stands on a line before.
func (w *soWalk) report(p yamlPair, at, severity, message, fix string) {
	line, column := p.value.place()
	if p.name.exists() {
		if l, col := p.name.place(); l != line || p.value.kind() == yamlNull {
			line, column = l, col
		}
	}
	w.atPlace(w.file, line, column, secopsFound{code: w.schema.code, severity: severity, field: at, message: message, fix: fix})
}

// value checks one field's value.
func (w *soWalk) value(f soField, p yamlPair, at string) {
	kind := p.value.kind()
	switch {
	case kind == yamlAlias || f.want == soAny || (kind == yamlNull && f.null):
		return
	case !f.takes(p.value):
		w.wrongKind(f, p, at)
		return
	}
	switch f.want {
	case soGroup:
		w.group(f, p.value, at)
	case soGroups, soTexts:
		w.list(f, p, at)
	case soNamed:
		for _, named := range p.value.pairs() {
			w.value(soField{name: named.key, want: soGroup, fields: f.fields, loose: f.loose}, named, joinField(at, named.key))
		}
	default:
		w.limits(f, p, at)
	}
}

// group checks the fields of a mapping.
func (w *soWalk) group(f soField, group yamlNode, at string) {
	merged := false // fields from another place of the file are not known here
	for _, p := range group.pairs() {
		merged = merged || p.key == "<<"
		if !f.loose && p.key != "<<" && !slices.ContainsFunc(f.fields, func(f soField) bool { return p.key == f.name || p.key == f.other }) {
			w.unknown(f, p, joinField(at, p.key))
		}
	}
	for _, field := range f.fields {
		p, ok := group.pair(field.name)
		if other, has := group.pair(field.other); !ok && field.other != "" {
			p, ok = other, has
		}
		switch {
		case ok:
			w.value(field, p, joinField(at, p.key))
		case field.need && !merged:
			w.report(yamlPair{value: group}, joinField(at, field.name), "", "The field “"+field.name+"” is missing.", "Add it; it must be "+string(field.want)+".")
		}
	}
}

func (w *soWalk) list(f soField, p yamlPair, at string) {
	items := p.value.items()
	if f.most > 0 && len(items) > f.most {
		w.report(p, at, "", fmt.Sprintf("There are %d %s; the platform takes %d.", len(items), f.name, f.most), "Take some out.")
	}
	member := f
	member.want, member.null, member.most, member.name = soGroup, false, 0, f.name
	if f.want == soTexts {
		member.want = soText
	}
	for i, item := range items {
		w.value(member, yamlPair{value: item}, fmt.Sprintf("%s[%d]", at, i))
	}
}

func (w *soWalk) unknown(f soField, p yamlPair, at string) {
	var names []string
	for _, field := range f.fields {
		names = append(names, field.name)
	}
	fix := "Take it out: nothing reads it."
	if near := closest(p.key, names); near != "" {
		fix = "Did you mean “" + near + "”? Otherwise take it out: nothing reads it."
	}
	w.at(w.file, p.name, secopsFound{
		code: "R-YAML-UNKNOWN", field: at, message: "The platform knows no field “" + shorten(p.key) + "” here.", fix: fix,
	})
}

// wrongKind reports a value of another kind than the field wants.
func (w *soWalk) wrongKind(f soField, p yamlPair, at string) {
	is := "it is " + string(p.value.kind())
	if text := p.value.scalar(); text != "" {
		is += ", “" + shorten(text) + "”"
	}
	message := fmt.Sprintf("The field “%s” must be %s; %s.", cmp.Or(p.key, f.name), f.want, is)
	fix := "Write " + string(f.want) + "."
	severity := ""
	kind := p.value.kind()
	switch {
	case kind == yamlNull && !f.need:
		fix = "Give it a value, or leave the field out."
	case f.want == soText && slices.Contains([]yamlKind{yamlBool, yamlInt, yamlFloat, yamlDate}, kind):
		fix = "Put the value in quotes."
	}
	if day := cmp.Or(w.opts.Day, w.manifest.day()); f.epoch && kind == yamlInt && day != "" && day < f.since {
		severity = SeverityInfo
		fix = "Asked for since " + f.since + " only, after this version; mend it in the next one. Write the day as '2026-03-31'."
	}
	w.report(p, at, severity, message, fix)
}

// limits checks the length, form and choice of a scalar.
func (w *soWalk) limits(f soField, p yamlPair, at string) {
	text, name := p.value.raw(), cmp.Or(p.key, f.name)
	if n := utf8.RuneCountInString(text); f.most > 0 && n > f.most {
		w.reportName(p, at, secopsStart, fmt.Sprintf("The field “%s” has %d characters; the platform takes %d.", name, n, f.most), "Shorten it.")
	}
	if n := len(strings.Fields(text)); f.words > 0 && n > f.words {
		w.reportName(p, at, "parameter words", fmt.Sprintf("The name “%s” has %d words; the platform takes %d.", shorten(text), n, f.words), "Shorten it.")
	}
	if f.form != nil && !f.form.pattern.MatchString(text) {
		w.reportName(p, at, f.form.list, fmt.Sprintf("The field “%s” is “%s”; %s", name, shorten(text), f.form.rule), f.form.fix)
	}
	if f.values != nil && !slices.Contains(f.values, strings.ToLower(text)) {
		fix := "Use one of: " + strings.Join(f.values, ", ") + "."
		if near := closest(text, f.values); near != "" {
			fix = "Did you mean “" + near + "”? " + fix
		}
		w.report(p, at, "", fmt.Sprintf("The field “%s” can't be “%s”.", name, shorten(text)), fix)
	}
	if f.least == 0 {
		return
	}
	if n, ok := soFloatOf(p.value); ok && n < f.least {
		w.report(p, at, "", fmt.Sprintf("The field “%s” is %s; the least is %s.", name, shorten(text), strconv.FormatFloat(f.least, 'f', 1, 64)), "Raise it.")
	}
}

// reportName is report for names that the vendor may let pass: a warning then, or nothing where its exceptions are on.
func (w *soWalk) reportName(p yamlPair, at, list, message, fix string) {
	code, name, severity := w.schema.code, p.value.raw(), ""
	if w.excused(code, list, name) {
		return
	}
	if secopsExcludes(code, list, name) || secopsMisses(code, list, name) {
		severity = SeverityWarning
	}
	w.report(p, at, severity, message, fix)
}

// soReads tells for each kind of value whether the vendor's reader takes it; every scalar that is no date is a soScalar.
var soReads = map[soWant]func(yamlNode) bool{
	soGroup:  yamlNode.isMapping,
	soNamed:  yamlNode.isMapping,
	soGroups: yamlNode.isList,
	soTexts:  yamlNode.isList,
	soText:   func(v yamlNode) bool { return v.kind() == yamlText },
	soPath:   func(v yamlNode) bool { return v.kind() == yamlText && soStaysInside(v.raw()) },
	soLink:   func(v yamlNode) bool { return v.kind() == yamlText && soIsLink(v.raw()) },
	soBool:   func(v yamlNode) bool { _, ok := soBoolOf(v); return ok },
	soInt:    func(v yamlNode) bool { n, ok := soFloatOf(v); return ok && n == math.Trunc(n) && !math.IsInf(n, 0) },
	soNumber: func(v yamlNode) bool { _, ok := soFloatOf(v); return ok },
	soScalar: func(v yamlNode) bool {
		return slices.Contains([]yamlKind{yamlText, yamlBool, yamlInt, yamlFloat, yamlNull}, v.kind())
	},
}

// takes reports whether the value is of the field's kind.
func (f soField) takes(v yamlNode) bool { return soReads[f.want](v) }

// soIsLink takes the addresses that the vendor's reader takes.
func soIsLink(text string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	return u.Scheme == "file" || ((u.Scheme == "http" || u.Scheme == "https") && u.Host != "")
}

// soBoolOf reads true or false as the vendor's reader does.
func soBoolOf(v yamlNode) (value, ok bool) {
	text := strings.ToLower(v.raw())
	switch v.kind() {
	case yamlBool, yamlText:
		yes := slices.Contains([]string{"1", "on", "t", "true", "y", "yes"}, text)
		return yes, yes || slices.Contains([]string{"0", "off", "f", "false", "n", "no"}, text)
	case yamlInt, yamlFloat:
		n, ok := soFloatOf(v)
		return n == 1, ok && (n == 0 || n == 1)
	default:
		return false, false
	}
}

// soFloatOf reads a number as the vendor's reader does.
func soFloatOf(v yamlNode) (float64, bool) {
	text := strings.ReplaceAll(strings.TrimSpace(v.raw()), "_", "")
	switch v.kind() {
	case yamlBool:
		if yes, _ := soBoolOf(v); yes {
			return 1, true
		}
		return 0, true
	case yamlInt:
		if n, err := strconv.ParseInt(text, 0, 64); err == nil {
			return float64(n), true
		}
	case yamlFloat, yamlText:
	default:
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && !math.IsNaN(n)
}
