package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

// start sends each person to where their role begins.
func (s *Server) start(v *visit) error {
	if v.person.ID.IsZero() {
		if ok, err := s.reader.HasOperator(v.ctx()); err != nil || !ok {
			if err != nil {
				return err
			}
			return v.signedOutPage(http.StatusOK, view.Page{Title: "Welcome to packtide"}, view.NotSetUp())
		}
		return v.redirect("/sign-in")
	}
	if roleOf(v.actor) == 0 {
		return v.page(http.StatusOK, view.Page{Title: "No account yet"}, view.NoRole())
	}
	return v.redirect(startPath(roleOf(v.actor)))
}

func (s *Server) signInForm(v *visit) error {
	if !v.person.ID.IsZero() && roleOf(v.actor) != 0 {
		return v.redirect(localPath(v.QueryParam("next")))
	}
	return s.showSignIn(v, http.StatusOK, view.SignInForm{Next: v.QueryParam("next")})
}

func (s *Server) showSignIn(v *visit, status int, f view.SignInForm) error {
	return v.signedOutPage(status, view.Page{Title: "Sign in"}, view.SignIn(f))
}

func (s *Server) signIn(v *visit) error {
	email, password, next := v.FormValue("email"), v.FormValue("password"), v.FormValue("next")
	p, err := s.checkPassword(v, email, password)
	if r, ok := refused(err); ok {
		return s.showSignIn(v, r.Status, view.SignInForm{Email: email, Next: next, Unsent: v.unsent(), Errors: r.Errors})
	}
	if err != nil {
		return err
	}
	if err := s.signInAs(v, p); err != nil {
		return err
	}
	if u := v.unsent(); u != nil {
		return s.resume(v, *u, next)
	}
	return v.redirect(localPath(next))
}

// checkPassword waits for its turn first, so that a burst of guesses is counted while it runs.
func (s *Server) checkPassword(v *visit, email, password string) (release.Person, error) {
	select {
	case s.guesses <- struct{}{}:
		defer func() { <-s.guesses }()
	case <-v.ctx().Done():
		return release.Person{}, v.ctx().Err()
	}
	return s.service.SignIn(v.ctx(), release.Attempt{
		Email: email, Address: v.RealIP(),
		Verify: func(hash string) bool { return passwordFits(password, hash) },
	})
}

func (s *Server) signOut(v *visit) error {
	if err := s.endViewing(v, release.ViewSignedOut); err != nil {
		return err
	}
	if err := s.sessions.Destroy(v.ctx()); err != nil {
		return err
	}
	return v.redirect("/sign-in")
}

// switchAccount acts in another account of the person from now on.
func (s *Server) switchAccount(v *visit) error {
	account := v.FormValue("account")
	var id release.ID
	if account != siteAccount {
		var err error
		if id, err = release.ParseID(account); err != nil {
			return err
		}
	}
	if _, err := s.reader.Actor(v.ctx(), v.person.ID, id); err != nil {
		return err
	}
	if err := s.endViewing(v, release.ViewSwitched); err != nil {
		return err
	}
	s.sessions.Put(v.ctx(), accountKey, account)
	return v.redirect("/")
}

// welcomeForm greets whoever comes with a one-time link: the first operator, an invited person, a forgotten password.
func (s *Server) welcomeForm(v *visit) error {
	link, p, err := s.reader.LinkByHash(v.ctx(), release.Secret(v.Param("secret")).Hash(), v.now)
	if err != nil {
		return err
	}
	return s.showWelcome(v, http.StatusOK, view.WelcomeForm{Purpose: link.Purpose, Email: p.Email, Name: p.Name})
}

func (s *Server) showWelcome(v *visit, status int, f view.WelcomeForm) error {
	return v.signedOutPage(status, view.Page{Title: f.Title()}, view.Welcome(f))
}

func (s *Server) welcome(v *visit) error {
	secret := release.Secret(v.Param("secret"))
	link, known, err := s.reader.LinkByHash(v.ctx(), secret.Hash(), v.now)
	if err != nil {
		return err
	}
	f := view.WelcomeForm{Purpose: link.Purpose, Email: known.Email, Name: v.FormValue("name")}
	if link.Purpose == release.LinkSetup {
		f.Email = v.FormValue("email")
	}
	p, err := s.redeem(v, secret, f)
	if r, ok := refused(err); ok {
		f.Errors = r.Errors
		return s.showWelcome(v, r.Status, f)
	}
	if err != nil {
		return err
	}
	if err := s.signInAs(v, p); err != nil {
		return err
	}
	v.flash(view.Good, "Welcome, %s.", p.Name)
	return v.redirect("/")
}

func (s *Server) redeem(v *visit, secret release.Secret, f view.WelcomeForm) (release.Person, error) {
	password := v.FormValue("password")
	if err := release.CheckPassword(password); err != nil {
		return release.Person{}, err
	}
	if password != v.FormValue("password_again") {
		return release.Person{}, errPasswordsDiffer
	}
	n := release.Newcomer{Email: f.Email, Name: f.Name, PasswordHash: HashPassword(password)}
	if f.Purpose == release.LinkSetup {
		return s.service.SetUp(v.ctx(), secret, n)
	}
	return s.service.Redeem(v.ctx(), secret, n)
}

var errPasswordsDiffer = &release.Error{Kind: release.Invalid, Field: "password_again", Message: "The two passwords differ."}

// demoSignIn signs a visitor of the demo in by the link that the demo has printed.
func (s *Server) demoSignIn(v *visit) error {
	p, err := s.service.SignInByLink(v.ctx(), release.Secret(v.Param("secret")))
	if err != nil {
		return err
	}
	if err := s.signInAs(v, p); err != nil {
		return err
	}
	return v.redirect("/")
}

// moveDemoClock moves the demo's clock; what became due is applied before the page is shown again.
func (s *Server) moveDemoClock(v *visit) error {
	if err := s.demo.Move(v.ctx(), v.FormValue("action")); err != nil {
		return err
	}
	return v.redirect(localPath(v.FormValue("back")))
}

func (s *Server) gallery(v *visit) error {
	return v.render(http.StatusOK, framed(view.Layout(view.GalleryPage()), view.Gallery()))
}
