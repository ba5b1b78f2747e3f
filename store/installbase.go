package store

import (
	"fmt"
	"slices"
	"strings"

	"packtide/release"
)

// The install base grows to millions of attachments, so a page first chooses its ids through one index and is decorated
// after. Each source below is one inner SELECT with an index of its own (equality on every leading column, a probe per
// value); its conditions always state the whole filter, so that the source decides on speed alone, never on the answer.

// bound is one reason why an actor sees attachments: they belong to the packs of a publisher, to an account, or both.
// Each part names the argument that holds the id; empty does not bound.
type bound struct{ publisher, account string }

// bounds are the reasons of the actor within the filter; none: nothing is to be seen. An account that publishes and installs
// has two, and sees the union.
func bounds(by release.Actor, f release.InstallBaseFilter) []bound {
	given := func(id release.ID, arg string) string {
		if id.IsZero() {
			return ""
		}
		return arg
	}
	publisher, account := given(f.Publisher, "@of_publisher"), given(f.Account, "@of_account")
	if by.ReadsSite() {
		return []bound{{publisher, account}}
	}
	var all []bound
	if s := scopeOf(by); s.publisher != nil && (publisher == "" || f.Publisher == by.Account) {
		all = append(all, bound{"@publisher", account})
	}
	if s := scopeOf(by); s.account != nil && (account == "" || f.Account == by.Account) {
		all = append(all, bound{publisher, "@account"})
	}
	return all
}

// Conditions on the attachment x.
const (
	triesPending = `EXISTS (
    SELECT FROM release n JOIN opt_in i ON i.release_id = n.id AND i.attachment_id = x.id AND i.ended IS NULL
    WHERE n.pack_id = x.pack_id AND n.state = 'pending')`
	hasPending  = `EXISTS (SELECT FROM release n WHERE n.pack_id = x.pack_id AND n.state = 'pending')`
	runsRelease = `EXISTS (
    SELECT FROM release r
    WHERE r.id = @release AND r.pack_id = x.pack_id
      AND CASE WHEN r.state = 'released' AND r.ended_at IS NULL THEN NOT ` + triesPending + `
               WHEN r.state = 'pending' THEN ` + triesPending + `
               ELSE false END)`
	// outsideGroups: the account may not install the pack any more (R30).
	outsideGroups = `NOT EXISTS (
    SELECT FROM group_pack gp JOIN account_group g ON g.id = gp.group_id
    WHERE gp.pack_id = x.pack_id
      AND (g.everyone OR EXISTS (SELECT FROM group_member m WHERE m.account_id = x.account_id AND m.group_id = g.id)))`
	nameMatches = `(x.name ILIKE @pattern
    OR EXISTS (SELECT FROM account a WHERE a.id = x.account_id AND a.name ILIKE @pattern)
    OR EXISTS (SELECT FROM pack k WHERE k.id = x.pack_id AND k.name ILIKE @pattern))`
)

// selection is what the sources of one page have in common.
type selection struct {
	filter release.InstallBaseFilter
	tries  bool // only attachments that try the pending release
	found  bool // the names that match are few, and in @names, @accounts and @packs
	search bool // there is a text to look for
}

// conditions are the whole filter on x, save for the publisher.
func (s selection) conditions(b bound) []string {
	all := []string{"x.id < @before"}
	if s.filter.State == release.StateDetached {
		all = append(all, "x.detached_at IS NOT NULL")
	} else {
		all = append(all, "x.detached_at IS NULL")
	}
	if !s.filter.Pack.IsZero() {
		all = append(all, "x.pack_id = @pack")
	}
	if b.account != "" {
		all = append(all, "x.account_id = "+b.account)
	}
	if !s.filter.Release.IsZero() {
		all = append(all, runsRelease)
	}
	switch s.filter.State {
	case release.StateTrying:
		all = append(all, triesPending)
	case release.StateCurrent:
		all = append(all, "NOT "+triesPending)
	case release.StateWaiting:
		all = append(all, hasPending, "NOT "+triesPending)
	case release.StateOutside:
		all = append(all, outsideGroups)
	}
	if s.search && !s.byNames(b) {
		all = append(all, nameMatches)
	}
	return all
}

// byNames tells whether the text is answered by what was found: an account's few attachments are looked at one by one.
func (s selection) byNames(b bound) bool { return s.found && b.account == "" }

// ids is the inner SELECT of the page, newest first.
func (s selection) ids(reasons []bound) string {
	arms := make([]string, len(reasons))
	for i, b := range reasons {
		arms[i] = "(" + s.source(b) + ")"
	}
	if len(arms) == 1 {
		return s.source(reasons[0])
	}
	return strings.Join(arms, " UNION ") + " ORDER BY id DESC LIMIT @limit"
}

