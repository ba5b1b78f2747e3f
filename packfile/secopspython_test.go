package packfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pySummary is what a test wants to know of a file.
type pySummary struct {
	Code, Future, Documents, Tries, Broken bool
	Imports                                []string
	Classes                                []string // "Name(base) line", with ! if it has a docstring
	Functions                              []string // "name line", with -> if it is hinted and ! if it has a docstring
	Risks                                  []string
}

func pySummaryOf(text string) pySummary {
	p := readPython([]byte(text))
	s := pySummary{Code: p.code, Future: p.future, Documents: p.documents, Tries: p.tries, Broken: p.broken, Imports: p.imports}
	mark := func(name string, public, documented bool) string {
		if !public {
			name = "private " + name
		}
		if documented {
			name += "!"
		}
		return name
	}
	for _, c := range p.classes {
		s.Classes = append(s.Classes, mark(c.name+"("+strings.Join(c.bases, ",")+")", c.public, c.documented))
	}
	for _, f := range p.functions {
		name := f.name
		if f.hinted {
			name += "->"
		}
		s.Functions = append(s.Functions, mark(name, f.public, f.documented))
	}
	for _, r := range p.risks {
		s.Risks = append(s.Risks, r.what)
	}
	return s
}

func TestReadPython(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text string
		want pySummary
	}{
		"nothing":       {"", pySummary{}},
		"comments only": {"# Licence\n\n   # more\n", pySummary{}},
		"future only": {"from __future__ import annotations\n", pySummary{
			Future: true, Imports: []string{"__future__"},
		}},
		"future in brackets": {"from __future__ import (  # why\n    division,\n    annotations,\n)\n", pySummary{
			Future: true, Imports: []string{"__future__"},
		}},
		"code in a text": {"X = '''\nclass A:\n    def f(): pass\nimport os\ntry:\n'''\n# class B:\n", pySummary{Code: true}},
		"text with quotes": {`x = "a'b\"c" + 'd"e\\'` + "\nclass A: ...\n", pySummary{
			Code: true, Classes: []string{"A()"},
		}},
		"prefixed texts": {`x = rb"\"` + `" + f'{"a"}' + Rb"""` + "\nclass B:\n" + `"""` + "\nclass A: ...\n", pySummary{
			Code: true, Classes: []string{"A()"},
		}},
		"imports": {"import os, a.b as c\nimport d\nfrom ..core.x import (\n  y,\n)\nfrom . import z\n", pySummary{
			Code: true, Imports: []string{"os", "a.b", "d", "..core.x", "."},
		}},
		"class": {"class A(b.C[D, E], F, metaclass=G(H)):\n\t'''Says.'''\n\tdef f(self, x=lambda y: 1) -> dict[str, int]:\n\t\t\"\"\"Says.\"\"\"\n", pySummary{
			Code: true, Classes: []string{"A(b.C,F)!"}, Functions: []string{"f->!"},
		}},
		"privacy": {"class _A:\n    def f(self): pass\ndef _g(): pass\ndef h():\n    class I:\n        pass\n    def j(): pass\n", pySummary{
			Code: true, Classes: []string{"private _A()"}, Functions: []string{"private f", "private _g", "h"},
		}},
		"heads over many lines": {"@d(\n  1,\n)\nasync def f(\n    a: int = {1: 2}[1],\n    # note -> none\n) -> None: 'doc'\n", pySummary{
			Code: true, Functions: []string{"f->!"},
		}},
		"continued lines":                {"if a and \\\n   b:\n    try:\n        pass\n    except E:\n        raise\n", pySummary{Code: true, Tries: true}},
		"a name that begins like a word": {"trying: int = 1\nclassic = def_ = 2\n", pySummary{Code: true}},
		"a module's docstring":           {"#!/usr/bin/env python\n\"\"\"Says.\"\"\"\n", pySummary{Code: true, Documents: true}},
		"no docstring after code":        {"def f():\n    x = 1\n    'no doc'\n", pySummary{Code: true, Functions: []string{"f"}}},
		"risks": {"eval(x)\nast.literal_eval(x)\nre.eval(x)\ndef exec(): pass\nrun(x, shell=True)\nrun(shell = False)\n# eval(y)\n'exec(z)'\n", pySummary{
			Code: true, Functions: []string{"exec"}, Risks: []string{"eval", "shell=True"},
		}},
		"a text without end":    {"x = 'a\nclass A: ...\n", pySummary{Code: true, Broken: true, Classes: []string{"A()"}}},
		"a long text, no end":   {"x = '''a\nclass A: ...\n", pySummary{Code: true, Broken: true}},
		"a bracket without end": {"x = (1,\nclass A: ...\n", pySummary{Code: true, Broken: true}},
		"Windows' line ends":    {"\ufeffclass A:\r\n    def f(self) -> int:\r\n        'doc'\r\n", pySummary{Code: true, Classes: []string{"A()"}, Functions: []string{"f->!"}}},
		"a class's body goes on": {"class A:\n    x = 1\n\n# aside\n    def f(self): pass\n\ndef g(): pass\n", pySummary{
			Code: true, Classes: []string{"A()"}, Functions: []string{"f", "g"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, pySummaryOf(tt.text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPythonMentions(t *testing.T) {
	t.Parallel()
	p := readPython([]byte("# self.json_results\nx = 1  # self.json_results = 2\ny = 'self.json_results'\n# add_result_json\n"))
	if !p.mentions("self.json_results") || p.mentions("add_result_json") || p.mentions("nowhere") {
		t.Error("a text must be found in code and strings, and not in comments")
	}
	if !p.says("json_results") || p.says("x = 1") {
		t.Error("only strings are said")
	}
}

// Lines are those of the beginning of each statement.
func TestPythonLines(t *testing.T) {
	t.Parallel()
	p := readPython([]byte("'''a\nb'''\n\nx = (\n1)\\\n+ 2\nclass A:\n  '''c\n  d'''\n  def f(): eval('')\n"))
	if p.firstLine != 1 || p.classes[0].line != 7 || p.functions[0].line != 10 || p.risks[0].line != 10 {
		t.Errorf("got lines %d, %d, %d, %d", p.firstLine, p.classes[0].line, p.functions[0].line, p.risks[0].line)
	}
}

func FuzzPython(f *testing.F) {
	for _, seed := range []string{
		"class A(B[C], metaclass=D):\n\t\"\"\"x\"\"\"\n\tasync def f(self, *a) -> int: pass\n", "x = (\n'''", "from . import (a,\nb)\\\n",
		"@d\ndef f(x=lambda: {1: 2}): eval(x, shell=True)", "\ufeff\r\n\f\t  rb'\\'", "import a.b as c, d;try:\n", "))]] -> \\",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := readPython([]byte(text))
		lines := strings.Count(text, "\n") + 1
		for _, s := range append(p.strings, p.comments...) {
			if s.start < 0 || s.end > len(p.data) || s.start >= s.end || s.line < 1 || s.line > lines {
				t.Fatalf("a token lies outside of the file: %+v", s)
			}
		}
		for _, c := range p.classes {
			if c.name == "" || c.line < 1 || c.line > lines {
				t.Errorf("got class %+v", c)
			}
		}
		for _, fn := range p.functions {
			if fn.name == "" || fn.line < 1 || fn.line > lines {
				t.Errorf("got function %+v", fn)
			}
		}
		if p.givesJSON() && !strings.Contains(text, "json") {
			t.Error("a result from nowhere")
		}
	})
}
