package store

import (
	"context"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"packtide/release"
)

// ComponentRow is one version of one component, as uploads have brought it.
type ComponentRow struct {
	ID       string
	Version  int
	Name     string
	Kind     string // the platform's word
	Main     bool   // of some package
	Since    time.Time
	By       string // e-mail address; empty for components of others
	Current  bool   // no higher version is known
	Deleted  bool   // every upload that brought it was deleted
	Platform string
}

// ComponentFilter narrows the components; zero fields do not narrow.
type ComponentFilter struct {
	ID      string
	Version *int
	Name    string
	// Behind this component and version: the page's key.
	AfterID      string
	AfterVersion int
	Limit        int
}

// heldVersions are the versions that @account runs or may try: of the current and pending releases of what it has installed.
const heldVersions = `
  SELECT DISTINCT rc.version_id
  FROM (SELECT DISTINCT x.pack_id FROM attachment x WHERE x.account_id = @account AND x.detached_at IS NULL) k
  JOIN release r ON r.pack_id = k.pack_id AND (r.state = 'pending' OR (r.state = 'released' AND r.ended_at IS NULL))
  JOIN release_content rc ON rc.release_id = r.id`

// Components lists component versions in the order of their ids and versions: those that the actor's account has uploaded, and
// those in what it has installed. Of its own it steps from each to the next along the index, however many packages brought it:
// a page with fewer than the limit is the last.
func (r *Reader) Components(ctx context.Context, by release.Actor, f ComponentFilter) ([]ComponentRow, error) {
	same := ``
	if f.ID != "" {
		same += ` AND c.component_id = @id`
	}
	if f.Version != nil {
		same += ` AND c.version = @version`
	}
	if f.Name != "" {
		same += ` AND c.name = @name`
	}
	narrow := ` AND (c.component_id, c.version) > (@after_id::text, @after_version::int)` + same
	after := f.AfterVersion
	if f.AfterID == "" {
		after = math.MinInt32
	}
	args := scopeOf(by).with(pgx.NamedArgs{
		"id": f.ID, "version": f.Version, "name": f.Name, "after_id": f.AfterID, "after_version": after, "limit": pageLimit(f.Limit),
	})
	return list(ctx, r.pool, "components", `
WITH RECURSIVE held AS MATERIALIZED (`+heldVersions+`),
theirs AS MATERIALIZED (SELECT c.* FROM held JOIN version_component c ON c.version_id = held.version_id WHERE c.publisher_id IS DISTINCT FROM @publisher),
own AS (
  (SELECT c.* FROM version_component c WHERE c.publisher_id = @publisher`+narrow+`
   ORDER BY c.component_id, c.version, c.version_id LIMIT 1)
  UNION ALL
  SELECT next.* FROM own o CROSS JOIN LATERAL (
    SELECT c.* FROM version_component c
    WHERE c.publisher_id = @publisher AND (c.component_id, c.version) > (o.component_id, o.version)`+same+`
    ORDER BY c.component_id, c.version, c.version_id LIMIT 1) next),
page AS MATERIALIZED (
  SELECT DISTINCT ON (c.component_id, c.version) c.*
  FROM ((SELECT c.*, true AS own FROM own c LIMIT @limit) UNION ALL SELECT c.*, false FROM theirs c WHERE true`+narrow+`) c
  ORDER BY c.component_id, c.version, c.own DESC, c.version_id LIMIT @limit)
SELECT c.component_id, c.version, c.name, c.kind, c.main, v.uploaded_at, CASE WHEN c.own THEN u.email ELSE '' END,
       CASE WHEN c.own THEN NOT EXISTS (SELECT FROM version_component n
                                        WHERE n.publisher_id = c.publisher_id AND n.component_id = c.component_id AND n.version > c.version)
            ELSE NOT EXISTS (SELECT FROM theirs n WHERE n.component_id = c.component_id AND n.version > c.version) END,
       c.own AND NOT EXISTS (SELECT FROM version_component n JOIN package_version w ON w.id = n.version_id AND w.deleted_at IS NULL
                             WHERE n.publisher_id = c.publisher_id AND n.component_id = c.component_id AND n.version = c.version),
       p.platform
FROM page c
JOIN package_version v ON v.id = c.version_id
JOIN package p ON p.id = c.package_id
JOIN person u ON u.id = v.uploaded_by
ORDER BY c.component_id, c.version`, args, pgx.RowToStructByPos[ComponentRow])
}

// PackagedRow is one package version with its main component.
type PackagedRow struct {
	ID        release.ID
	Package   release.ID
	Version   release.Version
	Main      MainComponent
	Since     time.Time
	By        string // e-mail address
	Notes     string
	Shareable bool
	Deleted   bool
}

// MainComponent is what a package version is installed for.
type MainComponent struct {
	ID      string
	Version int
	Name    string
	Kind    string
}

func (m *MainComponent) fields() []any { return []any{&m.ID, &m.Version, &m.Name, &m.Kind} }

func scanPackaged(row pgx.CollectableRow) (PackagedRow, error) {
	var p PackagedRow
	return p, scanAll(row, []any{&p.ID, &p.Package, &p.Version.Major, &p.Version.Minor, &p.Version.Patch}, p.Main.fields(),
		[]any{&p.Since, &p.By, &p.Notes, &p.Shareable, &p.Deleted})
}

