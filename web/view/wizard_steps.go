package view

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"

	"packtide/packfile"
	"packtide/release"
)

// ImpactStep is the second step: what changes for whom.
type ImpactStep struct {
	Wizard
	Rehearsal Rehearsal
}

// WhenStep is the third step: at once or on a date.
type WhenStep struct {
	Wizard
	Plan    string
	Date    string // as typed
	Month   Month
	Impact  release.Impact
	Preview *MidnightPreview // nil: no day chosen
}

func (s WhenStep) plans() []Option {
	at := "All attachments run it with the last click of this wizard, without a testing period."
	if s.Pack.Pending != nil {
		at += " " + ReleaseLabel(s.Pack.Pending) + " is replaced, and its testing ends."
	}
	return []Option{
		{Value: string(release.Immediate), Label: "At once", Hint: at},
		{Value: string(release.Scheduled), Label: "On a date", Hint: "Accounts may try it until then. It applies to all others at midnight in " + City(s.zone()) + "."},
	}
}

func (s WhenStep) dayField() Field {
	return Field{
		Name: "date", Label: "Which day?", Value: s.Date, Optional: true, Error: errorOn(s.Errors, "date"),
		Hint:  "It applies at the first instant of that day in " + City(s.zone()) + ". The earliest is tomorrow there.",
		Attrs: chooses(refreshes(s.path("when")+"?plan="+string(release.Scheduled), "#when-preview"), string(release.Scheduled)),
	}
}

// refreshes asks for a part of the page again whenever a day is chosen.
func refreshes(path, part string) templ.Attributes {
	return templ.Attributes{
		"hx-get": path, "hx-trigger": "change", "hx-include": "#f-date-group", "hx-select": part, "hx-target": part, "hx-swap": "outerHTML",
	}
}

// chooses lets a day choose the plan that needs one; app.js does it.
func chooses(a templ.Attributes, plan string) templ.Attributes {
	a["data-chooses"] = plan
	return a
}

// MidnightPreview is a date's midnight for everybody, or why the date can't be chosen.
type MidnightPreview struct {
	At      time.Time
	Zone    *time.Location
	Impact  release.Impact
	Problem string
}

type zoneLine struct {
	zone *time.Location
	who  string
}

// mostZones is how many of the accounts' zones the sentence about a midnight names.
const mostZones = 5

// zones are the publisher's zone and those where most of the install base lives.
func (p MidnightPreview) zones() []zoneLine {
	lines := []zoneLine{{p.Zone, "your date begins there"}}
	for _, z := range p.Impact.Zones {
		if len(lines) > mostZones {
			break
		}
		zone := Zone(z.Zone)
		if zone.String() == p.Zone.String() {
			lines[0].who += ", " + Amount(z.Accounts, "account")
			continue
		}
		lines = append(lines, zoneLine{zone, Amount(z.Accounts, "account")})
	}
	return lines
}

// ReviewStep is the last step.
type ReviewStep struct {
	Wizard
	Version string // as proposed or typed
	Notes   string
	Impact  release.Impact
	Preview *MidnightPreview // of a scheduled release

	Together []packfile.Finding // how its packages fit together (R10)
	Evidence []EvidenceLine     // R35
}

func (s ReviewStep) scheduled() bool { return s.Draft.Plan == release.Scheduled }

func (s ReviewStep) verb() string {
	if s.scheduled() {
		return "Schedule"
	}
	return "Release"
}

func (s ReviewStep) whenWords() string {
	if s.scheduled() && s.Draft.DueOn != nil {
		return "for " + ChosenDay(*s.Draft.DueOn, s.zone(), s.Clock.Now)
	}
	return "now"
}

func (s ReviewStep) versionHint() string {
	if s.Pack.Current == nil {
		return "Three numbers, like 1.0.0."
	}
	return "Three numbers, higher than " + ReleaseLabel(s.Pack.Current) + ". Proposed by the largest change of its packages."
}

// echoes keeps the words of the page that repeat a field's value in step with it; app.js does it.
func echoes(name string) templ.Attributes {
	return templ.Attributes{"data-echo": name, "autocomplete": "off", "inputmode": "decimal"}
}

// NotesOf are the notes of one package version.
type NotesOf struct {
	Package string
	Version release.Version
	Text    string
}

// ProposedNotes begins the notes of a release with those of its package versions since the current release (R23), and says
// what was removed, what goes back, and what in a package breaks with what users rely on.
func ProposedNotes(since []NotesOf, steps []release.Step, released bool) string {
	var parts []string
	told := map[string]bool{}
	for _, n := range since {
		told[n.Package] = true
		parts = append(parts, n.Package+" "+n.Version.String()+"\n"+strings.TrimSpace(n.Text))
	}
	if !released {
		return fittingNotes(parts)
	}
	for _, s := range steps {
		switch ChangeOf(s.From, s.To) {
		case ChangeDowngrade:
			parts = append(parts, s.DisplayName+" goes back from "+VersionLabel(s.From)+" to "+VersionLabel(s.To)+".")
		case ChangeRemoved:
			parts = append(parts, s.DisplayName+" is removed.")
		default:
			if text := foundNotes(s, told[s.DisplayName]); text != "" {
				parts = append(parts, text)
			}
		}
	}
	return fittingNotes(parts)
}

// fittingNotes joins what may be said in the notes of a release; what would make them too long is left out.
func fittingNotes(parts []string) string {
	const more = "There are more changes than fit here."
	joined, left := "", release.MaxNotes-utf8.RuneCountInString(more)
	for i, part := range parts {
		if left -= utf8.RuneCountInString(part) + len("\n\n"); left < 0 {
			return joined + more
		}
		if joined += part; i < len(parts)-1 {
			joined += "\n\n"
		}
	}
	return joined
}

// foundNotes are what a comparison adds to the notes of a package: what breaks, and how much changed where nobody told.
func foundNotes(s release.Step, told bool) string {
	switch {
	case s.Found == nil:
		return ""
	case s.Found.Breaking > 0:
		lines := []string{"Before you update " + s.DisplayName + " to " + VersionLabel(s.To) + ", look at what breaks:"}
		for _, ch := range s.Found.Breaks {
			lines = append(lines, "- "+changeSentence(ch))
		}
		if more := s.Found.Breaking - len(s.Found.Breaks); more > 0 {
			lines = append(lines, "- and "+Number(more)+" more")
		}
		return strings.Join(lines, "\n")
	case !told:
		return s.DisplayName + " " + VersionLabel(s.To) + "\nChanged: " + foundWords(*s.Found) + "."
	default:
		return ""
	}
}

func draftHolds(v *release.VersionRef) string {
	if v == nil {
		return "not in the release"
	}
	return VersionLabel(v)
}
