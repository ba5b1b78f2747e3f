package view

import "packtide/release"

// SignInForm is the sign-in form with what was typed, but for the password.
type SignInForm struct {
	Email  string
	Next   string // where to go after
	Unsent *Unsent
	Errors []FieldError
}

// Unsent is a form whose sender was not signed in any more: where it goes, and its values as a browser encodes them. The
// sign-in page carries it, so that nothing typed is lost.
type Unsent struct{ Path, Form string }

// Resume offers to send such a form after all.
type Resume struct {
	Path   string
	Back   string // the page that the form was on
	Fields []UnsentField
}

// UnsentField is one value of it.
type UnsentField struct{ Name, Value string }

// WelcomeForm is what someone with a one-time link fills in.
type WelcomeForm struct {
	Purpose release.LinkPurpose
	Email   string
	Name    string
	Errors  []FieldError
}

// Title is the page's.
func (f WelcomeForm) Title() string {
	switch f.Purpose {
	case release.LinkSetup:
		return "Set up packtide"
	case release.LinkPassword:
		return "Choose a new password"
	default:
		return "Welcome to packtide"
	}
}

func errorOn(errors []FieldError, field string) string {
	for _, e := range errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}
