package release_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"packtide/packfile"
	"packtide/release"
)

// hostile are texts that no form should send, and that a program may.
func hostile() map[string]string {
	return map[string]string{
		"NUL":              "Al\x00pha",
		"invalid UTF-8":    "Al\xff\xfepha",
		"half a surrogate": "Al\xed\xa0\x80pha",
		"a megabyte":       strings.Repeat("Ax", 1<<19),
		"incompressible":   incompressible(1 << 20),
		"a megabyte of é":  strings.Repeat("é", 1<<19),
		"spaces":           strings.Repeat(" ", 1<<20),
		"an override":      "Al\u202epha",
		"nothing to see":   "\u200b\u00ad",
		"an emoji":         "Al 👩‍👩‍👧 pha",
		"SQL":              `'; DROP TABLE pack; --`,
		"a pattern":        `%_\`,
		"escape":           "Al\x1b[31mpha",
		"line ends":        "Al\r\npha",
	}
}

// incompressible text would not fit into an index even when Postgres compresses it.
func incompressible(n int) string {
	b, x := make([]byte, n), uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = 'a' + byte(x>>24)%26
	}
	return string(b)
}

// peopleTexts use a text in each place where accounts, people and their credentials take one.
func (w *world) peopleTexts() map[string]func(x string) error {
	ctx, s := w.t.Context(), w.svc
	return map[string]func(x string) error{
		"account name": func(x string) error {
			return s.EditAccount(ctx, w.operator, w.west.Account, release.NewAccount{Name: x, Zone: "UTC", Managed: true})
		},
		"account zone": func(x string) error {
			return s.EditAccount(ctx, w.operator, w.west.Account, release.NewAccount{Name: "West", Zone: x, Managed: true})
		},
		"person name": func(x string) error {
			_, _, err := s.InvitePerson(ctx, w.operator, release.Invite{Name: x, Email: "wim@example.org", Account: w.west.Account, Managed: release.RoleAdmin})
			return err
		},
		"e-mail": func(x string) error {
			_, _, err := s.InvitePerson(ctx, w.operator, release.Invite{Name: "X", Email: x + "@x", Account: w.west.Account, Managed: release.RoleAdmin})
			return err
		},
		"e-mail's host": func(x string) error {
			_, _, err := s.InvitePerson(ctx, w.operator, release.Invite{Name: "X", Email: "x@" + x, Account: w.west.Account, Managed: release.RoleAdmin})
			return err
		},
		"role": func(x string) error {
			return s.SetRoles(ctx, w.operator, release.Membership{Person: w.west.Person, Account: w.west.Account, Managed: release.ManagedRole(x)})
		},
		"sign-in e-mail": func(x string) error {
			_, err := s.SignIn(ctx, release.Attempt{Email: x, Verify: func(string) bool { return false }})
			return err
		},
		"sign-in address": func(x string) error {
			_, err := s.SignIn(ctx, release.Attempt{Email: "x" + x[:1] + "@x", Address: x, Verify: func(string) bool { return false }})
			return err
		},
		"link": func(x string) error {
			_, err := s.Redeem(ctx, release.Secret(x), release.Newcomer{Name: x})
			return err
		},
		"newcomer's name": func(x string) error {
			link := must(s.NewPasswordLink(ctx, w.operator, w.west.Person))(w.t)
			_, err := s.Redeem(ctx, link, release.Newcomer{Name: x, PasswordHash: "x"})
			return err
		},
		"token name": func(x string) error {
			_, _, err := s.CreateToken(ctx, w.north, release.NewToken{Person: w.north.Person, Account: w.north.Account, Name: x})
			return err
		},
	}
}

// TestHostileTexts gives every text of every use case what no database keeps: the answer is a refusal, or the text is kept
// as it was meant, and never a fault.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, s := t.Context(), w.svc
	one := w.upload(w.acme, "Mail", "1.0.0")
	p, q := w.pack(w.acme, "Alpha", true), w.pack(w.acme, "Beta", true)
	w.released(w.acme, p.ID, "1.0.0", one)
	a := w.install(w.north, p.ID, "a")
	d := w.draft(w.acme, q.ID, "1.0.0", one)
	r := w.pending(w.acme, p.ID, "2.0.0", "2027-01-20", w.upload(w.acme, "Mail", "2.0.0"))
	g := must(s.CreateGroup(ctx, w.acme, "Friends"))(t)
	texts := func(change func(*release.PackTexts)) error {
		n := release.PackTexts{Name: "Beta", SupportContact: "help"}
		change(&n)
		return s.EditPack(ctx, w.acme, q.ID, n)
	}
	upload := func(change func(*release.Upload)) error {
		u := file("Post", "1.0.0")
		change(&u)
		v, err := s.UploadVersion(ctx, w.acme, u)
		if err == nil { // its label is free only once
			w.exec(`ALTER TABLE package_version DISABLE TRIGGER uploaded_version_is_immutable`)
			w.exec(`ALTER TABLE version_contents DISABLE TRIGGER contents_of_version_are_immutable`)
			w.exec(`DELETE FROM version_contents WHERE version_id = $1`, v.ID)
			w.exec(`DELETE FROM version_component WHERE version_id = $1`, v.ID)
			w.exec(`DELETE FROM package_version WHERE id = $1`, v.ID)
			w.exec(`ALTER TABLE package_version ENABLE TRIGGER uploaded_version_is_immutable`)
		}
		return err
	}
	fields := map[string]func(x string) error{
		"pack name": func(x string) error {
			err := texts(func(n *release.PackTexts) { n.Name = x })
			if err == nil { // else the same text, typed to confirm, would delete the pack
				w.ok(texts(func(*release.PackTexts) {}))
			}
			return err
		},
		"description":        func(x string) error { return texts(func(n *release.PackTexts) { n.Description = x }) },
		"installation guide": func(x string) error { return texts(func(n *release.PackTexts) { n.InstallationGuide = x }) },
		"user guide":         func(x string) error { return texts(func(n *release.PackTexts) { n.UserGuide = x }) },
		"support contact":    func(x string) error { return texts(func(n *release.PackTexts) { n.SupportContact = x }) },
		"typed name":         func(x string) error { _, err := s.DeletePack(ctx, w.acme, q.ID, x); return err },
		"group name":         func(x string) error { return s.RenameGroup(ctx, w.acme, g.ID, x) },
		"display name":       func(x string) error { return upload(func(u *release.Upload) { u.Name = x }) },
		"version":            func(x string) error { return upload(func(u *release.Upload) { u.Version = x }) },
		"version notes":      func(x string) error { return upload(func(u *release.Upload) { u.Notes = x }) },
		"file name":          func(x string) error { return upload(func(u *release.Upload) { u.FileName = x }) },
		"manifest's name":    func(x string) error { return upload(func(u *release.Upload) { u.Manifest.Name = x }) },
		"manifest's title": func(x string) error {
			return upload(func(u *release.Upload) { u.Name, u.Manifest.DisplayName = "", x })
		},
		"release version": func(x string) error { return s.DescribeRelease(ctx, w.acme, d.ID, w.state(q.ID).Draft.Revision, x, "") },
		"release notes": func(x string) error {
			return s.DescribeRelease(ctx, w.acme, d.ID, w.state(q.ID).Draft.Revision, "1.0.0", x)
		},
		"date": func(x string) error {
			return s.PlanRelease(ctx, w.acme, d.ID, w.state(q.ID).Draft.Revision, release.Scheduled, x)
		},
		"plan": func(x string) error {
			return s.PlanRelease(ctx, w.acme, d.ID, w.state(q.ID).Draft.Revision, release.Plan(x), "2027-01-20")
		},
		"reschedule's reason": func(x string) error { return s.Reschedule(ctx, w.acme, r.ID, "2027-01-20", x) },
		"attachment name": func(x string) error {
			_, err := s.InstallPack(ctx, w.north, release.Install{Pack: p.ID, Name: x})
			return err
		},
		"environment": func(x string) error {
			b, err := s.InstallPack(ctx, w.north, release.Install{Pack: p.ID, Name: "b", Environment: x})
			if err == nil {
				w.ok(s.Uninstall(ctx, w.north, b.ID))
			}
			return err
		},
		"support's reason": func(x string) error {
			err := s.OptIn(ctx, w.support, a.ID, r.ID, x)
			if err == nil {
				w.ok(s.GoBack(ctx, w.north, a.ID, ""))
			}
			return err
		},
	}
	maps.Copy(fields, w.peopleTexts())
	for field, use := range fields {
		for name, x := range hostile() {
			err := use(x)
			if _, refusal := errors.AsType[*release.Error](err); err != nil && !refusal {
				t.Errorf("%s with %s: %.300v", field, name, err)
			}
		}
	}
}

// TestWhatIsKept: texts are kept as they were meant, and names stand in one line.
func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := file("Mail", "1.0.0")
	u.FileName, u.Notes = "C:\\Users\\x\x00\r\n"+strings.Repeat("é", 300)+"\xff.zip", "  first\n  second \n"
	u.Manifest.Facts = []packfile.Fact{{Label: "x", Value: "Al\xffpha"}}
	v := must(w.svc.UploadVersion(t.Context(), w.acme, u))(t)
	kept := must(w.db.Reader.Version(t.Context(), w.acme, v.ID))(t)
	if n := len([]rune(kept.FileName)); n != 255 || strings.ContainsAny(kept.FileName, "\x00\r\n\ufffd") || kept.Notes != "first\n  second" {
		t.Errorf("kept %q and %q", kept.FileName, kept.Notes)
	}
	for _, name := range []string{"Al\npha", "Al\tpha", "Al\u2028pha", "Al\u202epha", "\u200b", "Al\u0085pha"} {
		w.unchanged(name, release.ErrGroupNameMissing, func() error { _, err := w.svc.CreateGroup(t.Context(), w.acme, name); return err })
	}
	for _, name := range []string{"Ærøskøbing 漢字 ✓", "👩‍👩‍👧", "نمی\u200cخواهم"} {
		if g := must(w.svc.CreateGroup(t.Context(), w.acme, name))(t); g.Name != name {
			t.Errorf("%q became %q", name, g.Name)
		}
	}
}
