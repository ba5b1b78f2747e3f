package main

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"packtide/release"
)

// mostTabs is how often Tab is pressed before a page counts as one that never gets there.
const mostTabs = 150

// key presses a key.
func (b *tab) key(keys string) {
	b.t.Helper()
	b.turnTo()
	b.do("press a key", chromedp.KeyEvent(keys))
}

// focused is what has the focus: its name, and whether a person can see that it has.
type focused struct {
	Name, Kind string
	Shown      bool
}

const focusedNow = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return {Name: "", Kind: "", Shown: true};
	const words = text => (text || "").replace(/\s+/g, " ").trim();
	const box = e.matches("input[type=radio], input[type=checkbox]") && e.labels.length ? [e, ...e.labels] : [e];
	const ringed = box.some(x => { const s = getComputedStyle(x); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0; });
	const name = e.getAttribute("aria-label") || (e.labels?.length ? e.labels[0].innerText : "") || e.innerText || e.value;
	return {Name: words(name), Kind: e.tagName + (e.type ? "." + e.type : ""), Shown: ringed};
})()`

// tabTo presses Tab until the thing of exactly this name, or a field whose label begins with it, has the focus. Whatever has
// it on the way has to show it.
func (b *tab) tabTo(name string) {
	b.t.Helper()
	var seen []string
	for range mostTabs {
		b.key(kb.Tab)
		at := eval[focused](b, focusedNow)
		if !at.Shown && at.Kind != "MAIN" {
			b.t.Errorf("%s: nothing shows that %s %q has the focus on %s", b.name, at.Kind, at.Name, eval[string](b, `location.pathname`))
		}
		if at.Name == name || len(at.Name) > len(name) && at.Name[:len(name)+1] == name+" " {
			return
		}
		seen = append(seen, at.Name)
	}
	b.t.Fatalf("%s: Tab does not lead to %q on %s, only to %q", b.name, name, eval[string](b, `location.pathname`), seen)
}

// enter goes to the button or link with the name by Tab, presses Enter and waits for the next page.
func (b *tab) enter(name string) {
	b.t.Helper()
	b.tabTo(name)
	b.turnTo()
	b.loads("Enter on "+name, chromedp.KeyEvent(kb.Enter))
}

// TestWizardByKeyboard prepares and schedules a release without a mouse, and finds its pack by the palette.
func TestWizardByKeyboard(t *testing.T) {
	t.Parallel()
	j := newJob(newBrowser(t, 5*time.Minute), t)
	j.letPeopleIn()
	j.makePack()
	j.releaseFirst()
	j.upload(j.sheets[1])
	b := j.paris

	b.visit("/packages")
	b.do("press Ctrl-K", chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	b.key("sheet rep")
	b.sees("1 result")
	b.loads("Enter on the first result", chromedp.KeyEvent(kb.Enter))
	b.sees("Sheet Reports", "1.0.0")

	b.enter("Take the update")
	b.enter("Go on with the release")
	b.enter("Save versions and continue")
	b.enter("Continue: choose when")
	day := release.DateOf(j.clock.Now(), j.clock.zone).AddDays(1)
	b.chooseByKeyboard("plan", "scheduled")
	b.chooseByKeyboard("date", day.String())
	b.enter("Continue to the review")
	b.tabTo("Version of this release")
	b.key(kb.End + strings.Repeat(kb.Backspace, len("1.22.333")) + "2.0.0")
	b.enter("Save and show the text")
	due, err := release.FirstInstant(day, j.clock.zone)
	if err != nil {
		t.Fatal(err)
	}
	b.enter("Schedule 2.0.0 for " + due.In(j.clock.zone).Format("Mon 2 Jan"))
	b.sees("Testing", "2.0.0")
}

// chooseByKeyboard goes to the radio buttons of the name by Tab and to the value by the arrows.
func (b *tab) chooseByKeyboard(name, value string) {
	b.t.Helper()
	at := `(() => { const e = document.activeElement; return e.name === ` + quote(name) + ` ? "here:" + e.value + ":" + e.checked : ""; })()`
	for range mostTabs {
		if eval[string](b, at) != "" {
			break
		}
		b.key(kb.Tab)
	}
	for range 40 {
		switch eval[string](b, at) {
		case "here:" + value + ":true":
			return
		case "here:" + value + ":false":
			b.key(" ")
		case "":
			b.t.Fatalf("%s: Tab does not lead to the choice %q on %s", b.name, name, eval[string](b, `location.pathname`))
		default:
			b.key(kb.ArrowDown)
		}
	}
	b.t.Fatalf("%s: the arrows do not lead to %q", b.name, value)
}
