package store

import "strings"

// changeBetween names the change of what was there at both moments, by what it ran at each.
const changeBetween = "CASE WHEN was IS DISTINCT FROM is_now THEN 'changed' ELSE 'unchanged' END"

// countAccount counts an account's attachments one by one.
func countAccount(b bound, ofPack bool, conditions ...string) string {
	conditions = append(conditions, ofPublisher(b, "x.pack_id")...)
	if ofPack {
		conditions = append(conditions, "x.pack_id = @pack")
	}
	conditions = append(conditions, "x.account_id = "+b.account, "x.id < @to_end", "(x.detached_at IS NULL OR x.detached_at > @from)")
	return `
SELECT pack_id, CASE WHEN came AND NOT went THEN 'appeared' WHEN went THEN 'gone' ELSE ` + changeBetween + ` END,
       CASE WHEN NOT came AND NOT went THEN was END, CASE WHEN NOT came AND NOT went THEN is_now END, count(*)
FROM (SELECT x.pack_id, x.id >= @from_end AS came, coalesce(x.detached_at <= @to, false) AS went, ` + ranAt("@from") + ` AS was, ` + ranAt("@to") + ` AS is_now
      FROM attachment x WHERE ` + strings.Join(conditions, " AND ") + `) x
WHERE NOT (came AND went)
GROUP BY 1, 2, 3, 4`
}

// countPacks counts by stretches of ids, pack by pack. Releases reign over all of a pack alike, so that one pair of releases
// holds for all that was there at both moments, save for those who tried a release at one of them, and for those who came in
// the earlier moment's own millisecond: these are looked at one by one, and taken out of the pack's.
func countPacks(b bound, ofPack bool) string {
	packs := []string{"true"}
	if b.publisher != "" {
		packs = append(packs, "k.publisher_id = "+b.publisher)
	}
	if ofPack {
		packs = append(packs, "k.id = @pack")
	}
	return strings.NewReplacer(
		"{packs}", strings.Join(packs, " AND "),
		"{reigns from}", strings.ReplaceAll(reignOf, "@moment", "@from"), "{reigns to}", strings.ReplaceAll(reignOf, "@moment", "@to"),
		"{in testing}", "("+inTesting("@from")+" OR "+inTesting("@to")+")",
		"{ran from}", ranThrough("@from")+" AND "+inTesting("@from"), "{ran to}", ranThrough("@to")+" AND "+inTesting("@to"),
		"{was}", ranAt("@from"), "{is}", ranAt("@to"), "{change}", changeBetween, "{lived}", livedAt("@to"),
	).Replace(countedPacks)
}

// reignOf is reignAt for the pack k and all that was installed before the moment's own millisecond.
const reignOf = `(
    SELECT r.id FROM release r WHERE r.pack_id = k.id AND r.state = 'released' AND (r.ended_at IS NULL OR r.ended_at > @moment)
    ORDER BY r.released_at, r.number LIMIT 1)`

const countedPacks = `
WITH packs AS MATERIALIZED (
  SELECT k.id, {reigns from} AS was, {reigns to} AS is_now FROM pack k WHERE {packs}
), counted AS MATERIALIZED (
  SELECT p.id, p.was, p.is_now, older.n - left_by.older AS stayed, newer.n - left_by.newer AS appeared, left_by.went AS gone
  FROM packs p
  CROSS JOIN LATERAL (SELECT count(*) AS n FROM attachment x WHERE x.pack_id = p.id AND x.id < @from_end) older
  CROSS JOIN LATERAL (SELECT count(*) AS n FROM attachment x WHERE x.pack_id = p.id AND x.id >= @from_end AND x.id < @to_end) newer
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE x.id < @from_end) AS older, count(*) FILTER (WHERE x.id >= @from_end) AS newer,
           count(*) FILTER (WHERE x.id < @from_end AND x.detached_at > @from) AS went
    FROM attachment x WHERE x.pack_id = p.id AND x.detached_at <= @to) left_by
), tried AS (
  SELECT i.attachment_id AS id, p.was, p.is_now,
         (array_agg(n.id ORDER BY i.began) FILTER (WHERE {ran from}))[1] AS tried_from,
         (array_agg(n.id ORDER BY i.began) FILTER (WHERE {ran to}))[1] AS tried_to
  FROM packs p JOIN release n ON n.pack_id = p.id AND {in testing} JOIN opt_in i ON i.release_id = n.id
  WHERE ({ran from}) OR ({ran to})
  GROUP BY 1, 2, 3
), told AS MATERIALIZED (
  SELECT pack_id, was, is_now, count(*) AS n FROM (
    SELECT x.pack_id, coalesce(t.tried_from, t.was) AS was, coalesce(t.tried_to, t.is_now) AS is_now
    FROM tried t JOIN attachment x ON x.id = t.id
    WHERE x.id < @from_first AND {lived}
    UNION ALL
    SELECT x.pack_id, {was}, {is} FROM packs p JOIN attachment x ON x.pack_id = p.id
    WHERE x.id >= @from_first AND x.id < @from_end AND {lived}) each_one
  GROUP BY 1, 2, 3
)
SELECT id, 'appeared', NULL::uuid, NULL::uuid, appeared FROM counted
UNION ALL SELECT id, 'gone', NULL, NULL, gone FROM counted
UNION ALL SELECT pack_id, {change}, was, is_now, n FROM told
UNION ALL SELECT id, {change}, was, is_now, stayed - coalesce((SELECT sum(t.n) FROM told t WHERE t.pack_id = counted.id), 0)::bigint FROM counted`
