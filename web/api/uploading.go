package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"packtide/packfile"
	"packtide/release"
	"packtide/web"
)

// uploadFields are the texts of an upload's form. There is one scope: its field is for clients that send it anyway.
var uploadFields = []string{"name", "platform", "version", "counted", "shareable", "notes", "override_reason", "scope"}

// uploadVersion takes a package file. A version that is refused for its findings tells them.
func (s *Server) uploadVersion(c *call) error {
	u, err := c.upload()
	if err != nil {
		return err
	}
	opts, err := s.checkOptions(c, c.actor.Account)
	if err != nil {
		return err
	}
	kept, err := web.KeepUpload(c.ctx(), s.service, c.actor, c.form, &u, opts)
	if found, ok := errors.AsType[*release.FindingsError](err); ok {
		return telling{err, map[string]any{"findings": findingsOf(found.Findings)}}
	}
	if errors.Is(err, release.ErrFileTooLarge) {
		return said{http.StatusRequestEntityTooLarge, release.ErrFileTooLarge.Message}
	}
	if err != nil {
		return err
	}
	v, err := s.reader.Version(c.ctx(), c.actor, kept.ID)
	if err != nil {
		return err
	}
	return c.created("/package-versions/"+kept.ID.String(), versionOf(v))
}

// upload reads the form's fields. A field that is not known would be a choice that was not taken.
func (c *call) upload() (release.Upload, error) {
	texts := c.form.Texts()
	var refusals release.Errors
	for name := range texts {
		if !slices.Contains(uploadFields, name) {
			refusals = append(refusals, onField(name, "There is no field %q here.%s", name, instead(append([]string{"file"}, uploadFields...))))
		}
	}
	slices.SortFunc(refusals, func(a, b *release.Error) int { return strings.Compare(a.Field, b.Field) })
	u := c.form.Upload()
	shareable, refusal := yesOrNo(texts, "shareable")
	if u.Shareable = shareable; refusal != nil {
		refusals = append(refusals, refusal)
	}
	counted, refusal := yesOrNo(texts, "counted")
	if u.Counted = counted != nil && *counted; refusal != nil {
		refusals = append(refusals, refusal)
	}
	u.Platform = texts["platform"]
	return u, several(refusals)
}

// yesOrNo is nil where the form does not say.
func yesOrNo(texts map[string]string, field string) (*bool, *release.Error) {
	switch texts[field] {
	case "":
		return nil, nil
	case "true", "false":
		return new(texts[field] == "true"), nil
	default:
		return nil, onField(field, "Give true or false.")
	}
}

// checkOptions are how the publisher's packages are checked today.
func (s *Server) checkOptions(c *call, publisher release.ID) (packfile.Options, error) {
	account, err := s.reader.Account(c.ctx(), c.actor, publisher)
	if err != nil {
		return packfile.Options{}, err
	}
	zone, err := release.LoadZone(account.Zone)
	if err != nil {
		return packfile.Options{}, err
	}
	opts := account.CheckOptions()
	opts.Today = c.now.In(zone).Format(time.DateOnly)
	return opts, nil
}
