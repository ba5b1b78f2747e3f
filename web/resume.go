package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"packtide/release"
	"packtide/web/view"
)

// maxUnsent is the most that a form may have to be carried through signing in, in bytes as the browser sent it.
const maxUnsent = 1 << 20

// askWho answers a person who is not signed in, or not any more. The page goes on where they wanted to be; a form that
// they sent is carried along in the sign-in page itself, so that nothing typed is lost and no stranger's input is kept.
func (s *Server) askWho(v *visit) error {
	v.done = true
	if v.Request().Method != http.MethodPost {
		return v.redirect("/sign-in?next=" + url.QueryEscape(v.Request().URL.RequestURI()))
	}
	back := localPath(refererPath(v.Request()))
	if v.Request().Header.Get("X-Upload") != "" { // the script keeps the form, its file included
		return s.showSignIn(v, http.StatusUnauthorized, view.SignInForm{Next: back})
	}
	form := v.Request().PostForm.Encode()
	if form == "" || len(form) > maxUnsent || v.Path() == view.PathSwitchAccount {
		return v.redirect("/sign-in?next=" + url.QueryEscape(back))
	}
	return s.showSignIn(v, http.StatusUnauthorized, view.SignInForm{Next: back, Unsent: &view.Unsent{Path: v.Request().URL.RequestURI(), Form: form}})
}

// unsent is the form that the sign-in page carries; nil for none.
func (v *visit) unsent() *view.Unsent {
	u := view.Unsent{Path: localPath(v.FormValue("unsent_path")), Form: v.FormValue("unsent_form")}
	values, err := url.ParseQuery(u.Form)
	if err != nil || len(values) == 0 || !allText(values) {
		return nil
	}
	return &u
}

// resume shows a person who has just signed in what they had not sent. They act where the form was drawn, if they still may.
func (s *Server) resume(v *visit, u view.Unsent, back string) error {
	values, err := url.ParseQuery(u.Form)
	if err != nil {
		return v.redirect(localPath(back))
	}
	if err := s.actWhere(v, values.Get(view.FieldActing)); err != nil {
		return err
	}
	page := view.Resume{Path: u.Path, Back: localPath(back)}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			page.Fields = append(page.Fields, view.UnsentField{Name: name, Value: value})
		}
	}
	return v.page(http.StatusOK, view.Page{Title: "Go on where you were", Lede: "You had been signed out before your form arrived, so nothing of it was done yet."}, view.ResumePage(page))
}

// actWhere turns a fresh session to the account for which a form was drawn.
func (s *Server) actWhere(v *visit, account string) error {
	if id, err := release.ParseID(account); err == nil {
		s.sessions.Put(v.ctx(), accountKey, id.String()) // where the person may not act, chooseAccount takes another
	}
	return s.recognise(v)
}
