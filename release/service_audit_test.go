package release_test

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"testing"

	"packtide/release"
)

// step is one use case in a story: who may not do it, who does it, and what it leaves in the audit.
type step struct {
	method    string
	by        release.Actor
	do        func(by release.Actor) error
	want      []string
	strangers map[string]error // by name of the actor: the refusal they get
}

// notIn are the refusals of those who have nothing to do with a publisher's own things.
func notOfPublisher() map[string]error {
	return map[string]error{
		"bolt": release.ErrNotFound, "acmeViewer": release.ErrForbidden, "north": release.ErrForbidden,
		"support": release.ErrReadOnly, "operator": release.ErrReadOnly, "nobody": release.ErrForbidden,
	}
}

// ownThings are for use cases without an id: another publisher does them in its own account.
func ownThings() map[string]error {
	refusals := notOfPublisher()
	delete(refusals, "bolt")
	return refusals
}

func notOfAccount() map[string]error {
	return map[string]error{
		"south": release.ErrNotFound, "northViewer": release.ErrForbidden, "acme": release.ErrForbidden, "support": release.ErrReadOnly,
		"nobody": release.ErrForbidden,
	}
}

func notTrying(support error) map[string]error {
	return map[string]error{
		"south": release.ErrNotFound, "northViewer": release.ErrForbidden, "acme": release.ErrNotFound, "support": support, "nobody": release.ErrNotFound,
	}
}

func notOperators() map[string]error {
	return map[string]error{
		"acme": release.ErrForbidden, "north": release.ErrForbidden, "support": release.ErrForbidden, "nobody": release.ErrForbidden,
	}
}

// TestEveryUseCase walks all use cases in one story. Each stranger is refused with nothing changed in any table and nothing
// told; then the use case itself leaves exactly its events, with who did it, from where. // R33 R34
func TestEveryUseCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	actors := map[string]release.Actor{
		"bolt": w.bolt, "acme": w.acme, "acmeViewer": w.acmeViewer, "north": w.north, "northViewer": w.northViewer,
		"south": w.south, "support": w.support, "operator": w.operator, "nobody": {Source: release.FromAPI},
	}
	walked := map[string]bool{}
	for _, s := range slices.Concat(w.peopleSteps(), w.savedViewSteps(), w.packSteps(), w.releaseSteps(), w.composingSteps(), w.observedSteps(), w.webhookSteps(), w.mailSteps(), w.endingSteps(), w.clockSteps(), w.viewingSteps()) {
		walked[s.method] = true
		for _, name := range slices.Sorted(maps.Keys(s.strangers)) {
			w.unchanged(s.method+" by "+name, s.strangers[name], func() error { return s.do(actors[name]) })
		}
		if !s.by.Person.IsZero() && s.method != "EndViewing" {
			for _, bound := range boundActors(s.by) {
				refusal := bound.refusal
				if s.method == "NoteLook" {
					refusal = nil // which does nothing and says nothing
				}
				if bound.as.IsAgent() && slices.Contains(agentsMay, s.method) {
					continue
				}
				w.unchanged(s.method+" by "+bound.name, refusal, func() error { return s.do(bound.as) })
			}
		}
		s.by.RequestID = "request-of-" + s.method
		last := w.number(`SELECT count(*) FROM audit_event`)
		if err := w.tells(s.method, func() error { return s.do(s.by) }, s.want...); err != nil {
			t.Errorf("%s: %v", s.method, err)
		}
		if s.by.Person.IsZero() {
			continue
		}
		if n := w.number(`
			SELECT count(*)
			  FROM (SELECT * FROM audit_event ORDER BY at, id OFFSET $1) e
			 WHERE actor_id IS DISTINCT FROM $2 OR actor_name <> $3 OR source <> $4 OR request_id <> $5`,
			last, s.by.Person, s.by.Name, s.by.Source, s.by.RequestID); n != 0 {
			t.Errorf("%s: %d events don't tell who did it, and from where", s.method, n)
		}
	}
	for method := range reflect.TypeFor[*release.Service]().Methods() {
		if !walked[method.Name] {
			t.Errorf("the use case %s is not walked", method.Name)
		}
	}
}

// agentsMay are the use cases that are for agents; their own tests say how far.
var agentsMay = []string{"ReportObserved", "NoteSeen"}

// boundActor is somebody who may do a thing, bound to change nothing.
type boundActor struct {
	name    string
	as      release.Actor
	refusal error
}

