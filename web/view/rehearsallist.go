package view

import (
	"packtide/release"
)

func (p Rehearsal) listHref(param, value string) string {
	return With(p.Path, nil, param, value) + "#attachments"
}

func (p Rehearsal) older() string {
	if !p.Older {
		return ""
	}
	return With(p.Path, p.Query, "before", p.Rows[len(p.Rows)-1].ID.String()) + "#attachments"
}

func (p Rehearsal) newest() string {
	if p.Before.IsZero() {
		return ""
	}
	return Without(p.Path, p.Query) + "#attachments"
}

// csvHref leads to the export, which the wizard's step has not of its own.
func (p Rehearsal) csvHref() string {
	path := hrefPack(p.Pack.ID) + "/release/rehearsal.csv"
	if !p.draft() {
		path = hrefRelease(p.Next.ID) + "/rehearsal.csv"
	}
	return Without(path, p.Query)
}

func (p Rehearsal) narrowedBy() []Chip {
	var chips []Chip
	if p.Search != "" {
		chips = append(chips, Chip{Param: "q", Label: "Name", Text: p.Search})
	}
	if p.Runs != "" {
		chips = append(chips, Chip{Param: "runs", Label: "Runs now", Text: optionLabelOf(p.runsOptions(), string(p.Runs))})
	}
	if p.Does != "" {
		chips = append(chips, Chip{Param: "does", Label: "What happens", Text: optionLabelOf(doesOptions(), string(p.Does))})
	}
	return chips
}

func optionLabelOf(options []Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func (p Rehearsal) runsOptions() []Option {
	options := []Option{{Value: "", Label: "Any release"}}
	current, trial := "The current release", "The release in testing"
	for _, m := range p.Moves {
		switch {
		case m.From == nil:
		case m.Tries:
			trial = ReleaseLabel(m.From) + ", which they try"
		default:
			current = ReleaseLabel(m.From)
		}
	}
	return append(options,
		Option{Value: string(release.RehearsalRunsCurrent), Label: current}, Option{Value: string(release.RehearsalRunsTrial), Label: trial})
}

func doesOptions() []Option {
	return []Option{
		{Value: "", Label: "Anything"},
		{Value: string(release.RehearsalUpgrade), Label: "Upgrade"},
		{Value: string(release.RehearsalDowngrade), Label: "Downgrade"},
		{Value: string(release.RehearsalUnchanged), Label: "Unchanged"},
	}
}

// noneWords say why the list is empty.
func (p Rehearsal) noneWords() string {
	switch {
	case p.Fitting == 0 && p.Does != "":
		return "This release means “" + optionLabelOf(doesOptions(), string(p.Does)) + "” for nobody among these."
	case p.Fitting == 0 && p.Runs == release.RehearsalRunsTrial:
		return "Nobody tries a release now."
	case p.Search != "":
		return "No attachment or account among these has “" + p.Search + "” in its name."
	default:
		return "There is nothing beyond this point of the list."
	}
}

func (p Rehearsal) countWords() string {
	words := Counted(len(p.Rows), "attachment") + " on this page, newest first"
	if p.Search == "" {
		words = Number(len(p.Rows)) + " of " + Amount(p.Fitting, "attachment") + ", newest first"
	}
	return words
}
