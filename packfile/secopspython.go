package packfile

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// The most that is read of Python: a larger file is not judged. Real files stay below a tenth of it.
const (
	maxPythonBytes     = 1 << 20
	maxPythonStatement = 10_000 // words and marks of one statement that are kept
)

// pyFile is what the rules look at in a Python file. It comes from a scanner that knows comments, strings, brackets and
// indentation and nothing else of the language, so that words in texts are never taken for code.
type pyFile struct {
	data     []byte
	comments []pyToken
	strings  []pyToken

	code      bool // has a statement besides imports from __future__
	firstLine int  // of the first such statement
	future    bool // from __future__ import annotations
	documents bool // begins with a docstring
	tries     bool // has a try statement
	broken    bool // a string or bracket has no end: what follows from it is not to be trusted

	imports   []string // modules, as written: "pydantic", "..core.client"
	classes   []pyClass
	functions []pyFunction
	risks     []pyRisk
}

// pyClass is a class that is not inside a function.
type pyClass struct {
	name       string
	bases      []string // as written, without type arguments: "base.Action"
	line       int
	top        bool // not inside a class
	public     bool
	documented bool
}

// pyFunction is a function or method that is not inside a function.
type pyFunction struct {
	name       string
	line       int
	public     bool
	hinted     bool // tells what it returns
	documented bool
}

// pyRisk is code that runs whatever text it is given.
type pyRisk struct {
	what string // "eval"
	line int
}

type pyKind byte

const (
	pyEnd pyKind = iota
	pyNewline
	pyName
	pyString
	pyNumber
	pyArrow // ->
	pyMark
)

// pyToken is a word, string or mark, data[start:end].
type pyToken struct {
	kind       pyKind
	start, end int
	line       int
}

// pyLexer cuts a file into tokens. Newlines inside brackets are none.
type pyLexer struct {
	file             *pyFile
	pos, line, depth int
	lineStart        int // of the line at pos
	tokenLine        int // of the line that the last token begins in
}

func (l *pyLexer) peek(ahead int) byte {
	if l.pos+ahead < len(l.file.data) {
		return l.file.data[l.pos+ahead]
	}
	return 0
}

func (l *pyLexer) next() pyToken {
	for l.pos < len(l.file.data) {
		switch c := l.peek(0); {
		case c == '\n':
			l.pos++
			l.line++
			l.lineStart = l.pos
			if l.depth == 0 {
				return pyToken{kind: pyNewline}
			}
		case c == '#':
			start := l.pos
			l.pos += lengthOfLine(l.file.data[start:])
			l.file.comments = append(l.file.comments, pyToken{start: start, end: l.pos, line: l.line})
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			l.pos++
		case c == '\\' && l.peek(1) == '\n':
			l.pos += len("\\\n")
			l.line++
		case c == '\\' && l.peek(1) == '\r' && l.peek(2) == '\n':
			l.pos += len("\\\r\n")
			l.line++
		default:
			l.tokenLine = l.lineStart
			return l.token(c)
		}
	}
	return pyToken{kind: pyEnd}
}

func lengthOfLine(data []byte) int {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i
	}
	return len(data)
}

func isPyWord(c byte) bool {
	return c == '_' || c >= utf8.RuneSelf || ('a' <= c|0x20 && c|0x20 <= 'z') || ('0' <= c && c <= '9')
}

// token reads what begins with c, which is no space.
func (l *pyLexer) token(c byte) pyToken {
	tk := pyToken{kind: pyMark, start: l.pos, line: l.line}
	switch {
	case c == '"' || c == '\'':
		return l.text(tk)
	case isPyWord(c):
		return l.word(tk)
	case c == '-' && l.peek(1) == '>':
		tk.kind = pyArrow
		l.pos += len("->")
	default:
		l.pos++
		l.depth = max(0, l.depth+pyNesting(c))
	}
	tk.end = l.pos
	return tk
}

