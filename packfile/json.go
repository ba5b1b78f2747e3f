package packfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// jsonObject is a JSON object with its members unread and the place of each in the file.
type jsonObject struct {
	data    []byte
	members map[string]json.RawMessage
	offsets map[string]int
}

// parseJSONObject reads a JSON object; of a repeated member the last counts, as the platforms' readers do.
func parseJSONObject(data []byte) (jsonObject, *textFault) {
	text, fault := checkText(data)
	if fault != nil {
		return jsonObject{}, fault
	}
	obj := jsonObject{data: text, members: map[string]json.RawMessage{}, offsets: map[string]int{}}
	if err := json.Unmarshal(text, &obj.members); err != nil {
		return jsonObject{}, jsonFault(text, err)
	}
	if obj.members == nil {
		return jsonObject{}, errNoObject()
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	_, _ = dec.Token() // the opening brace: the object is known to be valid
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			break
		}
		name, _ := key.(string)
		obj.offsets[name] = int(dec.InputOffset()) - len(name) - len(`""`)
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			break
		}
	}
	return obj, nil
}

// jsonTextFault says why a text is no JSON; nil if it is.
func jsonTextFault(data []byte) *textFault {
	text, fault := checkText(data)
	if fault != nil {
		return fault
	}
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return jsonFault(text, err)
	}
	return nil
}

func jsonFault(text []byte, err error) *textFault {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		line, column := lineColumn(text, int(syntax.Offset)-1)
		return &textFault{line, column, "The file is not valid JSON: " + syntax.Error() + "."}
	}
	return errNoObject()
}

func errNoObject() *textFault { return &textFault{1, 1, "The file must hold a JSON object, { … }."} }

// text returns a member that is a JSON string, without the space around it.
func (o jsonObject) text(name string) string {
	var s string
	if json.Unmarshal(o.members[name], &s) != nil {
		return ""
	}
	return strings.TrimSpace(s)
}

// list returns the members of a JSON array, or nothing for anything else.
func (o jsonObject) list(name string) []json.RawMessage {
	var items []json.RawMessage
	if json.Unmarshal(o.members[name], &items) != nil {
		return nil
	}
	return items
}

// place returns line and column of a member's name; the first character of the file if it is missing.
func (o jsonObject) place(name string) (line, column int) {
	return lineColumn(o.data, o.offsets[name])
}