// boundActors are support that looks as the actor (R34), and programs with tokens that are less than the actor.
func boundActors(by release.Actor) []boundActor {
	looking, reader, agent := by, by, by
	looking.ReadOnly, reader.ReadOnly = true, true
	reader.Token, agent.Token = release.ScopeRead, release.ScopeAgent
	agent.Publisher, agent.Managed, agent.Site = "", "", ""
	return []boundActor{
		{"support that looks", looking, release.ErrViewing}, {"a reading token", reader, release.ErrReadToken}, {"an agent's token", agent, release.ErrAgent},
	}
}

func (w *world) peopleSteps() []step {
	ctx, s := w.t.Context(), w.svc
	var invited release.Person
	var link, password, demo release.Secret
	var token release.Token
	var once release.Once
	var opened release.Account
	redeem := func(link *release.Secret, hash string) func(release.Actor) error {
		return func(release.Actor) error {
			_, err := s.Redeem(ctx, *link, release.Newcomer{PasswordHash: hash})
			return err
		}
	}
	return []step{
		{"CreateAccount", w.operator, func(by release.Actor) (err error) {
			opened, err = s.CreateAccount(ctx, by, release.NewAccount{Name: "New", Zone: "UTC", Managed: true, Publisher: true})
			return err
		}, []string{release.ActAccountCreated}, notOperators()},
		{"EditAccount", w.operator, func(by release.Actor) error {
			return s.EditAccount(ctx, by, opened.ID, release.NewAccount{Name: "Newer", Zone: "Asia/Tokyo", Managed: true})
		}, []string{release.ActAccountEdited}, notOperators()},
		{"AmendAccount", w.operator, func(by release.Actor) error {
			return s.AmendAccount(ctx, by, opened.ID, release.AccountEdit{Name: new("Newest")})
		}, []string{release.ActAccountEdited}, notOperators()},
		{"InvitePerson", w.operator, func(by release.Actor) (err error) {
			invited, link, err = s.InvitePerson(ctx, by, release.Invite{Email: "ida@example.org", Name: "Ida", Account: opened.ID, Managed: release.RoleAdmin})
			return err
		}, []string{release.ActPersonInvited}, notOperators()},
		{"Redeem", release.Actor{}, redeem(&link, "secret"), []string{release.ActPersonJoined}, nil},
		{"SetRoles", w.operator, func(by release.Actor) error {
			return s.SetRoles(ctx, by, release.Membership{Person: invited.ID, Account: opened.ID, Publisher: release.RolePublisher})
		}, []string{release.ActRoleChanged}, notOperators()},
		{"NewPasswordLink", w.operator, func(by release.Actor) (err error) {
			password, err = s.NewPasswordLink(ctx, by, invited.ID)
			return err
		}, []string{release.ActLinkMade}, notOperators()},
		{"Redeem", release.Actor{}, redeem(&password, "another"), []string{release.ActPasswordSet}, nil},
		{"SignIn", release.Actor{}, func(release.Actor) error {
			_, err := s.SignIn(ctx, release.Attempt{Email: " IDA@example.org", Verify: func(hash string) bool { return hash == "another" }})
			return err
		}, []string{release.ActSignedIn}, nil},
		{"DemoLink", release.Operator(), func(by release.Actor) (err error) {
			demo, err = s.DemoLink(ctx, by, invited.ID)
			return err
		}, []string{release.ActLinkMade}, map[string]error{"operator": release.ErrForbidden, "acme": release.ErrForbidden, "nobody": release.ErrForbidden}},
		{"SignInByLink", release.Actor{}, func(release.Actor) error {
			_, err := s.SignInByLink(ctx, demo)
			return err
		}, []string{release.ActSignedIn}, nil},
		{"CreateToken", w.north, func(by release.Actor) (err error) {
			token, _, err = s.CreateToken(ctx, by, release.NewToken{Person: w.north.Person, Account: w.north.Account, Name: "agent"})
			return err
		}, []string{release.ActTokenCreated}, map[string]error{"northViewer": release.ErrForbidden, "acme": release.ErrForbidden, "support": release.ErrForbidden}},
		{"ClaimOnce", release.Actor{}, func(release.Actor) (err error) {
			once, err = s.ClaimOnce(ctx, w.north, "key", [32]byte{1})
			return err
		}, nil, nil}, // keys are no decision of anybody
		{"DropOnce", release.Actor{}, func(release.Actor) error { return s.DropOnce(ctx, once) }, nil, nil},
		{"AnswerOnce", release.Actor{}, func(release.Actor) error { return s.AnswerOnce(ctx, once) }, nil, nil},
		{"NoteTokenUse", release.Actor{}, func(release.Actor) error {
			return s.NoteTokenUse(ctx, release.TokenUse{ID: token.ID, Scope: token.Scope})
		}, nil, nil}, // the token tells when it was used last; nothing was decided
		{
			"RevokeToken", w.north, func(by release.Actor) error { return s.RevokeToken(ctx, by, token.ID) },
			[]string{release.ActTokenRevoked},
			map[string]error{"northViewer": release.ErrNotFound, "acme": release.ErrNotFound, "support": release.ErrNotFound},
		},
		{"RevokeToken", w.north, func(by release.Actor) error { return s.RevokeToken(ctx, by, token.ID) }, nil, nil},
		{"DisablePerson", w.operator, func(by release.Actor) error { return s.DisablePerson(ctx, by, invited.ID) }, []string{release.ActPersonDisabled}, notOperators()},
		{"DisablePerson", w.operator, func(by release.Actor) error { return s.DisablePerson(ctx, by, invited.ID) }, nil, nil},
		{"EnablePerson", w.operator, func(by release.Actor) error { return s.EnablePerson(ctx, by, invited.ID) }, []string{release.ActPersonEnabled}, notOperators()},
		{"EnablePerson", w.operator, func(by release.Actor) error { return s.EnablePerson(ctx, by, invited.ID) }, nil, nil},
		{"SetShareableDefault", w.acme, func(by release.Actor) error { return s.SetShareableDefault(ctx, by, true) }, []string{release.ActAccountEdited}, ownThings()},
		{"SetCheckSettings", w.acme, func(by release.Actor) error { return s.SetCheckSettings(ctx, by, nil) }, []string{release.ActAccountEdited}, ownThings()},
	}
}

