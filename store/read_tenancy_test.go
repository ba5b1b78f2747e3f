package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"packtide/release"
	"packtide/store"
)

// question asks one method about something of Acme's, or of North's, and tells how much the actor was shown.
type question struct {
	name string
	ask  func(ctx context.Context, by release.Actor) (int, error)
	want answers
}

// answers are what each role is shown: a number of rows, or missing for ErrNotFound.
type answers struct{ publisher, other, account, stranger, support int }

const missing = -1

func thing[T any](_ T, err error) (int, error) { return 1, err }
func rows[T any](all []T, err error) (int, error) {
	return len(all), err
}

// questions are all methods of the Reader that show rows to an actor. The roles: Acme, Bolt, North (Alpha in Friends,
// installed), West (Alpha installed, in no group of it), support. The other account sees what West sees unless it says so.
func questions(w *world) []question {
	return slices.Concat(peopleQuestions(w), packageQuestions(w), packQuestions(w), accountQuestions(w), ownQuestions(w), feedbackQuestions(w))
}

func peopleQuestions(w *world) []question {
	r, id := w.Reader, w.id
	return []question{
		{"Account, a publisher", func(c context.Context, by release.Actor) (int, error) { return thing(r.Account(c, by, id("Acme"))) }, answers{1, missing, missing, missing, 1}},
		{"Account, a managed one", func(c context.Context, by release.Actor) (int, error) { return thing(r.Account(c, by, id("North"))) }, answers{1, 1, 1, missing, 1}},
		{"Accounts", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Accounts(c, by, store.AccountFilter{}))
		}, answers{3, 3, 0, 0, 5}},
		{"Accounts, members", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Accounts(c, by, store.AccountFilter{Group: id("Friends"), Members: true}))
		}, answers{2, 0, 0, 0, 2}},
		{"People", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.People(c, by, release.ID{}, "", "", 9))
		}, answers{0, 0, 0, 0, 3}},
		{"PersonRow", func(c context.Context, by release.Actor) (int, error) { return thing(r.PersonRow(c, by, id("ada"))) }, answers{missing, missing, missing, missing, 1}},
	}
}

func packageQuestions(w *world) []question {
	r, id := w.Reader, w.id
	return []question{
		{"Packages", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Packages(c, by, "", "", release.ID{}, 9))
		}, answers{3, 1, 0, 0, 4}},
		{"Package", func(c context.Context, by release.Actor) (int, error) { return thing(r.Package(c, by, id("mail"))) }, answers{1, missing, missing, missing, 1}},
		{"Versions", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Versions(c, by, id("mail"), nil, 9))
		}, answers{4, 0, 0, 0, 4}},
		{"Version", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.Version(c, by, id("mail 1.0.0")))
		}, answers{1, missing, missing, missing, 1}},
		{"Comparable", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.Comparable(c, by, id("mail 1.0.0")))
		}, answers{1, missing, missing, missing, 1}},
		{"VersionBelow", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.VersionBelow(c, by, id("mail 2.0.0")))
		}, answers{1, missing, missing, missing, 1}},
		{"Manifests", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Manifests(c, by, []release.ID{id("mail 1.0.0"), id("chat 1.0.0")}))
		}, answers{2, 0, 0, 0, 2}},
		{"ShareableVersions", func(c context.Context, by release.Actor) (int, error) {
			m, err := r.ShareableVersions(c, by, []release.ID{id("mail"), id("chat")})
			return len(m[id("mail")]), err
		}, answers{3, 0, 0, 0, 3}},
		{"Artifact, current", func(c context.Context, by release.Actor) (int, error) {
			_, _, err := r.Artifact(c, by, id("chat 1.0.0"))
			return 1, err
		}, answers{1, missing, 1, 1, 1}},
		{"Artifact, in no release", func(c context.Context, by release.Actor) (int, error) {
			_, _, err := r.Artifact(c, by, id("mail 2.0.0"))
			return 1, err
		}, answers{1, missing, missing, missing, 1}},
	}
}

