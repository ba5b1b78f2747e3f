package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// completionCmd prints what a shell needs to complete packtide's commands, flags and choices.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Run prints the script; docs/command-line.md says where each shell looks for it.
func (c *completionCmd) Run(std streams, parsed *kong.Context) error {
	places := completionPlaces(parsed.Model.Node, nil)
	text := map[string]func([]completionPlace) string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}[c.Shell](places)
	if _, err := io.WriteString(std.out, text); err != nil {
		return fmt.Errorf("print the script: %w", err)
	}
	return nil
}

// completionPlace is one command with what may come after it.
type completionPlace struct {
	path     string // its words: "admin user"
	commands []completionWord
	flags    []completionFlag
	choices  []string // of its arguments
}

type completionWord struct{ word, help string }

type completionFlag struct {
	completionWord          // with its dashes
	takes          bool     // a value
	choices        []string // of the value; none: anything
}

// completionPlaces walks all commands that the help shows. Where a command has a default below it, its flags count too.
func completionPlaces(node *kong.Node, path []string) []completionPlace {
	here := completionPlace{path: strings.Join(path, " ")}
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			here.flags = append(here.flags, completionFlags(flag)...)
		}
	}
	nodes := []*kong.Node{node}
	if node.DefaultCmd != nil {
		nodes = append(nodes, node.DefaultCmd)
		for _, flag := range node.DefaultCmd.Flags {
			here.flags = append(here.flags, completionFlags(flag)...)
		}
	}
	for _, one := range nodes {
		for _, arg := range one.Positional {
			here.choices = append(here.choices, choicesOf(arg)...)
		}
	}
	all := []completionPlace{here}
	for _, child := range node.Children {
		if child.Hidden {
			continue
		}
		all[0].commands = append(all[0].commands, completionWord{child.Name, firstClause(child.Help)})
		all = append(all, completionPlaces(child, append(slices.Clone(path), child.Name))...)
	}
	return all
}

func completionFlags(flag *kong.Flag) []completionFlag {
	one := completionFlag{completionWord{"--" + flag.Name, firstClause(flag.Help)}, !flag.IsBool() && !flag.IsCounter(), choicesOf(flag.Value)}
	all := []completionFlag{one}
	if flag.Short != 0 {
		one.word = "-" + string(flag.Short)
		all = append(all, one)
	}
	if flag.Negated || flag.Tag.Negatable != "" {
		one.word = "--no-" + flag.Name
		all = append(all, one)
	}
	return all
}

func choicesOf(value *kong.Value) []string {
	if value.Enum == "" {
		return nil
	}
	return slices.DeleteFunc(value.EnumSlice(), func(choice string) bool { return choice == "" })
}

// firstClause is a help text up to where it goes into details, without what shells would act on.
func firstClause(help string) string {
	for _, end := range []string{"; ", ": ", ". "} {
		help, _, _ = strings.Cut(help, end)
	}
	return strings.NewReplacer("'", "’", "\\", "", "`", "", "[", "(", "]", ")", ":", " ", "\n", " ", "$", "").Replace(strings.TrimSuffix(help, "."))
}

func words(all []completionWord) string {
	list := make([]string, len(all))
	for i, one := range all {
		list[i] = one.word
	}
	return strings.Join(list, " ")
}

// flagWords are the flags as candidates.
func (p completionPlace) flagWords() string {
	list := make([]completionWord, len(p.flags))
	for i, flag := range p.flags {
		list[i] = flag.completionWord
	}
	return words(list)
}

// pattern is how the shells' case statements see the place, and a word after it.
func (p completionPlace) pattern(after ...string) string {
	var b strings.Builder
	for _, word := range append(strings.Fields(p.path), after...) {
		b.WriteString(" " + word)
	}
	return `"` + b.String() + `"`
}

// everyPath is each command's path as a pattern of the shell's case, with a space before it.
func everyPath(places []completionPlace) string {
	var all []string
	for _, p := range places {
		if p.path != "" {
			all = append(all, p.pattern())
		}
	}
	return strings.Join(all, "|")
}

// bashCompletion walks the words before the one that is typed to the command that they name, then offers what may come.
func bashCompletion(places []completionPlace) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# bash completion for packtide
_packtide() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" place="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$place ${COMP_WORDS[i]}" in
      %s) place="$place ${COMP_WORDS[i]}" ;;
    esac
  done
  [[ $cur == "=" ]] && cur=""
  [[ $prev == "=" ]] && prev="${COMP_WORDS[COMP_CWORD-2]}"
  COMPREPLY=()
  case "$place $prev" in
