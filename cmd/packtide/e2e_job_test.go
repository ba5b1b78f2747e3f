package main

import (
	"fmt"
	"testing"
	"time"

	"packtide/release"
)

// TestMainJob plays the whole main job in a browser, as an operator, a publisher, two accounts' admins and support: from two
// real packages to the publisher's midnight and the question what ran where. PACKTIDE_SCREENSHOTS=folder keeps pictures.
func TestMainJob(t *testing.T) {
	t.Parallel()
	browser := newBrowser(t, 5*time.Minute)
	j := newJob(browser, t)
	j.letPeopleIn()
	j.makePack()
	j.releaseFirst()
	j.install()
	j.scheduleSecond()
	j.tryAndGoBack()
	j.passMidnight()
	j.support()
}

const goodPassword = "correct horse battery staple"

// letPeopleIn sets the product up as its first operator, and lets everybody else in by links.
func (j *job) letPeopleIn() {
	secret, err := j.site.service.SetUpLink(j.t.Context())
	if err != nil {
		j.t.Fatal(err)
	}
	operator := j.open("operator", "Europe/Berlin")
	operator.visit("/")
	operator.sees("this packtide is new")
	operator.visit("/welcome/" + string(secret))
	operator.shot("set-up")
	operator.fill("E-mail address", "olga@packtide.example")
	operator.fill("Your name", "Olga Operator")
	operator.fill("Password", goodPassword)
	operator.fill("The same password again", goodPassword)
	operator.click("Set up packtide")
	operator.sees("Welcome, Olga Operator")

	j.paris = j.admit(operator, "Meridian Connect", "Europe/Paris", "Publishes packs", "As publisher", "Publisher:", "camille@meridian.example", "Camille Laurent")
	j.london = j.admit(operator, "Aldgate Insurance", "Europe/London", "Installs packs", "For installs", "Admin:", "grace@aldgate.example", "Grace Okafor")
	j.kiwi = j.admit(operator, "Kiwi Trust", "Pacific/Auckland", "Installs packs", "For installs", "Admin:", "ken@kiwi.example", "Ken Parata")

	operator.visit("/people")
	operator.fill("E-mail address", "sam@packtide.example")
	operator.fill("Name", "Sam Support")
	operator.tick("Support")
	operator.click("Make the invitation link")
	j.desk = j.redeem(operator, "Europe/Berlin", "Sam Support")
	j.desk.sees("What runs where?")
}

// admit opens an account and lets its first person in.
func (j *job) admit(operator *tab, account, zone, purpose, roleField, role, email, name string) *tab {
	operator.visit("/accounts")
	operator.click("Open an account")
	operator.fill("Name", account)
	operator.pick("Time zone", zone)
	if !eval[bool](operator, `[...document.querySelectorAll("label")].find(l => l.innerText.trim() === `+quote(purpose)+`).control.checked`) {
		operator.tick(purpose)
	}
	if purpose == "Publishes packs" {
		operator.tick("Installs packs")
	}
	operator.click("Open the account")
	operator.sees(account + " is open")
	operator.fits()
	operator.fill("E-mail address", email)
	operator.fill("Name", name)
	operator.pick(roleField, role)
	operator.click("Make the invitation link")
	return j.redeem(operator, zone, name)
}

// redeem follows the link that the operator sees, as the invited person.
func (j *job) redeem(operator *tab, zone, name string) *tab {
	operator.sees("Pass this link on to " + name)
	link := eval[string](operator, `document.querySelector("main code").innerText.trim()`)
	b := j.open(name, zone)
	b.visit(link)
	b.fill("Password", goodPassword)
	b.fill("The same password again", goodPassword)
	b.click("Join packtide")
	b.sees("Welcome, " + name)
	return b
}

func (j *job) makePack() {
	b := j.paris
	b.sees("Packs")
	j.upload(j.sheets[0])
	b.sees("15.0.0", "Google SecOps")
	b.shot("version")
	b.fits()
	j.upload(j.other)
	b.sees("Expressions", "ThreatConnect")

	b.visit("/packs")
	b.shot("packs-empty")
	b.click("Create pack")
	b.fill("Name", "Sheet Reports")
	b.fill("Description", "Reports from incidents, in sheets.")
	b.tick("Once")
	b.fill("Support contact", "help@meridian.example")
	b.click("Create pack")
	b.sees("Sheet Reports", "A pack needs at least one package")
	b.pick("Package to add", "Google Sheets")
	b.click("Add package")
	b.sees("15.0.0")
	pack := eval[string](b, `location.pathname`)
	b.pick("Package to add", "Expressions")
	b.click("Add package")

	b.visit("/groups")
	b.click("All accounts")
	b.pick("Add a pack", "Sheet Reports")
	b.click("Add pack")
	b.sees("Sheet Reports")
	b.shot("group")
	b.visit(pack)
}

func (j *job) releaseFirst() {
	b := j.paris
	b.click("Go on with the release")
	b.sees("Versions")
	b.shot("wizard-1-versions")
	b.fits()
	b.click("Save versions and continue")
	b.shot("wizard-2-impact")
	b.click("Continue: choose when")
	b.tick("At once")
	b.shot("wizard-3-when")
	b.click("Continue to the review")
	b.shot("wizard-4-review")
	b.fits()
	b.click("Release 1.0.0 now")
	b.sees("1.0.0", "Current")
}