// story is what the steps about packs hand on to each other.
type story struct {
	pack, group, spare release.ID
	versions           []release.PackageVersion
	attachment         release.Attachment
	pending            release.ID
}

func (w *world) packSteps() []step {
	ctx, s := w.t.Context(), w.svc
	y := &w.story
	upload := func(name, version string) func(release.Actor) error {
		return func(by release.Actor) error {
			v, err := s.UploadVersion(ctx, by, file(name, version))
			if err == nil {
				y.versions = append(y.versions, v)
			}
			return err
		}
	}
	onPackage := func(method func(context.Context, release.Actor, release.ID, release.ID) error) func(release.Actor) error {
		return func(by release.Actor) error { return method(ctx, by, y.pack, y.versions[len(y.versions)-1].Package) }
	}
	return []step{
		{"UploadVersion", w.acme, upload("Mail", "1.0.0"), []string{release.ActVersionUploaded}, ownThings()},
		{"UploadVersion", w.acme, upload("Chat", "1.0.0"), []string{release.ActVersionUploaded}, nil},
		{"CreatePack", w.acme, func(by release.Actor) error {
			p, err := s.CreatePack(ctx, by, release.NewPack{PackTexts: release.PackTexts{Name: "Alpha"}, Multiple: new(true)})
			y.pack = p.ID
			return err
		}, []string{release.ActPackCreated}, ownThings()},
		{"EditPack", w.acme, func(by release.Actor) error {
			return s.EditPack(ctx, by, y.pack, release.PackTexts{Name: "Alpha", SupportContact: "help"})
		}, []string{release.ActPackEdited}, notOfPublisher()},
		{"AddPackage", w.acme, onPackage(s.AddPackage), []string{release.ActDraftBegun, release.ActDraftEdited, release.ActPackageAdded}, notOfPublisher()},
		{"RemovePackage", w.acme, onPackage(s.RemovePackage), []string{release.ActDraftEdited, release.ActPackageRemoved}, notOfPublisher()},
		{"DraftRelease", w.acme, func(by release.Actor) error { _, err := s.DraftRelease(ctx, by, y.pack); return err }, nil, notOfPublisher()},
		{"CreateGroup", w.acme, func(by release.Actor) error {
			g, err := s.CreateGroup(ctx, by, "Friends")
			y.group = g.ID
			return err
		}, []string{release.ActGroupCreated}, ownThings()},
		{"RenameGroup", w.acme, func(by release.Actor) error { return s.RenameGroup(ctx, by, y.group, "Best friends") }, []string{release.ActGroupRenamed}, notOfPublisher()},
		{
			"AddAccountToGroup", w.acme, func(by release.Actor) error { return s.AddAccountToGroup(ctx, by, y.group, w.north.Account) },
			[]string{release.ActGroupMemberAdded},
			notOfPublisher(),
		},
		{"AddPackToGroup", w.acme, func(by release.Actor) error { return s.AddPackToGroup(ctx, by, y.group, y.pack) }, []string{release.ActGroupPackAdded}, notOfPublisher()},
	}
}
