package main

import (
	"testing"
	"time"
)

// An account's admin gets from home to a release in testing, tries it and goes back, with the keys Tab and Enter alone.
func TestAccountByKeyboard(t *testing.T) {
	t.Parallel()
	browser := newBrowser(t, 3*time.Minute)
	s := worldSite(t)
	b := open(browser, t, "admin", s.baseURL, "Europe/London")
	b.visit(signInLink(t, s, "grace@aldgate-insurance.example"))
	b.sees("What needs Aldgate Insurance?")
	b.enter("Decide about 2.0.0")
	b.sees("What happens to Incident Desk on", "1 new required parameter", "If you do nothing")
	b.enter("Try 2.0.0 now")
	b.sees("1 attachment now runs 2.0.0", "How does 2.0.0 do on Incident Desk?")
	b.fits()
	b.enter("Go back to 1.3.0")
	b.sees("1 attachment runs 1.3.0 again")
	b.tabTo("Try 2.0.0 now")
}
