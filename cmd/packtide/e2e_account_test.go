package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// An account's admin gets from home to a release in testing, tries it and goes back, with the keys Tab and Enter alone.
func TestAccountByKeyboard(t *testing.T) {
	t.Parallel()
	browser := newBrowser(t, 3*time.Minute)
	s := worldSite(t)
	b := open(browser, t, "admin", s.baseURL, "Europe/London")
	b.visit(signInLink(t, s, "grace@aldgate-insurance.example"))
	b.sees("What needs Aldgate Insurance?")
	b.tabTo("Decide about 2.0.0")
	b.enter()
	b.sees("What happens to Incident Desk on", "1 new required parameter", "If you do nothing")
	b.tabTo("Try 2.0.0 now")
	b.enter()
	b.sees("1 attachment now runs 2.0.0", "How does 2.0.0 do on Incident Desk?")
	b.fits()
	b.tabTo("Go back to 1.3.0")
	b.enter()
	b.sees("1 attachment runs 1.3.0 again")
	b.tabTo("Try 2.0.0 now")
}

// tabTo presses Tab until the control of these words has the focus.
func (b *tab) tabTo(words string) {
	b.t.Helper()
	const most = 60
	for range most {
		b.do("press Tab", chromedp.KeyEvent("\t"))
		if eval[bool](b, fmt.Sprintf(`(document.activeElement.innerText || "").replace(/\s+/g, " ").trim() === %s`, quote(words))) {
			return
		}
	}
	b.fail(fmt.Sprintf("reaches no %q by Tab", words), nil)
}

// enter presses what has the focus, and waits for the next page.
func (b *tab) enter() {
	b.t.Helper()
	b.loads("press Enter", chromedp.KeyEvent("\r"))
}
