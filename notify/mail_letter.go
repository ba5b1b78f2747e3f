package notify

import (
	"embed"
	"fmt"
	html "html/template"
	"strings"
	text "text/template"

	"packtide/release"
)

//go:embed mail.html.tmpl mail.txt.tmpl
var mailTemplates embed.FS

// page is what the templates of a letter show.
type page struct {
	Subject  string
	Intro    string // of a digest
	Items    []item
	Greeting string
	Why      string // the reader gets it
	Settings string // where messages are chosen; empty: for nobody who could
	Stop     string // switches them off; empty: they can't be
	StopText string
}

// item is one notice of a letter.
type item struct {
	words
	URL string
}

// written is a letter as it is sent.
type written struct {
	Subject, Text, HTML string
	Stop                string // the link of one click; empty: none
}

// letters writes letters.
type letters struct {
	text    *text.Template
	html    *html.Template
	baseURL string
	key     release.MailKey
}

func newLetters(baseURL string, key release.MailKey) (*letters, error) {
	t, err := text.ParseFS(mailTemplates, "mail.txt.tmpl")
	if err != nil {
		return nil, fmt.Errorf("read the templates of letters: %w", err)
	}
	h, err := html.ParseFS(mailTemplates, "mail.html.tmpl")
	if err != nil {
		return nil, fmt.Errorf("read the templates of letters: %w", err)
	}
	return &letters{t, h, strings.TrimRight(baseURL, "/"), key}, nil
}

// write makes both forms of a letter from the same words.
func (s *letters) write(l release.Letter) (written, error) {
	p := page{Greeting: l.To.Name, Why: "You get this because you have a role in " + l.To.AccountName + ".", Settings: s.baseURL + "/settings/notifications"}
	for _, t := range l.Told {
		w := wordsOf(t, l.To.Zone)
		p.Items = append(p.Items, item{w, s.baseURL + w.Path})
	}
	stop := release.MailStop{Person: l.To.Person, Account: l.To.Account}
	if l.Digest {
		p.Subject = digestSubject(l)
		p.Intro = "What has happened since the last digest:"
		p.StopText = "Stop the daily digest"
	} else {
		p.Subject = p.Items[0].Title
		p.StopText = "Stop messages of this kind"
		stop.Kind = l.Told[0].Notice.Kind
	}
	if l.Always() {
		p.Why = "You get this because it is about what you may do in " + l.To.AccountName + "."
	} else if len(s.key) > 0 {
		p.Stop = s.baseURL + "/unsubscribe/" + string(s.key.Sign(stop))
	}
	return s.print(p)
}

// print writes both forms of a page.
func (s *letters) print(p page) (written, error) {
	var plain, rich strings.Builder
	if err := s.text.Execute(&plain, p); err != nil {
		return written{}, fmt.Errorf("write the text of a letter: %w", err)
	}
	if err := s.html.Execute(&rich, p); err != nil {
		return written{}, fmt.Errorf("write the HTML of a letter: %w", err)
	}
	return written{Subject: oneLine(p.Subject), Text: plain.String(), HTML: rich.String(), Stop: p.Stop}, nil
}

func digestSubject(l release.Letter) string {
	if len(l.Told) == 1 {
		return l.To.AccountName + ": 1 piece of news"
	}
	return fmt.Sprintf("%s: %d pieces of news", l.To.AccountName, len(l.Told))
}

// oneLine keeps a header to a line: names come from people.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\r' || r == '\n' || r == 0 }), " ")
}
