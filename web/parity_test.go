package web

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// aForm is why most pages that only lead to a change are nothing for programs.
const aForm = "it is a form: a program sends what it asks for"

// notByProgram are the routes that no operation of the JSON API stands for, by the reason why.
var notByProgram = map[string][]string{
	aForm: {
		"GET /packages/upload", "GET /versions/:version/delete", "GET /packs/new", "GET /packs/:pack/edit", "GET /packs/:pack/delete",
		"GET /packs/:pack/release/discard", "GET /packs/:pack/release/evidence/:item", "GET /releases/:release/reschedule",
		"GET /releases/:release/withdraw", "GET /groups/:group/delete", "GET /catalogue/:pack/install", "GET /attachments/:attachment/try",
		"GET /attachments/:attachment/go-back", "GET /attachments/:attachment/feedback", "GET /attachments/:attachment/uninstall",
		"GET /install-base/views/new", "GET /install-base/views/:view/delete", "GET /settings/webhooks/:webhook/delete",
		"GET /settings/calendar/revoke", "GET /settings/tokens/:token/revoke", "GET /accounts/new", "GET /accounts/:account/edit",
		"GET /accounts/:account/view-as",
	},
	"it leads on to another page":                             {"GET /", "GET /catalogue/:pack/try-all"},
	"programs sign in with tokens":                            {"GET /sign-in", "POST /sign-in", "POST /sign-out"},
	"a person chooses their own password":                     {"GET /welcome/:secret", "POST /welcome/:secret"},
	"a token acts in one account, another token in another":   {"POST /switch-account"},
	"a program that looks on has a token of the site's staff": {"POST /accounts/:account/view-as", "POST /view-as/stop"},
	"who has the link of an e-mail needs nothing else":        {"GET /unsubscribe/:secret", "POST /unsubscribe/:secret"},
	"calendar programs read it by its address alone":          {"GET /calendar/feed/:secret"},
	"a program counts what it reads, and hangs up":            {"GET /install-base/export/progress", "POST /install-base/export/cancel"},
}

