package view

import "strings"

// APIReference is the JSON API's document as its pages show it.
type APIReference struct {
	Intro  string // Markdown
	Nouns  []APINoun
	Things []APIThing // that requests and answers are made of, by name
}

// APINoun is the operations on one kind of thing.
type APINoun struct {
	Slug, Name, Says string
	Operations       []APIOperation
}

// APIOperation is one method of one address.
type APIOperation struct {
	ID, Method, Path string // the path below /api/v1
	Summary, Says    string
	Roles            []string // for people; empty: nobody needs a token
	Parameters       []APIField
	Bodies           []APIBody
	Answers          []APIAnswer
	Example          string // a command line
}

// APIField is a parameter, or a field of a thing.
type APIField struct {
	Name, In string // In: path, query, header; empty in a thing
	Type     APIType
	Needed   bool
	Says     string
}

// APIType is what a value is: words, and the thing that it is where the document names one.
type APIType struct{ Before, Thing, After string }

// APIBody is one kind of body that an operation takes.
type APIBody struct{ Kind, Thing string }

// APIAnswer is one status with what comes with it.
type APIAnswer struct {
	Status, Meaning string
	Things          []string
	Kinds           []string // of what is no JSON
}

// APIThing is one thing with its fields; Says alone for a plain value.
type APIThing struct {
	Name, Says string
	Type       string // of a plain value
	Fields     []APIField
}

// Noun finds the noun of an address.
func (r APIReference) Noun(slug string) (APINoun, bool) {
	for _, n := range r.Nouns {
		if n.Slug == slug {
			return n, true
		}
	}
	return APINoun{}, false
}

// Thing finds the thing of an address.
func (r APIReference) Thing(name string) (APIThing, bool) {
	for _, t := range r.Things {
		if t.Name == name {
			return t, true
		}
	}
	return APIThing{}, false
}

// APIRoot is where the reference begins, APIThings where the things stand.
const (
	APIRoot   = "/api"
	APIThings = "/api/things"
)

func apiThing(name string) string            { return APIThings + "/" + name }
func apiNoun(n APINoun) string               { return APIRoot + "/" + n.Slug }
func (o APIOperation) line() string          { return o.Method + " /api/v1" + o.Path }
func (o APIOperation) href(n APINoun) string { return apiNoun(n) + "#" + o.ID }

// successes are the answers that do what was asked, or say that nothing has changed.
func (o APIOperation) successes() []APIAnswer { return o.answers(false) }

// problems are the answers that refuse.
func (o APIOperation) problems() []APIAnswer { return o.answers(true) }

func (o APIOperation) answers(refusals bool) []APIAnswer {
	var found []APIAnswer
	for _, a := range o.Answers {
		if (a.Status >= "400") == refusals {
			found = append(found, a)
		}
	}
	return found
}

func statuses(answers []APIAnswer) string {
	var words []string
	for _, a := range answers {
		words = append(words, a.Status)
	}
	return strings.Join(words, ", ")
}

func (n APINoun) parts() []pagePart {
	var parts []pagePart
	for _, o := range n.Operations {
		parts = append(parts, pagePart{o.ID, o.Summary})
	}
	return parts
}

// apiText is a part of a sentence: code where it stood between backticks.
type apiText struct {
	text string
	code bool
}

func apiTexts(s string) []apiText {
	var parts []apiText
	for i, part := range strings.Split(s, "`") {
		if part != "" {
			parts = append(parts, apiText{part, i%2 == 1})
		}
	}
	return parts
}

func apiNeeded(f APIField) string {
	if f.Needed {
		return "always"
	}
	return "optional"
}
