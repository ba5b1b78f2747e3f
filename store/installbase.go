package store

import (
	"strings"

	"packtide/release"
)

// The install base grows to millions of attachments, so a page first chooses its ids through one index and is decorated
// after. Each source below is one inner SELECT that walks one index (a probe per value); its conditions always state the
// whole filter, so that the source decides on speed alone, never on the answer.

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
	hasPending = `EXISTS (SELECT FROM release n WHERE n.pack_id = x.pack_id AND n.state = 'pending')`
	// outsideGroups: the account may not install the pack any more (R30).
	outsideGroups = `NOT EXISTS (
    SELECT FROM group_pack gp JOIN account_group g ON g.id = gp.group_id
    WHERE gp.pack_id = x.pack_id
      AND (g.everyone OR EXISTS (SELECT FROM group_member m WHERE m.account_id = x.account_id AND m.group_id = g.id)))`
	nameMatches = `(x.name ILIKE @pattern
    OR EXISTS (SELECT FROM account a WHERE a.id = x.account_id AND a.name ILIKE @pattern)
    OR EXISTS (SELECT FROM pack named WHERE named.id = x.pack_id AND named.name ILIKE @pattern))`
)

// selection is what the sources of one page have in common.
type selection struct {
	filter release.InstallBaseFilter
	runs   string // the condition that the filter's release is still what it was when it was looked at; empty: no such filter
	tries  bool   // only attachments that try the pending release
	rare   rarity // of the filter's place
	nameSearch
}

// conditions are the whole filter on x, save for the publisher and for the column that the source walks along. What is asked
// of the pack is asked of that column's value, once for the walk and not once for each row.
func (s selection) conditions(b bound, column, value string) []string {
	all := []string{"x.detached_at IS NULL"}
	if s.filter.State == release.StateDetached {
		all[0] = "x.detached_at IS NOT NULL"
	}
	if !s.filter.Pack.IsZero() && column != "pack_id" {
		all = append(all, "x.pack_id = @pack")
	}
	if b.account != "" && column != "account_id" {
		all = append(all, "x.account_id = "+b.account)
	}
	if s.runs != "" {
		all = append(all, s.runs)
	}
	if s.tries {
		all = append(all, triesPending)
	}
	switch s.filter.State {
	case release.StateCurrent:
		all = append(all, "NOT "+triesPending)
	case release.StateWaiting:
		all = append(all, hasPending, "NOT "+triesPending)
	case release.StateOutside:
		all = append(all, outsideGroups)
	default:
	}
	all = append(append(all, s.atPlace()...), s.observes()...)
	if s.search && !s.byNames(b) {
		all = append(all, nameMatches)
	}
	return ofWalk(all, column, value)
}

// ofWalk asks the column that a walk goes along by its value.
func ofWalk(conditions []string, column, value string) []string {
	if column == "pack_id" {
		for i := range conditions {
			conditions[i] = strings.ReplaceAll(conditions[i], "x.pack_id", value)
		}
	}
	return conditions
}

// nameSearch is the part of a selection that looks for a text.
type nameSearch struct {
	search bool // there is a text to look for
	found  bool // the names that match are few, and in @names, @accounts and @packs
}

// byNames tells whether the text is answered by what was found: an account's few attachments are looked at one by one.
func (n nameSearch) byNames(b bound) bool { return n.found && b.account == "" }

// ids is the inner SELECT of the page, newest first.
func (s selection) ids(reasons []bound) string { return pageOfReasons(reasons, s.source) }

// pageOfReasons is the page of what each reason lets the actor see.
func pageOfReasons(reasons []bound, source func(bound) string) string {
	arms := make([]string, len(reasons))
	for i, b := range reasons {
		arms[i] = source(b)
	}
	return merge(arms)
}

// merge is the page of several pages of ids, each row once.
func merge(pages []string) string {
	if len(pages) == 1 {
		return pages[0]
	}
	return "(" + strings.Join(pages, ") UNION (") + ") ORDER BY id DESC LIMIT @limit"
}

// source takes the most selective index that the bound and the filter offer.
func (s selection) source(b bound) string {
	switch {
	case b.account != "":
		return s.walk(b, "account_id", b.account, ofPublisher(b, "x.pack_id")...)
	case s.tries:
		return s.fromOptIns(b)
	case s.byNames(b):
		return s.fromNames(b)
	case s.byObserved():
		return s.fromObserved(b)
	case s.rare.environment:
		return s.fromEnvironments(b)
	case s.rare.zone:
		return s.fromZones(b)
	case !s.filter.Pack.IsZero():
		return s.walk(b, "pack_id", "@pack", ofPublisher(b, "@pack")...)
	case b.publisher != "" || s.picksPacks():
		return s.fromPacks(b)
	default:
		return pageOf("attachment x", walk{"x.id < @before", "x.id DESC"}, s.conditions(b, "", ""))
	}
}

