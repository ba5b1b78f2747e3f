package main

import (
	"context"
	"fmt"
	"path/filepath"

	"packtide/client"
)

// addUpload plans to upload a file that may enter a pack: what is uploaded as not shareable has used up its version's number.
func (p *planner) addUpload(ctx context.Context, v *plannedVersion) error {
	file := filepath.Base(v.wish.file)
	if share := v.wish.shareable; share != nil && !*share {
		return v.wish.at.refuse("%s can't enter a pack, as shareable is false here, and that is final: leave it out, or say true", file)
	}
	if v.wish.shareable == nil { // R2
		shares, err := p.sharesByDefault(ctx)
		if err != nil {
			return err
		}
		if !shares {
			return v.wish.at.refuse("%s would not be shareable, as your settings say of new versions, so it couldn't enter a pack, and that is final: say shareable: true beside it", file)
		}
	}
	v.fresh = true
	v.pkg.uploads = append(v.pkg.uploads, v)
	p.add("+", func(ctx context.Context) error { return p.upload(ctx, v) }, "version %s of package %s, from %s", v.label, v.pkg.display, file)
	return nil
}

// sharesByDefault reads once what the account has settled for uploads that do not say.
func (p *planner) sharesByDefault(ctx context.Context) (bool, error) {
	if p.settings == nil {
		now, err := p.Settings(ctx)
		if err != nil {
			return false, err
		}
		p.settings = &now
	}
	set := p.settings.ShareableByDefault
	return set == nil || *set, nil // who publishes nothing is refused for that
}

// mustAgree refuses a second file for a version that another line of the file uploads already, unless it is the same in all.
func (v *plannedVersion) mustAgree(w *wishedPackage, sum string) error {
	switch {
	case sum != v.sum:
		return w.at.refuse("%s is version %s of %s, as the file at %s is, with other content. Give one of them the next version", filepath.Base(w.file), v.label, v.pkg.display, v.wish.at)
	case w.notes != v.wish.notes || w.reason != v.wish.reason || w.shares() != v.wish.shares():
		return w.at.refuse("the same file stands at %s with another shareable, notes or override_reason. It is uploaded once: say the same in both", v.wish.at)
	}
	return nil
}

func (w *wishedPackage) shares() string {
	if w.shareable == nil {
		return ""
	}
	return fmt.Sprint(*w.shareable)
}

// upload sends the file, unless somebody was faster with the very same. A file that changed since the plan was shown is refused.
func (p *planner) upload(ctx context.Context, v *plannedVersion) error {
	w := v.wish
	sum, err := fileSum(w.file)
	if err != nil {
		return err
	}
	if sum != v.sum {
		return failure{fmt.Errorf("%s has changed since the plan was made. Run it again", w.file), exitConflict}
	}
	made, err := p.uploadFile(ctx, w.file, client.Upload{Version: w.version, Notes: w.notes, OverrideReason: w.reason, Shareable: new(true)}) // as planned, whatever the setting says by now
	if client.Status(err) == 409 {
		there, found, lookErr := p.sameVersion(ctx, w.file, w.version)
		if lookErr == nil && found {
			made, err = there, nil
		}
	}
	if err != nil {
		return err
	}
	if made.SHA256 != v.sum || made.Version != v.label {
		return failure{fmt.Errorf("%s has changed while it was sent: version %s is there now with content that the plan did not show. Look at it with packtide packages show %q", w.file, made.Version, v.pkg.display), exitConflict}
	}
	if !made.Shareable {
		return failure{fmt.Errorf("version %s of %s is there now, but not shareable, so it can't enter a pack. Give the file the next version, and shareable: true beside it", v.label, v.pkg.display), exitRefused} // R2
	}
	if v.pkg.id == "" {
		found, err := p.Version(ctx, made.ID) // a list does not tell the package
		if err != nil {
			return err
		}
		v.pkg.id = found.Package.ID
	}
	return nil
}
