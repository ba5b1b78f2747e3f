package packfile

import (
	"errors"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// uvLockFile is what the rules look at in uv.lock. The file is read expression by expression, since it may be long and
// most of it is of no interest.
type uvLockFile struct {
	data           []byte
	requiresPython string
	packages       []uvPackage
}

// uvPackage is one locked package.
type uvPackage struct {
	name, version string
	registry      string   // where it is from, "" if it is from elsewhere
	own           bool     // the integration itself
	requires      []string // what its metadata say that it requires
	offset        int      // of its table in the file
	source        int      // offset of where it is from
}

// root returns the entry of the integration itself, nil if there is none.
func (l *uvLockFile) root() *uvPackage {
	i := slices.IndexFunc(l.packages, func(p uvPackage) bool { return p.own })
	if i < 0 {
		return nil
	}
	return &l.packages[i]
}

func (l *uvLockFile) line(p *uvPackage) int {
	line, _ := lineColumn(l.data, p.offset)
	return line
}

func readUVLock(data []byte) (*uvLockFile, *textFault) {
	text, fault := checkText(data)
	if fault == nil {
		fault = checkTOMLNesting(text)
	}
	if fault != nil {
		return nil, fault
	}
	lock := &uvLockFile{data: text}
	var parser unstable.Parser
	parser.Reset(text)
	table := ""
	for parser.NextExpression() {
		e := parser.Expression()
		switch e.Kind {
		case unstable.ArrayTable:
			if table = uvKey(e); table == "package" {
				lock.packages = append(lock.packages, uvPackage{offset: uvOffset(e)})
			}
		case unstable.Table:
			table = uvKey(e)
		case unstable.KeyValue:
			lock.take(table, e)
		default:
		}
	}
	if err := parser.Error(); err != nil {
		fault = &textFault{1, 1, "The file is not valid TOML."}
		if wrong, ok := errors.AsType[*unstable.ParserError](err); ok {
			fault.line, fault.column = lineColumn(text, int(parser.Range(wrong.Highlight).Offset))
			fault.what = "The file is not valid TOML: " + strings.ToValidUTF8(wrong.Message, "\uFFFD") + "."
		}
		return nil, fault
	}
	return lock, nil
}

// uvKey is the key of an expression, its parts joined by dots.
func uvKey(e *unstable.Node) string {
	var parts []string
	for keys := e.Key(); keys.Next(); {
		parts = append(parts, string(keys.Node().Data))
	}
	return strings.Join(parts, ".")
}

func uvOffset(e *unstable.Node) int {
	if keys := e.Key(); keys.Next() {
		return int(keys.Node().Raw.Offset)
	}
	return 0
}

// take reads one key of a table.
func (l *uvLockFile) take(table string, e *unstable.Node) {
	key, value := uvKey(e), e.Value()
	if table == "" && key == "requires-python" {
		l.requiresPython = uvText(value)
	}
	if len(l.packages) == 0 {
		return
	}
	p := &l.packages[len(l.packages)-1]
	switch table + "." + key {
	case "package.name":
		p.name = uvText(value)
	case "package.version":
		p.version = uvText(value)
	case "package.source":
		p.source = uvOffset(e)
		p.registry = uvMember(value, "registry")
		for _, kind := range []string{"virtual", "editable", "directory"} {
			p.own = p.own || uvMember(value, kind) == "."
		}
	case "package.metadata.requires-dist":
		if value.Kind != unstable.Array {
			return
		}
		for items := value.Children(); items.Next(); {
			if name := uvMember(items.Node(), "name"); name != "" {
				p.requires = append(p.requires, name)
			}
		}
	}
}

func uvText(value *unstable.Node) string {
	if value.Kind != unstable.String {
		return ""
	}
	return string(value.Data)
}

// uvMember returns a text in an inline table.
func uvMember(table *unstable.Node, key string) string {
	if table.Kind != unstable.InlineTable {
		return ""
	}
	for members := table.Children(); members.Next(); {
		if m := members.Node(); m.Kind == unstable.KeyValue && uvKey(m) == key {
			return uvText(m.Value())
		}
	}
	return ""
}
