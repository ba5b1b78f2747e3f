package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestStart(t *testing.T) {
	t.Parallel()
	p := needPostgres(t)
	logs := &logbook{}
	dir := filepath.Join(reachable(t), "new", "folder")
	s := running(t, Config{DataDir: dir, Log: logs.logger(), Now: time.Now})

	if s.Version() != p.version {
		t.Errorf("version %q, installed is %q", s.Version(), p.version)
	}
	if _, err := os.Stat(filepath.Join(dir, "data", fmt.Sprintf("pg%d", p.major), "PG_VERSION")); err != nil {
		t.Errorf("the data folder is not named after the major version: %v", err)
	}
	for _, line := range []string{"initialising", "starting", "ready", " ms="} {
		if !strings.Contains(logs.String(), line) {
			t.Errorf("no %q in the log:\n%s", line, logs)
		}
	}
	t.Run("owner", func(t *testing.T) { t.Parallel(); checkOwner(t, s) })
	t.Run("app", func(t *testing.T) { t.Parallel(); checkApp(t, s) })
	t.Run("secrets", func(t *testing.T) { t.Parallel(); checkSecrets(t, s, logs.String()) })
	t.Run("second program", func(t *testing.T) {
		t.Parallel()
		_, err := Start(t.Context(), Config{DataDir: dir, bundles: []bundle{}})
		if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), fmt.Sprintf("in use by process %d;", os.Getpid())) {
			t.Errorf("got %v", err)
		}
	})
}

func checkOwner(t *testing.T, s *Server) {
	t.Helper()
	conn := connect(t, s.OwnerURL())
	var db, encoding, collation, zone, passwords, addresses string
	var super bool
	err := conn.QueryRow(t.Context(), `
		SELECT datname, pg_encoding_to_char(encoding), datcollate, current_setting('timezone'),
		       current_setting('password_encryption'), current_setting('listen_addresses'),
		       (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
		FROM pg_database WHERE datname = current_database()`).
		Scan(&db, &encoding, &collation, &zone, &passwords, &addresses, &super)
	if err != nil {
		t.Fatal(err)
	}
	if db != "packtide" || encoding != "UTF8" || zone != "UTC" || passwords != "scram-sha-256" || addresses != "127.0.0.1" || !super {
		t.Errorf("database %s, %s, %s, zone %s, passwords %s, listens on %s, superuser %t", db, encoding, collation, zone, passwords, addresses, super)
	}
	var open int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'`).Scan(&open); err != nil {
		t.Fatal(err)
	}
	if open != 0 {
		t.Errorf("%d ways in without a password", open)
	}
}

func checkApp(t *testing.T, s *Server) {
	t.Helper()
	conn := connect(t, s.AppURL())
	var user string
	var powerful, member, owns bool
	err := conn.QueryRow(t.Context(), `
		SELECT r.rolname, r.rolsuper OR r.rolcreatedb OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls,
		       pg_has_role('packtide_app', 'USAGE') AND NOT g.rolcanlogin,
		       EXISTS (SELECT FROM pg_database WHERE datdba IN (r.oid, g.oid))
		FROM pg_roles r, pg_roles g WHERE r.rolname = current_user AND g.rolname = 'packtide_app'`).
		Scan(&user, &powerful, &member, &owns)
	if err != nil {
		t.Fatal(err)
	}
	if user != "packtide" || powerful || !member || owns {
		t.Errorf("user %s, powerful %t, member of packtide_app %t, owns a database %t", user, powerful, member, owns)
	}
	var refused *pgconn.PgError
	const insufficientPrivilege = "42501"
	if _, err := conn.Exec(t.Context(), `CREATE TABLE mine ()`); !errors.As(err, &refused) || refused.Code != insufficientPrivilege {
		t.Errorf("the app may make tables: %v", err)
	}
}

func checkSecrets(t *testing.T, s *Server, logs string) {
	t.Helper()
	said, err := os.ReadFile(s.folder.log())
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{"owner.password": s.owner, "app.password": s.app} {
		path := filepath.Join(s.folder.path, name)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(string(content)) != secret || len(secret) < 20 {
			t.Errorf("%s does not hold the password in use", name)
		}
		if strings.Contains(logs, secret) || strings.Contains(string(said), secret) {
			t.Errorf("the contents of %s are in a log", name)
		}
	}
	wrong := strings.Replace(s.AppURL(), s.app, "wrong", 1)
	if conn, err := pgx.Connect(t.Context(), wrong); err == nil {
		t.Errorf("a wrong password opens the database: %v", conn.Close(t.Context()))
	}
}