// source takes the most selective index that the bound and the filter offer.
func (s selection) source(b bound) string {
	conditions := s.conditions(b)
	ofPublisher := "EXISTS (SELECT FROM pack k WHERE k.id = %s.pack_id AND k.publisher_id = " + b.publisher + ")"
	bounded := conditions
	if b.publisher != "" {
		bounded = append(slices.Clone(conditions), fmt.Sprintf(ofPublisher, "x"))
	}
	switch {
	case b.account != "":
		return attachmentsWhere(bounded)
	case s.tries:
		return fromOptIns(conditions, s.pendingReleases(b, fmt.Sprintf(ofPublisher, "n")))
	case s.byNames(b):
		return fromNames(bounded)
	case !s.filter.Pack.IsZero():
		return attachmentsWhere(bounded)
	case b.publisher != "" || s.picksPacks():
		return fromPacks(conditions, s.packs(b))
	default:
		return attachmentsWhere(bounded)
	}
}

// attachmentsWhere comes through attachment_of_pack, attachment_of_account or the primary key, all in the order of the page.
func attachmentsWhere(conditions []string) string {
	return `SELECT x.id FROM attachment x WHERE ` + strings.Join(conditions, " AND ") + ` ORDER BY x.id DESC LIMIT @limit`
}

// fromPacks probes attachment_of_pack (or detached_attachment_of_pack) once for each pack.
func fromPacks(conditions, packs []string) string {
	return `SELECT y.id FROM pack k CROSS JOIN LATERAL (
    SELECT x.id FROM attachment x WHERE x.pack_id = k.id AND ` + strings.Join(conditions, " AND ") + `
    ORDER BY x.id DESC LIMIT @limit) y
  WHERE ` + strings.Join(packs, " AND ") + ` ORDER BY y.id DESC LIMIT @limit`
}

// picksPacks tells whether the state alone rules out whole packs.
func (s selection) picksPacks() bool {
	switch s.filter.State {
	case release.StateWaiting, release.StateOutside, release.StateDetached:
		return true
	default:
		return false
	}
}

// packs are the conditions on the packs k whose attachments are looked at.
func (s selection) packs(b bound) []string {
	all := []string{"true"}
	if b.publisher != "" {
		all = append(all, "k.publisher_id = "+b.publisher)
	}
	switch s.filter.State {
	case release.StateWaiting:
		all = append(all, `EXISTS (SELECT FROM release n WHERE n.pack_id = k.id AND n.state = 'pending')`)
	case release.StateOutside:
		all = append(all, `NOT EXISTS (SELECT FROM group_pack gp JOIN account_group g ON g.id = gp.group_id WHERE gp.pack_id = k.id AND g.everyone)`)
	}
	return all
}

// fromOptIns probes one_running_opt_in_per_release once for each pending release.
func fromOptIns(conditions, releases []string) string {
	return `SELECT y.id FROM release n CROSS JOIN LATERAL (
    SELECT x.id FROM opt_in i JOIN attachment x ON x.id = i.attachment_id
    WHERE i.release_id = n.id AND i.ended IS NULL AND i.attachment_id < @before AND ` + strings.Join(conditions, " AND ") + `
    ORDER BY i.attachment_id DESC LIMIT @limit) y
  WHERE ` + strings.Join(releases, " AND ") + ` ORDER BY y.id DESC LIMIT @limit`
}

// pendingReleases are the conditions on the pending releases n whose opt-ins are looked at.
func (s selection) pendingReleases(b bound, ofPublisher string) []string {
	all := []string{"n.state = 'pending'"}
	if !s.filter.Pack.IsZero() {
		all = append(all, "n.pack_id = @pack")
	}
	if b.publisher != "" {
		all = append(all, ofPublisher)
	}
	return all
}

// fromNames looks the few things up whose names match: attachments by their ids, accounts and packs by a probe for each.
func fromNames(conditions []string) string {
	where := strings.Join(conditions, " AND ")
	probe := func(list, column string) string {
		return `(SELECT y.id FROM unnest(` + list + `::uuid[]) m (id) CROSS JOIN LATERAL (
    SELECT x.id FROM attachment x WHERE x.` + column + ` = m.id AND ` + where + ` ORDER BY x.id DESC LIMIT @limit) y
    ORDER BY y.id DESC LIMIT @limit)`
	}
	return `(SELECT x.id FROM attachment x WHERE x.id = ANY(@names::uuid[]) AND ` + where + ` ORDER BY x.id DESC LIMIT @limit)
  UNION ` + probe("@accounts", "account_id") + `
  UNION ` + probe("@packs", "pack_id") + `
  ORDER BY id DESC LIMIT @limit`
}

// fewNames is the most that can match before walking the list itself is the faster way to fill a page.
const fewNames = 1000

// matchingNames comes through the three indexes of trigrams.
const matchingNames = `
(SELECT 'attachment', x.id FROM attachment x WHERE x.detached_at IS NULL AND x.name ILIKE @pattern LIMIT @few)
UNION ALL (SELECT 'account', a.id FROM account a WHERE a.name ILIKE @pattern LIMIT @few)
UNION ALL (SELECT 'pack', k.id FROM pack k WHERE k.deleted_at IS NULL AND k.name ILIKE @pattern LIMIT @few)`
