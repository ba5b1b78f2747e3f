package packfile

// A condition of layout.json, `display`, is what stands behind WHERE in a query of SQLite over a table with a column for
// each visible parameter: the vendor's packager runs that query, with quotation marks taken out. Here it is read and not
// run, as far as conditions of forms go: comparisons, IN, LIKE, BETWEEN, IS NULL, AND, OR, NOT, functions and arithmetic.

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The limits of a condition; real ones have some hundred characters and two or three brackets.
const (
	maxCondition      = 10_000 // bytes
	maxConditionDepth = 50
)

// conditionFault is why a condition can't be read. Broken means that no database reads it either.
type conditionFault struct {
	what   string
	broken bool
}

// readCondition returns the names that a condition asks for, each once, as they are written.
func readCondition(text string) ([]string, *conditionFault) {
	if len(text) > maxCondition {
		return nil, &conditionFault{what: fmt.Sprintf("it has more than %d characters", maxCondition)}
	}
	tokens, fault := conditionTokens(strings.ReplaceAll(text, `"`, ""))
	if fault != nil {
		return nil, fault
	}
	p := conditionParser{tokens: tokens, seen: map[string]bool{}}
	p.either()
	if p.fault == nil && !p.atEnd() {
		p.unexpected()
	}
	return p.names, p.fault
}

type conditionToken struct {
	kind byte // 'w' a word, 'v' a text or number, 's' a sign, 0 the end
	text string
}

// conditionForms are what a condition is made of, each at the beginning of the rest of the text.
var conditionForms = []struct {
	kind byte
	form *regexp.Regexp
}{
	{' ', regexp.MustCompile(`^\s+`)},
	{'v', regexp.MustCompile(`^'(?:[^']|'')*'`)},
	{'v', regexp.MustCompile(`^(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)`)},
	{'w', regexp.MustCompile(`^[\pL_][\pL\pN_$]*`)},
	{'s', regexp.MustCompile(`^(?:==|!=|<>|<=|>=|\|\||[=<>(),+*/%.]|-)`)},
}

// conditionTokens takes a condition apart.
func conditionTokens(text string) ([]conditionToken, *conditionFault) {
	var tokens []conditionToken
	opened := 0
next:
	for text != "" {
		for _, f := range conditionForms {
			got := f.form.FindString(text)
			if got == "" {
				continue
			}
			text = text[len(got):]
			if f.kind != ' ' {
				tokens = append(tokens, conditionToken{f.kind, got})
			}
			opened += strings.Count(signOnly(f.kind, got), "(") - strings.Count(signOnly(f.kind, got), ")")
			if opened < 0 {
				return nil, &conditionFault{"it closes a bracket that it did not open", true}
			}
			continue next
		}
		if text[0] == '\'' {
			return nil, &conditionFault{"the text that begins with " + shorten(text) + " does not end", true}
		}
		return nil, &conditionFault{what: fmt.Sprintf("“%s” is not understood", string([]rune(text)[0]))}
	}
	if opened > 0 {
		return nil, &conditionFault{"it opens a bracket that it does not close", true}
	}
	return tokens, nil
}

func signOnly(kind byte, text string) string {
	if kind == 's' {
		return text
	}
	return ""
}

// conditionParser reads a condition from the loosest binding to the tightest. After a fault nothing is read any more.
type conditionParser struct {
	tokens []conditionToken
	at     int
	depth  int
	names  []string
	seen   map[string]bool // of names
	fault  *conditionFault
}

func (p *conditionParser) atEnd() bool { return p.at >= len(p.tokens) }

func (p *conditionParser) peek() conditionToken {
	if p.atEnd() || p.fault != nil {
		return conditionToken{}
	}
	return p.tokens[p.at]
}

// unexpected is the fault of the token that comes next.
func (p *conditionParser) unexpected() {
	switch next := p.peek(); {
	case p.fault != nil:
	case p.atEnd():
		p.fault = &conditionFault{"it ends where a value is expected", true}
	default:
		p.fault = &conditionFault{what: fmt.Sprintf("“%s” is not expected where it stands", shorten(next.text))}
	}
}

// take steps over the next token if it is one of some words or signs.
func (p *conditionParser) take(any ...string) bool {
	next := p.peek()
	if next.kind != 'w' && next.kind != 's' {
		return false
	}
	if !slices.ContainsFunc(any, func(one string) bool { return strings.EqualFold(one, next.text) }) {
		return false
	}
	p.at++
	return true
}

func (p *conditionParser) want(one string) {
	if !p.take(one) {
		p.unexpected()
	}
}

func (p *conditionParser) either() {
	if p.depth++; p.depth > maxConditionDepth && p.fault == nil {
		p.fault = &conditionFault{what: fmt.Sprintf("its brackets are nested more than %d deep", maxConditionDepth)}
	}
	for more := true; more; more = p.take("OR") {
		p.both()
	}
	p.depth--
}

func (p *conditionParser) both() {
	for more := true; more; more = p.take("AND") {
		for p.take("NOT") {
			continue
		}
		p.comparison()
	}
}

func (p *conditionParser) comparison() {
	p.sum()
	for p.fault == nil {
		switch {
		case p.take("=", "==", "!=", "<>", "<=", ">=", "<", ">"):
			p.sum()
		case p.take("IS"):
			p.take("NOT")
			p.sum()
		case p.take("ISNULL", "NOTNULL"):
		case p.take("NOT"):
			if !p.take("NULL") && !p.negatable() {
				p.unexpected()
			}
		case !p.negatable():
			return
		}
	}
}

// negatable reads the comparisons that may have a NOT in front.
func (p *conditionParser) negatable() bool {
	switch {
	case p.take("IN"):
		p.want("(")
		p.list()
	case p.take("LIKE", "GLOB", "REGEXP", "MATCH"):
		p.sum()
		if p.take("ESCAPE") {
			p.sum()
		}
	case p.take("BETWEEN"):
		p.sum()
		p.want("AND")
		p.sum()
	default:
		return false
	}
	return true
}

// list reads values up to the closing bracket, or none.
func (p *conditionParser) list() {
	if p.take(")") {
		return
	}
	for more := true; more; more = p.take(",") {
		p.either()
	}
	p.want(")")
}

func (p *conditionParser) sum() {
	for more := true; more; more = p.take("+", "-", "*", "/", "%", "||") {
		for p.take("+", "-") {
			continue
		}
		p.value()
	}
}

// conditionWords can't be names of columns.
var conditionWords = tabled{"AND", "OR", "NOT", "IN", "LIKE", "IS", "BETWEEN", "WHERE", "SELECT", "FROM", "CASE", "EXISTS"}

func (p *conditionParser) value() {
	next := p.peek()
	switch _, reserved := conditionWords.find(next.text); {
	case next.kind == 'v':
		p.at++
	case next.kind == 'w' && !reserved:
		p.at++
		p.named(next.text)
	case p.take("("):
		p.list()
	default:
		p.unexpected()
	}
}

// named reads what follows a word: the arguments of a function, or the column of a table.
func (p *conditionParser) named(word string) {
	if p.take("(") {
		if p.take("*") {
			p.want(")")
			return
		}
		p.list()
		return
	}
	for p.take(".") {
		if next := p.peek(); next.kind == 'w' {
			word = next.text
			p.at++
			continue
		}
		p.unexpected()
	}
	if _, constant := (tabled{"NULL", "TRUE", "FALSE"}).find(word); !constant && !p.seen[word] {
		p.names = append(p.names, word)
		p.seen[word] = true
	}
}
