package packfile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"path"
	"strings"
)

// checkSecOpsImages wants the two pictures of the integration to be there and to be what they say.
func checkSecOpsImages(t *secopsTree) {
	if t.definition == nil || !t.definition.root.isMapping() {
		return
	}
	for _, picture := range []struct {
		field, what string
		check       func(data []byte) (fault string)
	}{
		{"image_path", "PNG image", faultOfPNG},
		{"svg_logo_path", "SVG logo", faultOfSVG},
	} {
		named := t.definition.root.text(picture.field)
		found := secopsFound{
			code: "R-IMG", field: picture.field,
			fix: fmt.Sprintf("Put a real %s into %s and name it in %s.", picture.what, resourceFolder, picture.field),
		}
		f := t.file(path.Clean(named))
		switch {
		case named == "":
			found.message = fmt.Sprintf("The integration names no %s.", picture.what)
		case f == nil:
			found.message = fmt.Sprintf("The %s “%s” is not in the integration.", picture.what, shorten(named))
		case f.read:
			if fault := picture.check(f.data); fault != "" {
				found.message = fmt.Sprintf("%s is no %s: %s.", shorten(named), picture.what, fault)
			}
		}
		if found.message != "" {
			t.atField(t.definition, t.definition.root, picture.field, found)
		}
	}
}

// faultOfPNG looks at the head alone: what a picture unpacks to is nobody's business here.
func faultOfPNG(data []byte) string {
	config, err := png.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return "its head is not that of one"
	case config.Width == 0 || config.Height == 0:
		return "it has no width or no height"
	}
	return ""
}

// faultOfSVG wants well-formed XML around one svg element. A document type is let through if it declares nothing; the
// parser knows no entities but XML's own.
func faultOfSVG(data []byte) string {
	dec := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, utf8BOM)))
	dec.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errXMLCharset }
	depth, roots := 0, 0
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) && roots == 1 {
			return ""
		}
		if err != nil {
			line, _ := dec.InputPos()
			return fmt.Sprintf("it is not well-formed XML in line %d", line)
		}
		switch tk := token.(type) {
		case xml.Directive:
			if bytes.IndexByte(tk, '[') >= 0 {
				return "its document type declares things of its own"
			}
		case xml.StartElement:
			if depth++; depth > maxXMLNesting {
				return fmt.Sprintf("it is nested deeper than the limit of %d", maxXMLNesting)
			}
			if depth == 1 {
				roots++
			}
			if depth == 1 && (roots > 1 || !strings.EqualFold(tk.Name.Local, "svg")) {
				return "its outermost element is not svg"
			}
		case xml.EndElement:
			depth--
		}
	}
}