// A second start finds the data and the passwords of the first, however the start went that lay between.
func TestStartAgain(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	dir := reachable(t)
	s := running(t, Config{DataDir: dir})
	if rows, err := addRow(t.Context(), s); rows != 1 || err != nil {
		t.Fatal(rows, err)
	}
	url, appPassword := s.OwnerURL(), s.app
	stop(t, s)
	stop(t, s) // a second Stop does nothing
	select {
	case <-s.Done():
	default:
		t.Error("Stop came back before the server had ended")
	}
	if conn, err := pgx.Connect(t.Context(), url); err == nil {
		t.Errorf("a stopped server answers: %v", conn.Close(t.Context()))
	}

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(gone, Config{DataDir: dir, bundles: []bundle{}}); !errors.Is(err, context.Canceled) {
		t.Errorf("start of a program that is stopping: %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "app.password")); err != nil {
		t.Fatal(err)
	}
	s = running(t, Config{DataDir: dir})
	if rows, err := addRow(t.Context(), s); rows != 2 || err != nil {
		t.Errorf("the row of the first start is lost: %d rows, %v", rows, err)
	}
	if s.app == appPassword {
		t.Error("a lost password came back")
	}
	connect(t, s.AppURL())
}

func TestSettings(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	s := running(t, Config{DataDir: reachable(t), Settings: map[string]string{"fsync": "off", "max_connections": "17"}})
	var sync, most string
	err := connect(t, s.AppURL()).QueryRow(t.Context(), `SELECT current_setting('fsync'), current_setting('max_connections')`).Scan(&sync, &most)
	if err != nil || sync != "off" || most != "17" {
		t.Errorf("fsync %s, max_connections %s, %v", sync, most, err)
	}
}

func TestStopInTime(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	s := running(t, Config{DataDir: reachable(t)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Stop(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	select {
	case <-s.Done():
	default:
		t.Error("the server outlives a Stop that was out of time")
	}
}

func TestOwnersPassword(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	dir := reachable(t)
	stop(t, running(t, Config{DataDir: dir}))
	file := filepath.Join(dir, "owner.password")
	for name, prepare := range map[string]func() error{
		"missing": func() error { return os.Remove(file) },
		"another": func() error { return os.WriteFile(file, []byte("another\n"), 0o600) },
	} {
		if err := prepare(); err != nil {
			t.Fatal(err)
		}
		_, err := Start(t.Context(), Config{DataDir: dir, bundles: []bundle{}})
		if !errors.Is(err, ErrPassword) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Data of another major version is neither opened nor replaced by new data.
func TestOtherVersion(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		folders map[string]string // data folder: its PG_VERSION
		holds   string
	}{
		"older":          {map[string]string{"pg15": "15\n"}, "holds data of version 15, installed: 18.4 in"},
		"newer":          {map[string]string{"pg19": "19\n"}, "holds data of version 19, installed: 18.4 in"},
		"misnamed":       {map[string]string{"pg18": "16\n"}, "holds data of version 16, installed: 18.4 in"},
		"newest decides": {map[string]string{"pg18": "18\n", "pg19": "19\n"}, "holds data of version 19"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := reachable(t)
			for folder, version := range tc.folders {
				writeFile(t, filepath.Join(dir, "data", folder, "PG_VERSION"), version, 0o600)
			}
			bin := fakePrograms(t, filepath.Join(dir, "installed", "18", "bin"), "18.4")
			_, err := Start(t.Context(), Config{DataDir: dir, Getenv: env(map[string]string{"PATH": bin}), installed: "none", bundles: []bundle{}})
			if !errors.Is(err, ErrOtherVersion) {
				t.Fatalf("got %v", err)
			}
			for _, words := range []string{tc.holds, "install version", "PGBIN", "pg_dump", "--data-dir"} {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("the error does not say %q: %v", words, err)
				}
			}
		})
	}
}

func TestForeignFolder(t *testing.T) {
	t.Parallel()
	dir := reachable(t)
	writeFile(t, filepath.Join(dir, "PG_VERSION"), "15\n", 0o600)
	_, err := Start(t.Context(), Config{DataDir: dir})
	if err == nil || !strings.Contains(err.Error(), "itself the data folder") {
		t.Errorf("got %v", err)
	}
	if _, err := Start(t.Context(), Config{}); err == nil {
		t.Error("started without a data folder")
	}
}

func TestDefaultDir(t *testing.T) {
	t.Parallel()
	got, err := DefaultDir(env(map[string]string{"HOME": "/home/ada", "XDG_DATA_HOME": "/data/ada"}))
	want := "/data/ada/packtide"
	if os.Geteuid() == 0 {
		want = "/var/lib/packtide"
	}
	if err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	if os.Geteuid() == 0 {
		return // root has one place whatever the variables say
	}
	if got, err := DefaultDir(env(map[string]string{"HOME": "/home/ada", "XDG_DATA_HOME": "relative"})); err != nil || got != "/home/ada/.local/share/packtide" {
		t.Errorf("got %s, %v", got, err)
	}
	if got, err := DefaultDir(env(nil)); err == nil {
		t.Errorf("got %s without a home", got)
	}
}
