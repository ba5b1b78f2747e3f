package release

import (
	"strings"
	"time"
)

// Pack is a named bundle of packages, maintained as one single instance for its whole install base.
type Pack struct {
	ID        ID
	Publisher ID
	Multiple  bool // R6: several attachments per account, each with its name; final
	PackTexts
	CreatedAt time.Time
	DeletedAt *time.Time
}

// PackTexts is what a publisher may edit of a pack at any time (R7).
type PackTexts struct {
	Name              string
	Description       string
	InstallationGuide string
	UserGuide         string
	SupportContact    string
}

// PackTextsEdit is what is to be changed of a pack's texts; what is nil stays as it is.
type PackTextsEdit struct {
	Name              *string
	Description       *string
	InstallationGuide *string
	UserGuide         *string
	SupportContact    *string
}

// over is the old texts with those of the edit in their places.
func (e PackTextsEdit) over(old PackTexts) PackTexts {
	for _, f := range []struct{ from, into *string }{
		{e.Name, &old.Name},
		{e.Description, &old.Description},
		{e.InstallationGuide, &old.InstallationGuide},
		{e.UserGuide, &old.UserGuide},
		{e.SupportContact, &old.SupportContact},
	} {
		if f.from != nil {
			*f.into = *f.from
		}
	}
	return old
}

// admits refuses a package that an account can have only once in a pack that it may install several times.
func (p Pack) admits(v PackageVersion) error {
	if !p.Multiple || v.Manifest.OneOnly == "" {
		return nil
	}
	return ErrOneOnly.With("%s %s can't be in this pack, which an account may install several times. %s", v.DisplayName, v.Version, v.Manifest.OneOnly) // R6
}

// check refuses texts that R7 does not allow, all at once.
func (t PackTexts) check() error {
	var name, description *Error
	if !fitsLine(t.Name, 1, maxName) {
		name = unfit(ErrPackNameMissing, t.Name, maxName)
	}
	if !fits(t.Description, 0, maxDescription) {
		description = unfit(ErrDescriptionLong, t.Description, maxDescription)
	}
	refusals := []*Error{name, description}
	for field, text := range map[string]string{"installation_guide": t.InstallationGuide, "user_guide": t.UserGuide, "support_contact": t.SupportContact} {
		if !fits(text, 0, maxText) {
			refusals = append(refusals, unfit(ErrTextLong.On(field), text, maxText))
		}
	}
	return join(refusals...)
}

func (t PackTexts) trimmed() PackTexts {
	return PackTexts{
		Name:              strings.TrimSpace(t.Name),
		Description:       strings.TrimSpace(t.Description),
		InstallationGuide: strings.TrimSpace(t.InstallationGuide),
		UserGuide:         strings.TrimSpace(t.UserGuide),
		SupportContact:    strings.TrimSpace(t.SupportContact),
	}
}

// PackState is a pack with its undecided and its current release, read under the pack's lock: what every rule about
// releases decides on.
type PackState struct {
	Pack    Pack
	Draft   *Release // nil: none
	Pending *Release // nil: none
	Current *Release // nil: never released
}
