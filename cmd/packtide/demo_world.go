package main

import (
	"cmp"
	"context"
	crand "crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"packtide/release"
	"packtide/store"
	"packtide/web"
)

// world makes the demo's past: it lets the people of the cast use the product, in the order of the days, on a clock of its
// own. So audit, histories and counts are what they would be.
type world struct {
	service *release.Service
	reader  *store.Reader
	now     time.Time // of the visitor: the end of the past
	at      time.Time // of the story
	chance  *rand.Rand

	passwordHash string        // of a password that nobody knows: the demo's people sign in by links
	operator     release.Actor // who opens accounts

	moments  []moment
	due      []time.Time // midnights to come
	people   map[string]release.Actor
	accounts map[string]release.ID
	groups   map[string]release.ID // publisher/group
	packages map[string]release.ID // publisher/package
	packs    map[string]release.ID // publisher/pack
	releases map[string]release.ID // publisher/pack/version
	attached map[string][]release.Attachment
}

// moment is one thing that somebody does.
type moment struct {
	at time.Time
	do func(context.Context) error
}

// newWorld begins before the first day of the story. The story of a day is the same at every start.
func newWorld(st release.Store, reader *store.Reader, now time.Time, options ...release.Option) *world {
	w := &world{
		reader: reader, now: now, at: now.AddDate(0, 0, -212), chance: rand.New(rand.NewPCG(7, 4)), //nolint:gosec // a story, not a secret
		people: map[string]release.Actor{}, accounts: map[string]release.ID{}, groups: map[string]release.ID{}, packages: map[string]release.ID{},
		packs: map[string]release.ID{}, releases: map[string]release.ID{}, attached: map[string][]release.Attachment{},
	}
	w.service = release.NewService(st, func() time.Time { return w.at }, options...)
	return w
}

// build tells the story from beginning to end.
func (w *world) build(ctx context.Context) error {
	var password [32]byte
	_, _ = crand.Read(password[:]) // never fails: it ends the program instead
	w.passwordHash = web.HashPassword(hex.EncodeToString(password[:]))
	if err := w.admitStaff(ctx); err != nil {
		return err
	}
	for _, a := range demoAccounts() {
		if err := w.admitAccount(ctx, a); err != nil {
			return err
		}
	}
	for _, p := range demoPublishers() {
		if err := w.admitPublisher(ctx, p); err != nil {
			return err
		}
		w.planPublisher(p)
	}
	w.planBoomi()
	w.planAccount()
	w.planSupport()
	slices.SortStableFunc(w.moments, func(a, b moment) int { return a.at.Compare(b.at) })
	for _, m := range w.moments {
		if err := w.until(ctx, m.at); err != nil {
			return err
		}
		if err := m.do(ctx); err != nil {
			return fmt.Errorf("the demo's story at %s: %w", m.at.Format(time.DateOnly), err)
		}
	}
	if err := w.until(ctx, w.now); err != nil {
		return err
	}
	if _, err := w.service.Remind(ctx, w.now); err != nil { // what lies in the past was told then
		return err
	}
	if err := w.agentsReport(ctx); err != nil {
		return err
	}
	if err := errors.Join(w.saveFindings(ctx), w.chooseMessages(ctx)); err != nil {
		return err
	}
	return w.service.RecordDays(ctx, w.now) // one night catches up with all before it
}

// until lets time pass; the midnights on the way apply on time.
func (w *world) until(ctx context.Context, at time.Time) error {
	slices.SortFunc(w.due, time.Time.Compare)
	for len(w.due) > 0 && !w.due[0].After(at) {
		w.at, w.due = w.due[0].Add(300*time.Millisecond), w.due[1:]
		if _, err := w.service.ApplyDue(ctx, w.at); err != nil {
			return err
		}
	}
	if at.After(w.at) {
		w.at = at
	}
	return nil
}

// plan puts something into the story: so many days ago, at that hour and minute in the zone, but never in the future.
func (w *world) plan(daysAgo int, hour, minute int, zone string, do func(context.Context) error) {
	loc, err := release.LoadZone(zone)
	if err != nil {
		loc = time.UTC // the cast's own zones, all of which exist
	}
	d := release.DateOf(w.now, loc).AddDays(-daysAgo)
	at := time.Date(d.Year, d.Month, d.Day, hour, minute, w.chance.IntN(60), 0, loc)
	if latest := w.now.Add(-time.Minute); at.After(latest) {
		at = latest
	}
	w.moments = append(w.moments, moment{at, do})
}

