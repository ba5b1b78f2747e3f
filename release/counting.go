package release

import (
	"context"
	"strconv"
	"strings"
)

// countable refuses to number the versions of a new package for its publisher where no platform does so (R12).
func (u Upload) countable() error {
	if u.Counted && !u.Manifest.Countable {
		return ErrNotCountable
	}
	return nil
}

// label settles the version of an upload to the package, which the transaction has locked: the one that the upload tells,
// or the next number, where the server counts (R12). It also returns the version as the platform counts.
func (u Upload) label(ctx context.Context, tx Tx, pkg Package, isNew bool) (Version, string, error) {
	if pkg.Counted {
		return u.nextCount(ctx, tx, pkg)
	}
	version, refusal := u.version()
	switch {
	case u.Counted:
		return Version{}, "", ErrCountingFinal.With("You give the versions of %s, since the first. That is final: give this one too.", pkg.DisplayName)
	case refusal == ErrVersionMissing && isNew && u.Manifest.Countable:
		return Version{}, "", ErrVersionOrCount
	}
	return version, u.Manifest.PlatformVersion, orNil(refusal)
}

// nextCount is one more than any version that the package ever had, deleted ones too (R1).
func (u Upload) nextCount(ctx context.Context, tx Tx, pkg Package) (Version, string, error) {
	if strings.TrimSpace(u.Version) != "" {
		return Version{}, "", ErrVersionCounted
	}
	last, err := tx.LastCount(ctx, pkg.ID)
	if err != nil {
		return Version{}, "", err
	}
	return Version{Major: last + 1}, strconv.Itoa(last + 1), nil
}
