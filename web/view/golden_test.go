package view

import (
	"context"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// render returns a component's HTML, one element a line and without the assets' content hashes.
func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`\.[0-9a-f]{10}\.(css|js|svg)`).ReplaceAllString(b.String(), ".HASH.$1")
	return strings.ReplaceAll(text, "><", ">\n<") + "\n"
}

// with gives a component its children.
func with(c templ.Component, children ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, templ.Join(children...)), w)
	})
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, c := range goldenCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := render(t, c)
			file := filepath.Join("testdata", name+".golden.html")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("differs from %s (-want +got); -update writes it anew:\n%s", file, diff)
			}
		})
	}
}

func TestNoGoldenIsLeftOver(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.golden.html")
	if err != nil {
		t.Fatal(err)
	}
	cases := goldenCases(t)
	for _, f := range files {
		if _, ok := cases[strings.TrimSuffix(filepath.Base(f), ".golden.html")]; !ok {
			t.Errorf("%s belongs to no test", f)
		}
	}
}

func goldenCases(t *testing.T) map[string]templ.Component {
	t.Helper()
	cases := map[string]templ.Component{}
	for s := range stateWords {
		cases["badge-"+string(s)] = Badge(s, "")
	}
	for _, more := range []map[string]templ.Component{clockCases(t), formCases(), frameCases(t), pieceCases(), pageCases(), machineCases()} {
		maps.Copy(cases, more)
	}
	return cases
}

func clockCases(t *testing.T) map[string]templ.Component {
	t.Helper()
	now, midnight := galleryTimes()
	paris, berlin, newYork := zone(t, "Europe/Paris"), zone(t, "Europe/Berlin"), zone(t, "America/New_York")
	cases := map[string]templ.Component{
		"clocks-two":         BothClocks(midnight, paris, newYork, now),
		"clocks-one":         BothClocks(midnight, paris, berlin, now),
		"clock-at":           Clock{now, newYork}.At(now.AddDate(-1, 0, 0)),
		"clock-since":        Clock{now, newYork}.Since(now.Add(-2 * time.Hour)),
		"clock-no-zone":      Clock{Now: now}.Both(midnight, nil),
		"time-left":          TimeLeft(midnight, paris, newYork, now),
		"time-left-due":      TimeLeft(now, paris, newYork, now),
		"badge-testing-left": TestingBadge(midnight, now),
		"badge-testing-due":  TestingBadge(now, now),
		"badge-trying-2.1.0": Badge(StateTrying, "2.1.0"),
		"badge-unknown":      Badge("strange", ""),
	}
	for kind, versions := range map[ChangeKind][2]string{
		ChangeMajor: {"2.0.1", "3.0.0"}, ChangeMinor: {"2.0.1", "2.1.0"}, ChangeRelease: {"2.0.1", "2.0.2"},
		ChangeDowngrade: {"2.1.0", "2.0.1"}, ChangeAdded: {"", "1.0.0"}, ChangeRemoved: {"1.4.0", ""}, ChangeNone: {"1.4.0", "1.4.0"},
	} {
		cases["change-"+string(kind)] = VersionChange(versions[0], versions[1], kind)
	}
	return cases
}

func formCases() map[string]templ.Component {
	options := []Option{{Value: "a", Label: "First", Hint: "The first one."}, {Value: "b", Label: "Second", Disabled: true}}
	wrong := Field{Name: "version", Label: "Version", Hint: "Three numbers.", Value: "2.1", Error: "2.1 is not three numbers."}
	confirm := galleryConfirm()
	refused := galleryConfirm()
	refused.Errors = []FieldError{{"confirm", "The name differs."}}
	return map[string]templ.Component{
		"field-text":         TextField(Field{Name: "email", Label: "E-mail", Type: "email", Autocomplete: "username", Autofocus: true}),
		"field-text-error":   TextField(wrong),
		"field-text-escaped": TextField(Field{Name: "n", Label: `<b>"`, Value: `"><script>`}),
		"field-area":         TextArea(Field{Name: "notes", Label: "Notes", Optional: true, MaxLength: 500, Value: "a\nb"}),
		"field-select":       Select(Field{Name: "zone", Label: "Zone", Value: "b"}, options),
		"field-select-error": Select(Field{Name: "zone", Label: "Zone", Error: "Choose one."}, options),
		"field-checkbox":     Checkbox(Field{Name: "share", Label: "Shareable", Hint: "For ever.", Value: "true"}),
		"field-checkboxes":   CheckboxGroup(Field{Name: "groups", Label: "Groups"}, options, map[string]bool{"a": true}),
		"field-radio":        RadioGroup(Field{Name: "kind", Label: "Kind", Value: "a", Error: "Choose one."}, options),
		"field-file":         FileField(Field{Name: "file", Label: "File", Accept: ".tcx,.zip"}),
		"field-date":         DateField(Field{Name: "date", Label: "Day", Value: "2026-12-01", Min: "2026-11-28"}),
		"field-month":        MonthField(Field{Name: "date", Label: "Day", Value: "2026-12-01"}, Month{First: midnightAhead().AddDate(0, 0, 2), Earliest: midnightAhead().AddDate(0, 0, 3)}),
		"form-upload":        with(Form(FormSpec{ID: "up", Action: "/packages", Upload: true, Errors: galleryErrors()}), TextField(wrong)),
		"form-plain":         with(Form(FormSpec{Action: "/packs"}), FormEnd()),
		"error-summary-one":  ErrorSummary([]FieldError{{"", "The draft was changed in another tab."}}),
		"error-summary-none": ErrorSummary(nil),
		"confirm-dialog":     ConfirmDialog(confirm),
		"confirm-page":       ConfirmPage(confirm),
		"confirm-refused":    ConfirmPage(refused),
		"confirm-link":       ConfirmLink(DangerLook, "Withdraw 2.1.0", "/releases/1/withdraw", "withdraw"),
	}
}