func (w *world) admitStaff(ctx context.Context) error {
	w.operator = release.Operator()
	for _, i := range []release.Invite{
		{Email: "olivia@packtide.example", Name: "Olivia Hart", Site: release.RoleOperator},
		{Email: "jonas@packtide.example", Name: "Jonas Weber", Site: release.RoleSupport},
	} {
		if err := w.admit(ctx, i); err != nil {
			return err
		}
		w.operator = w.people["olivia@packtide.example"]
	}
	return nil
}

func (w *world) admitAccount(ctx context.Context, a demoAccount) error {
	account, err := w.service.CreateAccount(ctx, w.operator, release.NewAccount{Name: a.name, Zone: a.zone, Managed: true})
	if err != nil {
		return err
	}
	w.accounts[a.name] = account.ID
	w.pass(7 * time.Minute)
	if a.name == demoFirstAccount {
		viewer := release.Invite{Email: "tom@aldgate-insurance.example", Name: "Tom Ashby", Account: account.ID, Managed: release.RoleManagedViewer}
		if err := w.admit(ctx, viewer); err != nil {
			return err
		}
	}
	return w.admit(ctx, release.Invite{Email: mailOf(a), Name: a.admin, Account: account.ID, Managed: release.RoleAdmin})
}

// mailOf is the admin's address: first name at the account's.
func mailOf(a demoAccount) string {
	plain := strings.NewReplacer("é", "e", "ê", "e", "á", "a", " ", "-").Replace(strings.ToLower(a.name))
	first, _, _ := strings.Cut(strings.NewReplacer("ê", "e").Replace(strings.ToLower(a.admin)), " ")
	return first + "@" + plain + ".example"
}

func (w *world) admitPublisher(ctx context.Context, p demoPublisher) error {
	account, err := w.service.CreateAccount(ctx, w.operator, release.NewAccount{Name: p.name, Zone: p.zone, Publisher: true})
	if err != nil {
		return err
	}
	w.accounts[p.name] = account.ID
	if err := w.admit(ctx, release.Invite{Email: p.mail, Name: p.person, Account: account.ID, Publisher: release.RolePublisher}); err != nil {
		return err
	}
	if p.zone == "Europe/Paris" {
		if err := w.admit(ctx, release.Invite{Email: "hugo@meridian.example", Name: "Hugo Petit", Account: account.ID, Publisher: release.RolePublisherViewer}); err != nil {
			return err
		}
	}
	if err := w.demandEvidence(ctx, w.people[p.mail]); err != nil {
		return err
	}
	rows, err := w.reader.Groups(ctx, w.people[p.mail])
	for _, g := range rows {
		w.groups[p.name+"/"+g.Name] = g.ID
	}
	return err
}

// admit invites a person, who joins, and remembers them as the actor that they are in that account.
func (w *world) admit(ctx context.Context, i release.Invite) error {
	_, link, err := w.service.InvitePerson(ctx, w.operator, i)
	if err != nil {
		return fmt.Errorf("invite %s: %w", i.Email, err)
	}
	w.pass(2 * time.Minute)
	p, err := w.service.Redeem(ctx, link, release.Newcomer{PasswordHash: w.passwordHash})
	if err != nil {
		return fmt.Errorf("%s joins: %w", i.Email, err)
	}
	w.people[i.Email] = release.Actor{
		Person: p.ID, Name: p.Name, Account: i.Account, Publisher: i.Publisher, Managed: i.Managed, Site: i.Site, Source: release.FromUI,
	}
	w.pass(2 * time.Minute)
	return nil
}

func (w *world) pass(d time.Duration) { w.at = w.at.Add(d) }

