package main

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// withoutScripts keeps the pages' own scripts from running; the test still reads the page.
func (b *tab) withoutScripts() {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		b.fail("switch scripts off", err)
	}
}

// TestMainJobWithoutScripts plays the main path in browsers that run no script: the forms and links alone carry it.
func TestMainJobWithoutScripts(t *testing.T) {
	t.Parallel()
	browser := newBrowser(t, 5*time.Minute)
	j := newJob(browser, t)
	j.plain = true
	j.letPeopleIn()
	if eval[bool](j.paris, `document.documentElement.classList.contains("js")`) {
		t.Fatal("the page's scripts run")
	}
	j.makePack()
	j.releaseFirst()
	j.install()
	j.scheduleSecond()
	j.tryAndGoBack()
	j.reschedule()
	j.passMidnight()
	j.support()
	j.leave()
}

// reschedule moves the date on by a day.
func (j *job) reschedule() {
	b := j.paris
	b.click("Sheet Reports")
	b.click("Reschedule")
	j.applied = j.applied.AddDays(1)
	j.pickDay(b, j.applied)
	b.sees("UTC", "Auckland")
	b.fill("Reason", "One more day to look at it.")
	b.click("Reschedule 2.0.0")
	b.sees("Testing", "2.0.0")
}

// leave finds the pack by the search of every page, uninstalls it, moves the clock on, switches the account and signs out.
func (j *job) leave() {
	b := j.london
	b.visit("/activity")
	b.find("sheet")
	b.sees("Sheet Reports")
	b.visit("/installed")
	b.click("Sheet Reports")
	b.click("Uninstall Sheet Reports")
	b.sees("Nothing of its history is lost")
	b.click("Uninstall Sheet Reports")
	b.click("+1 day")
	b.visit("/installed")
	b.click("Uninstalled")
	b.sees("Sheet Reports")
	b.open("Grace Okafor")
	b.click("Sign out")
	b.sees("Sign in")
	b.fill("E-mail address", "grace@aldgate.example")
	b.fill("Password", goodPassword)
	b.click("Sign in")
	b.sees("What needs Aldgate Insurance?")
}

// find types into the search box in the page's head and presses Enter.
func (b *tab) find(words string) {
	b.t.Helper()
	b.loads("search", chromedp.SendKeys(chromedp.CSS(`[data-search]`), words+"\r"))
}

// open unfolds the menu with the name.
func (b *tab) open(name string) {
	b.t.Helper()
	if !eval[bool](b, `(() => { const e = [...document.querySelectorAll("summary")].find(e => e.innerText.includes(`+quote(name)+`)); e?.click(); return e?.parentElement.open; })()`) {
		b.fail("opens no menu "+name, nil)
	}
}
