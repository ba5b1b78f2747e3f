package view

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"packtide/release"
)

// Audit is a page of audit events with the filter that chose them.
type Audit struct {
	Query url.Values // as in the address
	Form  AuditForm
	Chips []Chip
	Rows  []release.EventRow
	Older bool
	Clock Clock
}

// AuditForm is the filter as typed.
type AuditForm struct {
	From, To string // dates
	Action   string // a group of actions, by their noun
	Source   string
	Errors   []FieldError
}

// actionNouns are the groups of actions that the audit is filtered by.
var actionNouns = []Option{
	{Value: "", Label: "Everything"},
	{Value: "release", Label: "Releases"},
	{Value: "attachment", Label: "Installs and opt-ins"},
	{Value: "pack", Label: "Packs"},
	{Value: "version", Label: "Package versions"},
	{Value: "group", Label: "Account groups"},
	{Value: "account", Label: "Accounts"},
	{Value: "person", Label: "People"},
	{Value: "token", Label: "API tokens"},
	{Value: "view", Label: "Saved views"},
	{Value: "feedback", Label: "Feedback"},
	{Value: "support", Label: "Support looking as others"},
}

// eventSources are the places that the audit is filtered by.
var eventSources = []Option{
	{Value: "", Label: "Anywhere"},
	{Value: string(release.FromUI), Label: "Browser"},
	{Value: string(release.FromAPI), Label: "API"},
	{Value: string(release.FromScheduler), Label: "Clock"},
	{Value: string(release.FromCLI), Label: "Command line"},
}

// KnownSource tells whether changes come from there; empty is anywhere.
func KnownSource(source string) bool {
	return slices.ContainsFunc(eventSources, func(o Option) bool { return o.Value == source })
}

// actionOptions are the groups, and the one action that the list is narrowed to by a link.
func (f AuditForm) actionOptions() []Option {
	if slices.ContainsFunc(actionNouns, func(o Option) bool { return o.Value == f.Action }) {
		return actionNouns
	}
	return append(slices.Clone(actionNouns), Option{Value: f.Action, Label: ActionWords(f.Action)})
}

// ActionsOf are the actions of a noun ("release"), or the one action itself; an unknown word finds nothing.
func ActionsOf(word string) []string {
	var found []string
	for action := range actionWords {
		if action == word || strings.HasPrefix(action, word+".") {
			found = append(found, action)
		}
	}
	if len(found) == 0 {
		return []string{word}
	}
	slices.Sort(found)
	return found
}

// Difference is one field of a change.
type Difference struct {
	Field, Before, After string
}

// Differences lists the fields that a change has touched, by name; what stayed the same is left out.
func Differences(before, after map[string]any) []Difference {
	fields := map[string]bool{}
	for f := range before {
		fields[f] = true
	}
	for f := range after {
		fields[f] = true
	}
	var list []Difference
	for _, f := range slices.Sorted(maps.Keys(fields)) {
		d := Difference{Field: strings.ReplaceAll(f, "_", " "), Before: valueText(before[f]), After: valueText(after[f])}
		if d.Before != d.After {
			list = append(list, d)
		}
	}
	return list
}

func valueText(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case bool:
		return map[bool]string{true: "yes", false: "no"}[value]
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.3f", value), ".000")
	default:
		b, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(b)
	}
}

func (p Audit) older() string {
	if !p.Older {
		return ""
	}
	return With("/audit", p.Query, "before", p.Rows[len(p.Rows)-1].ID.String())
}

func (p Audit) newest() string {
	if p.Query.Get("before") == "" {
		return ""
	}
	return Without("/audit", p.Query)
}

// sourceWord is where a change came from (R33).
func sourceWord(s release.Source) string {
	switch s {
	case release.FromUI:
		return "in the browser"
	case release.FromAPI:
		return "through the API"
	case release.FromScheduler:
		return "by the clock"
	case release.FromCLI:
		return "on the command line"
	default:
		return string(s)
	}
}