`, everyPath(places))
	for _, p := range places {
		for _, flag := range p.flags {
			if flag.takes {
				fmt.Fprintf(&b, "    %s) COMPREPLY=( $(compgen -W %s -- \"$cur\") ); return ;;\n", p.pattern(flag.word), "'"+strings.Join(flag.choices, " ")+"'")
			}
		}
	}
	b.WriteString("  esac\n  case \"$place\" in\n")
	for _, p := range places {
		fmt.Fprintf(&b, "    %s)\n      if [[ $cur == -* ]]; then COMPREPLY=( $(compgen -W '%s' -- \"$cur\") )\n      else COMPREPLY=( $(compgen -W '%s' -- \"$cur\") ); fi ;;\n",
			p.pattern(), p.flagWords(), strings.TrimSpace(words(p.commands)+" "+strings.Join(p.choices, " ")))
	}
	b.WriteString("  esac\n}\ncomplete -o default -F _packtide packtide\n")
	return b.String()
}

// zshCompletion is the same for zsh, with the helps.
func zshCompletion(places []completionPlace) string {
	var b strings.Builder
	fmt.Fprintf(&b, `#compdef packtide
# zsh completion for packtide
_packtide() {
  local place="" prev="${words[CURRENT-1]}" i
  local -a commands flags
  for ((i = 2; i < CURRENT; i++)); do
    case "$place ${words[i]}" in
      (%s) place="$place ${words[i]}" ;;
    esac
  done
  case "$place $prev" in
`, everyPath(places))
	for _, p := range places {
		for _, flag := range p.flags {
			switch {
			case len(flag.choices) > 0:
				fmt.Fprintf(&b, "    (%s) compadd -- %s; return ;;\n", p.pattern(flag.word), strings.Join(flag.choices, " "))
			case flag.takes:
				fmt.Fprintf(&b, "    (%s) _files; return ;;\n", p.pattern(flag.word))
			}
		}
	}
	b.WriteString("  esac\n  case \"$place\" in\n")
	for _, p := range places {
		fmt.Fprintf(&b, "    (%s)\n      commands=(", p.pattern())
		for _, c := range p.commands {
			fmt.Fprintf(&b, " '%s:%s'", c.word, c.help)
		}
		for _, choice := range p.choices {
			fmt.Fprintf(&b, " '%s'", choice)
		}
		b.WriteString(" )\n      flags=(")
		for _, flag := range p.flags {
			fmt.Fprintf(&b, " '%s:%s'", flag.word, flag.help)
		}
		b.WriteString(" ) ;;\n")
	}
	b.WriteString(`  esac
  if [[ $PREFIX == -* ]]; then
    _describe flag flags
  else
    (( $#commands )) && _describe command commands
    _files
  fi
}
if [[ $funcstack[1] == _packtide ]]; then _packtide "$@"; else compdef _packtide packtide; fi
`)
	return b.String()
}

// fishCompletion is the same for fish.
func fishCompletion(places []completionPlace) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# fish completion for packtide
function __packtide_at
    set -l place ""
    for word in (commandline -opc)[2..]
        switch "$place $word"
            case %s
                set place "$place $word"
        end
    end
    test "$place" = "$argv[1]"
end
`, strings.ReplaceAll(everyPath(places), "|", " "))
	for _, p := range places {
		at := fmt.Sprintf("complete -c packtide -n '__packtide_at %s'", p.pattern())
		for _, c := range p.commands {
			fmt.Fprintf(&b, "%s -f -a '%s' -d '%s'\n", at, c.word, c.help)
		}
		if len(p.choices) > 0 {
			fmt.Fprintf(&b, "%s -f -a '%s'\n", at, strings.Join(p.choices, " "))
		}
		for _, flag := range p.flags {
			b.WriteString(at + fishFlag(flag) + "\n")
		}
	}
	return b.String()
}

func fishFlag(flag completionFlag) string {
	text := " -l " + strings.TrimPrefix(flag.word, "--")
	if !strings.HasPrefix(flag.word, "--") {
		text = " -s " + strings.TrimPrefix(flag.word, "-")
	}
	switch {
	case len(flag.choices) > 0:
		text += fmt.Sprintf(" -x -a '%s'", strings.Join(flag.choices, " "))
	case flag.takes:
		text += " -r"
	}
	return text + fmt.Sprintf(" -d '%s'", flag.help)
}
