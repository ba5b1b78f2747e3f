package web

import (
	"net/http"

	"packtide/release"
	"packtide/web/view"
)

// access is the set of roles that may use a route.
type access uint8

// The roles as bits. anyone needs no sign-in; signedIn is every person, whatever their role.
const (
	asPublisher access = 1 << iota
	asPublisherViewer
	asAdmin
	asManagedViewer
	asSupport
	asOperator
	anyone
	asAgent // the program beside an account's platform: no page is for it

	publishers     = asPublisher | asPublisherViewer
	managed        = asAdmin | asManagedViewer
	site           = asSupport | asOperator
	signedIn       = publishers | managed | site
	publisherSide  = publishers | site // what a publisher sees of its own, and staff of all
	managedOrStaff = managed | site
)

// route is one address with the roles that may use it. Which rows they see there is the reader's business.
type route struct {
	method string
	path   string
	roles  access
	handle func(*Server, *visit) error
}

// routes is every page and action of the product; a test walks it by role.
var routes = []route{
	{http.MethodGet, "/", anyone, (*Server).start},

	// signing in: signin.go
	{http.MethodGet, "/sign-in", anyone, (*Server).signInForm},
	{http.MethodPost, "/sign-in", anyone, (*Server).signIn},
	{http.MethodPost, "/sign-out", anyone, (*Server).signOut},
	{http.MethodGet, "/welcome/:secret", anyone, (*Server).welcomeForm},
	{http.MethodPost, "/welcome/:secret", anyone, (*Server).welcome},
	{http.MethodPost, "/switch-account", signedIn, (*Server).switchAccount},

	// packages: packages.go, upload.go, comparing.go
	{http.MethodGet, "/packages", publisherSide, (*Server).packages},
	{http.MethodGet, "/packages/upload", asPublisher, (*Server).uploadForm},
	{http.MethodPost, "/packages/upload", asPublisher, (*Server).upload},
	{http.MethodGet, "/packages/:package", publisherSide, (*Server).packageOne},
	{http.MethodGet, "/versions/:version", publisherSide, (*Server).versionOne},
	{http.MethodGet, "/versions/:version/compare", publisherSide, (*Server).compare},
	{http.MethodGet, "/versions/:version/compare/file", publisherSide, (*Server).compareFile},
	{http.MethodGet, "/versions/:version/artifact", signedIn, (*Server).artifact},
	{http.MethodGet, "/versions/:version/delete", asPublisher, (*Server).versionDeleteForm},
	{http.MethodPost, "/versions/:version/delete", asPublisher, (*Server).versionDelete},

	// packs: packs.go, pack.go, packpage.go
	{http.MethodGet, "/packs", publisherSide, (*Server).packs},
	{http.MethodGet, "/packs/new", asPublisher, (*Server).newPackForm},
	{http.MethodPost, "/packs/new", asPublisher, (*Server).createPack},
	{http.MethodGet, "/packs/:pack", publisherSide, (*Server).pack},
	{http.MethodGet, "/packs/:pack/edit", asPublisher, (*Server).editPackForm},
	{http.MethodPost, "/packs/:pack/edit", asPublisher, (*Server).editPack},
	{http.MethodGet, "/packs/:pack/delete", asPublisher, (*Server).deletePackForm},
	{http.MethodPost, "/packs/:pack/delete", asPublisher, (*Server).deletePack},
	{http.MethodPost, "/packs/:pack/packages", asPublisher, (*Server).addPackage},
	{http.MethodPost, "/packs/:pack/packages/:package/remove", asPublisher, (*Server).removePackage},
	{http.MethodPost, "/packs/:pack/packages/:package/undo", asPublisher, (*Server).undoRemoval},
	{http.MethodPost, "/packs/:pack/updates", asPublisher, (*Server).takeUpdates},
	{http.MethodGet, "/packs/:pack/releases", publisherSide, (*Server).packReleases},
	{http.MethodGet, "/packs/:pack/compare", publisherSide, (*Server).comparePack},
	{http.MethodGet, "/packs/:pack/prepare", asPublisher, (*Server).prepareForm},
	{http.MethodPost, "/packs/:pack/prepare", asPublisher, (*Server).prepareFrom},

	// the release wizard: wizard.go, wizard_when.go, wizard_review.go
	{http.MethodPost, "/packs/:pack/release", asPublisher, (*Server).beginRelease},
	{http.MethodGet, "/packs/:pack/release/versions", asPublisher, (*Server).versionsStep},
	{http.MethodPost, "/packs/:pack/release/versions", asPublisher, (*Server).chooseVersions},
	{http.MethodGet, "/packs/:pack/release/impact", asPublisher, (*Server).impactStep},
	{http.MethodGet, "/packs/:pack/release/when", asPublisher, (*Server).whenStep},
	{http.MethodPost, "/packs/:pack/release/when", asPublisher, (*Server).planRelease},
	{http.MethodGet, "/packs/:pack/release/review", asPublisher, (*Server).reviewStep},
	{http.MethodPost, "/packs/:pack/release/review", asPublisher, (*Server).confirmRelease},
	{http.MethodGet, "/packs/:pack/release/discard", asPublisher, (*Server).discardForm},
	{http.MethodPost, "/packs/:pack/release/discard", asPublisher, (*Server).discardDraft},

	// evidence of releases: evidence.go
	{http.MethodGet, "/packs/:pack/release/evidence", publisherSide, (*Server).evidence},
	{http.MethodGet, "/packs/:pack/release/evidence/:item", asPublisher, (*Server).evidenceForm},
	{http.MethodPost, "/packs/:pack/release/evidence/:item", asPublisher, (*Server).giveEvidence},
	{http.MethodPost, "/packs/:pack/release/evidence/:item/take-back", asPublisher, (*Server).takeEvidenceBack},
	{http.MethodGet, "/evidence/:evidence/file", publisherSide, (*Server).evidenceFile},
	{http.MethodPost, "/settings/evidence", asPublisher, (*Server).saveEvidenceSettings},

	// what a release would do: rehearsal.go
	{http.MethodGet, "/packs/:pack/release/rehearsal", publisherSide, (*Server).draftRehearsal},
	{http.MethodGet, "/packs/:pack/release/rehearsal.csv", publisherSide, (*Server).draftRehearsalCSV},
	{http.MethodGet, "/releases/:release/rehearsal", publisherSide, (*Server).releaseRehearsal},
	{http.MethodGet, "/releases/:release/rehearsal.csv", publisherSide, (*Server).releaseRehearsalCSV},
	// the release calendar and its feeds: calendar.go, calendar_feed.go
	{http.MethodGet, "/calendar", signedIn, (*Server).calendar},
	{http.MethodGet, "/calendar/feed/:secret", anyone, (*Server).calendarFeed},
	{http.MethodPost, "/settings/calendar", asPublisher | asAdmin, (*Server).makeCalendarFeed},
	{http.MethodGet, "/settings/calendar/revoke", asPublisher | asAdmin, (*Server).revokeCalendarFeedForm},
	{http.MethodPost, "/settings/calendar/revoke", asPublisher | asAdmin, (*Server).revokeCalendarFeed},

	// webhooks and what was sent to them: webhooks.go
	{http.MethodGet, "/settings/webhooks", publishers | managed, (*Server).webhooks},
	{http.MethodPost, "/settings/webhooks", asPublisher | asAdmin, (*Server).addWebhook},
	{http.MethodGet, "/settings/webhooks/:webhook", publishers | managed, (*Server).webhook},
	{http.MethodPost, "/settings/webhooks/:webhook", asPublisher | asAdmin, (*Server).setWebhook},
	{http.MethodPost, "/settings/webhooks/:webhook/test", asPublisher | asAdmin, (*Server).testWebhook},
	{http.MethodPost, "/settings/webhooks/:webhook/rotate", asPublisher | asAdmin, (*Server).rotateWebhook},
	{http.MethodGet, "/settings/webhooks/:webhook/delete", asPublisher | asAdmin, (*Server).deleteWebhookForm},
	{http.MethodPost, "/settings/webhooks/:webhook/delete", asPublisher | asAdmin, (*Server).deleteWebhook},
	{http.MethodPost, "/settings/webhooks/:webhook/resend", asPublisher | asAdmin, (*Server).resendAll},
	{http.MethodGet, "/settings/webhooks/:webhook/deliveries/:delivery", publishers | managed, (*Server).delivery},
	{http.MethodPost, "/settings/webhooks/:webhook/deliveries/:delivery/resend", asPublisher | asAdmin, (*Server).resendDelivery},

	// the decisions on releases: releases.go
	{http.MethodGet, "/releases/:release", publisherSide, (*Server).releaseDetail},
	{http.MethodGet, "/releases/:release/reschedule", asPublisher, (*Server).rescheduleForm},
	{http.MethodPost, "/releases/:release/reschedule", asPublisher, (*Server).reschedule},
	{http.MethodGet, "/releases/:release/withdraw", asPublisher, (*Server).withdrawForm},
	{http.MethodPost, "/releases/:release/withdraw", asPublisher, (*Server).withdraw},

	// the testing period and what accounts say in it: testing.go, feedback.go
	{http.MethodGet, "/releases/:release/testing", publisherSide, (*Server).testingBoard},
	{http.MethodGet, "/releases/:release/testing/feedback", publisherSide, (*Server).testingFeedback},
	{http.MethodGet, "/releases/:release/testing/not-looked", publisherSide, (*Server).testingNotLooked},
	{http.MethodPost, "/feedback/:feedback/answer", asPublisher, (*Server).answerFeedback},
	{http.MethodGet, "/feedback/:feedback/file", signedIn, (*Server).feedbackFile},

	// everything by name: search.go
	{http.MethodGet, "/search", signedIn, (*Server).searchPage},

	// what happened in one's own account: activity.go
	{http.MethodGet, "/activity", publishers | managed, (*Server).activity},

	// account groups: groups.go
	{http.MethodGet, "/groups", publishers, (*Server).groups},
	{http.MethodPost, "/groups", asPublisher, (*Server).groupCreate},
	{http.MethodGet, "/groups/:group", publisherSide, (*Server).groupOne},
	{http.MethodPost, "/groups/:group/rename", asPublisher, (*Server).groupRename},
	{http.MethodGet, "/groups/:group/delete", asPublisher, (*Server).groupDeleteForm},
	{http.MethodPost, "/groups/:group/delete", asPublisher, (*Server).groupDelete},
	{http.MethodPost, "/groups/:group/accounts/:account", asPublisher, (*Server).groupAddAccount},
	{http.MethodPost, "/groups/:group/accounts/:account/remove", asPublisher, (*Server).groupRemoveAccount},
	{http.MethodPost, "/groups/:group/packs", asPublisher, (*Server).groupChoosePack},
	{http.MethodPost, "/groups/:group/packs/:pack", asPublisher, (*Server).groupAddPack},
	{http.MethodPost, "/groups/:group/packs/:pack/remove", asPublisher, (*Server).groupRemovePack},

	// managed accounts: home.go, catalogue.go, installing.go, installed.go
	{http.MethodGet, "/home", managed, (*Server).home},
	{http.MethodGet, "/catalogue", managed, (*Server).catalogue},
	{http.MethodGet, "/catalogue/:pack", managed, (*Server).cataloguePack},
	{http.MethodGet, "/catalogue/:pack/releases/:release", managed, (*Server).catalogueRelease},
	{http.MethodGet, "/catalogue/:pack/install", asAdmin, (*Server).installForm},
	{http.MethodPost, "/catalogue/:pack/install", asAdmin, (*Server).installPack},
	{http.MethodGet, "/catalogue/:pack/try-all", asAdmin, (*Server).tryAllForm},
	{http.MethodGet, "/installed", managed, (*Server).installed},

	// a release in testing, as an account sees it: pending.go, pending_act.go
	{http.MethodGet, "/pending/:release", managed, (*Server).pending},
	{http.MethodPost, "/pending/:release/try", asAdmin, (*Server).tryPending},
	{http.MethodPost, "/pending/:release/go-back", asAdmin, (*Server).goBackPending},

	// one attachment: attachments.go, trying.go, feedback.go, installing.go
	{http.MethodGet, "/attachments/:attachment", managed | publisherSide, (*Server).attachment},
	{http.MethodGet, "/attachments/:attachment/why", managed | publisherSide, (*Server).attachmentWhy},
	{http.MethodGet, "/why", publisherSide, (*Server).whyNot},
	{http.MethodGet, "/attachments/:attachment/history.csv", managed | publisherSide, (*Server).attachmentHistoryCSV},
	{http.MethodGet, "/attachments/:attachment/try", asAdmin | site, (*Server).tryForm},
	{http.MethodPost, "/attachments/:attachment/try", asAdmin | site, (*Server).tryRelease},
	{http.MethodGet, "/attachments/:attachment/go-back", asAdmin | site, (*Server).goBackForm},
	{http.MethodPost, "/attachments/:attachment/go-back", asAdmin | site, (*Server).goBack},
	{http.MethodGet, "/attachments/:attachment/feedback", asAdmin, (*Server).feedbackForm},
	{http.MethodPost, "/attachments/:attachment/feedback", asAdmin, (*Server).giveFeedback},
	{http.MethodGet, "/attachments/:attachment/uninstall", asAdmin, (*Server).uninstallForm},
	{http.MethodPost, "/attachments/:attachment/uninstall", asAdmin, (*Server).uninstall},

	// the install base: installbase.go
	{http.MethodGet, "/install-base", publisherSide, (*Server).installBase},
	{http.MethodGet, "/install-base.csv", publisherSide, (*Server).installBaseCSV},
	{http.MethodGet, "/install-base/compare", publisherSide, (*Server).compareInstallBase}, // past_compare.go
	{http.MethodGet, "/install-base/compare.csv", publisherSide, (*Server).compareInstallBaseCSV},
	{http.MethodGet, "/install-base.xlsx", publisherSide, (*Server).installBaseXLSX},
	{http.MethodGet, "/install-base/export", publisherSide, (*Server).exportPage},
	{http.MethodGet, "/install-base/export/progress", publisherSide, (*Server).exportProgress},
	{http.MethodPost, "/install-base/export/cancel", publisherSide, (*Server).cancelExport},
	{http.MethodGet, "/install-base/views", publisherSide, (*Server).savedViews},
	{http.MethodGet, "/install-base/views/new", publisherSide, (*Server).saveViewForm},
	{http.MethodPost, "/install-base/views/new", publisherSide, (*Server).saveView},
	{http.MethodGet, "/install-base/views/:view", publisherSide, (*Server).renameViewForm},
	{http.MethodPost, "/install-base/views/:view", publisherSide, (*Server).renameView},
	{http.MethodGet, "/install-base/views/:view/delete", publisherSide, (*Server).deleteViewForm},
	{http.MethodPost, "/install-base/views/:view/delete", publisherSide, (*Server).deleteView},

	// the JSON API, for people: reference.go
	{http.MethodGet, view.APIRoot, signedIn, (*Server).apiReference},
	{http.MethodGet, view.APIThings, signedIn, (*Server).apiThings},
	{http.MethodGet, view.APIThings + "/:thing", signedIn, (*Server).apiThing},
	{http.MethodGet, "/api/:noun", signedIn, (*Server).apiNoun},

	// audit: audit.go
	{http.MethodGet, "/audit", site, (*Server).audit},
	{http.MethodGet, "/audit.csv", site, (*Server).auditCSV},

	// settings: settings.go
	{http.MethodGet, "/settings", signedIn, (*Server).settings},
	{http.MethodPost, "/settings", asPublisher, (*Server).saveSettings},
	{http.MethodPost, "/settings/checks", asPublisher, (*Server).saveCheckSettings},
	{http.MethodPost, "/settings/tokens", signedIn, (*Server).createToken},
	{http.MethodGet, "/settings/tokens/:token/revoke", signedIn, (*Server).revokeTokenForm},
	{http.MethodPost, "/settings/tokens/:token/revoke", signedIn, (*Server).revokeToken},

	// what people hear of by e-mail: mail.go
	{http.MethodGet, "/settings/notifications", publishers | managed, (*Server).mailSettings},
	{http.MethodPost, "/settings/notifications", publishers | managed, (*Server).saveMailSettings},
	{http.MethodGet, "/unsubscribe/:secret", anyone, (*Server).unsubscribeForm},
	{http.MethodPost, "/unsubscribe/:secret", anyone, (*Server).unsubscribe},
	{http.MethodGet, "/undelivered", asOperator, (*Server).deadMails},

	// accounts and people: accounts.go, people.go, viewing.go
	{http.MethodGet, "/accounts", site, (*Server).accounts},
	{http.MethodGet, "/accounts/new", asOperator, (*Server).newAccountForm},
	{http.MethodPost, "/accounts/new", asOperator, (*Server).newAccount},
	{http.MethodGet, "/accounts/:account", site, (*Server).account},
	{http.MethodGet, "/accounts/:account/edit", asOperator, (*Server).editAccountForm},
	{http.MethodPost, "/accounts/:account/edit", asOperator, (*Server).editAccount},
	{http.MethodGet, "/accounts/:account/view-as", site, (*Server).viewAsForm},
	{http.MethodPost, "/accounts/:account/view-as", site, (*Server).viewAs},
	{http.MethodPost, view.PathStopViewing, signedIn, (*Server).stopViewing},
	{http.MethodPost, "/accounts/:account/invite", asOperator, (*Server).inviteToAccount},
	{http.MethodGet, "/people", asOperator, (*Server).people},
	{http.MethodPost, "/people", asOperator, (*Server).inviteStaff},
	{http.MethodGet, "/people/:person", asOperator, (*Server).onePerson},
	{http.MethodPost, "/people/:person/roles", asOperator, (*Server).setRoles},
	{http.MethodPost, "/people/:person/link", asOperator, (*Server).newPasswordLink},
	{http.MethodPost, "/people/:person/disable", asOperator, (*Server).disablePerson},
	{http.MethodPost, "/people/:person/enable", asOperator, (*Server).enablePerson},
}

// demoRoutes are served in the demo alone.
var demoRoutes = []route{
	{http.MethodGet, "/demo/sign-in/:secret", anyone, (*Server).demoSignIn},
	{http.MethodPost, "/demo/clock", anyone, (*Server).moveDemoClock},
	{http.MethodGet, "/dev/gallery", anyone, (*Server).gallery},
}

// roleOf is the set of roles that the actor holds where it acts.
func roleOf(a release.Actor) access {
	var has access
	if a.IsAgent() {
		return asAgent
	}
	switch a.Publisher {
	case release.RolePublisher:
		has |= asPublisher
	case release.RolePublisherViewer:
		has |= asPublisherViewer
	}
	switch a.Managed {
	case release.RoleAdmin:
		has |= asAdmin
	case release.RoleManagedViewer:
		has |= asManagedViewer
	}
	switch a.Site {
	case release.RoleSupport:
		has |= asSupport
	case release.RoleOperator:
		has |= asOperator
	}
	return has
}
