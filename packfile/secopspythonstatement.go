package packfile

import "strings"

// pyReader follows a file statement by statement.
type pyReader struct {
	file   *pyFile
	lexer  pyLexer
	scopes []pyScope
	awaits *bool // set if the next statement is a docstring; nil where none may follow
}

// pyScope is the class or function that statements further to the right belong to.
type pyScope struct {
	indent   int
	function bool
	public   bool
}

// maxPythonScopes is the most scopes inside each other that are followed; what lies deeper counts as inside the last.
const maxPythonScopes = 100

// take reads one statement, or the beginning of a compound one.
func (r *pyReader) take(tokens []pyToken, indent int) {
	for len(r.scopes) > 0 && r.scopes[len(r.scopes)-1].indent >= indent {
		r.scopes = r.scopes[:len(r.scopes)-1]
	}
	if r.awaits != nil {
		*r.awaits = tokens[0].kind == pyString
	}
	r.awaits = nil
	r.risks(tokens)
	if r.word(tokens, 0) == "async" {
		tokens = tokens[1:]
	}
	switch r.word(tokens, 0) {
	case "def":
		r.function(tokens, indent)
	case "class":
		r.class(tokens, indent)
	case "import":
		r.imports(tokens[1:])
	case "from":
		module := r.from(tokens[1:])
		if module == "__future__" {
			return // asks for a way of reading, and does nothing
		}
	case "try":
		r.file.tries = r.file.tries || r.mark(tokens, 1, ':')
	}
	if !r.file.code {
		r.file.code, r.file.firstLine = true, tokens[0].line
	}
}

// word returns the name at a place, and nothing for everything else.
func (r *pyReader) word(tokens []pyToken, i int) string {
	if i >= len(tokens) || tokens[i].kind != pyName {
		return ""
	}
	return string(r.file.data[tokens[i].start:tokens[i].end])
}

func (r *pyReader) mark(tokens []pyToken, i int, c byte) bool {
	return 0 <= i && i < len(tokens) && tokens[i].kind == pyMark && r.file.data[tokens[i].start] == c
}

// inside tells the scope of a statement: whether it is in a function, and whether the names there are public.
func (r *pyReader) inside() (function, public, top bool) {
	public = true
	for _, s := range r.scopes {
		function = function || s.function
		public = public && s.public
	}
	return function, public, len(r.scopes) == 0
}

func (r *pyReader) open(s pyScope) {
	if len(r.scopes) < maxPythonScopes {
		r.scopes = append(r.scopes, s)
	}
}

func isPyPublic(name string) bool { return name != "" && name[0] != '_' }

func (r *pyReader) function(tokens []pyToken, indent int) {
	name := r.word(tokens, 1)
	inFunction, public, _ := r.inside()
	public = public && isPyPublic(name)
	r.open(pyScope{indent: indent, function: true, public: public})
	if inFunction || name == "" {
		return
	}
	colon := r.colon(tokens)
	f := pyFunction{name: name, line: tokens[0].line, public: public}
	for _, tk := range tokens[:colon] {
		f.hinted = f.hinted || tk.kind == pyArrow
	}
	r.file.functions = append(r.file.functions, f)
	r.document(&r.file.functions[len(r.file.functions)-1].documented, tokens, colon)
}

func (r *pyReader) class(tokens []pyToken, indent int) {
	name := r.word(tokens, 1)
	inFunction, public, top := r.inside()
	public = public && isPyPublic(name)
	r.open(pyScope{indent: indent, public: public})
	if inFunction || name == "" {
		return
	}
	colon := r.colon(tokens)
	c := pyClass{name: name, line: tokens[0].line, top: top, public: public, bases: r.bases(tokens[:colon])}
	r.file.classes = append(r.file.classes, c)
	r.document(&r.file.classes[len(r.file.classes)-1].documented, tokens, colon)
}

// document looks for the docstring behind the colon, or leaves it to the next statement.
func (r *pyReader) document(documented *bool, tokens []pyToken, colon int) {
	if colon+1 < len(tokens) {
		*documented = tokens[colon+1].kind == pyString
		return
	}
	r.awaits = documented
}

// colon returns the place of the colon that ends the head of a compound statement, or the end.
func (r *pyReader) colon(tokens []pyToken) int {
	depth := 0
	for i, tk := range tokens {
		c := r.file.markOf(tk)
		if c == ':' && depth <= 0 {
			return i
		}
		depth += pyNesting(c)
	}
	return len(tokens)
}

// bases returns what a class is made of, without named and type arguments.
func (r *pyReader) bases(head []pyToken) []string {
	var bases []string
	var base strings.Builder
	depth := 0
	for _, tk := range head {
		c := r.file.markOf(tk)
		switch {
		case depth != 1:
		case tk.kind == pyName || c == '.':
			base.Write(r.file.data[tk.start:tk.end])
		case c == '=':
			return bases // what follows are named arguments
		case (c == ',' || c == ')') && base.Len() > 0:
			bases = append(bases, base.String())
			base.Reset()
		}
		depth += pyNesting(c)
	}
	return bases
}

// imports reads what follows "import".
func (r *pyReader) imports(tokens []pyToken) {
	var module strings.Builder
	named := false
	for i, tk := range tokens {
		switch {
		case r.mark(tokens, i, ','):
			r.add(module.String())
			module.Reset()
			named = false
		case r.word(tokens, i) == "as":
			named = true
		case !named && (tk.kind == pyName || r.mark(tokens, i, '.')):
			module.Write(r.file.data[tk.start:tk.end])
		}
	}
	r.add(module.String())
}

func (r *pyReader) add(module string) {
	if module != "" {
		r.file.imports = append(r.file.imports, module)
	}
}

// from reads what follows "from" and returns the module.
func (r *pyReader) from(tokens []pyToken) string {
	var written strings.Builder
	for i, tk := range tokens {
		word := r.word(tokens, i)
		if word == "import" {
			tokens = tokens[i+1:]
			break
		}
		if word != "" || r.mark(tokens, i, '.') {
			written.Write(r.file.data[tk.start:tk.end])
		}
	}
	module := written.String()
	r.add(module)
	for i := range tokens {
		r.file.future = r.file.future || (module == "__future__" && r.word(tokens, i) == "annotations")
	}
	return module
}

// risks looks for code that runs whatever text it is given.
func (r *pyReader) risks(tokens []pyToken) {
	for i, tk := range tokens {
		what := r.word(tokens, i)
		switch what {
		case "eval", "exec":
			if !r.mark(tokens, i+1, '(') || r.mark(tokens, i-1, '.') || (i > 0 && r.word(tokens, i-1) == "def") {
				continue
			}
		case "shell":
			if !r.mark(tokens, i+1, '=') || r.word(tokens, i+2) != "True" {
				continue
			}
			what = "shell=True"
		default:
			continue
		}
		r.file.risks = append(r.file.risks, pyRisk{what, tk.line})
	}
}
