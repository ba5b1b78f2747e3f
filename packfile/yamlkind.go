package packfile

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// yamlKind is what a value is for the readers of YAML 1.1, the platform's among them: yes and on are true, 010 is a
// number, 2026-03-31 a date.
type yamlKind string

// The kinds, in words for people.
const (
	yamlNone  yamlKind = "nothing" // there is no value
	yamlNull  yamlKind = "empty"
	yamlBool  yamlKind = "true or false"
	yamlInt   yamlKind = "a whole number"
	yamlFloat yamlKind = "a number"
	yamlDate  yamlKind = "a date"
	yamlText  yamlKind = "a text"
	yamlList  yamlKind = "a list"
	yamlMap   yamlKind = "a group of fields"
	yamlAlias yamlKind = "a reference" // to another place of the file
)

var (
	yamlTrue  = []string{"yes", "true", "on"}
	yamlFalse = []string{"no", "false", "off"}

	yamlIntForm   = regexp.MustCompile(`^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$`)
	yamlFloatForm = regexp.MustCompile(`^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)
	yamlDateForm  = regexp.MustCompile(`^[0-9]{4}-(?:[0-9]{2}-[0-9]{2}|[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$`)
)

// kind tells what the value is.
func (y yamlNode) kind() yamlKind {
	switch {
	case y.node == nil:
		return yamlNone
	case y.node.Kind == yaml.MappingNode:
		return yamlMap
	case y.node.Kind == yaml.SequenceNode:
		return yamlList
	case y.node.Kind == yaml.AliasNode:
		return yamlAlias
	case y.node.Style&yaml.TaggedStyle != 0:
		return yamlTagKind(y.node.Tag)
	case y.node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return yamlText
	}
	return plainKind(y.node.Value)
}

func yamlTagKind(tag string) yamlKind {
	switch tag {
	case "!!null":
		return yamlNull
	case "!!bool":
		return yamlBool
	case "!!int":
		return yamlInt
	case "!!float":
		return yamlFloat
	case "!!timestamp":
		return yamlDate
	default:
		return yamlText
	}
}

// plainKind tells what a text without quotes is.
func plainKind(text string) yamlKind {
	if text == "" || text == "~" {
		return yamlNull
	}
	if c := text[0]; (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' {
		return wordKind(text)
	}
	switch {
	case yamlIntForm.MatchString(text):
		return yamlInt
	case yamlFloatForm.MatchString(text):
		return yamlFloat
	case yamlDateForm.MatchString(text):
		return yamlDate
	default:
		return yamlText
	}
}

// wordKind knows the words that are values: written small, large or with a capital, not mixed.
func wordKind(text string) yamlKind {
	const longest = len("false")
	if len(text) > longest {
		return yamlText
	}
	small := strings.ToLower(text)
	if text != small && text != strings.ToUpper(text) && text != strings.ToUpper(small[:1])+small[1:] {
		return yamlText
	}
	switch {
	case small == "null":
		return yamlNull
	case slices.Contains(yamlTrue, small), slices.Contains(yamlFalse, small):
		return yamlBool
	default:
		return yamlText
	}
}
