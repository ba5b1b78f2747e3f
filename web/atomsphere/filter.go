package atomsphere

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// filter is a condition of a query: a comparison of one property, or several conditions joined. The zero filter lets
// everything through. Its short names are those of query tokens.
type filter struct {
	Operator  string   `json:"o,omitempty"`
	Property  string   `json:"p,omitempty"`
	Arguments []string `json:"a,omitempty"`
	Nested    []filter `json:"n,omitempty"`
}

// The limits of a filter: beyond them it is a mistake, or meant to tire us.
const (
	maxFilterDepth = 8
	maxFilters     = 100
	maxArgument    = 1000 // characters
)

// kind is what a property holds, and so what it is compared with.
type kind int

const (
	aText kind = iota
	aFlag
	aNumber
	anInstant
	aVersion
)

// The operators with the number of their arguments.
var operators = map[string]int{
	"EQUALS": 1, "NOT_EQUALS": 1, "LIKE": 1, "STARTS_WITH": 1, "CONTAINS": 1, "NOT_CONTAINS": 1, "IS_NULL": 0, "IS_NOT_NULL": 0,
	"BETWEEN": 2, "GREATER_THAN": 1, "GREATER_THAN_OR_EQUAL": 1, "LESS_THAN": 1, "LESS_THAN_OR_EQUAL": 1,
}

const (
	and = "and"
	or  = "or"
)

// parseFilter reads the filter of a query over the properties.
func parseFilter(body []byte, properties map[string]kind) (filter, error) {
	p, err := parse(body)
	if err != nil {
		return filter{}, err
	}
	if inner, err := p.object("QueryConfig"); err != nil {
		return filter{}, err
	} else if inner != nil {
		p = inner
	}
	within, err := p.object("QueryFilter")
	if err != nil {
		return filter{}, err
	}
	expression, err := within.object("expression")
	if err != nil || len(expression) == 0 {
		return filter{}, err
	}
	f, err := readFilter(expression, 1)
	if err != nil {
		return filter{}, err
	}
	return f, f.check(properties)
}

func readFilter(p payload, depth int) (filter, error) {
	if depth > maxFilterDepth {
		return filter{}, bad("The filter is nested more than %d deep.", maxFilterDepth)
	}
	operator, err := p.text("operator")
	if err != nil {
		return filter{}, err
	}
	nested, err := p.list("nestedExpression")
	if err != nil {
		return filter{}, err
	}
	if lower := strings.ToLower(operator); nested != nil || lower == and || lower == or {
		f := filter{Operator: lower}
		for _, n := range nested {
			inner, err := readFilter(n, depth+1)
			if err != nil {
				return filter{}, err
			}
			f.Nested = append(f.Nested, inner)
		}
		return f, nil
	}
	f := filter{Operator: strings.ToUpper(operator)}
	if f.Property, err = p.text("property"); err != nil {
		return filter{}, err
	}
	f.Arguments, err = p.texts("argument")
	return f, err
}

// texts is a list of texts; one that stands alone is a list of one.
func (p payload) texts(name string) ([]string, error) {
	all, ok := p[name].([]any)
	if !ok {
		if !p.has(name) {
			return nil, nil
		}
		all = []any{p[name]}
	}
	var list []string
	for _, value := range all {
		said, err := payload{name: value}.text(name)
		if err != nil {
			return nil, err
		}
		list = append(list, said)
	}
	return list, nil
}

// check refuses a filter that can't be meant. A token's filter passes here too: whoever made it up gains nothing.
func (f filter) check(properties map[string]kind) error {
	if n := f.count(); n > maxFilters {
		return bad("The filter has %d conditions, and may have %d.", n, maxFilters)
	}
	return f.checkOne(properties, 1)
}

func (f filter) count() int {
	n := 1
	for _, inner := range f.Nested {
		n += inner.count()
	}
	return n
}

func (f filter) checkOne(properties map[string]kind, depth int) error {
	switch {
	case depth > maxFilterDepth:
		return bad("The filter is nested more than %d deep.", maxFilterDepth)
	case f.isZero() && depth == 1:
		return nil
	case f.Operator == and || f.Operator == or:
		if len(f.Nested) == 0 {
			return bad("The operator %s joins at least one nestedExpression.", f.Operator)
		}
		for _, inner := range f.Nested {
			if err := inner.checkOne(properties, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return f.checkComparison(properties)
}

func (f filter) checkComparison(properties map[string]kind) error {
	wants, known := operators[f.Operator]
	if !known || len(f.Nested) > 0 {
		return bad("%.40q is no operator. Use EQUALS, NOT_EQUALS, LIKE, STARTS_WITH, CONTAINS, NOT_CONTAINS, IS_NULL, IS_NOT_NULL, BETWEEN, GREATER_THAN, GREATER_THAN_OR_EQUAL, LESS_THAN or LESS_THAN_OR_EQUAL, or join several with and, or.", f.Operator)
	}
	is, known := properties[f.Property]
	if !known {
		return bad("%.40q can't be asked for. Use one of: %s.", f.Property, strings.Join(sortedNames(properties), ", "))
	}
	if len(f.Arguments) != wants && (wants > 0 || f.given() > 0) {
		return bad("The operator %s takes %d arguments, and has %d.", f.Operator, wants, len(f.Arguments))
	}
	for _, a := range f.Arguments {
		if utf8.RuneCountInString(a) > maxArgument || !isText(a) {
			return bad("An argument for %s is no text of at most %d characters.", f.Property, maxArgument)
		}
		if _, ok := is.read(a); wants > 0 && !ok && !f.byPattern() {
			return bad("%.40q is nothing that %s can be compared with: %s.", a, f.Property, is.example())
		}
	}
	return nil
}

// given counts the arguments that say anything: some clients send an empty one where none is wanted.
func (f filter) given() int {
	n := 0
	for _, a := range f.Arguments {
		if a != "" {
			n++
		}
	}
	return n
}

// byPattern tells whether the operator looks at the value as a text.
func (f filter) byPattern() bool {
	return slices.Contains([]string{"LIKE", "STARTS_WITH", "CONTAINS", "NOT_CONTAINS"}, f.Operator)
}

func (f filter) isZero() bool { return f.Operator == "" && f.Property == "" && len(f.Nested) == 0 }

func sortedNames(properties map[string]kind) []string {
	names := make([]string, 0, len(properties))
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// read understands an argument for a property of the kind.
func (k kind) read(argument string) (any, bool) {
	argument = strings.TrimSpace(argument)
	switch k {
	case aFlag:
		b, err := strconv.ParseBool(strings.ToLower(argument))
		return b, err == nil
	case aNumber:
		n, err := strconv.Atoi(argument)
		return n, err == nil
	case anInstant:
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateOnly} {
			if at, err := time.Parse(layout, argument); err == nil {
				return at, true
			}
		}
		return time.Time{}, false
	default:
		return argument, true
	}
}

func (k kind) example() string {
	return [...]string{"give a text", "give true or false", "give a whole number", "give an instant like 2027-01-31T00:00:00Z", "give a version like 1.2.0"}[k]
}
