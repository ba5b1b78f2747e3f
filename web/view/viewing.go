package view

import (
	"time"

	"packtide/release"
)

// PathStopViewing ends a viewing.
const PathStopViewing = "/view-as/stop"

// ViewingBand is over every page while support looks as an account's people (R34).
type ViewingBand struct {
	Account string
	Zone    string // the account's
	As      release.ViewAs
	Until   time.Time
}

// ViewAsForm asks as whom of an account to look.
type ViewAsForm struct {
	Account release.Account
	As      string
	Reason  string
	Errors  []FieldError
}

// Title is the page's.
func (f ViewAsForm) Title() string {
	if f.choice() {
		return "Look at packtide as " + f.Account.Name + "?"
	}
	return "Look at packtide as " + viewAsWord(f.only()) + " of " + f.Account.Name + "?"
}

// choice tells whether the account has two kinds of people.
func (f ViewAsForm) choice() bool { return f.Account.Publisher && f.Account.Managed }

func (f ViewAsForm) only() release.ViewAs {
	if f.Account.Publisher {
		return release.ViewAsPublisher
	}
	return release.ViewAsAdmin
}

func (f ViewAsForm) action() string { return "/accounts/" + f.Account.ID.String() + "/view-as" }

func viewAsWord(as release.ViewAs) string {
	if as == release.ViewAsPublisher {
		return "a publisher"
	}
	return "an admin"
}

// itsWord is viewAsWord after "as".
func itsWord(as release.ViewAs) string {
	if as == release.ViewAsPublisher {
		return "its publisher"
	}
	return "its admin"
}

// ViewingOver says why somebody no longer looks.
func ViewingOver(how release.ViewEnd) string {
	if how == release.ViewRoleLost {
		return "you are no longer on the staff"
	}
	return "the hour is over"
}