// planPublisher plans all that one publisher and its accounts do.
func (w *world) planPublisher(p demoPublisher) {
	by := func() release.Actor { return w.people[p.mail] }
	for n, pkg := range p.packages {
		for i, v := range pkg.versions {
			w.plan(v.daysAgo, 9, 10+3*n, p.zone, func(ctx context.Context) error {
				upload, err := pkg.upload(i)
				if err != nil {
					return err
				}
				kept, err := w.service.UploadVersion(ctx, by(), upload)
				w.packages[p.name+"/"+pkg.name] = kept.Package
				return err
			})
		}
	}
	for n, g := range p.groups {
		w.plan(201, 14, 5*n, p.zone, func(ctx context.Context) error { return w.makeGroup(ctx, by(), p, g) })
	}
	for _, pack := range p.packs {
		w.plan(pack.daysAgo, 10, 30, p.zone, func(ctx context.Context) error { return w.makePack(ctx, by(), p, pack) })
		for i, r := range pack.releases {
			w.plan(r.daysAgo, 11, 5+7*i%50, p.zone, func(ctx context.Context) error { return w.decide(ctx, by(), p, pack, r) })
			if r.withdrawn > 0 {
				w.plan(r.daysAgo-r.withdrawn, 16, 20, p.zone, func(ctx context.Context) error {
					return w.service.Withdraw(ctx, by(), w.releases[p.name+"/"+pack.name+"/"+r.version], r.reason)
				})
			}
		}
		w.planInstalls(p, pack)
	}
	w.planMove(p)
	w.planRehearsal(p)
	w.planPast(p)
	if p.name == demoPublishers()[0].name {
		w.planWebhooks(p)
	}
}

// planMove lets the account of the story leave a group with what it has installed (R30).
func (w *world) planMove(p demoPublisher) {
	const from, to = "Banks and insurers", "Public sector"
	if !slices.ContainsFunc(p.groups, func(g demoGroup) bool { return g.name == from }) {
		return
	}
	w.plan(19, 15, 40, p.zone, func(ctx context.Context) error {
		by, account := w.people[p.mail], w.accounts[demoMovedAccount]
		if _, err := w.service.RemoveAccountFromGroup(ctx, by, w.groups[p.name+"/"+from], account); err != nil {
			return err
		}
		return w.service.AddAccountToGroup(ctx, by, w.groups[p.name+"/"+to], account)
	})
}

func (w *world) makeGroup(ctx context.Context, by release.Actor, p demoPublisher, g demoGroup) error {
	group, err := w.service.CreateGroup(ctx, by, g.name)
	if err != nil {
		return err
	}
	w.groups[p.name+"/"+g.name] = group.ID
	for i, a := range demoAccounts() {
		if !g.holds(i) {
			continue
		}
		if err := w.service.AddAccountToGroup(ctx, by, group.ID, w.accounts[a.name]); err != nil {
			return err
		}
		w.pass(20 * time.Second)
	}
	return nil
}

func (g demoGroup) holds(account int) bool { return slices.Contains(g.remainders, account%g.of) }

func (w *world) makePack(ctx context.Context, by release.Actor, p demoPublisher, d demoPack) error {
	texts := release.PackTexts{
		Name: d.name, Description: d.about,
		InstallationGuide: "1. Install " + d.name + ".\n2. Enter the addresses and tokens that each package asks for.\n3. Run the check of each package once.",
		UserGuide:         d.about + "\n\nEach release says what is new. Before the date of a release you may try it on one installation, and go back.",
		SupportContact:    cmp.Or(map[bool]string{true: " "}[d.noContact], "support@"+strings.SplitN(p.mail, "@", 2)[1]),
	}
	pack, err := w.service.CreatePack(ctx, by, release.NewPack{PackTexts: texts, Multiple: &d.multiple})
	if err != nil {
		return err
	}
	w.packs[p.name+"/"+d.name] = pack.ID
	for _, name := range d.groups {
		w.pass(time.Minute)
		if err := w.service.AddPackToGroup(ctx, by, w.groups[p.name+"/"+name], pack.ID); err != nil {
			return err
		}
	}
	if len(d.releases) > 0 {
		return nil
	}
	for _, name := range d.packages { // in the making
		w.pass(time.Minute)
		if err := w.service.AddPackage(ctx, by, pack.ID, w.packages[p.name+"/"+name]); err != nil {
			return err
		}
	}
	return nil
}
