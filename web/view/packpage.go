package view

import "github.com/a-h/templ"

// previewButton sends a form for its preview: whatever it lacks may come later.
func previewButton(f PackForm) templ.Attributes {
	return templ.Attributes{"name": "preview", "value": "true", "formnovalidate": true, "formaction": f.Action + "#preview"}
}