const packagedColumns = `v.id, v.package_id, v.major, v.minor, v.patch, m.component_id, m.version, m.name, m.kind, v.uploaded_at, u.email, v.notes,
       v.shareable, v.deleted_at IS NOT NULL`

// PackagedFilter narrows the package versions; zero fields do not narrow.
type PackagedFilter struct {
	Component string // of a package that has ever had this main component
	Package   release.ID
	Version   *release.Version
	// Behind this version of this package: the page's key.
	AfterPackage release.ID
	AfterVersion release.Version
	Limit        int
}

// PackagedComponents lists the publisher's package versions, package by package and the newest first, deleted ones too.
func (r *Reader) PackagedComponents(ctx context.Context, by release.Actor, f PackagedFilter) ([]PackagedRow, error) {
	ofPackage, ofVersion := ``, ``
	if f.Component != "" {
		ofPackage += ` AND p.id IN (SELECT c.package_id FROM version_component c WHERE c.publisher_id = @publisher AND c.component_id = @component AND c.main)`
	}
	if !f.Package.IsZero() {
		ofPackage += ` AND p.id = @package`
	}
	var label release.Version
	if f.Version != nil {
		label = *f.Version
		ofVersion = ` AND (v.major, v.minor, v.patch) = (@major::int, @minor::int, @patch::int)`
	}
	return list(ctx, r.pool, "packaged components", `
SELECT `+packagedColumns+`
FROM package p
CROSS JOIN LATERAL (
  SELECT v.* FROM package_version v
  WHERE v.package_id = p.id AND (p.id > @after OR (v.major, v.minor, v.patch) < (@after_major::int, @after_minor::int, @after_patch::int))`+ofVersion+`
  ORDER BY v.major DESC, v.minor DESC, v.patch DESC LIMIT @limit) v
JOIN version_component m ON m.version_id = v.id AND m.main
JOIN person u ON u.id = v.uploaded_by
WHERE p.publisher_id = @publisher AND p.id >= @after`+ofPackage+`
ORDER BY p.id, v.major DESC, v.minor DESC, v.patch DESC LIMIT @limit`, scopeOf(by).with(pgx.NamedArgs{
		"component": f.Component, "package": f.Package, "major": label.Major, "minor": label.Minor, "patch": label.Patch,
		"after": f.AfterPackage, "after_major": f.AfterVersion.Major, "after_minor": f.AfterVersion.Minor, "after_patch": f.AfterVersion.Patch,
		"limit": pageLimit(f.Limit),
	}), scanPackaged)
}

// PackagedComponent is one package version of the publisher, a deleted one too.
func (r *Reader) PackagedComponent(ctx context.Context, by release.Actor, version release.ID) (PackagedRow, error) {
	return one(ctx, r.pool, "packaged component", `
SELECT `+packagedColumns+`
FROM package_version v
JOIN version_component m ON m.version_id = v.id AND m.main
JOIN person u ON u.id = v.uploaded_by
WHERE v.id = @version AND m.publisher_id = @publisher`, scopeOf(by).with(pgx.NamedArgs{"version": version}), scanPackaged)
}

// ComponentsOf are the components of one version of the publisher's, the main one first.
func (r *Reader) ComponentsOf(ctx context.Context, by release.Actor, version release.ID) ([]MainComponent, error) {
	return list(ctx, r.pool, "components of a version", `
SELECT c.component_id, c.version, c.name, c.kind
FROM version_component c WHERE c.version_id = @version AND c.publisher_id = @publisher
ORDER BY c.main DESC, c.component_id`, scopeOf(by).with(pgx.NamedArgs{"version": version}), pgx.RowToStructByPos[MainComponent])
}

// MainComponents are the main components of versions that the actor's account has uploaded, or has installed: version → component.
func (r *Reader) MainComponents(ctx context.Context, by release.Actor, versions []release.ID) (map[release.ID]MainComponent, error) {
	type mainOf struct {
		version release.ID
		MainComponent
	}
	rows, err := list(ctx, r.pool, "main components", `
SELECT c.version_id, c.component_id, c.version, c.name, c.kind
FROM version_component c
WHERE c.version_id = ANY(@versions::uuid[]) AND c.main
  AND (c.publisher_id = @publisher OR c.version_id IN (`+heldVersions+`))`,
		scopeOf(by).with(pgx.NamedArgs{"versions": versions}), func(row pgx.CollectableRow) (mainOf, error) {
			var m mainOf
			return m, scanAll(row, []any{&m.version}, m.fields())
		})
	of := make(map[release.ID]MainComponent, len(rows))
	for _, m := range rows {
		of[m.version] = m.MainComponent
	}
	return of, err
}

// PackagesOfComponent are the publisher's packages whose main component is, or was, the one with the id, the newest first; the
// id may be a package's own.
func (r *Reader) PackagesOfComponent(ctx context.Context, by release.Actor, component string) ([]release.ID, error) {
	pkg, err := release.ParseID(component)
	if err != nil {
		pkg = release.ID{}
	}
	return list(ctx, r.pool, "packages of a component", `
SELECT f.id FROM (
  SELECT c.package_id AS id FROM version_component c WHERE c.publisher_id = @publisher AND c.component_id = @component AND c.main
  UNION
  SELECT p.id FROM package p WHERE p.id = @package AND p.publisher_id = @publisher) f
ORDER BY f.id DESC LIMIT 100`, scopeOf(by).with(pgx.NamedArgs{"component": component, "package": pkg}), pgx.RowTo[release.ID])
}
