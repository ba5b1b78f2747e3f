package api

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"packtide/packfile"
	"packtide/release"
)

// testingDate is when releases of a stage are due: weeks ahead of the walk.
const testingDate = "2026-12-20"

// settleStage makes what all stages share.
func (k *walk) settleStage() {
	ctx, by := k.world.t.Context(), k.actor(thePublisher)
	upload := func(name, number string, shareable bool) release.PackageVersion {
		text := name + " " + number
		return must(k.service.UploadVersion(ctx, by, release.Upload{
			Name: name, Version: number, Shareable: &shareable, FileName: "mail.zip", Size: int64(len(text)), SHA256: sha256.Sum256([]byte(text)),
			Content: strings.NewReader(text), Notes: "What is new in " + text,
			Package: packfile.Package{Manifest: packfile.Manifest{Platform: packfile.PlatformPlain, Kind: "archive"}},
		}))(k.world.t)
	}
	k.first, k.second, k.unshared = upload("Mail", "1.0.0", true), upload("Mail", "1.1.0", true), upload("Mail", "1.2.0", false)
	k.other = upload("Chat", "1.0.0", true)
	for _, g := range must(k.db.Reader.Groups(ctx, by))(k.world.t) {
		k.everyone = g.ID
	}
	k.group = must(k.service.CreateGroup(ctx, by, "Early adopters"))(k.world.t).ID
	k.done(k.service.AddAccountToGroup(ctx, by, k.group, k.nordlys.ID))
}

// stage is a pack of its own for one attempt, so that attempts do not meet: offered to all, with Mail 1.0.0 as its current
// release, installed by Nordlys.
type stage struct {
	*walk
	pack, current, attachment release.ID
	name                      string
}

func (k *walk) stage() *stage {
	k.world.t.Helper()
	ctx, by := k.world.t.Context(), k.actor(thePublisher)
	k.stages++
	s := &stage{walk: k, name: fmt.Sprintf("Pack %d", k.stages)}
	once := false
	p := must(k.service.CreatePack(ctx, by, release.NewPack{PackTexts: release.PackTexts{Name: s.name, SupportContact: "help@meridian.example"}, Multiple: &once}))(k.world.t)
	s.pack = p.ID
	k.done(k.service.AddPackToGroup(ctx, by, k.everyone, s.pack))
	s.current = s.decide(k.first, "1.0.0", release.Immediate)
	s.attachment = must(k.service.InstallPack(ctx, k.actor(theAdmin), release.Install{Pack: s.pack}))(k.world.t).ID
	return s
}

func (s *stage) decide(v release.PackageVersion, label string, plan release.Plan) release.ID {
	s.world.t.Helper()
	e := release.DraftEdit{Contents: release.Contents{v.Package: v.ID}, Version: &label, Plan: plan}
	if plan == release.Scheduled {
		e.Date = testingDate
	}
	by := s.actor(thePublisher)
	pack := must(s.db.Reader.Pack(s.world.t.Context(), by, s.pack))(s.world.t)
	return must(s.service.ReleaseOutright(s.world.t.Context(), by, s.pack, new(pack.Seen()), e))(s.world.t)
}

// testing is a release in testing.
func (s *stage) testing() release.ID { return s.decide(s.second, "1.1.0", release.Scheduled) }

// tried is a release in testing that Nordlys tries.
func (s *stage) tried() release.ID {
	s.world.t.Helper()
	id := s.testing()
	s.done(s.service.OptIn(s.world.t.Context(), s.actor(theAdmin), s.attachment, id, ""))
	return id
}

// draft prepares Mail 1.1.0.
func (s *stage) draft() release.ID {
	s.world.t.Helper()
	ctx, by := s.world.t.Context(), s.actor(thePublisher)
	d := must(s.service.DraftRelease(ctx, by, s.pack))(s.world.t)
	s.done(s.service.ChooseVersions(ctx, by, d.ID, d.Revision, release.Contents{s.second.Package: s.second.ID}))
	return d.ID
}

// item is the first of the publisher's checklist.
func (s *stage) item() release.ID {
	s.world.t.Helper()
	return must(s.db.Reader.EvidenceItems(s.world.t.Context(), s.actor(thePublisher), s.meridian.ID))(s.world.t)[0].ID
}

// given is a draft with evidence, and its id.
func (s *stage) given() (draft, evidence release.ID) {
	s.world.t.Helper()
	ctx, by := s.world.t.Context(), s.actor(thePublisher)
	draft = s.draft()
	s.done(s.service.GiveEvidence(ctx, by, draft, release.NewEvidence{Item: s.item(), Note: "seen", File: note("run 4711")}))
	return draft, must(s.db.Reader.Evidence(ctx, by, draft))(s.world.t)[0].ID
}

// told is a feedback of Nordlys, with a file.
func (s *stage) told() (id, about release.ID) {
	s.world.t.Helper()
	ctx, by := s.world.t.Context(), s.actor(theAdmin)
	about = s.tried()
	s.done(s.service.GiveFeedback(ctx, by, s.attachment, about, release.VerdictBlocked, "No tickets come in.", note("log")))
	return must(s.db.Reader.Feedback(ctx, by, release.FeedbackFilter{Attachment: s.attachment}))(s.world.t)[0].ID, about
}

func note(text string) *release.FileUpload {
	return &release.FileUpload{Name: "note.txt", Size: int64(len(text)), SHA256: sha256.Sum256([]byte(text)), Content: strings.NewReader(text)}
}

// tokenOf is a token of the person, to be revoked.
func (k *walk) tokenOf(who string) release.ID {
	k.world.t.Helper()
	by := k.actor(who)
	made, _, err := k.service.CreateToken(k.world.t.Context(), by, release.NewToken{Person: by.Person, Account: by.Account, Name: "to be revoked", Scope: release.ScopeFull})
	k.done(err)
	return made.ID
}

func (k *walk) newGroup() release.ID {
	k.world.t.Helper()
	k.stages++
	return must(k.service.CreateGroup(k.world.t.Context(), k.actor(thePublisher), fmt.Sprintf("Group %d", k.stages)))(k.world.t).ID
}

// uninstalled asks to uninstall what is uninstalled already (R29).
func (k *walk) uninstalled() attempt {
	k.world.t.Helper()
	s := k.stage()
	k.done(k.service.Uninstall(k.world.t.Context(), k.actor(theAdmin), s.attachment))
	return get(theAdmin, "/attachments/%s", s.attachment)
}
