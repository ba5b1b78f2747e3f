package view

import (
	"maps"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Field is one form field. Name alone is needed; ID follows from it.
type Field struct {
	Name         string
	ID           string // "f-" + Name when empty
	Label        string
	Hint         string
	Error        string
	Value        string
	Type         string // of TextField: "text" when empty; "email", "password", "number", "search", "url"
	Optional     bool   // fields are required unless they say otherwise
	Autofocus    bool
	Autocomplete string
	Placeholder  string
	Accept       string // of FileField
	Min, Max     string // of DateField and numbers
	MaxLength    int    // 0 means no limit
	Rows         int    // of TextArea
	Attrs        templ.Attributes
}

// Option is one choice of a Select or RadioGroup.
type Option struct {
	Value    string
	Label    string
	Hint     string // RadioGroup only
	Disabled bool
}

// FieldError is one line of an error summary. Without a Field it names the whole form.
type FieldError struct {
	Field string // the field's Name, which gives its default ID
	Text  string
}

// FormSpec is what Form needs around the fields.
type FormSpec struct {
	ID     string // needed for uploads, so that app.js finds the form in the answer
	Action string
	Method string // "post" when empty
	Upload bool   // sends a file, with progress
	Wide   bool
	Errors []FieldError
}

func (s FormSpec) method() string {
	if s.Method == "" {
		return "post"
	}
	return s.Method
}

func (s FormSpec) attrs() templ.Attributes {
	a := templ.Attributes{}
	if s.ID != "" {
		a["id"] = s.ID
	}
	if s.Upload {
		a["enctype"] = "multipart/form-data"
		a["data-upload"] = true
	}
	return a
}

// FieldID is the default id of the field with that name.
func FieldID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		if r == ' ' || r == '[' || r == ']' || r == '.' {
			return '-'
		}
		return r
	}, name)
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return FieldID(f.Name)
}

func (f Field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// aria wires hint and error to the control and says whether it is valid.
func (f Field) aria() templ.Attributes {
	a := templ.Attributes{}
	var by []string
	if f.Hint != "" {
		by = append(by, f.id()+"-hint")
	}
	if f.Error != "" {
		by = append(by, f.id()+"-error")
		a["aria-invalid"] = "true"
	}
	if len(by) > 0 {
		a["aria-describedby"] = strings.Join(by, " ")
	}
	return a
}

// control gathers the attributes that all kinds of control share.
func (f Field) control() templ.Attributes {
	a := f.aria()
	a["id"] = f.id()
	a["name"] = f.Name
	a["required"] = !f.Optional
	a["autofocus"] = f.Autofocus
	for name, value := range map[string]string{
		"autocomplete": f.Autocomplete,
		"placeholder":  f.Placeholder,
		"min":          f.Min,
		"max":          f.Max,
		"accept":       f.Accept,
	} {
		if value != "" {
			a[name] = value
		}
	}
	if f.MaxLength > 0 {
		a["maxlength"] = f.MaxLength
	}
	maps.Copy(a, f.Attrs)
	return a
}

func (f Field) rows() int {
	if f.Rows == 0 {
		return 4
	}
	return f.Rows
}

func errorHref(e FieldError) string {
	return "#" + FieldID(e.Field)
}

func summaryTitle(n int) string {
	if n == 1 {
		return "One thing stands in the way"
	}
	return Number(n) + " things stand in the way"
}

func optionID(f Field, i int) string {
	if i == 0 { // the group's own id, so that the error summary leads to the first choice
		return f.id()
	}
	return f.id() + "-" + strconv.Itoa(i)
}

// groupControl wires a group's hint and error to the group.
func groupControl(f Field) templ.Attributes {
	a := f.aria()
	a["id"] = f.id() + "-group"
	return a
}

// checkboxesControl is groupControl without aria-invalid, which a plain group may not have.
func checkboxesControl(f Field) templ.Attributes {
	a := groupControl(f)
	delete(a, "aria-invalid")
	return a
}

// checkboxControl leaves out required: a box may stay empty unless Attrs say otherwise.
func checkboxControl(f Field) templ.Attributes {
	f.Optional = true
	return f.control()
}
