package release

import "packtide/packfile"

// Comparable is a version with what other versions of its package are compared with it by.
type Comparable struct {
	VersionRef
	PackageID   ID
	DisplayName string

	// Package carries no findings. Its manifest's version is the version's label, which the file may not tell (R1).
	Package packfile.Package

	// Kept is false for a version that was uploaded before contents were kept: there is nothing to compare.
	Kept bool
}

// labelled is a package as it is compared: under the label that the version has here.
func labelled(p packfile.Package, label Version) packfile.Package {
	p.Manifest.Version, p.Manifest.HasVersion = packfile.Version(label), true
	return p
}
