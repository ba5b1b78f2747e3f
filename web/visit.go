package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v5"

	"packtide/release"
	"packtide/web/view"
)

// visit is one request of one person: who, in which account, when, and by which clock they read.
type visit struct {
	*echo.Context
	server      *Server
	actor       release.Actor
	person      release.Person
	memberships []release.MembershipRow
	viewing     *release.Viewing // R34: support that looks as an account's people; actor and memberships are theirs then
	now         time.Time
	zone        *time.Location
	done        bool // admit has answered already
}

func (v *visit) ctx() context.Context { return v.Request().Context() }

// newVisit reads who is there from the session or the token; nobody is fine too.
func (s *Server) newVisit(c *echo.Context) (*visit, error) {
	v := &visit{Context: c, server: s, now: s.clock(), zone: time.UTC}
	v.actor.Source, v.actor.RequestID = release.FromUI, requestID(c)
	if err := s.recognise(v); err != nil {
		return nil, err
	}
	v.zone = v.viewerZone()
	c.Set(visitKey, v)
	return v, nil
}

// viewerZone is what the browser has told (app.js keeps it in a cookie), else the zone of the acting account.
func (v *visit) viewerZone() *time.Location {
	names := []string{}
	if cookie, err := v.Cookie("tz"); err == nil {
		if name, err := url.QueryUnescape(cookie.Value); err == nil {
			names = append(names, name)
		}
	}
	for _, m := range v.memberships {
		if m.Account == v.actor.Account {
			names = append(names, m.AccountZone)
		}
	}
	for _, name := range names {
		if zone, err := release.LoadZone(name); err == nil {
			return zone
		}
	}
	return time.UTC
}

// clock is the reader's clock, as the kit takes it.
func (v *visit) clock() view.Clock { return view.Clock{Now: v.now, Zone: v.zone} }

// acting names the account that the person acts for, as the account menu does; empty for nobody.
func (v *visit) acting() string {
	switch {
	case v.actor.Site != "":
		return siteAccount
	case v.actor.Account.IsZero():
		return ""
	default:
		return v.actor.Account.String()
	}
}

// id reads a path parameter; whatever is no id is not found.
func (v *visit) id(name string) (release.ID, error) { return release.ParseID(v.Param(name)) }

// render draws the whole page before it sends the status, so that a fault on the way is still an error page.
func (v *visit) render(status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(view.WithActing(v.ctx(), v.acting()), &b); err != nil {
		return fmt.Errorf("render %s: %w", v.Path(), err)
	}
	h := v.Response().Header()
	h.Set("Cache-Control", "no-store")
	switch status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "5")
	case http.StatusTooManyRequests:
		if h.Get("Retry-After") == "" {
			h.Set("Retry-After", strconv.Itoa(int(release.ThrottleWindow.Seconds())))
		}
	}
	return v.sendPage(status, b.Bytes())
}

// page draws content in the frame of the product; head needs Title and what else the page has, the frame's own parts are
// filled in here.
func (v *visit) page(status int, head view.Page, content templ.Component) error {
	v.frame(&head)
	return v.render(status, framed(view.Layout(head), content))
}

// signedOutPage draws content in the frame for people who are not signed in.
func (v *visit) signedOutPage(status int, head view.Page, content templ.Component) error {
	head.Clock, head.Flash, head.Path = v.clock(), append(head.Flash, v.takeFlash()...), v.Request().URL.RequestURI()
	head.Demo = v.demoBar()
	return v.render(status, framed(view.SignedOut(head), content))
}

func framed(layout, content templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return layout.Render(templ.WithChildren(ctx, content), w)
	})
}

// frame fills in what every page of a signed-in person has.
func (v *visit) frame(head *view.Page) {
	head.Path = v.Request().URL.RequestURI()
	head.Clock, head.Demo, head.Viewing = v.clock(), v.demoBar(), v.viewingBand()
	head.Person = view.Person{Name: v.person.Name, Email: v.person.Email}
	head.Accounts = v.accountItems()
	head.Nav = v.nav()
	head.Flash = append(head.Flash, v.takeFlash()...)
	if head.Search == nil {
		head.Search = v.search()
	}
}

func (v *visit) demoBar() *view.DemoClock {
	if v.server.demo == nil {
		return nil
	}
	return &view.DemoClock{Now: v.server.demo.Now(), Zone: v.zone}
}

// redirect answers a change: the browser gets the page there, and a reload changes nothing again.
func (v *visit) redirect(path string) error { return v.Redirect(http.StatusSeeOther, path) }

const flashKey = "flash"

// flash keeps a message for the next page that is drawn.
func (v *visit) flash(tone view.Tone, format string, args ...any) {
	v.flashLink(view.Flash{Tone: tone, Text: fmt.Sprintf(format, args...)})
}

// flashLink is flash for a message with a link.
func (v *visit) flashLink(f view.Flash) {
	list := append(v.peekFlash(), f)
	if b, err := json.Marshal(list); err == nil {
		v.server.sessions.Put(v.ctx(), flashKey, string(b))
	}
}

func (v *visit) peekFlash() []view.Flash {
	var list []view.Flash
	if text := v.server.sessions.GetString(v.ctx(), flashKey); text != "" {
		_ = json.Unmarshal([]byte(text), &list) // our own text; an old shape shows nothing
	}
	return list
}

func (v *visit) takeFlash() []view.Flash {
	list := v.peekFlash()
	if list != nil {
		v.server.sessions.Remove(v.ctx(), flashKey)
	}
	return list
}

// localPath keeps only addresses of ours, so that a link can't send a person elsewhere after signing in.
func localPath(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(u.Path, "\\\r\n\t") {
		return "/"
	}
	return u.RequestURI()
}
