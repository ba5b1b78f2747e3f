package release_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"packtide/release"
)

// allowed lets refusals pass: in a game, many moves come at the wrong time.
func (g *ledgerGame) allowed(err error) {
	g.t.Helper()
	var refusal *release.Error
	if err != nil && !errors.As(err, &refusal) {
		g.t.Error(err)
	}
}

// play makes so many moves, and looks at the ledger now and then.
func (g *ledgerGame) play(random *rand.Rand, moves, every int) {
	kinds := map[string]int{}
	for n := range moves {
		g.clock.advance(time.Duration(random.IntN(20)) * time.Minute)
		kinds[g.move(random, n)]++
		if n%every == every-1 {
			g.checkLedger()
		}
	}
	if len(kinds) < 8 {
		g.t.Errorf("the game was too simple: %v", kinds)
	}
}

func (g *ledgerGame) move(random *rand.Rand, n int) string {
	ctx, pack := g.t.Context(), random.IntN(len(g.packs))
	if len(g.attachments) == 0 || n%5 == 0 {
		a, err := g.svc.InstallPack(ctx, g.accounts[random.IntN(3)], release.Install{Pack: g.packs[pack], Name: fmt.Sprint("site ", n)})
		g.allowed(err)
		if err == nil {
			g.attachments = append(g.attachments, a)
		}
		return "install"
	}
	a := g.attachments[random.IntN(len(g.attachments))]
	by := g.of(a)
	switch random.IntN(20) {
	case 0, 1:
		g.next(pack, true)
		return "schedule"
	case 2:
		g.next(pack, false)
		return "release now"
	case 3:
		if p := g.state(g.packs[pack]).Pending; p != nil {
			g.allowed(g.svc.Withdraw(ctx, g.acme, p.ID, "because"))
		}
		return "withdraw"
	case 4:
		g.clock.advance(25 * time.Hour)
		_, err := g.svc.ApplyDue(ctx, g.clock.now())
		g.allowed(err)
		return "midnight"
	case 5:
		_, err := g.svc.SweepSilence(ctx, g.clock.now(), time.Duration(random.IntN(30))*time.Hour)
		g.allowed(err)
		return "silence"
	case 6:
		g.allowed(g.svc.NoteSeen(ctx, by, a.ID))
		return "seen"
	case 7:
		g.allowed(g.svc.Uninstall(ctx, by, a.ID))
		return "uninstall"
	case 8:
		g.allowed(g.svc.GoBack(ctx, by, a.ID, ""))
		return "go back"
	case 9, 10, 11:
		if p := g.state(a.Pack).Pending; p != nil {
			g.allowed(g.svc.OptIn(ctx, by, a.ID, p.ID, ""))
		}
		return "opt in"
	default:
		g.report(random, a)
		return "report"
	}
}

// of is the admin of the attachment's account.
func (g *ledgerGame) of(a release.Attachment) release.Actor {
	for _, by := range g.accounts {
		if by.Account == a.Account {
			return by
		}
	}
	return release.Actor{}
}

// next decides the pack's next release, of other versions than the current one.
func (g *ledgerGame) next(i int, scheduled bool) {
	g.t.Helper()
	ctx, st := g.t.Context(), g.state(g.packs[i])
	if st.Pending != nil && scheduled {
		return
	}
	v := g.versions[len(g.releases[i])%2]
	if st.Current.Contents[v.Package] == v.ID {
		v = g.versions[(len(g.releases[i])+1)%2]
	}
	d := g.draft(g.acme, g.packs[i], fmt.Sprintf("%d.0.0", len(g.releases[i])+1), v)
	if scheduled {
		date := release.DateOf(g.clock.now().Add(24*time.Hour), time.FixedZone("", 3600))
		g.ok(g.svc.PlanRelease(ctx, g.acme, d.ID, d.Revision, release.Scheduled, date.String()))
		g.ok(g.svc.ScheduleRelease(ctx, g.acme, d.ID, d.Revision+1))
	} else {
		g.ok(g.svc.ReleaseNow(ctx, g.acme, d.ID, d.Revision))
	}
	g.releases[i] = append(g.releases[i], d)
}

// report says anything of any release of the attachment's pack.
func (g *ledgerGame) report(random *rand.Rand, a release.Attachment) {
	i := 0
	if a.Pack == g.packs[1] {
		i = 1
	}
	of := g.releases[i]
	r := of[len(of)-1-random.IntN(min(3, len(of)))]
	status := []release.ObservedStatus{release.Installed, release.Installed, release.InstallFailed}[random.IntN(3)]
	g.allowed(g.says(g.of(a), a, r, status, "said"))
}

// TestRaceOfReports: while agents report, ask and fall silent, people opt in, go back and uninstall, the publisher releases and a
// pack is deleted; the counts stay the truth, and nobody waits for each other in a circle.
func TestRaceOfReports(t *testing.T) {
	t.Parallel()
	g := newLedgerGame(newWorld(t))
	ctx := t.Context()
	for i := range 12 {
		g.attachments = append(g.attachments, g.install(g.accounts[i%3], g.packs[i/6], fmt.Sprint("site ", i)))
	}
	for round := range 4 {
		var racers []func() error
		for i, p := range g.packs {
			if st := g.state(p); st.Pending == nil {
				g.next(i, true)
			}
		}
		pending := []release.ID{g.state(g.packs[0]).Pending.ID, g.state(g.packs[1]).Pending.ID}
		for i, a := range g.attachments {
			random := rand.New(rand.NewPCG(uint64(round), uint64(i)))
			p := pending[i/6]
			racers = append(racers, func() error { return g.svc.OptIn(ctx, g.of(a), a.ID, p, "") })
			racers = append(racers, func() error {
				for range 4 {
					g.report(random, a)
				}
				return g.svc.NoteSeen(ctx, g.of(a), a.ID)
			})
			if i%4 == round {
				racers = append(racers, func() error { return g.svc.GoBack(ctx, g.of(a), a.ID, "") })
				racers = append(racers, func() error { return g.svc.Uninstall(ctx, g.of(a), a.ID) })
			}
		}
		for range 3 {
			racers = append(racers, func() error {
				_, err := g.svc.SweepSilence(ctx, g.clock.now(), 0)
				return err
			})
		}
		racers = append(racers, func() error { return g.svc.Withdraw(ctx, g.acme, pending[0], "because") })
		if round == 3 {
			racers = append(racers, func() error { _, err := g.svc.DeletePack(ctx, g.acme, g.packs[1], "Pack 1"); return err })
		}
		g.race(racers...)
		g.checkLedger()
	}
	if n := g.number(`SELECT count(*) FROM observed_change`); n < 20 {
		t.Errorf("only %d changes: the race proves little", n)
	}
}
