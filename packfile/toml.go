package packfile

import (
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// The TOML parser's time grows with the square of the number of keys, and it recurses into brackets. Real files
// have 1 to 3 KiB.
const (
	maxTOMLBytes   = 128 << 10
	maxTOMLNesting = 100
)

func checkTOML(text []byte) *textFault {
	if len(text) > maxTOMLBytes {
		return errLimit(1, "The file is larger than the limit of %s.", bytesText(maxTOMLBytes))
	}
	return checkTOMLNesting(text)
}

// checkTOMLNesting counts brackets generously: also those in texts.
func checkTOMLNesting(text []byte) *textFault {
	brackets, line := 0, 1
	for _, c := range text {
		switch c {
		case '\n':
			line++
		case '[', '{':
			brackets++
		case ']', '}':
			brackets = max(0, brackets-1)
		}
		if brackets > maxTOMLNesting {
			return errLimit(line, "The file is nested deeper than the limit of %d.", maxTOMLNesting)
		}
	}
	return nil
}

// parseTOML reads a TOML file into a tree of maps.
func parseTOML(data []byte) (map[string]any, *textFault) {
	text, fault := checkText(data)
	if fault != nil {
		return nil, fault
	}
	if fault := checkTOML(text); fault != nil {
		return nil, fault
	}
	tree := map[string]any{}
	if err := toml.Unmarshal(text, &tree); err != nil {
		fault := &textFault{1, 1, "The file is not valid TOML."}
		if decode, ok := errors.AsType[*toml.DecodeError](err); ok {
			fault.line, fault.column = decode.Position()
			fault.what = "The file is not valid TOML: " + strings.TrimPrefix(decode.Error(), "toml: ") + "."
		}
		return nil, fault
	}
	return tree, nil
}
