package view

import "packtide/release"

// SignInForm is the sign-in form with what was typed, but for the password.
type SignInForm struct {
	Email  string
	Next   string // where to go after
	Errors []FieldError
}

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