func frameCases(t *testing.T) map[string]templ.Component {
	t.Helper()
	p := GalleryPage()
	p.Clock.Zone = zone(t, "America/New_York")
	plain := Page{Title: "Packs", Clock: p.Clock, Accounts: p.Accounts[:1], Person: p.Person}
	past := plain
	past.Band = AsOfBand(p.Clock.Now.AddDate(-1, 0, 0), loadZone("Europe/Berlin"), p.Clock, "/install-base")
	viewing := plain
	viewing.Viewing = new(galleryViewing())
	return map[string]templ.Component{
		"layout-viewing":  Layout(viewing),
		"layout-full":     with(Layout(p), templ.Raw("<p>content</p>")),
		"layout-plain":    with(Layout(plain), templ.Raw("<p>content</p>")),
		"layout-past":     Layout(past),
		"signed-out":      with(SignedOut(Page{Title: "Sign in", Clock: p.Clock}), templ.Raw("<p>content</p>")),
		"signed-out-demo": SignedOut(Page{Title: "Sign in", Clock: p.Clock, Demo: p.Demo, Path: "/sign-in"}),
	}
}

func pieceCases() map[string]templ.Component {
	one := 1
	text := templ.Raw("text")
	cases := map[string]templ.Component{
		"table": with(Table("Packs", []Col{{Label: "Pack"}, {Label: "Accounts", Num: true}, {Label: "Actions", Hidden: true}}),
			with(Row(), with(RowHead(), text, Sub("more")), with(NumCell("Accounts"), text), with(ActionCell(), text)),
			with(RemovedRow(), with(RowHead(), text), with(Cell("Accounts"), text))),
		"pager-both":     Pager("51–100", "/packs?before=x", "/packs?after=y"),
		"pager-last":     Pager("101–112", "/packs?before=x", ""),
		"empty":          with(EmptyState("boxes", "You have no pack yet."), LinkButton(Primary, "plus", "Create the first pack", "/packs/new")),
		"stats":          StatRow([]Stat{{Label: "Attachments", Value: "340", Sub: "in 128 accounts", Href: "/install-base"}, {Label: "Failed", Value: "0"}}),
		"facts":          with(Facts(), with(Fact("Support"), text)),
		"section":        with(Section("Packs", LinkButton(SmallButton, "download", "Export", "/packs.csv")), text),
		"card-urgent":    with(Card("CRM", Badge(StateCurrent, ""), true), text),
		"card":           with(CardList(), Card("CRM", nil, false)),
		"timeline":       with(Timeline(), with(Event(StateCurrent, "2.0.1", text), with(Fold("Release notes"), Notes("a\n<b>"))), PlainEvent("user", "Opted in", nil)),
		"progress":       Progress("Tried", 41, 340),
		"progress-empty": Progress("Tried", 0, 0),
		"tabs":           TabBar([]Tab{{Href: "/a", Label: "A", Current: true, Count: &one}, {Href: "/b", Label: "B"}}),
		"error-page":     ErrorPage(503, "The database does not answer.", "01JD"),
		"rail":           with(WithRail(WizardRail(gallerySteps())), text),
		"icon":           Icon("clock"),
		"tag":            Tag("production", Grey, ""),
		"button":         Button(Primary, "Schedule 2.1.0", templ.Attributes{"name": "go", "value": "1"}),
		"button-post":    PostButton(Quiet, "Undo", "/undo", map[string]string{"b": "2", "a": "1"}),
		"button-copy":    CopyButton("https://example.test/?a=1&b=2"),
		"link-hostile":   LinkButton(Secondary, "", "Open", "javascript:alert(1)"),
		"menu":           with(MoreMenu("What to do with CRM"), text),
	}
	for _, tone := range []Tone{Good, Info, Warn, Danger} {
		cases["banner-"+string(tone)] = with(Banner(tone, "Title", "Text."), text)
	}
	return cases
}

// pageCases are the larger components, each as the gallery shows it.
func pageCases() map[string]templ.Component {
	r, paris := galleryRehearsal(), loadZone("Europe/Paris")
	m := galleryMoment()
	return map[string]templ.Component{
		"calendar-month":   calendarMonth(galleryCalendar()),
		"calendar-list":    calendarList(galleryCalendar()),
		"rehearsal-totals": rehearsalMoves(r),
		"rehearsal-rows":   rehearsalTable(r),
		"evidence":         EvidenceTable(galleryEvidence(), galleryClock(), paris, nil),
		"testing-ways":     testingWays(galleryBoard()),
		"feedback":         FeedbackList(galleryFeedback()),
		"feedback-form":    FeedbackForm(galleryFeedbackForm()),
		"adoption":         packAdoption(galleryAdoption()),
		"facets":           findFacets(galleryBase()),
		"moment":           PastBar(Past{Moment: m, Action: "/install-base"}),
		"search":           SearchList(gallerySearch()),
		"palette":          palette(),
		"markdown":         RichText(galleryProse),
		"export-progress":  findExportProgress(),
	}
}
