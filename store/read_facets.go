package store

import (
	"context"
	"maps"
	"reflect"
	"strings"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// Facets come from cells: how many attachments live, and how many of them try what is pending, for each pack and place. The
// summaries know the cells of any filter by publisher, pack, release, state and place; for other filters the cells are
// counted from the newest rows that fit, at most release.MostCounted of them.

// summedCells are the cells of all that the actor may see.
const summedCells = `
SELECT c.publisher_id, c.pack_id, c.zone, c.environment, c.n AS live, coalesce(t.n, 0) AS tried, r.id AS current_id, n.id AS pending_id
FROM (SELECT k.publisher_id, s.pack_id, s.zone, s.environment, sum(s.n)::bigint AS n
      FROM pack k JOIN attachment_place_count s ON s.pack_id = k.id
      WHERE @site OR k.publisher_id = @publisher
      GROUP BY k.publisher_id, s.pack_id, s.zone, s.environment HAVING sum(s.n) > 0) c
LEFT JOIN release r ON r.pack_id = c.pack_id AND r.state = 'released' AND r.ended_at IS NULL
LEFT JOIN release n ON n.pack_id = c.pack_id AND n.state = 'pending'
LEFT JOIN (SELECT s.release_id, s.zone, s.environment, sum(s.n)::bigint AS n
           FROM release p JOIN opt_in_place_count s ON s.release_id = p.id
           WHERE p.state = 'pending'
           GROUP BY s.release_id, s.zone, s.environment) t
  ON t.release_id = n.id AND t.zone = c.zone AND t.environment = c.environment`

// oneByOne probes the attachments x of a page by their ids: a thousand probes read less than a whole table, whatever the planner
// thinks of a page whose length it does not know.
const oneByOne = `CROSS JOIN LATERAL (SELECT * FROM attachment y WHERE y.id = page.id OFFSET 0) x`

// countedCells are the cells of a page of ids.
var countedCells = `
SELECT k.publisher_id, k.id AS pack_id, a.zone, x.environment, count(*) AS live, count(*) FILTER (WHERE ` + triesPending + `) AS tried,
       CASE WHEN x.detached_at IS NULL THEN r.id END AS current_id, CASE WHEN x.detached_at IS NULL THEN n.id END AS pending_id
FROM page
` + oneByOne + `
JOIN account a ON a.id = x.account_id
JOIN pack k ON k.id = x.pack_id
LEFT JOIN release r ON r.pack_id = k.id AND r.state = 'released' AND r.ended_at IS NULL
LEFT JOIN release n ON n.pack_id = k.id AND n.state = 'pending'
GROUP BY k.publisher_id, k.id, a.zone, x.environment, x.detached_at IS NULL, r.id, n.id`

// facetRows asks the cells: each facet without its own choice. A release is a choice of its pack as well.
var facetRows = strings.NewReplacer(
	":publisher", "(@in_publisher::uuid IS NULL OR publisher_id = @in_publisher)",
	":pack", "(@in_pack::uuid IS NULL OR pack_id = @in_pack)",
	":zone", "(cardinality(@in_zones::text[]) = 0 OR zone = ANY(@in_zones))",
	":environment", "(cardinality(@in_environments::text[]) = 0 OR environment = ANY(@in_environments))",
).Replace(`,
kind AS MATERIALIZED (
  SELECT cell.*,
         CASE WHEN @in_state = 'trying' OR (@in_state = 'waiting' AND pending_id IS NULL) THEN 0 ELSE live - tried END AS runs_current,
         CASE WHEN @in_state IN ('current', 'waiting') THEN 0 ELSE tried END AS runs_pending
  FROM cell),
hit AS MATERIALIZED (
  SELECT kind.*,
         CASE WHEN @in_release::uuid IS NULL OR current_id = @in_release THEN runs_current ELSE 0 END
         + CASE WHEN @in_release::uuid IS NULL OR pending_id = @in_release THEN runs_pending ELSE 0 END AS n
  FROM kind),
facet AS (
  SELECT 'seen' AS facet, '' AS value, '' AS label, '' AS whose, coalesce(sum(live), 0)::bigint AS n FROM cell
  UNION ALL SELECT 'all', '', '', '', coalesce(sum(n), 0)::bigint FROM hit WHERE :publisher AND :pack AND :zone AND :environment
  UNION ALL SELECT 'publisher', h.id::text, a.name, '', h.n
    FROM (SELECT publisher_id AS id, sum(runs_current + runs_pending)::bigint AS n FROM hit WHERE :zone AND :environment GROUP BY 1) h
    JOIN account a ON a.id = h.id
  UNION ALL SELECT 'pack', h.id::text, k.name, a.name, h.n
    FROM (SELECT pack_id AS id, sum(runs_current + runs_pending)::bigint AS n FROM hit WHERE :publisher AND :zone AND :environment GROUP BY 1) h
    JOIN pack k ON k.id = h.id JOIN account a ON a.id = k.publisher_id
  UNION ALL SELECT 'release', h.id::text, concat_ws('.', r.major, r.minor, r.patch), k.name, h.n
    FROM (SELECT m.id, sum(m.n)::bigint AS n
            FROM hit CROSS JOIN LATERAL (VALUES (current_id, runs_current), (pending_id, runs_pending)) m (id, n)
           WHERE m.id IS NOT NULL AND :publisher AND :pack AND :zone AND :environment GROUP BY 1) h
    JOIN release r ON r.id = h.id JOIN pack k ON k.id = r.pack_id
  UNION ALL SELECT 'state', m.state, '', '', sum(m.n)::bigint
    FROM hit CROSS JOIN LATERAL (VALUES
           ('current', CASE WHEN @in_release::uuid IS NULL OR current_id = @in_release THEN live - tried ELSE 0 END),
           ('trying', CASE WHEN @in_release::uuid IS NULL OR pending_id = @in_release THEN tried ELSE 0 END),
           ('waiting', CASE WHEN pending_id IS NOT NULL AND (@in_release::uuid IS NULL OR current_id = @in_release) THEN live - tried ELSE 0 END)) m (state, n)
    WHERE :publisher AND :pack AND :zone AND :environment GROUP BY 2
  UNION ALL SELECT 'zone', zone, '', '', sum(n)::bigint FROM hit WHERE :publisher AND :pack AND :environment GROUP BY 2
  UNION ALL SELECT 'environment', environment, '', '', sum(n)::bigint FROM hit WHERE :publisher AND :pack AND :zone GROUP BY 2),
ranked AS (SELECT facet.*, row_number() OVER (PARTITION BY facet ORDER BY n DESC, lower(label), lower(whose), value) AS place FROM facet)
SELECT facet, value, label, whose, n FROM ranked
WHERE facet IN ('seen', 'all') OR (n > 0 AND place <= @most)
ORDER BY facet, place`)

// facetMost is how many values of a facet are listed; the search finds the others.
const facetMost = 12

// InstallBaseFacets are the counts beside a list of the install base, and its total.
func (r *Reader) InstallBaseFacets(ctx context.Context, by release.Actor, f release.InstallBaseFilter) (release.Facets, error) {
	f.Before = release.ID{}
	facets, err := r.facets(ctx, by, f)
	if err != nil {
		return release.Facets{}, err
	}
	if err := r.countObserved(ctx, by, f, &facets); err != nil {
		return release.Facets{}, err
	}
	return facets, r.countAccounts(ctx, by, f, &facets)
}

// summarised tells whether the summaries answer the filter for the actor.
func summarised(by release.Actor, f release.InstallBaseFilter) bool {
	reasons := bounds(by, f)
	return len(reasons) == 1 && reasons[0].account == "" && strings.TrimSpace(f.Query) == "" &&
		f.State != release.StateOutside && f.State != release.StateDetached && f.Observed == ""
}

func (r *Reader) facets(ctx context.Context, by release.Actor, f release.InstallBaseFilter) (release.Facets, error) {
	if summarised(by, f) {
		facets, _, err := r.askFacets(ctx, "WITH cell AS MATERIALIZED ("+summedCells+")", scopeOf(by).with(nil), f)
		return facets, err
	}
	// First without what a facet chooses, so that its other values are counted as well; where that is too much to count, what
	// the whole filter chooses.
	wide := f
	wide.Publisher, wide.Pack, wide.Release, wide.Zones, wide.Environments = release.ID{}, release.ID{}, release.ID{}, nil, nil
	if f.State != release.StateOutside && f.State != release.StateDetached {
		wide.State = ""
	}
	facets, seen, err := r.countFacets(ctx, by, wide, f)
	if err == nil && seen > release.MostCounted && !reflect.DeepEqual(wide, f) {
		facets, seen, err = r.countFacets(ctx, by, f, f)
	}
	if seen > release.MostCounted {
		facets.AtLeast, facets.AttachmentsAtLeast = true, true
		facets.Attachments = min(facets.Attachments, release.MostCounted)
	}
	if f.State == release.StateOutside || f.State == release.StateDetached {
		facets.States = nil // other states were not looked at
	}
	if f.State == release.StateDetached {
		facets.Releases = nil // they run none
	}
	return facets, err
}

// countFacets counts the rows that are chosen by one filter and asks them by another. It also tells how many rows it saw.
func (r *Reader) countFacets(ctx context.Context, by release.Actor, chosen, asked release.InstallBaseFilter) (release.Facets, int64, error) {
	ids, args, err := r.choose(ctx, by, chosen)
	if err != nil || ids == "" {
		return release.Facets{}, 0, err
	}
	args["limit"] = release.MostCounted + 1
	return r.askFacets(ctx, "WITH page AS MATERIALIZED ("+ids+"), cell AS MATERIALIZED ("+countedCells+")", args, asked)
}

func (r *Reader) askFacets(ctx context.Context, cells string, args pgx.NamedArgs, f release.InstallBaseFilter) (release.Facets, int64, error) {
	type row struct {
		Facet, Value, Label, Of string
		N                       int64
	}
	args = withFacets(args, f)
	rows, err := list(ctx, r.pool, "facets of an install base", cells+facetRows, args, pgx.RowToStructByPos[row])
	var facets release.Facets
	var seen int64
	into := map[string]*[]release.FacetValue{
		"publisher": &facets.Publishers, "pack": &facets.Packs, "release": &facets.Releases, "state": &facets.States, "zone": &facets.Zones,
		"environment": &facets.Environments,
	}
	for _, row := range rows {
		switch row.Facet {
		case "seen":
			seen = row.N
		case "all":
			facets.Attachments = row.N
		default:
			*into[row.Facet] = append(*into[row.Facet], release.FacetValue{Value: row.Value, Label: row.Label, Of: row.Of, Rows: row.N})
		}
	}
	return facets, seen, err
}

// withFacets are the arguments of facetRows beside those of the cells, which may belong to a wider filter.
func withFacets(args pgx.NamedArgs, f release.InstallBaseFilter) pgx.NamedArgs {
	all := pgx.NamedArgs{
		"in_publisher": orNull(f.Publisher), "in_pack": orNull(f.Pack), "in_release": orNull(f.Release), "in_state": f.State,
		"in_zones": orEmpty(f.Zones), "in_environments": orEmpty(f.Environments), "most": facetMost,
	}
	maps.Copy(all, args)
	return all
}

func orEmpty(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}

// accountsOfPacks knows the accounts of each pack, and of its zones, exactly. Of several packs, the one with most is a lower bound.
const accountsOfPacks = `
SELECT coalesce(max(n), 0)::bigint FROM (
  SELECT sum(c.accounts) AS n FROM pack k JOIN attachment_count c ON c.pack_id = k.id
  WHERE (@pack::uuid IS NULL OR k.id = @pack) AND (@site OR k.publisher_id = @publisher) AND (@of_publisher::uuid IS NULL OR k.publisher_id = @of_publisher)
    AND (cardinality(@zones::text[]) = 0 OR c.zone = ANY(@zones))
  GROUP BY k.id) a`

// someRows are enough to name a few accounts of a list that is known to be long.
const someRows = 100

// countAccounts tells in how many accounts the rows are: from the summaries of packs, else from the newest rows, one by one.
func (r *Reader) countAccounts(ctx context.Context, by release.Actor, f release.InstallBaseFilter, facets *release.Facets) error {
	known := summarised(by, f)
	long := known && facets.Attachments > release.MostCounted
	if plain := f.Release.IsZero() && f.State == "" && len(f.Environments) == 0; known && plain && (long || !f.Pack.IsZero()) {
		n, err := one(ctx, r.pool, "accounts of packs", accountsOfPacks, scopeOf(by).with(pgx.NamedArgs{
			"pack": orNull(f.Pack), "of_publisher": orNull(f.Publisher), "zones": orEmpty(f.Zones),
		}), pgx.RowTo[int64])
		facets.Accounts, facets.AccountsAtLeast = n, f.Pack.IsZero()
		return err
	}
	ids, args, err := r.choose(ctx, by, f)
	if err != nil || ids == "" {
		return err
	}
	args["limit"] = release.MostCounted + 1
	if long {
		args["limit"] = someRows
	}
	type count struct{ Rows, Accounts int64 }
	n, err := one(ctx, r.pool, "accounts of an install base", "WITH page AS MATERIALIZED ("+ids+`)
SELECT count(*), count(DISTINCT x.account_id) FROM page `+oneByOne, args, pgx.RowToStructByPos[count])
	facets.Accounts, facets.AccountsAtLeast = n.Accounts, (long || n.Rows > release.MostCounted) && f.Account.IsZero()
	return err
}