func packQuestions(w *world) []question {
	r, id := w.Reader, w.id
	return []question{
		{"Packs", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Packs(c, by, "", "", release.ID{}, 9))
		}, answers{3, 1, 0, 0, 4}},
		{"Pack", func(c context.Context, by release.Actor) (int, error) { return thing(r.Pack(c, by, id("Alpha"))) }, answers{1, missing, missing, missing, 1}},
		{"PackPackages", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.PackPackages(c, by, id("Alpha")))
		}, answers{2, 0, 0, 0, 2}},
		{"AddablePackages", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.AddablePackages(c, by, id("Alpha")))
		}, answers{2, 0, 0, 0, 2}},
		{"Releases", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Releases(c, by, id("Alpha"), 0, 9))
		}, answers{3, 0, 3, 3, 3}},
		{"Releases, never released", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Releases(c, by, id("First"), 0, 9))
		}, answers{1, 0, 0, 0, 1}},
		{"Release, a draft", func(c context.Context, by release.Actor) (int, error) { return thing(r.Release(c, by, id("Alpha #4"))) }, answers{1, missing, missing, missing, 1}},
		{"Release, pending", func(c context.Context, by release.Actor) (int, error) { return thing(r.Release(c, by, id("Alpha #3"))) }, answers{1, missing, 1, 1, 1}},
		{"NotesSince", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.NotesSince(c, by, id("Alpha"), []release.ID{id("mail 1.1.0")}))
		}, answers{1, 0, 0, 0, 1}},
		{"EvidenceItems", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.EvidenceItems(c, by, id("Acme")))
		}, answers{2, 0, 0, 0, 2}},
		{"Evidence, of a draft", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Evidence(c, by, id("Alpha #4")))
		}, answers{1, 0, 0, 0, 1}},
		{"Evidence, of a pending release", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Evidence(c, by, id("Alpha #3")))
		}, answers{1, 0, 0, 0, 1}},
		{"EvidenceFile", func(c context.Context, by release.Actor) (int, error) {
			_, _, err := r.EvidenceFile(c, by, id("evidence of Alpha #3"))
			return 1, err
		}, answers{1, missing, missing, missing, 1}},
		{"EvidenceFile, where there is none", func(c context.Context, by release.Actor) (int, error) {
			_, _, err := r.EvidenceFile(c, by, id("evidence of Alpha #4"))
			return 1, err
		}, answers{missing, missing, missing, missing, missing}},
		{"Impact", func(c context.Context, by release.Actor) (int, error) { return thing(r.Impact(c, by, id("Alpha"))) }, answers{1, missing, missing, missing, 1}},
		{"OptInsByDay", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.OptInsByDay(c, by, id("Alpha #3")))
		}, answers{1, 0, 0, 0, 1}},
		{"PackAccounts", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.PackAccounts(c, by, id("Alpha"), "", release.ID{}, 9))
		}, answers{2, 0, 0, 0, 2}},
		{"ReleaseRefs", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.ReleaseRefs(c, by, id("Alpha")))
		}, answers{4, 0, 0, 0, 4}},
		{"ReleasePair", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.ReleasePair(c, by, id("Alpha"), id("Alpha #1"), id("Alpha #2")))
		}, answers{1, missing, missing, missing, 1}},
		{"ReleasePair, with a release of another pack", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.ReleasePair(c, by, id("Alpha"), id("Alpha #1"), id("Beta #1")))
		}, answers{missing, missing, missing, missing, missing}},
		{"Adoption, now", func(c context.Context, by release.Actor) (int, error) {
			a, err := r.Adoption(c, by, id("Alpha"), day(1), day(12))
			return len(a.Days), err
		}, answers{1, 0, 0, 0, 1}},
		{"Adoption, releases", func(c context.Context, by release.Actor) (int, error) {
			a, err := r.Adoption(c, by, id("Alpha"), day(1), day(12))
			return len(a.Releases), err
		}, answers{2, 0, 0, 0, 2}},
		{"VersionAges", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.VersionAges(c, by, id("Alpha")))
		}, answers{2, 0, 0, 0, 2}},
		{"Groups", func(c context.Context, by release.Actor) (int, error) { return rows(r.Groups(c, by)) }, answers{2, 1, 0, 0, 3}},
		{"Group", func(c context.Context, by release.Actor) (int, error) { return thing(r.Group(c, by, id("Friends"))) }, answers{1, missing, missing, missing, 1}},
		{"GroupsOfPack", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.GroupsOfPack(c, by, id("Alpha")))
		}, answers{1, 0, 0, 0, 1}},
		{"PacksOfGroup", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.PacksOfGroup(c, by, id("Friends")))
		}, answers{2, 0, 0, 0, 2}},
	}
}

