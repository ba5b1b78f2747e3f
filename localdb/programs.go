package localdb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the lowest major version that new data is made with.
const oldest = 15

// programs is a folder with one version's initdb and postgres.
type programs struct {
	dir     string
	version string // as "18.4"
	major   int
}

func (p programs) path(name string) string { return filepath.Join(p.dir, name+executable) }

// finder looks for programs that the account can run.
type finder struct {
	cfg Config
	as  *account
}

// find returns programs for the data: of its very version, or for new data (major 0) the first ones in the order
// $PGBIN, PATH, the distribution's folders (newest first), the cache; else it fetches them with npm.
func (f finder) find(ctx context.Context, c cluster) (programs, error) {
	dirs, err := f.folders()
	if err != nil {
		return programs{}, err
	}
	var seen []string // what was found and why it is not enough
	for _, dir := range dirs {
		p, err := f.probe(ctx, dir)
		switch {
		case err != nil:
			seen = append(seen, err.Error())
		case p.major == c.major, c.major == 0 && p.major >= oldest:
			return p, nil
		default:
			seen = append(seen, fmt.Sprintf("%s in %s", p.version, dir))
		}
	}
	p, err := f.fetch(ctx, c.major)
	if err == nil {
		return p, nil
	}
	if !errors.Is(err, errNothingToFetch) {
		seen = append(seen, err.Error())
	}
	if ctx.Err() != nil {
		return programs{}, fmt.Errorf("looking for PostgreSQL: %w", ctx.Err())
	}
	return programs{}, missing(c, seen)
}

// missing says what the operator can do.
func missing(c cluster, seen []string) error {
	found := "none"
	if len(seen) > 0 {
		found = strings.Join(seen, "; ")
	}
	if c.major == 0 {
		return fmt.Errorf("%w (version %d or newer; found: %s). Three ways out: "+
			"set DATABASE_URL to a PostgreSQL server that you have; "+
			"install your distribution's package (for example: apt-get install postgresql); "+
			"or start both with docker compose up", ErrNoPrograms, oldest, found)
	}
	return fmt.Errorf("%w: %s holds data of version %d, installed: %s. Three ways out: "+
		"install version %d (for example: apt-get install postgresql-%d), or set PGBIN to the folder of its programs; "+
		"where version %d still runs, move the data with its pg_dump and restore it into a new folder; "+
		"or choose another folder with --data-dir",
		ErrOtherVersion, c.dir, c.major, found, c.major, c.major, c.major)
}

// folders lists where programs lie, in the order of preference. $PGBIN is the operator's word: it must hold some.
func (f finder) folders() ([]string, error) {
	var dirs []string
	if bin := f.cfg.Getenv("PGBIN"); bin != "" {
		dir, ok := holds(bin)
		if !ok {
			return nil, fmt.Errorf("%w: PGBIN is %s, but initdb and postgres are not there", ErrNoPrograms, bin)
		}
		dirs = append(dirs, dir)
	}
	others := filepath.SplitList(f.cfg.Getenv("PATH"))
	installed, err := filepath.Glob(f.cfg.installed)
	if err != nil {
		return nil, fmt.Errorf("looking for PostgreSQL: %w", err)
	}
	cached, err := f.cached()
	if err != nil {
		return nil, fmt.Errorf("looking for PostgreSQL: %w", err)
	}
	for _, found := range [][]string{installed, cached} {
		slices.SortFunc(found, newerFirst)
		others = append(others, found...)
	}
	for _, other := range others {
		if dir, ok := holds(other); ok && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs, nil
}

// holds resolves the symlink that distributions put on the PATH: initdb looks for its files beside itself.
func holds(dir string) (string, bool) {
	if !filepath.IsAbs(dir) {
		return "", false // never run a program from wherever the operator happens to stand
	}
	postgres, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"+executable))
	if err != nil {
		return "", false
	}
	dir = filepath.Dir(postgres)
	_, err = os.Stat(filepath.Join(dir, "initdb"+executable))
	return dir, err == nil
}

var digits = regexp.MustCompile(`\d+`)

// newerFirst orders folders by the first number in their names: 18 before 9.
func newerFirst(a, b string) int {
	first := func(s string) int {
		n, err := strconv.Atoi(digits.FindString(s))
		if err != nil {
			return 0
		}
		return n
	}
	return cmp.Or(first(b)-first(a), strings.Compare(b, a))
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) ((\d+)\S*)`)

// probe asks a folder's postgres for its version, as the user that will run it.
func (f finder) probe(ctx context.Context, dir string) (programs, error) {
	p := programs{dir: dir}
	out, err := command(ctx, f.as, p.path("postgres"), "--version").Output()
	if err != nil {
		return programs{}, fmt.Errorf("%s does not run: %w", p.path("postgres"), err)
	}
	match := versionLine.FindSubmatch(out)
	if match == nil {
		return programs{}, fmt.Errorf("%s does not tell its version", p.path("postgres"))
	}
	p.version = string(match[1])
	if p.major, err = strconv.Atoi(string(match[2])); err != nil {
		return programs{}, fmt.Errorf("reading the version of %s: %w", p.path("postgres"), err)
	}
	return p, nil
}

// command runs one of PostgreSQL's programs. It inherits next to nothing: neither the program's secrets nor
// variables like PGPORT that would change what the server does.
func command(ctx context.Context, as *account, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // programs found by finder, arguments from here
	cmd.Dir = filepath.VolumeName(path) + string(filepath.Separator)
	cmd.SysProcAttr = processAttributes(as)
	cmd.Env = []string{"LC_ALL=C"}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "LOCALE_ARCHIVE", "SYSTEMROOT", "TMPDIR", "TMP", "TEMP"} {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	return cmd
}
