package packfile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxXMLNesting bounds the elements around one place; real files stay below 50.
const maxXMLNesting = 256

// eachXML calls visit for every element's beginning (with its depth, 1 for the root) and every text that is not
// blank (with the depth of the element around it), and with its offset behind a byte order mark. Declarations of document types, and with them entities, are refused.
func eachXML(data []byte, visit func(token xml.Token, depth, offset int)) *textFault {
	text, fault := checkText(data)
	if fault != nil {
		return fault
	}
	dec := xml.NewDecoder(bytes.NewReader(text))
	dec.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errXMLCharset }
	walk := xmlWalk{visit: visit}
	for {
		offset := int(dec.InputOffset())
		token, err := dec.Token()
		if errors.Is(err, io.EOF) && walk.roots == 1 {
			return nil
		}
		if err != nil {
			line, column := dec.InputPos()
			return xmlFault(err, line, column)
		}
		if what := walk.take(token, offset); what != "" {
			line, column := lineColumn(text, offset)
			return &textFault{line, column, what}
		}
	}
}

// xmlWalk follows the elements of one file.
type xmlWalk struct {
	visit        func(token xml.Token, depth, offset int)
	depth, roots int
}

// take returns what is wrong with the token in this place, or nothing.
func (w *xmlWalk) take(token xml.Token, offset int) string {
	const outside = "The file goes on after its end, or before its beginning."
	switch tk := token.(type) {
	case xml.StartElement:
		if w.depth++; w.depth == 1 {
			w.roots++
		}
		if w.roots > 1 {
			return outside
		}
		if w.depth > maxXMLNesting {
			return fmt.Sprintf("The file is nested deeper than the limit of %d.", maxXMLNesting)
		}
		w.visit(tk, w.depth, offset)
	case xml.EndElement:
		w.depth--
	case xml.Directive:
		return "The file declares a document type; that is not allowed."
	case xml.CharData:
		if len(bytes.TrimSpace(tk)) == 0 {
			return ""
		}
		if w.depth == 0 {
			return outside
		}
		w.visit(tk, w.depth, offset)
	}
	return ""
}

var errXMLCharset = errors.New("the file must be written in UTF-8")

func xmlFault(err error, line, column int) *textFault {
	what := "it ends before its beginning"
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		line, column, what = syntax.Line, 1, syntax.Msg
	} else if !errors.Is(err, io.EOF) {
		what = strings.TrimPrefix(err.Error(), "xml: ")
	}
	return &textFault{line, column, "The file is not valid XML: " + what + "."}
}

// xmlAttribute returns an attribute without namespace, without the space around it.
func xmlAttribute(element xml.StartElement, name string) string {
	value, _ := findXMLAttribute(element, name)
	return value
}

// findXMLAttribute is xmlAttribute, and tells whether the element has it.
func findXMLAttribute(element xml.StartElement, name string) (string, bool) {
	for _, a := range element.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return strings.TrimSpace(a.Value), true
		}
	}
	return "", false
}
