package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"

	"packtide/packfile"
	"packtide/release"
	"packtide/web/view"
)

// maxOthers is how many versions of a package the comparison offers to choose from; any other is reached by its own page.
const maxOthers = 100

// compare shows what changed from one version of a package to another: from the version below, if the address names none.
func (s *Server) compare(v *visit) error {
	one, err := s.twoVersions(v)
	if err != nil {
		return err
	}
	if one.Old != nil {
		if one.Others, err = s.reader.Versions(v.ctx(), v.actor, one.New.PackageID, nil, maxOthers); err != nil {
			return err
		}
	}
	if one.Comparable() {
		opts, err := s.checkOptions(v, one.Package.Publisher)
		if err != nil {
			return err
		}
		one.Comparison = packfile.Compare(one.Old.Package, one.New.Package, opts)
	}
	return v.page(http.StatusOK, view.CompareHead(one), view.ComparePage(one))
}

// twoVersions reads the version of the address and the one that it is compared with, if there is one.
func (s *Server) twoVersions(v *visit) (view.Compared, error) {
	id, err := v.id("version")
	if err != nil {
		return view.Compared{}, err
	}
	one := view.Compared{Clock: v.clock()}
	if one.New, err = s.reader.Comparable(v.ctx(), v.actor, id); err != nil {
		return one, err
	}
	if one.Package, err = s.reader.Package(v.ctx(), v.actor, one.New.PackageID); err != nil {
		return one, err
	}
	old, err := s.comparedWith(v, one)
	if errors.Is(err, release.ErrNotFound) && v.QueryParam("with") == "" {
		return one, nil // the only version
	}
	if err != nil {
		return one, err
	}
	one.Old = &old
	return one, nil
}

// comparedWith reads the version that the address asks for; another package's is not found.
func (s *Server) comparedWith(v *visit, one view.Compared) (release.Comparable, error) {
	var with release.ID
	if text := v.QueryParam("with"); text != "" {
		id, err := release.ParseID(text)
		if err != nil {
			return release.Comparable{}, release.ErrNotFound
		}
		with = id
	} else {
		below, err := s.reader.VersionBelow(v.ctx(), v.actor, one.New.ID)
		if err != nil {
			return release.Comparable{}, err
		}
		with = below.ID
	}
	old, err := s.reader.Comparable(v.ctx(), v.actor, with)
	if err == nil && old.PackageID != one.New.PackageID {
		err = release.ErrNotFound
	}
	return old, err
}

// compareFile shows what changed in one file of two versions, line by line.
func (s *Server) compareFile(v *visit) error {
	one, err := s.twoVersions(v)
	if err != nil {
		return err
	}
	if one.Old == nil {
		return release.ErrNotFound
	}
	path := v.QueryParam("path")
	found, err := s.reading(v).CompareFile(v.ctx(), *one.Old, one.New, path)
	if err != nil {
		return err
	}
	file := view.ComparedFile{Compared: one, Path: path, In: found.In, Diff: found.Diff, Deleted: found.Deleted}
	return v.page(http.StatusOK, view.CompareFileHead(file), view.CompareFilePage(file))
}

// FileComparison is what changed in one file of two versions.
type FileComparison struct {
	In      [2]bool // whether the older and the newer version have it
	Diff    packfile.TextDiff
	Deleted bool // one of the two has no files any more
}

// CompareFile compares the file of the path line by line. One that neither version has is not found.
func (r Reading) CompareFile(ctx context.Context, old, now release.Comparable, path string) (FileComparison, error) {
	var found FileComparison
	var texts [2][]byte
	var err error
	for i, side := range []release.Comparable{old, now} {
		if !holdsFile(side.Package.Contents, path) {
			continue
		}
		if texts[i], err = r.fileOf(ctx, side.ID, path); err != nil {
			break
		}
		found.In[i] = true
	}
	unreadable, refused := errors.AsType[*packfile.UnreadableError](err)
	switch {
	case refused:
		found.Diff.NotText = unreadable.Reason
	case errors.Is(err, release.ErrNotFound):
		found.Deleted, found.Diff.NotText = true, "One of the two versions was deleted, and its files with it."
	case err != nil:
		return found, err
	case !found.In[0] && !found.In[1]:
		return found, release.ErrNotFound
	default:
		found.Diff = packfile.DiffTexts(texts[0], texts[1])
	}
	return found, nil
}

func holdsFile(c packfile.Contents, path string) bool {
	return slices.ContainsFunc(c.Files, func(f packfile.FileMark) bool { return f.Path == path })
}

// fileOf reads one file of a version's package. The package is put into a temporary place: it is read at many points.
func (r Reading) fileOf(ctx context.Context, version release.ID, path string) ([]byte, error) {
	row, content, err := r.Reader.Artifact(ctx, r.By, version)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp("", "packtide-compare-*")
	if err != nil {
		return nil, fmt.Errorf("read a version's package: %w", err)
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone already where the system lets an open file lose its name
	defer f.Close()
	_ = os.Remove(f.Name())
	if _, err := io.Copy(f, content); err != nil {
		return nil, fmt.Errorf("read a version's package: %w", err)
	}
	files, err := packfile.ReadFiles(f, row.Size, row.FileName, path)
	if err != nil {
		return nil, err
	}
	data := files[path]
	if data == nil {
		data = []byte{} // there, and empty: nil would say that the side lacks it
	}
	return data, nil
}
