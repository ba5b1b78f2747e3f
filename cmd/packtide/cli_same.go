package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"packtide/client"
)

// sameVersion finds the version that was made of the very same bytes, if there is one. version stands in for what the
// file does not tell of itself.
func (s *session) sameVersion(ctx context.Context, path, version string) (client.Version, bool, error) {
	read, err := localPackage(path, s.clock())
	if err != nil {
		return client.Version{}, false, err
	}
	if version == "" && read.Manifest.HasVersion {
		version = read.Manifest.Version.String()
	}
	pkg, found, err := s.packageOf(ctx, read.Manifest.Name, read.Manifest.DisplayName)
	if err != nil || !found {
		return client.Version{}, false, err
	}
	there, found, err := s.versionOf(ctx, pkg.ID, version)
	if err != nil || !found {
		return there, false, err
	}
	sum, err := fileSum(path)
	return there, err == nil && sum == there.SHA256, err
}

// packageOf finds the package of a technical name, or of a display name where the file tells no other.
func (s *session) packageOf(ctx context.Context, name, display string) (client.Package, bool, error) {
	query := firstOf(name, display) // a file may show itself by another name than the versions before
	for p, err := range s.Packages(ctx, query) {
		if err != nil || p.Name == name || (name == "" && p.DisplayName == display) {
			return p, err == nil, err
		}
	}
	return client.Package{}, false, nil
}

// versionOf finds the version with that label which was not deleted.
func (s *session) versionOf(ctx context.Context, pkg, label string) (client.Version, bool, error) {
	for v, err := range s.Versions(ctx, pkg) {
		if err != nil || (v.Version == label && v.DeletedAt == nil) {
			return v, err == nil, err
		}
	}
	return client.Version{}, false, nil
}

// fileSum is the sha256 of a file in hexadecimal.
func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read the package: %w", err)
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", fmt.Errorf("read the package: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
