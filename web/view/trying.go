package view

import (
	"packtide/release"
)

// Try is the page before an attachment opts in, or goes back (R27).
type Try struct {
	Row     release.AttachmentRow
	Release *release.ReleaseView // what would be tried; nil when nothing is pending
	ActsFor bool                 // the reader is staff and has to give a reason (R34)
	Reason  string
	Errors  []FieldError // of the reason
	Refusal string       // why the click that came just before changed nothing
	Clock   Clock
}

func (t Try) reasonField() Field {
	return Field{
		Name: "reason", Label: "Reason", Rows: 2, MaxLength: 1000, Value: t.Reason, Error: errorOn(t.Errors, "reason"),
		Hint: "You act for " + t.Row.AccountName + ". The account and the audit show your name and this reason.",
	}
}

// presentText says how things stand after a click that changed nothing.
func (t Try) presentText() string {
	title := AttachmentTitle(t.Row)
	switch {
	case t.Row.DetachedAt != nil:
		return title + " is uninstalled. Its history stays."
	case TrialOf(t.Row, t.Clock.Now) == TrialDue:
		return ReleaseLabel(t.Row.Pending) + " is past its midnight and is being applied to all attachments now, also to this one. Look again in a moment."
	case t.Row.Pending == nil:
		return title + " runs " + ReleaseLabel(t.Row.Runs) + ", the current release. No release of it is in testing."
	case t.Row.Trying():
		return title + " tries " + ReleaseLabel(t.Row.Pending) + " already."
	default:
		return title + " runs " + ReleaseLabel(t.Row.Runs) + "; " + ReleaseLabel(t.Row.Pending) + " is in testing."
	}
}
