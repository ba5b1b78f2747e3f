package store

import (
	"strings"

	"packtide/release"
)

// What changed between two moments, @from and @to. Ids tell the instant of installing, so the walks are cut at the ids of the
// moments: @from_first is the first of the earlier moment's millisecond, @from_end and @to_end are the first after each.

// compareKinds are the conditions on the attachment x of each change; that it was installed by @to, the walk says.
var compareKinds = map[release.PastChange]string{
	release.PastAppeared: "(x.id >= @from_end AND " + livedAt("@to") + ")",
	release.PastGone:     "(x.id < @from_end AND x.detached_at > @from AND x.detached_at <= @to)",
	release.PastChanged:  "(x.id < @from_end AND " + livedAt("@to") + " AND " + ranAt("@from") + " IS DISTINCT FROM " + ranAt("@to") + ")",
}

// comparison is what the sources of one page of changes have in common; as in selection, a source decides on speed alone.
type comparison struct {
	filter release.CompareFilter
	found  bool // the names that match are few, and in @names, @accounts and @packs
	search bool // there is a text to look for
}

// changes are the changes that are looked for.
func (c comparison) changes() []release.PastChange {
	if c.filter.Change != "" {
		return []release.PastChange{c.filter.Change}
	}
	return []release.PastChange{release.PastAppeared, release.PastGone, release.PastChanged}
}

// anyChange is the condition that x changed in a way that is looked for.
func (c comparison) anyChange() string {
	var kinds []string
	for _, change := range c.changes() {
		kinds = append(kinds, compareKinds[change])
	}
	return "(" + strings.Join(kinds, " OR ") + ")"
}

// conditions are the rest of the filter on x.
func (c comparison) conditions(b bound, byName bool) []string {
	all := ofPublisher(b, "x.pack_id")
	if !c.filter.Pack.IsZero() {
		all = append(all, "x.pack_id = @pack")
	}
	if b.account != "" {
		all = append(all, "x.account_id = "+b.account)
	}
	if !c.filter.Was.IsZero() {
		all = append(all, likely(ranAt("@from")+" = @was"))
	}
	if !c.filter.Is.IsZero() {
		all = append(all, likely(ranAt("@to")+" = @is"))
	}
	if c.search && byName {
		all = append(all, nameMatches)
	}
	return all
}

// ids is the inner SELECT of the page, newest first.
func (c comparison) ids(reasons []bound) string {
	arms := make([]string, len(reasons))
	for i, b := range reasons {
		arms[i] = c.source(b)
	}
	return merge(arms)
}

// source takes an account's few attachments one by one, and else asks the packs.
func (c comparison) source(b bound) string {
	few := append([]string{c.anyChange()}, c.conditions(b, b.account != "")...)
	switch {
	case b.account != "":
		return pageOf("attachment x", along("x", "account_id", b.account), few)
	case c.search && c.found:
		named := pageOf("attachment x", walk{"x.id = ANY(@names::uuid[]) AND x.id < @before", "x.id DESC"}, few)
		ofAccounts := pageOfEach("unnest(@accounts::uuid[]) m (id)", pageOf("attachment x", along("x", "account_id", "m.id"), few))
		return merge(append([]string{named, ofAccounts}, c.fromPacks(b, "k.id = ANY(@packs::uuid[])")...))
	default:
		return merge(c.fromPacks(b))
	}
}

// newReign is the condition that another release came to reign over the pack k between the moments, so that nearly all of its
// attachments changed; without, only those that tried a release at one of them can have.
const newReign = "EXISTS (SELECT FROM release r WHERE r.pack_id = k.id AND r.released_at > @from AND r.released_at <= @to)"

// fromPacks are the pages of the changes, each by its own index: a probe for each pack.
func (c comparison) fromPacks(b bound, packs ...string) []string {
	if b.publisher != "" {
		packs = append(packs, "k.publisher_id = "+b.publisher)
	}
	if !c.filter.Pack.IsZero() {
		packs = append(packs, "k.id = @pack")
	}
	conditions := c.conditions(b, !c.found)
	var arms []string
	for _, change := range c.changes() {
		all := append([]string{compareKinds[change]}, conditions...)
		switch change {
		case release.PastAppeared:
			arms = append(arms, fromNewcomers(all, packs))
		case release.PastGone:
			arms = append(arms, fromLeavers(all, packs))
		default:
			arms = append(arms, fromReigns(all, packs), fromTrials(all, packs))
		}
	}
	return arms
}

// fromNewcomers walks what was installed between the moments.
func fromNewcomers(conditions, packs []string) string {
	w := along("x", "pack_id", "k.id")
	w.stretch += " AND (x.pack_id, x.id) >= (k.id, @from_end)"
	return pageOfEach(chosen("pack k", packs), pageOf("attachment x", w, conditions))
}

// fromLeavers sorts what was uninstalled between the moments: its index is in the order of the uninstalling.
func fromLeavers(conditions, packs []string) string {
	left := "SELECT x.id FROM attachment x WHERE x.pack_id = k.id AND " + strings.Join(conditions, " AND ") + " AND x.id < @before OFFSET 0"
	return pageOfEach(chosen("pack k", packs), "SELECT g.id FROM ("+left+") g ORDER BY g.id DESC LIMIT @limit")
}

// fromReigns walks the packs that another release came to reign over.
func fromReigns(conditions, packs []string) string {
	w := along("x", "pack_id", "k.id")
	w.stretch = strings.ReplaceAll(w.stretch, "@before", "least(@before::uuid, @from_end::uuid)")
	return pageOfEach(chosen("pack k", append([]string{newReign}, packs...)), pageOf("attachment x", w, conditions))
}

// fromTrials walks the opt-ins that ran at one of the moments, of the other packs. Who tried one release at each of the moments
// is found twice.
func fromTrials(conditions, packs []string) string {
	tested := "EXISTS (SELECT FROM " + chosen("pack k", append([]string{"NOT " + newReign}, packs...)) + " WHERE k.id = n.pack_id)"
	releases := []string{"(" + inTesting("@from") + " OR " + inTesting("@to") + ")", tested}
	ran := "(" + ranThrough("@from") + " OR " + ranThrough("@to") + ")"
	page := pageOfEach(chosen("release n", releases), pageOfTrials([]string{ran}, conditions))
	return strings.Replace(page, "SELECT y.id", "SELECT DISTINCT y.id", 1)
}

// ranThrough is the condition that the opt-in i had begun at the moment and not ended.
func ranThrough(moment string) string {
	return strings.ReplaceAll("(i.began <= @moment AND (i.ended IS NULL OR i.ended > @moment))", "@moment", moment)
}
