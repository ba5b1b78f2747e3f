package api

import (
	"context"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v5"

	"packtide/release"
	"packtide/web"
)

const callKey = "call"

// call is one request of a program: who, in which account, when, and what it brought.
type call struct {
	*echo.Context
	server *Server
	actor  release.Actor
	token  release.TokenUse
	secret string // the bearer token itself
	now    time.Time
	key    string        // Idempotency-Key; empty: none
	body   []byte        // JSON; empty: none was sent
	form   *web.FileForm // nil: no form was sent
}

func callOf(c *echo.Context) *call {
	call, _ := c.Get(callKey).(*call)
	return call
}

func (c *call) ctx() context.Context { return c.Request().Context() }

// id reads a parameter of the path; whatever is no id is not found.
func (c *call) id(name string) (release.ID, error) { return release.ParseID(c.Param(name)) }

// end gives back what the request held.
func (c *call) end() {
	if c.form != nil {
		c.form.Discard()
	}
}

// readQuery refuses parameters that the operation does not know: a misspelt filter would answer everything.
func (c *call) readQuery(known string) error {
	names := strings.Fields(known)
	if known == anyQuery {
		return nil
	}
	var unknown release.Errors
	query, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil { // half of it would be left out without a word
		return onField("", "The part of the address after the question mark can't be read. Write it like ?state=trying&limit=100.")
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		told := shorten(name)
		switch values := query[name]; {
		case len(unknown) == maxRefusals:
			return several(unknown)
		case !slices.Contains(names, name):
			unknown = append(unknown, onField(told, "There is no parameter %q here.%s", told, instead(names)))
		case len(values) > 1:
			unknown = append(unknown, onField(told, "Give %q once.", told))
		case !web.IsText(values[0]):
			unknown = append(unknown, onField(told, "This is no text."))
		}
	}
	return several(unknown)
}

func instead(names []string) string {
	if len(names) == 0 {
		return " This address takes none."
	}
	return " It takes " + strings.Join(names, ", ") + "."
}

func onField(field, format string, args ...any) *release.Error {
	return (&release.Error{Kind: release.Invalid, Field: field}).With(format, args...)
}

// several is nil for no refusals, the refusal itself for one.
func several(all release.Errors) error {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	default:
		return all
	}
}

// maxBody is the most that a body without a file may have.
const maxBody = 1 << 20

// readBody reads what the operation takes, and refuses anything else before it could have an effect.
func (c *call) readBody(takes body) error {
	kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	switch {
	case takes == unread:
		return nil
	case takes == asForm, takes == either && kind == "multipart/form-data":
		return c.readForm(kind)
	default:
		return c.readJSON(takes, kind)
	}
}

func (c *call) readJSON(takes body, kind string) error {
	data, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return echo.ErrStatusRequestEntityTooLarge
	}
	switch {
	case err != nil:
		return echo.ErrBadRequest.Wrap(err)
	case len(data) == 0:
		return nil
	case takes == nothing:
		return errNoBody
	case kind != "application/json" && !strings.HasSuffix(kind, "+json"):
		return echo.ErrUnsupportedMediaType
	case !utf8.Valid(data):
		return malformed("The body is no text in UTF-8.")
	}
	c.body = data
	return nil
}

var errNoBody = &release.Error{Kind: release.Invalid, Message: "This address takes no body. Leave it out."}

// readForm streams the form's file to a temporary place.
func (c *call) readForm(kind string) (err error) {
	if kind != "multipart/form-data" {
		return echo.ErrUnsupportedMediaType
	}
	c.form, err = web.ReceiveForm(c.Response(), c.Request(), release.MaxArtifact)
	return err
}

// field is how the request calls the field of a form that a use case has refused: a JSON pointer in a JSON body.
func (c *call) field(name string) string {
	if name == "" || c == nil || len(c.body) == 0 || strings.HasPrefix(name, "/") {
		return name
	}
	return "/" + name
}