// word reads a name or a number; letters right before a quote belong to the string.
func (l *pyLexer) word(tk pyToken) pyToken {
	tk.kind = pyName
	if c := l.peek(0); '0' <= c && c <= '9' {
		tk.kind = pyNumber
	}
	for l.pos < len(l.file.data) && (isPyWord(l.peek(0)) || (tk.kind == pyNumber && l.peek(0) == '.')) {
		l.pos++
	}
	if q := l.peek(0); (q == '"' || q == '\'') && isPyPrefix(l.file.data[tk.start:l.pos]) {
		return l.text(tk)
	}
	tk.end = l.pos
	return tk
}

// pyNesting is how a mark changes the depth of brackets.
func pyNesting(c byte) int {
	switch c {
	case '(', '[', '{':
		return 1
	case ')', ']', '}':
		return -1
	default:
		return 0
	}
}

// markOf returns the mark that a token is, 0 for all others.
func (p *pyFile) markOf(tk pyToken) byte {
	if tk.kind != pyMark {
		return 0
	}
	return p.data[tk.start]
}

// isPyPrefix tells the letters that may stand before a string.
func isPyPrefix(word []byte) bool {
	const longest = len("rb")
	return len(word) <= longest && strings.Trim(string(word), "rRbBuUfF") == ""
}

// text reads a string from its opening quote; tk.start may lie before it, at a prefix.
func (l *pyLexer) text(tk pyToken) pyToken {
	quote := l.file.data[l.pos : l.pos+1]
	long := l.peek(1) == quote[0] && l.peek(2) == quote[0]
	if long {
		quote = l.file.data[l.pos : l.pos+len(`"""`)]
	}
	l.pos += len(quote)
	tk.kind = pyString
	closed := false
	for l.pos < len(l.file.data) && !closed {
		c := l.peek(0)
		if c == '\n' && !long {
			break
		}
		switch {
		case c == '\\' && l.pos+1 < len(l.file.data):
			l.pos++ // and, below, what it escapes
			c = l.peek(0)
		case c == quote[0] && bytes.HasPrefix(l.file.data[l.pos:], quote):
			closed = true
			l.pos += len(quote) - 1
		}
		if c == '\n' {
			l.line++
			l.lineStart = l.pos + 1
		}
		l.pos++
	}
	l.file.broken = l.file.broken || !closed
	tk.end = l.pos
	l.file.strings = append(l.file.strings, tk)
	return tk
}

// indent is the column of the last token, tabs counted as Python counts them.
func (l *pyLexer) indent(tk pyToken) int {
	const tab = 8
	column := 0
	for _, c := range l.file.data[l.tokenLine:tk.start] {
		switch c {
		case '\t':
			column += tab - column%tab
		case '\f':
			column = 0
		default:
			column++
		}
	}
	return column
}

// readPython reads a file of at most maxPythonBytes.
func readPython(data []byte) *pyFile {
	file := &pyFile{data: bytes.TrimPrefix(data, utf8BOM)}
	r := pyReader{file: file, lexer: pyLexer{file: file, line: 1}, awaits: &file.documents}
	var statement []pyToken
	indent := 0
	for {
		tk := r.lexer.next()
		if tk.kind == pyNewline || tk.kind == pyEnd {
			if len(statement) > 0 {
				r.take(statement, indent)
			}
			if statement = statement[:0]; tk.kind == pyEnd {
				break
			}
			continue
		}
		if len(statement) == 0 {
			indent = r.lexer.indent(tk)
		}
		if len(statement) < maxPythonStatement {
			statement = append(statement, tk)
		}
	}
	file.broken = file.broken || r.lexer.depth > 0
	return file
}

// mentions reports whether the file holds the text outside comments.
func (p *pyFile) mentions(text string) bool {
	for from := 0; ; {
		i := bytes.Index(p.data[from:], []byte(text))
		if i < 0 {
			return false
		}
		from += i
		after, exact := slices.BinarySearchFunc(p.comments, from, func(c pyToken, at int) int { return c.start - at })
		if !exact && (after == 0 || p.comments[after-1].end <= from) {
			return true
		}
		from += len(text)
	}
}

// says reports whether one of the file's strings holds the text.
func (p *pyFile) says(text string) bool {
	return slices.ContainsFunc(p.strings, func(s pyToken) bool {
		return bytes.Contains(p.data[s.start:s.end], []byte(text))
	})
}
