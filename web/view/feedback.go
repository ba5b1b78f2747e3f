package view

import (
	"time"

	"github.com/a-h/templ"

	"packtide/release"
)

// FeedbackSpec is the form in which an account says how a release does on an attachment that tries it (R31).
type FeedbackSpec struct {
	Row     release.AttachmentRow // tries its pending release
	Verdict release.Verdict       // as chosen before a refusal
	Text    string
	File    bool // a file was chosen before a refusal, and has to be chosen again
	Errors  []FieldError
	Back    string // where it leads once the feedback is kept; empty: to the attachment
	Look    Look   // of the button; empty: the page's primary
}

// FeedbackEntry is the page around that form.
type FeedbackEntry struct {
	FeedbackSpec
	Refusal string                // why the click that came just before changed nothing
	Given   []release.FeedbackRow // what the account has said of this release on this attachment
	Clock   Clock
}

// FeedbackStream is a list of feedback, newest first.
type FeedbackStream struct {
	Rows      []release.FeedbackRow
	Clock     Clock
	Publisher *time.Location
	MayAnswer bool
	Refused   FeedbackAnswer // the answer that was refused a moment ago
}

// FeedbackAnswer is an answer as it was typed.
type FeedbackAnswer struct {
	To     release.ID
	Text   string
	Errors []FieldError // of the field; their Field is that of answerField
}

func (f FeedbackSpec) path() string { return attachmentPath(f.Row.ID, "feedback") }

func (f FeedbackSpec) look() Look {
	if f.Look == "" {
		return Primary
	}
	return f.Look
}

func (f FeedbackSpec) verdictField() Field {
	return Field{
		Name: "verdict", Label: "How does " + ReleaseLabel(f.Row.Pending) + " do on " + AttachmentTitle(f.Row) + "?",
		Value: string(f.Verdict), Error: errorOn(f.Errors, "verdict"),
	}
}

func (f FeedbackSpec) textField() Field {
	return Field{
		Name: "text", Label: "What did you see?", Optional: true, Value: f.Text, Rows: 5, MaxLength: release.MaxFeedback, Error: errorOn(f.Errors, "text"),
		Hint: "Needed where it is blocked: what you did, what happened, what you expected. " + f.Row.PublisherName + " and support read it at once.",
	}
}

func (f FeedbackSpec) fileField() Field {
	hint := "A log or a picture, of at most 10 MB. Leave secrets out of it."
	if f.File {
		hint = "Choose the file again: nothing was kept yet. " + hint
	}
	return Field{
		Name: "file", Label: "File", Optional: true, Hint: hint, Error: errorOn(f.Errors, "file"),
		Attrs: templ.Attributes{"data-max-bytes": release.MaxFile, "data-max-words": release.ErrAddedFileLarge.Message},
	}
}

func verdictOptions() []Option {
	return []Option{
		{Value: string(release.VerdictWorks), Label: "It works", Hint: "What you tried does what it should."},
		{Value: string(release.VerdictBlocked), Label: "It is blocked", Hint: "Something stands in the way of using it."},
	}
}

func hrefFeedback(id release.ID, what string) string { return "/feedback/" + id.String() + "/" + what }

// feedbackTitle names who says it.
func feedbackTitle(f release.FeedbackRow) string {
	if f.AttachmentName == f.PackName {
		return f.AccountName
	}
	return f.AccountName + " · " + f.AttachmentName
}

// answerName is the name of the field in which a feedback is answered: there is one for each on the page.
func answerName(feedback release.ID) string { return "answer-" + feedback.String() }

// RefusedAnswer is an answer that was refused, with the message beside its field.
func RefusedAnswer(to release.ID, text string, errors []FieldError) FeedbackAnswer {
	a := FeedbackAnswer{To: to, Text: text}
	for _, e := range errors {
		if e.Field != "" {
			e.Field = answerName(to)
		}
		a.Errors = append(a.Errors, e)
	}
	return a
}

func (s FeedbackStream) answerField(f release.FeedbackRow) Field {
	field := Field{
		Name: "text", ID: FieldID(answerName(f.ID)), Label: "Answer to " + f.AccountName, Rows: 3, MaxLength: release.MaxFeedback,
		Hint: "The account reads it on its pages. An answer can't be changed; you can add another.",
	}
	if s.Refused.To == f.ID {
		field.Value, field.Error = s.Refused.Text, errorOn(s.Refused.Errors, answerName(f.ID))
	}
	return field
}

func (s FeedbackStream) answerErrors(f release.FeedbackRow) []FieldError {
	if s.Refused.To == f.ID {
		return s.Refused.Errors
	}
	return nil
}
