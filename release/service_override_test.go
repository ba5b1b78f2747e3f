package release_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"packtide/packfile"
	"packtide/release"
)

// TestReasonHoldsForWhatWasSeen: a reason that answers a refusal overrides the errors of that refusal; other errors of the
// same file, found by other rules or against another version, and those of another file ask again. // R4
func TestReasonHoldsForWhatWasSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upload := func(change func(*release.Upload)) (release.PackageVersion, error) {
		u := faulty("Mail", "1.0.0")
		change(&u)
		return w.svc.UploadVersion(t.Context(), w.acme, u)
	}
	_, err := upload(func(*release.Upload) {})
	var seen *release.FindingsError
	if !errors.As(err, &seen) || seen.Judged == "" {
		t.Fatalf("refused with %v", err)
	}
	for name, change := range map[string]func(*release.Upload){
		"another error": func(u *release.Upload) {
			u.Findings = append(u.Findings, packfile.Finding{Code: "X-3", Severity: packfile.SeverityError, Message: "This too."})
		},
		"the error elsewhere": func(u *release.Upload) { u.Findings[0].Line++ },
		"a warning that is an error now": func(u *release.Upload) {
			u.Findings[1].Severity = packfile.SeverityError
		},
		"another file": func(u *release.Upload) { u.SHA256[0]++ },
	} {
		w.unchanged(name, release.ErrShareableErrors, func() error {
			_, err := upload(func(u *release.Upload) {
				u.OverrideReason, u.Judged = "it works", seen.Judged
				change(u)
			})
			var now *release.FindingsError
			if !errors.As(err, &now) || now.Judged == seen.Judged {
				t.Errorf("%s: %v can't be told from the first refusal", name, err)
			}
			return err
		})
	}
	v, err := upload(func(u *release.Upload) {
		u.OverrideReason, u.Judged = "it works", seen.Judged
		u.Findings[1].Message = "Doubtful still." // no error
	})
	if err != nil || v.OverrideReason != "it works" {
		t.Errorf("what was seen: %v, reason %q", err, v.OverrideReason)
	}
}

// TestReasonCanBeRead: a reason of characters that nobody sees is none. // R4, R20
func TestReasonCanBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unchanged("an invisible reason", release.ErrOverrideReason, func() error {
		u := faulty("Mail", "1.0.0")
		u.OverrideReason = "\u200b\u2060"
		_, err := w.svc.UploadVersion(t.Context(), w.acme, u)
		return err
	})
}

// app is an upload of an app with an action for each of the names.
func app(version string, shareable bool, actions ...string) release.Upload {
	u := file("Mail", version)
	u.Shareable = &shareable
	u.Manifest = packfile.Manifest{Platform: "threatconnect", Kind: "app", Name: "mail"}
	u.Contents.Parts = []packfile.Part{{Kind: "app", Key: "mail", Name: "Mail", File: "install.json"}}
	for _, name := range actions {
		u.Contents.Parts = append(u.Contents.Parts, packfile.Part{Kind: "action", Key: name, Name: name})
	}
	return u
}

// TestNoSteppingStone: a version that nobody can use does not hide what breaks for those who use the one before it: they go
// from one shareable version to the next. // R4
func TestNoSteppingStone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	upload := func(u release.Upload) (release.PackageVersion, error) {
		return w.svc.UploadVersion(t.Context(), w.acme, u)
	}
	first := must(upload(app("1.0.0", true, "Ping", "Send")))(t)
	stone := must(upload(app("1.0.1", false, "Ping")))(t)
	if stone.ComparedWith != first.ID || !packfile.HasErrors(stone.Findings) {
		t.Fatalf("1.0.1 is compared with %s: %v", stone.ComparedWith, stone.Findings)
	}
	w.unchanged("the same contents again, shareable", release.ErrShareableErrors, func() error {
		_, err := upload(app("1.0.2", true, "Ping"))
		var told *release.FindingsError
		if !errors.As(err, &told) || told.ComparedWith == nil || told.ComparedWith.ID != first.ID {
			t.Errorf("%v does not speak of 1.0.0", err)
		}
		return err
	})
	whole := must(upload(app("1.0.2", true, "Ping", "Send")))(t)
	if whole.OverrideReason != "" {
		t.Errorf("1.0.2: %v", whole.Findings)
	}
	major := must(upload(app("2.0.0", true, "Ping")))(t)
	if packfile.HasErrors(major.Findings) || major.OverrideReason != "" {
		t.Errorf("2.0.0: %v", major.Findings)
	}
}

// TestStepsAreSmall: what a release is told of a package does not grow with the package: there are 100 of them.
func TestStepsAreSmall(t *testing.T) {
	t.Parallel()
	const many = 5_000
	side := func(version release.Version, sum string, actions int) release.Comparable {
		c := release.Comparable{Kept: true, VersionRef: release.VersionRef{ID: release.NewID(time.Unix(0, 0)), Version: version}}
		c.Package = app("1.0.0", true).Package
		for i := range many {
			c.Package.Contents.Files = append(c.Package.Contents.Files, packfile.FileMark{Path: fmt.Sprintf("%06d", i), Size: 1, Sum: sum})
		}
		for i := range actions {
			c.Package.Contents.Parts = append(c.Package.Contents.Parts, packfile.Part{Kind: "action", Key: fmt.Sprint(i), Name: fmt.Sprint(i)})
		}
		return c
	}
	from, to := side(release.Version{Major: 1}, "a", 40), side(release.Version{Major: 1, Patch: 1}, "b", 0)
	s := release.NewStep(release.ContentRow{From: &from.VersionRef, To: &to.VersionRef}, from, to, packfile.Options{})
	if s.Found == nil || s.Found.Files != many || s.Found.Breaking != 40 || len(s.Found.Breaks) > 8 || s.Bump() != release.BumpMajor {
		t.Errorf("found %+v, asks for %v", s.Found, s.Bump())
	}
}