// byProgram are the operations of the JSON API by which a program does and learns what a person does and learns at the route.
var byProgram = map[string]string{
	"GET /packages":                       "listPackages",
	"POST /packages/upload":               "uploadPackageVersion",
	"GET /packages/:package":              "getPackage listPackageVersions",
	"GET /versions/:version":              "getPackageVersion getFindings",
	"GET /versions/:version/compare":      "comparePackageVersion",
	"GET /versions/:version/compare/file": "comparePackageFile",
	"GET /versions/:version/artifact":     "getArtifact",
	"POST /versions/:version/delete":      "deletePackageVersion",

	"GET /packs":                                 "listPacks",
	"POST /packs/new":                            "createPack",
	"GET /packs/:pack":                           "getPack getLedger getAdoption listPackGroups",
	"POST /packs/:pack/edit":                     "editPack",
	"POST /packs/:pack/delete":                   "deletePack",
	"POST /packs/:pack/packages":                 "addPackage",
	"POST /packs/:pack/packages/:package/remove": "removePackage",
	"POST /packs/:pack/packages/:package/undo":   "addPackage",
	"POST /packs/:pack/updates":                  "takeUpdates",
	"GET /packs/:pack/releases":                  "listReleases",
	"GET /packs/:pack/compare":                   "compareReleases",
	"GET /packs/:pack/prepare":                   "compareReleases",
	"POST /packs/:pack/prepare":                  "beginDraft",

	"POST /packs/:pack/release":                          "beginDraft",
	"GET /packs/:pack/release/versions":                  "getPack getRelease",
	"POST /packs/:pack/release/versions":                 "editDraft",
	"GET /packs/:pack/release/impact":                    "getRehearsal listChanges",
	"GET /packs/:pack/release/when":                      "getRelease",
	"POST /packs/:pack/release/when":                     "editDraft",
	"GET /packs/:pack/release/review":                    "getRelease getRehearsal",
	"POST /packs/:pack/release/review":                   "createRelease",
	"POST /packs/:pack/release/discard":                  "discardDraft",
	"GET /packs/:pack/release/evidence":                  "listEvidence",
	"POST /packs/:pack/release/evidence/:item":           "giveEvidence",
	"POST /packs/:pack/release/evidence/:item/take-back": "takeEvidenceBack",
	"GET /evidence/:evidence/file":                       "getEvidenceFile",
	"GET /packs/:pack/release/rehearsal":                 "getRehearsal listRehearsed",
	"GET /packs/:pack/release/rehearsal.csv":             "listRehearsed",
	"GET /releases/:release/rehearsal":                   "getRehearsal listRehearsed",
	"GET /releases/:release/rehearsal.csv":               "listRehearsed",

	"GET /releases/:release":                    "getRelease getReleaseLedger",
	"POST /releases/:release/reschedule":        "rescheduleRelease",
	"POST /releases/:release/withdraw":          "withdrawRelease",
	"GET /releases/:release/testing":            "getTesting listReleaseFeedback",
	"GET /releases/:release/testing/feedback":   "listReleaseFeedback",
	"GET /releases/:release/testing/not-looked": "listNotLooked",
	"POST /feedback/:feedback/answer":           "answerFeedback",
	"GET /feedback/:feedback/file":              "getFeedbackFile",

	"GET /groups":                                  "listGroups",
	"POST /groups":                                 "createGroup",
	"GET /groups/:group":                           "getGroup listGroupAccounts listGroupPacks",
	"POST /groups/:group/rename":                   "renameGroup",
	"POST /groups/:group/delete":                   "deleteGroup",
	"POST /groups/:group/accounts/:account":        "addGroupAccount",
	"POST /groups/:group/accounts/:account/remove": "removeGroupAccount",
	"POST /groups/:group/packs":                    "addGroupPack",
	"POST /groups/:group/packs/:pack":              "addGroupPack",
	"POST /groups/:group/packs/:pack/remove":       "removeGroupPack",

	"GET /home":                              "listAttachments listCatalogue listAuditEvents",
	"GET /catalogue":                         "listCatalogue",
	"GET /catalogue/:pack":                   "getCataloguePack listReleases",
	"GET /catalogue/:pack/releases/:release": "getRelease",
	"POST /catalogue/:pack/install":          "createAttachment",
	"GET /installed":                         "listAttachments",
	"GET /pending/:release":                  "getRelease listChanges listAttachments",
	"POST /pending/:release/try":             "optIn",
	"POST /pending/:release/go-back":         "goBack",

	"GET /attachments/:attachment":             "getAttachment getHistory listAttachmentFeedback",
	"GET /attachments/:attachment/why":         "getWhy",
	"GET /why":                                 "getWhyNot",
	"GET /attachments/:attachment/history.csv": "getHistory",
	"POST /attachments/:attachment/try":        "optIn",
	"POST /attachments/:attachment/go-back":    "goBack",
	"POST /attachments/:attachment/feedback":   "giveFeedback",
	"POST /attachments/:attachment/uninstall":  "deleteAttachment",

	"GET /install-base":                     "listInstallBase getInstallBaseFacets",
	"GET /install-base.csv":                 "listInstallBase",
	"GET /install-base.xlsx":                "listInstallBase",
	"GET /install-base/export":              "listInstallBase",
	"GET /install-base/compare":             "compareInstallBase",
	"GET /install-base/compare.csv":         "compareInstallBase",
	"GET /install-base/views":               "listSavedViews",
	"POST /install-base/views/new":          "saveView",
	"GET /install-base/views/:view":         "getSavedView",
	"POST /install-base/views/:view":        "renameSavedView",
	"POST /install-base/views/:view/delete": "deleteSavedView",

	"GET /search":    "listPacks listCatalogue listPackages listAccounts listInstallBase listAttachments",
	"GET /activity":  "listAuditEvents",
	"GET /audit":     "listAuditEvents",
	"GET /audit.csv": "listAuditEvents",
	"GET /calendar":  "listCalendar",

	"GET /api":        "getDocument",
	"GET /api/:noun":  "getDocument",
	"GET /api/things": "getDocument", "GET /api/things/:thing": "getDocument",

	"GET /settings":                                                "getMe getSettings listCheckSettings listEvidenceItems listTokens listCalendarFeeds",
	"POST /settings":                                               "editSettings",
	"POST /settings/checks":                                        "setCheckSettings",
	"POST /settings/evidence":                                      "setEvidenceItems",
	"POST /settings/tokens":                                        "createToken",
	"POST /settings/tokens/:token/revoke":                          "revokeToken",
	"POST /settings/calendar":                                      "createCalendarFeed",
	"POST /settings/calendar/revoke":                               "deleteCalendarFeed",
	"GET /settings/notifications":                                  "getNotifications",
	"POST /settings/notifications":                                 "chooseNotifications",
	"GET /settings/webhooks":                                       "listWebhooks",
	"POST /settings/webhooks":                                      "createWebhook",
	"GET /settings/webhooks/:webhook":                              "getWebhook listDeliveries",
	"POST /settings/webhooks/:webhook":                             "editWebhook",
	"POST /settings/webhooks/:webhook/test":                        "testWebhook",
	"POST /settings/webhooks/:webhook/rotate":                      "rotateWebhook",
	"POST /settings/webhooks/:webhook/delete":                      "deleteWebhook",
	"POST /settings/webhooks/:webhook/resend":                      "resendDeadDeliveries",
	"GET /settings/webhooks/:webhook/deliveries/:delivery":         "getDelivery",
	"POST /settings/webhooks/:webhook/deliveries/:delivery/resend": "resendDelivery",

	"GET /accounts":                  "listAccounts",
	"POST /accounts/new":             "createAccount",
	"GET /accounts/:account":         "getAccount listPeople getInstallBaseFacets",
	"POST /accounts/:account/edit":   "editAccount",
	"POST /accounts/:account/invite": "invitePerson",
	"GET /people":                    "listPeople",
	"POST /people":                   "invitePerson",
	"GET /people/:person":            "getPerson",
	"POST /people/:person/roles":     "setRoles endRoles",
	"POST /people/:person/link":      "makePasswordLink",
	"POST /people/:person/disable":   "editPerson",
	"POST /people/:person/enable":    "editPerson",
	"GET /undelivered":               "listUndelivered",
}