func (j *job) install() {
	for _, b := range []*tab{j.london, j.kiwi} {
		b.visit("/home")
		b.visit("/catalogue")
		b.sees("Sheet Reports", "1.0.0")
		b.shot("catalogue")
		b.click("Sheet Reports")
		b.fits()
		b.click("Install Sheet Reports")
		b.shot("install")
		b.click("Install Sheet Reports 1.0.0")
		b.sees("Sheet Reports", "1.0.0", "Current")
	}
}

// scheduleSecond takes the integration's next version into a release in three days, at midnight in Paris.
func (j *job) scheduleSecond() {
	b := j.paris
	j.upload(j.sheets[1])
	b.sees("18.0.0")
	b.visit("/packs")
	b.sees("Updates available")
	b.shot("packs-updates")
	b.click("Sheet Reports")
	b.click("Take the update")
	b.sees("18.0.0")
	b.click("Go on with the release")
	b.click("Save versions and continue")
	b.sees("15.0.0", "18.0.0")
	b.click("Continue: choose when")
	b.tick("On a date")
	j.applied = release.DateOf(j.clock.Now(), j.clock.zone).AddDays(3)
	j.pickDay(b, j.applied)
	b.sees("UTC", "Auckland")
	b.shot("wizard-3-date")
	b.fits()
	b.click("Continue to the review")
	b.fill("Version of this release", "2.0.0")
	b.click("Save and show the text")
	b.sees("Sheet Reports 2.0.0")
	b.shot("wizard-4-scheduled")
	due, err := release.FirstInstant(j.applied, j.clock.zone)
	if err != nil {
		j.t.Fatal(err)
	}
	b.click("Schedule 2.0.0 for " + due.In(j.clock.zone).Format("Mon 2 Jan"))
	b.sees("Testing", "2.0.0")
	b.shot("release-testing")
	b.fits()
}

// pickDay chooses a day of the month that is shown, or of the next one.
func (j *job) pickDay(b *tab, day release.Date) {
	sel := fmt.Sprintf(`input[type=radio][value="%s"]`, day)
	if !eval[bool](b, `document.querySelector(`+quote(sel)+`) !== null`) {
		b.click("Later month")
	}
	if !eval[bool](b, `(() => { const e = document.querySelector(`+quote(sel)+`); if (!e) return false; e.click(); return true; })()`) {
		b.fail("finds no day "+day.String(), nil)
	}
	if j.plain {
		b.click("Show the clocks for this day")
	}
}

func (j *job) tryAndGoBack() {
	b := j.london
	b.visit("/home")
	b.sees("Sheet Reports", "2.0.0", "your time")
	b.shot("home")
	b.fits()
	b.click("Decide about 2.0.0")
	b.sees("15.0.0", "18.0.0")
	b.shot("pending")
	b.click("Try 2.0.0 now")
	b.sees("Trying", "you can go back until")
	b.shot("trying")
	b.fits()
	b.visit("/home")
	b.click("Look at 2.0.0")
	b.click("Go back to 1.0.0")
	b.sees("runs 1.0.0 again")
	b.visit("/home")
	b.click("Decide about 2.0.0")
	b.click("Try 2.0.0 now")
	b.sees("Trying")
	j.paris.visit("/packs")
	j.paris.sees("tried 1 of 2")
	j.paris.shot("packs-testing")
}

// passMidnight moves the clock: half a minute before, nothing has changed for those who wait; just past it, all run 2.0.0.
func (j *job) passMidnight() {
	b := j.kiwi
	b.visit("/installed")
	b.sees("Pending 2.0.0 applies")
	b.shot("installed-waiting")
	b.click("Just before midnight")
	b.sees("1.0.0", "Pending 2.0.0 applies")
	b.click("Past midnight")
	b.sees("2.0.0", "Current")
	b.misses("Pending 2.0.0 applies")
	b.shot("installed-after")
	j.london.visit("/installed")
	j.london.sees("2.0.0", "Current")
	j.london.misses("Trying 2.0.0")
	j.paris.visit("/packs")
	j.paris.sees("2.0.0")
	j.paris.click("Sheet Reports")
	j.paris.shot("pack")
	j.paris.fits()
}

// support answers what ran where, when and why.
func (j *job) support() {
	b := j.desk
	b.visit("/install-base")
	b.sees("Aldgate Insurance", "Kiwi Trust", "2.0.0")
	b.shot("install-base")
	b.fits()
	b.fill("Search", "kiwi")
	b.click("Search")
	b.sees("Kiwi Trust")
	b.misses("Aldgate Insurance")
	b.click("Sheet Reports", "Kiwi Trust")
	b.sees("moved to 2.0.0 at midnight", "installed with 1.0.0", "Ken Parata")
	b.shot("attachment-history")
	b.fits()
	b.visit("/install-base?q=aldgate")
	b.click("Sheet Reports", "Aldgate Insurance")
	b.sees("began to try 2.0.0", "went back to 1.0.0", "Grace Okafor")
	b.visit("/audit?action=release")
	b.sees("Camille Laurent", "by the clock")
	b.shot("audit")
	b.fits()
	for _, path := range []string{"/install-base.csv", "/audit.csv"} {
		text := eval[string](b, `(() => { const r = new XMLHttpRequest(); r.open("GET", `+quote(path)+`, false); r.send(); return r.status + " " + r.responseText; })()`)
		if len(text) < 200 || text[:3] != "200" {
			j.t.Errorf("%s: %.200s", path, text)
		}
	}
}
