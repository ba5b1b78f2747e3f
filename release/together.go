package release

import (
	"context"

	"packtide/packfile"
)

// mostClashes is how many things that do not fit together one refusal names; the wizard shows them all.
const mostClashes = 5

// Together reports how the packages of one release fit together (R10): their findings' paths are names and versions.
func Together(versions []Comparable) []packfile.Finding {
	members := make([]packfile.Member, len(versions))
	for i, v := range versions {
		members[i] = packfile.Member{Label: v.DisplayName + " " + v.Version.String(), Manifest: v.Package.Manifest}
	}
	return packfile.CheckTogether(members)
}

// checkTogether refuses contents whose packages do not fit together (R10). The pack is locked, its versions can't be deleted
// meanwhile, and what they say of themselves never changes: what is checked here is what is released.
func checkTogether(ctx context.Context, tx Tx, publisher ID, contents Contents) error {
	ids := make([]ID, 0, len(contents))
	for _, id := range contents {
		ids = append(ids, id)
	}
	versions, err := tx.Manifests(ctx, publisher, ids)
	if err != nil {
		return err
	}
	return clashes(Together(versions))
}

// clashes is one refusal for each error, up to what a person reads at once.
func clashes(findings []packfile.Finding) error {
	var refusals []*Error
	for _, f := range findings {
		if f.Severity == packfile.SeverityError {
			refusals = append(refusals, ErrClash.With("%s: %s %s", f.Path, f.Message, f.Fix))
		}
	}
	if more := len(refusals) - mostClashes; more > 0 {
		refusals = append(refusals[:mostClashes], ErrClash.With("%d more of the packages' parts do not fit together.", more))
	}
	return join(refusals...)
}
