package store

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// A place (zone, environment) that much of a list has is met soon when walking the list; a rare one is looked up by an index
// of its own. The counts by place tell which it is, before the page is read.

// rarity tells which part of a place is rare within what the filter looks at.
type rarity struct{ zone, environment bool }

const (
	// rareShare: rarer than one in so many. A page of 50 of what is commoner is met within 50 times as many rows.
	rareShare = 100
	// fewAccounts is the most accounts of a zone that are probed one by one.
	fewAccounts = 5000
)

// atPlace are the conditions on the attachment x. The zone is looked up for each row, in a form of which the planner assumes that
// half of the rows fit: else it may begin with all accounts of the zone, or sort a whole pack rather than walk it.
func (s selection) atPlace() []string {
	var all []string
	if len(s.filter.Zones) > 0 {
		all = append(all, "CASE WHEN (SELECT z.zone FROM account z WHERE z.id = x.account_id) = ANY(@zones) THEN true ELSE false END")
	}
	if len(s.filter.Environments) > 0 {
		all = append(all, "x.environment = ANY(@environments)")
	}
	return all
}

// fromEnvironments probes attachment_of_environment once for each environment and pack.
func (s selection) fromEnvironments(b bound) string {
	from, pack, conditions := "unnest(@environments::text[]) e (environment) CROSS JOIN pack k", "k.id", s.packs(b)
	more := []string(nil)
	if !s.filter.Pack.IsZero() {
		from, pack, conditions, more = "unnest(@environments::text[]) e (environment)", "@pack", nil, ofPublisher(b, "@pack")
	}
	w := walk{ // see along
		stretch: "(x.environment, x.pack_id, x.id) < (e.environment, " + pack + ", @before) AND (x.environment, x.pack_id) >= (e.environment, " + pack + ")",
		order:   "x.environment DESC, x.pack_id DESC, x.id DESC",
	}
	return pageOfEach(from, pageOf("attachment x", w, append(s.conditions(b, "pack_id", pack), more...)), conditions...)
}

// fromZones probes attachment_of_account once for each account of the zones.
func (s selection) fromZones(b bound) string {
	return pageOfEach("account z", s.walk(b, "account_id", "z.id", ofPublisher(b, "x.pack_id")...), "z.zone = ANY(@zones)")
}

// placeShares counts what the filter looks at, and what of it is in its zones and in its environments.
const placeShares = `
SELECT coalesce(sum(c.n), 0)::bigint,
       coalesce(sum(c.n) FILTER (WHERE c.zone = ANY(@zones)), 0)::bigint,
       coalesce(sum(c.n) FILTER (WHERE c.environment = ANY(@environments)), 0)::bigint,
       (SELECT count(*) FROM (SELECT FROM account a WHERE a.zone = ANY(@zones) LIMIT @few_accounts + 1) f)
FROM attachment_place_count c JOIN pack k ON k.id = c.pack_id
WHERE (@pack::uuid IS NULL OR c.pack_id = @pack) AND (@of_publisher::uuid IS NULL OR k.publisher_id = @of_publisher)
  AND (@site OR k.publisher_id = @publisher)`

// weighPlace decides how a place is looked for. Only speed depends on it: the page's own conditions state the whole filter.
func (r *Reader) weighPlace(ctx context.Context, s *selection, args pgx.NamedArgs, reasons []bound) error {
	f := s.filter
	byAccount := !slices.ContainsFunc(reasons, func(b bound) bool { return b.account == "" })
	if (len(f.Zones) == 0 && len(f.Environments) == 0) || byAccount || s.tries || s.found || f.State == release.StateDetached {
		return nil
	}
	type shares struct{ All, Zone, Environment, Accounts int64 }
	n, err := one(ctx, r.pool, "shares of a place", placeShares, pgx.NamedArgs{
		"zones": f.Zones, "environments": f.Environments, "pack": orNull(f.Pack), "of_publisher": orNull(f.Publisher),
		"site": args["site"], "publisher": args["publisher"], "few_accounts": fewAccounts,
	}, pgx.RowToStructByPos[shares])
	if err != nil {
		return err
	}
	s.rare.environment = len(f.Environments) > 0 && n.Environment < n.All/rareShare
	s.rare.zone = len(f.Zones) > 0 && n.Zone < n.All/rareShare && n.Accounts <= fewAccounts
	return nil
}