// TestProgramsDoAllThatPeopleDo: each page and each button has its operations in the contract of the JSON API, open to everybody
// whom the browser lets there, or a reason why it needs none.
func TestProgramsDoAllThatPeopleDo(t *testing.T) {
	t.Parallel()
	operations := contractRoles(t)
	without := map[string]bool{}
	for _, listed := range notByProgram {
		for _, name := range listed {
			without[name] = true
		}
	}
	left := maps.Clone(byProgram)
	for _, r := range routes {
		name := r.method + " " + r.path
		ids, ok := byProgram[name]
		delete(left, name)
		switch {
		case ok && without[name]:
			t.Errorf("%s stands in both tables", name)
		case !ok && !without[name]:
			t.Errorf("%s is nothing for programs: name its operations of the JSON API, or why there are none", name)
		}
		delete(without, name)
		var may access
		for id := range strings.FieldsSeq(ids) {
			roles, documented := operations[id]
			if !documented {
				t.Errorf("%s is for programs %s, which the contract has not", name, id)
			}
			may |= roles
		}
		if lacking := r.roles &^ may; ok && lacking&signedIn != 0 {
			t.Errorf("%s is open to the roles %b in the browser, and %s leave out %b", name, r.roles, ids, lacking)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("there is no route %s", name)
	}
	for _, name := range slices.Sorted(maps.Keys(without)) {
		t.Errorf("there is no route %s", name)
	}
}

// contractRoles are the operations of the JSON API's document with the roles that may use them. That they are served, to
// these roles and to no others, is proved beside the document.
func contractRoles(t *testing.T) map[string]access {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			ID    string   `yaml:"operationId"`
			Roles []string `yaml:"x-roles"`
		}
	}
	if err := yaml.Unmarshal(must(os.ReadFile("api/openapi.yaml"))(t), &doc); err != nil {
		t.Fatal(err)
	}
	words := map[string]access{
		"publisher": asPublisher, "publisher_viewer": asPublisherViewer, "admin": asAdmin, "account_viewer": asManagedViewer,
		"support": asSupport, "operator": asOperator,
	}
	all := map[string]access{}
	for _, methods := range doc.Paths {
		for _, o := range methods {
			roles := access(0)
			for _, role := range o.Roles {
				roles |= words[role]
			}
			if len(o.Roles) == 0 {
				roles = signedIn // needs no token
			}
			all[o.ID] = roles
		}
	}
	return all
}
