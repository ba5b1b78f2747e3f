package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"packtide/packfile"
)

// packageNames are the ends of the names by which package files are found in a folder; what is named on the command line is
// read whatever its name.
var packageNames = []string{".tcx", ".abx", ".pbx", ".pbxz", ".zip", ".tar", ".tar.gz", ".tgz"}

// findPackages returns the packages that the arguments name, in their order, those below a folder in the order of their
// paths.
func findPackages(args []string, opts packfile.Options) ([]packagePath, error) {
	var found []packagePath
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case err != nil:
			return nil, usageError{fmt.Errorf("there is no %s: %w", arg, errors.Unwrap(err))}
		case !info.IsDir():
			found = append(found, packagePath{path: arg})
		default:
			below, err := packagesBelow(arg, opts)
			if err != nil {
				return nil, err
			}
			if len(below) == 0 {
				below = unreadableFolder(arg, opts)
			}
			found = append(found, below...)
		}
	}
	return found, nil
}

// packagesBelow takes a folder that is a package as one, and else looks into it.
func packagesBelow(dir string, opts packfile.Options) ([]packagePath, error) {
	if isPackageFolder(dir, opts) {
		return []packagePath{{path: dir, folder: true}}, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the folder: %w", err)
	}
	var found []packagePath
	for _, entry := range entries {
		at := filepath.Join(dir, entry.Name())
		switch {
		case entry.IsDir() && !strings.HasPrefix(entry.Name(), "."):
			below, err := packagesBelow(at, opts)
			if err != nil {
				return nil, err
			}
			found = append(found, below...)
		case entry.Type().IsRegular() && isPackageName(entry.Name()):
			found = append(found, packagePath{path: at})
		}
	}
	return found, nil
}

func isPackageName(name string) bool {
	return slices.ContainsFunc(packageNames, func(end string) bool { return strings.HasSuffix(strings.ToLower(name), end) })
}

// unreadableFolder takes a folder in which no package was found for one itself, if it is not safe to read: the reason is
// what the person has to know.
func unreadableFolder(dir string, opts packfile.Options) []packagePath {
	_, _, err := packfile.InspectFolder(os.DirFS(dir), folderName(dir), opts)
	if _, unsafe := errors.AsType[*packfile.UnreadableError](err); unsafe {
		return []packagePath{{path: dir, folder: true}}
	}
	return nil
}

// isPackageFolder asks the reader, but only of folders that hold a file at their top: a folder of folders is a collection.
func isPackageFolder(dir string, opts packfile.Options) bool {
	folder := os.DirFS(dir)
	tops, err := fs.ReadDir(folder, ".")
	if err != nil || !slices.ContainsFunc(tops, func(e fs.DirEntry) bool { return e.Type().IsRegular() && !isPackageName(e.Name()) }) {
		return false
	}
	_, ok, _ := packfile.InspectFolder(folder, folderName(dir), opts)
	return ok
}

// folderName is a folder's own name, also for “.”.
func folderName(dir string) string {
	whole, err := filepath.Abs(dir)
	if err != nil {
		return filepath.Base(dir)
	}
	return filepath.Base(whole)
}