// walk is a page along one column.
func (s selection) walk(b bound, column, value string, more ...string) string {
	return pageOf("attachment x", along("x", column, value), append(s.conditions(b, column, value), more...))
}

// walk is a stretch of an index in the order of the page.
type walk struct{ stretch, order string }

// along walks an index of (column, id) for one value. Plain equality would say the same, but let the planner walk the
// primary key and drop what does not match: the whole table, where the value is rare. This order has one index alone.
func along(alias, column, value string) walk {
	c := alias + "." + column
	return walk{
		stretch: "(" + c + ", " + alias + ".id) < (" + value + ", @before) AND " + c + " >= " + value,
		order:   c + " DESC, " + alias + ".id DESC",
	}
}

// pageOf is a page of ids of the table (and its alias) by one walk.
func pageOf(table string, w walk, conditions []string) string {
	_, alias, _ := strings.Cut(table, " ")
	return "SELECT " + alias + ".id FROM " + table + " WHERE " + strings.Join(append([]string{w.stretch}, conditions...), " AND ") +
		" ORDER BY " + w.order + " LIMIT @limit"
}

// pageOfEach merges the pages of many walks: a probe for each row of from.
func pageOfEach(from, page string, conditions ...string) string {
	return "SELECT y.id FROM " + from + " CROSS JOIN LATERAL (" + page + ") y WHERE " +
		strings.Join(append([]string{"true"}, conditions...), " AND ") + " ORDER BY y.id DESC LIMIT @limit"
}

// ofPublisher is the condition that the pack is of the publisher, if that bounds.
func ofPublisher(b bound, pack string) []string {
	if b.publisher == "" {
		return nil
	}
	return []string{"EXISTS (SELECT FROM pack k WHERE k.id = " + pack + " AND k.publisher_id = " + b.publisher + ")"}
}

// fromPacks probes attachment_of_pack (or detached_attachment_of_pack) once for each pack.
func (s selection) fromPacks(b bound) string {
	return pageOfEach("pack k", s.walk(b, "pack_id", "k.id"), s.packs(b)...)
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
	var all []string
	if b.publisher != "" {
		all = append(all, "k.publisher_id = "+b.publisher)
	}
	switch s.filter.State {
	case release.StateWaiting:
		all = append(all, `EXISTS (SELECT FROM release n WHERE n.pack_id = k.id AND n.state = 'pending')`)
	case release.StateOutside:
		all = append(all, `NOT EXISTS (SELECT FROM group_pack gp JOIN account_group g ON g.id = gp.group_id WHERE gp.pack_id = k.id AND g.everyone)`)
	default:
	}
	return all
}

// fromOptIns probes one_running_opt_in_per_release once for each pending release.
func (s selection) fromOptIns(b bound) string {
	w := walk{
		stretch: "(i.release_id, i.attachment_id) < (n.id, @before) AND i.release_id >= n.id AND i.ended IS NULL",
		order:   "i.release_id DESC, i.attachment_id DESC",
	}
	releases := append([]string{"n.state = 'pending'"}, ofPublisher(b, "n.pack_id")...)
	if !s.filter.Pack.IsZero() {
		releases = append(releases, "n.pack_id = @pack")
	}
	page := "SELECT x.id FROM opt_in i JOIN attachment x ON x.id = i.attachment_id WHERE " +
		strings.Join(append([]string{w.stretch}, s.conditions(b, "", "")...), " AND ") + " ORDER BY " + w.order + " LIMIT @limit"
	return pageOfEach("release n", page, releases...)
}

// fromNames looks the few things up whose names match: attachments by their ids, accounts and packs by a probe for each.
func (s selection) fromNames(b bound) string {
	probe := func(found, column string, conditions ...string) string {
		return pageOfEach("unnest("+found+"::uuid[]) m (id)", s.walk(b, column, "m.id", ofPublisher(b, "x.pack_id")...), conditions...)
	}
	var ofPack []string
	if !s.filter.Pack.IsZero() {
		ofPack = append(ofPack, "m.id = @pack")
	}
	named := pageOf("attachment x", walk{"x.id = ANY(@names::uuid[]) AND x.id < @before", "x.id DESC"},
		append(s.conditions(b, "", ""), ofPublisher(b, "x.pack_id")...))
	return merge([]string{named, probe("@accounts", "account_id"), probe("@packs", "pack_id", ofPack...)})
}

// fewNames is the most that can match before walking the list itself is the faster way to fill a page.
const fewNames = 1000

// matchingNames comes through the three indexes of trigrams.
const matchingNames = `
(SELECT 'attachment', x.id FROM attachment x WHERE x.detached_at IS NULL AND x.name ILIKE @pattern LIMIT @few)
UNION ALL (SELECT 'account', a.id FROM account a WHERE a.name ILIKE @pattern LIMIT @few)
UNION ALL (SELECT 'pack', k.id FROM pack k WHERE k.deleted_at IS NULL AND k.name ILIKE @pattern LIMIT @few)`
