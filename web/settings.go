package web

import (
	"net/http"
	"strconv"
	"time"

	"packtide/packfile"
	"packtide/release"
	"packtide/web/view"
)

// settings is who the person is, what the account's publisher has settled, and the person's tokens.
func (s *Server) settings(v *visit) error {
	return s.showSettings(v, http.StatusOK, view.Settings{})
}

// showSettings draws the page around what a form of it brings: its input when it was refused, or a token just made.
func (s *Server) showSettings(v *visit, status int, page view.Settings) error {
	page.Person, page.Accounts, page.Memberships = v.person, v.accountItems(), v.memberships
	page.MayPublish, page.OfAccount, page.Clock, page.ZoneTold = v.publishes(), !v.actor.Account.IsZero(), v.clock(), v.zoneTold()
	if account := v.actor.Account; !account.IsZero() {
		page.ToolsURL = s.baseURL + "/api/rest/v1/" + account.String()
	}
	var err error
	if page.Tokens, err = s.reader.Tokens(v.ctx(), v.actor, v.person.ID); err != nil {
		return err
	}
	if page.Feeds, err = s.calendarFeeds(v); err != nil {
		return err
	}
	if v.actor.ReadsPublisher() {
		account, err := s.reader.Account(v.ctx(), v.actor, v.actor.Account)
		if err != nil {
			return err
		}
		page.Publisher = &account
		if page.Checks.Values == nil {
			page.Checks.Values = account.CheckSettings
		}
		if page.Evidence.Errors == nil {
			items, err := s.reader.EvidenceItems(v.ctx(), v.actor, v.actor.Account)
			if err != nil {
				return err
			}
			page.Evidence = view.NewEvidenceSettings(items)
		}
	}
	return v.page(status, view.Page{Title: "Settings"}, view.SettingsPage(page))
}

// zoneTold tells whether the browser has told its time zone; else pages use the account's.
func (v *visit) zoneTold() bool {
	cookie, err := v.Cookie("tz")
	return err == nil && cookie.Value != ""
}

// saveSettings keeps the publisher's setting "new versions are shareable by default" (R2).
func (s *Server) saveSettings(v *visit) error {
	shareable := v.FormValue("shareable_by_default") == "true"
	if err := s.service.SetShareableDefault(v.ctx(), v.actor, shareable); err != nil {
		return err
	}
	if shareable {
		v.flash(view.Good, "New versions are shareable from now on, unless the upload says otherwise.")
	} else {
		v.flash(view.Good, "New versions are not shareable from now on, unless the upload says otherwise.")
	}
	return v.redirect("/settings")
}

// saveCheckSettings keeps how the publisher's packages are checked. Which choices there are, each platform says itself.
func (s *Server) saveCheckSettings(v *visit) error {
	chosen := map[string]string{}
	for _, platform := range packfile.Settings() {
		for _, setting := range platform.Settings {
			chosen[setting.Key] = v.FormValue(setting.Key)
		}
	}
	err := s.service.SetCheckSettings(v.ctx(), v.actor, chosen)
	if r, ok := refused(err); ok {
		return s.showSettings(v, r.Status, view.Settings{Checks: view.CheckForm{Values: chosen, Errors: r.Errors}})
	}
	if err != nil {
		return err
	}
	v.flash(view.Good, "Packages are checked like this from now on. What was uploaded before keeps its findings.")
	return v.redirect("/settings#checks")
}

const day = 24 * time.Hour

// createToken makes a token for the person's own programs. The answer is the only page that ever shows its secret.
func (s *Server) createToken(v *visit) error {
	f := view.TokenForm{Name: v.FormValue("name"), Account: v.FormValue("account"), Scope: v.FormValue("scope"), Days: v.FormValue("days")}
	n := release.NewToken{Person: v.person.ID, Name: f.Name, Scope: release.TokenScope(f.Scope)}
	if f.Account != siteAccount {
		var err error
		if n.Account, err = release.ParseID(f.Account); err != nil {
			return err
		}
	}
	days, err := strconv.Atoi(f.Days)
	if err != nil || days < 1 || days > int(release.MaxTokenLife/day) {
		f.Errors = []view.FieldError{{Field: "days", Text: "Choose how long the token lives: at most a year."}}
		return s.showSettings(v, http.StatusUnprocessableEntity, view.Settings{Form: f})
	}
	n.Life = time.Duration(days) * day
	token, secret, err := s.service.CreateToken(v.ctx(), v.actor, n)
	if r, ok := refused(err); ok {
		f.Errors = r.Errors
		return s.showSettings(v, r.Status, view.Settings{Form: f})
	}
	if err != nil {
		return err
	}
	return s.showSettings(v, http.StatusCreated, view.Settings{Made: &view.MadeToken{Token: token, Secret: string(secret)}})
}

// ownToken is the token of the path, one of the person's own.
func (s *Server) ownToken(v *visit) (release.TokenRow, error) {
	id, err := v.id("token")
	if err != nil {
		return release.TokenRow{}, err
	}
	tokens, err := s.reader.Tokens(v.ctx(), v.actor, v.person.ID)
	if err != nil {
		return release.TokenRow{}, err
	}
	for _, t := range tokens {
		if t.ID == id {
			return t, nil
		}
	}
	return release.TokenRow{}, release.ErrNotFound
}

func (s *Server) revokeTokenForm(v *visit) error {
	t, err := s.ownToken(v)
	if err != nil {
		return err
	}
	head := view.Page{
		Title:  "Revoke the token " + t.Name + "?",
		Crumbs: []view.Crumb{{Href: "/settings", Label: "Settings"}, {Label: "Revoke a token"}},
	}
	return v.page(http.StatusOK, head, view.ConfirmPage(view.TokenRevoke(t)))
}

func (s *Server) revokeToken(v *visit) error {
	t, err := s.ownToken(v)
	if err != nil {
		return err
	}
	if err := s.service.RevokeToken(v.ctx(), v.actor, t.ID); err != nil {
		return err
	}
	v.flash(view.Good, "The token %s is revoked. Programs that use it are refused from now on.", t.Name)
	return v.redirect("/settings")
}