func accountQuestions(w *world) []question {
	r, id := w.Reader, w.id
	return []question{
		{"Catalogue", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Catalogue(c, by, "", "", release.ID{}, 9))
		}, answers{0, 0, 2, 1, 0}},
		{"CataloguePack", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.CataloguePack(c, by, id("Alpha")))
		}, answers{missing, missing, 1, 1, missing}},
		{"CataloguePack, of a group", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.CataloguePack(c, by, id("Beta")))
		}, answers{missing, missing, 1, 1, missing}},
		{"CataloguePack, never released", func(c context.Context, by release.Actor) (int, error) {
			return thing(r.CataloguePack(c, by, id("First")))
		}, answers{missing, missing, missing, missing, missing}},
		{"InstallBase", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.InstallBase(c, by, release.InstallBaseFilter{}))
		}, answers{3, 1, 3, 1, 4}},
		{"EachAttachment", func(c context.Context, by release.Actor) (n int, err error) {
			err = r.EachAttachment(c, by, release.InstallBaseFilter{}, func(release.AttachmentRow) error { n++; return nil })
			return n, err
		}, answers{3, 1, 3, 1, 4}},
		{"Attachment", func(c context.Context, by release.Actor) (int, error) { return thing(r.Attachment(c, by, id("n1"))) }, answers{1, missing, 1, missing, 1}},
		{"History", func(c context.Context, by release.Actor) (int, error) {
			all, err := r.History(c, by, id("n1"))
			return len(all), err
		}, answers{3, missing, 3, missing, 3}},
		{"Events", func(c context.Context, by release.Actor) (int, error) {
			return rows(r.Events(c, by, release.EventFilter{}))
		}, answers{4, 1, 2, 0, 6}},
		{"EachEvent", func(c context.Context, by release.Actor) (n int, err error) {
			err = r.EachEvent(c, by, release.EventFilter{}, func(release.EventRow) error { n++; return nil })
			return n, err
		}, answers{4, 1, 2, 0, 6}},
		{"News", func(c context.Context, by release.Actor) (int, error) { return rows(r.News(c, by, release.ID{}, 9)) }, answers{0, 0, 2, 2, 0}},
	}
}

func TestTenancy(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	for _, q := range questions(w) {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			for _, role := range []struct {
				name string
				by   release.Actor
				want int
			}{
				{"own publisher", w.publisher("Acme"), q.want.publisher},
				{"other publisher", w.publisher("Bolt"), q.want.other},
				{"own account", w.admin("North"), q.want.account},
				{"other account", w.admin("West"), q.want.stranger},
				{"support", w.support(), q.want.support},
			} {
				got, err := q.ask(t.Context(), role.by)
				if errors.Is(err, release.ErrNotFound) {
					got, err = missing, nil
				}
				if err != nil || got != role.want {
					t.Errorf("%s is shown %d (error %v), want %d", role.name, got, err, role.want)
				}
			}
		})
	}
}

// Nobody, and a person without any role in an account that could see, are shown nothing at all.
func TestWithoutRole(t *testing.T) {
	t.Parallel()
	w := seaWorld(t)
	for _, q := range questions(w) {
		for who, by := range map[string]release.Actor{
			"nobody": {}, "no role at Acme": {Person: w.id("paula")}, "roles without an account": {Publisher: release.RolePublisher, Managed: release.RoleAdmin},
		} {
			if got, err := q.ask(t.Context(), by); err == nil && got != 0 || err != nil && !errors.Is(err, release.ErrNotFound) {
				t.Errorf("%s: %s is shown %d (error %v)", q.name, who, got, err)
			}
		}
	}
}
