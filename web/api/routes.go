package api

import (
	"net/http"
	"slices"

	"packtide/web"
)

// route is one operation with the roles that may use it. Which things they find there is the reader's business.
type route struct {
	method string
	path   string // below Prefix, in echo's form: /packages/:package_id
	roles  web.Access
	takes  body
	query  string // the names of the query's parameters with spaces between; any other is refused by name
	handle func(*Server, *call) error
}

// body is what an operation takes beside its address.
type body int

const (
	nothing body = iota // a body is refused
	asJSON              // application/json; the handler reads it with decode
	asForm              // multipart/form-data with a file, streamed; in call.form
	either              // JSON, or a form that brings a file besides
	unread              // whatever it is, nobody looks at it
)

// paged are the parameters of every list.
const paged = "limit cursor"

// anyQuery lets every parameter through.
const anyQuery = "*"

// routes is every operation. Each noun's own table stands in the noun's file.
func routes() []route {
	return slices.Concat(
		documentRoutes(),
		meRoutes(),
		agentRoutes(),
		packageRoutes(),
		packRoutes(),
		releaseRoutes(),
		evidenceRoutes(),
		feedbackRoutes(),
		groupRoutes(),
		accountRoutes(),
		peopleRoutes(),
		attachmentRoutes(),
		installBaseRoutes(),
		viewRoutes(),
		settingRoutes(),
		webhookRoutes(),
		differenceRoutes(),
		adoptionRoutes(),
		calendarRoutes(),
		whyRoutes(),
		momentRoutes(),
		notificationRoutes(),
	)
}

func meRoutes() []route {
	return []route{
		{http.MethodGet, "/me", web.SignedIn | web.AsAgent, nothing, "", (*Server).me},
		{http.MethodGet, "/tokens", web.SignedIn, nothing, paged, (*Server).tokens},
		{http.MethodPost, "/tokens", web.SignedIn, asJSON, "", (*Server).createToken},
		{http.MethodDelete, "/tokens/:token_id", web.SignedIn, nothing, "", (*Server).revokeToken},
	}
}
