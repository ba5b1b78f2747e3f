package store

import (
	"strings"

	"packtide/release"
)

// pastSelection is selection for a past moment, @at: as there, the conditions always state the whole filter, and the source
// decides on speed alone.
type pastSelection struct {
	filter release.InstallBaseFilter
	tries  bool // only attachments that tried a release then
	nameSearch
}

// conditions are the whole filter on x, save for the publisher and for the column that the source walks along.
func (s pastSelection) conditions(b bound, column, value string) []string {
	all := []string{livedAt("@at")}
	if !s.filter.Pack.IsZero() && column != "pack_id" {
		all = append(all, "x.pack_id = @pack")
	}
	if b.account != "" && column != "account_id" {
		all = append(all, "x.account_id = "+b.account)
	}
	if !s.filter.Release.IsZero() {
		all = append(all, likely(ranAt("@at")+" = @release"))
	}
	switch s.filter.State {
	case release.StateTrying:
		all = append(all, triesAt("@at"))
	case release.StateCurrent:
		all = append(all, "NOT "+triesAt("@at"))
	case release.StateWaiting:
		all = append(all, "EXISTS (SELECT FROM release n WHERE n.pack_id = x.pack_id AND "+inTesting("@at")+")", "NOT "+triesAt("@at"))
	default:
	}
	if s.search && !s.byNames(b) {
		all = append(all, nameMatches)
	}
	return ofWalk(all, column, value)
}

// ids is the inner SELECT of the page, newest first.
func (s pastSelection) ids(reasons []bound) string { return pageOfReasons(reasons, s.source) }

// source takes the most selective index that the bound and the filter offer.
func (s pastSelection) source(b bound) string {
	switch {
	case b.account != "":
		return s.walk(b, "account_id", b.account, ofPublisher(b, "x.pack_id")...)
	case s.tries:
		return s.fromOptIns(b)
	case s.byNames(b):
		return s.fromNames(b)
	case !s.filter.Pack.IsZero():
		return s.walk(b, "pack_id", "@pack", ofPublisher(b, "@pack")...)
	case b.publisher != "" || s.filter.State == release.StateWaiting:
		return s.fromPacks(b)
	default:
		return pageOf("attachment x", walk{"x.id < @before", "x.id DESC"}, s.conditions(b, "", ""))
	}
}

// walk is a page along one column.
func (s pastSelection) walk(b bound, column, value string, more ...string) string {
	return pageOf("attachment x", along("x", column, value), append(s.conditions(b, column, value), more...))
}

// fromPacks probes attachment_of_pack once for each pack.
func (s pastSelection) fromPacks(b bound) string {
	var packs []string
	if b.publisher != "" {
		packs = append(packs, "k.publisher_id = "+b.publisher)
	}
	if s.filter.State == release.StateWaiting {
		packs = append(packs, "EXISTS (SELECT FROM release n WHERE n.pack_id = k.id AND "+inTesting("@at")+")")
	}
	return pageOfEach(chosen("pack k", packs), s.walk(b, "pack_id", "k.id"))
}

// chosen are the rows of a table (and its alias) that fit, which are found before anything is asked of each: the planner would
// else walk all packs first and drop them then.
func chosen(table string, conditions []string) string {
	from, alias, _ := strings.Cut(table, " ")
	return "(SELECT " + alias + ".* FROM " + from + " " + alias + " WHERE " + strings.Join(append([]string{"true"}, conditions...), " AND ") + " OFFSET 0) " + alias
}

// fromOptIns probes opt_in_of_release once for each release that was in its testing period.
func (s pastSelection) fromOptIns(b bound) string {
	releases := append([]string{inTesting("@at")}, ofPublisher(b, "n.pack_id")...)
	if !s.filter.Pack.IsZero() {
		releases = append(releases, "n.pack_id = @pack")
	}
	return pageOfEach(chosen("release n", releases), pageOfTrials([]string{ranThrough("@at")}, s.conditions(b, "", "")))
}

// pageOfTrials is a page of the attachments x that tried the release n, by conditions on the opt-in i and on x.
func pageOfTrials(optIns, conditions []string) string {
	stretch := []string{"(i.release_id, i.attachment_id) < (n.id, @before)", "i.release_id >= n.id"}
	return "SELECT x.id FROM opt_in i JOIN attachment x ON x.id = i.attachment_id WHERE " +
		strings.Join(append(append(stretch, optIns...), conditions...), " AND ") + " ORDER BY i.release_id DESC, i.attachment_id DESC LIMIT @limit"
}

// fromNames looks the few things up whose names match: attachments by their ids, accounts and packs by a probe for each.
func (s pastSelection) fromNames(b bound) string {
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

// pastMatchingNames is matchingNames with what was uninstalled or deleted since.
const pastMatchingNames = `
(SELECT 'attachment', x.id FROM attachment x WHERE x.detached_at IS NULL AND x.name ILIKE @pattern LIMIT @few)
UNION ALL (SELECT 'attachment', x.id FROM attachment x WHERE x.detached_at IS NOT NULL AND x.name ILIKE @pattern LIMIT @few)
UNION ALL (SELECT 'account', a.id FROM account a WHERE a.name ILIKE @pattern LIMIT @few)
UNION ALL (SELECT 'pack', k.id FROM pack k WHERE k.name ILIKE @pattern LIMIT @few)`
