package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

type composeFile struct {
	Services map[string]composeService `yaml:"services"`
	Volumes  map[string]any            `yaml:"volumes"`
}

type composeService struct {
	Build       string            `yaml:"build"`
	Image       string            `yaml:"image"`
	Environment map[string]string `yaml:"environment"`
	Ports       []string          `yaml:"ports"`
	Volumes     []string          `yaml:"volumes"`
	Tmpfs       []string          `yaml:"tmpfs"`
	ReadOnly    bool              `yaml:"read_only"`
	SecurityOpt []string          `yaml:"security_opt"`
	DependsOn   map[string]struct {
		Condition string `yaml:"condition"`
	} `yaml:"depends_on"`
	Healthcheck struct {
		Test []string `yaml:"test"`
	} `yaml:"healthcheck"`
}

func projectFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func readCompose(t *testing.T) composeFile {
	t.Helper()
	var file composeFile
	if err := yaml.Unmarshal([]byte(projectFile(t, "docker-compose.yml")), &file); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app", "db"} {
		if _, ok := file.Services[name]; !ok {
			t.Fatalf("docker-compose.yml has no service %q", name)
		}
	}
	return file
}

func TestComposeApp(t *testing.T) {
	t.Parallel()
	app := readCompose(t).Services["app"]
	if app.Build != "." {
		t.Errorf("built from %q, want the Dockerfile of the project", app.Build)
	}
	if got := app.DependsOn["db"].Condition; got != "service_healthy" {
		t.Errorf("waits for the database to be %q, want service_healthy", got)
	}
	want := []string{"CMD", "packtide", "healthcheck", "--url", "http://127.0.0.1:8080/readyz"}
	if diff := cmp.Diff(want, app.Healthcheck.Test); diff != "" {
		t.Errorf("health check (-want +got):\n%s", diff)
	}
	for _, port := range app.Ports {
		if !strings.HasPrefix(port, "127.0.0.1:") {
			t.Errorf("port %q is open to the network", port)
		}
	}
	if !app.ReadOnly || !slices.Contains(app.SecurityOpt, "no-new-privileges:true") {
		t.Errorf("read_only %t, security_opt %v: want a read-only root and no-new-privileges", app.ReadOnly, app.SecurityOpt)
	}
	if !slices.ContainsFunc(app.Tmpfs, func(s string) bool { return strings.HasPrefix(s, "/tmp:size=") }) {
		t.Errorf("tmpfs %v: uploads need /tmp, of a limited size", app.Tmpfs)
	}
	// Audit events are append-only for the application's user (R33), so it must not be the owner of the tables.
	if !strings.HasPrefix(app.Environment["DATABASE_URL"], "postgres://packtide:") {
		t.Error("DATABASE_URL is not that of packtide")
	}
	if !strings.HasPrefix(app.Environment["DATABASE_URL_OWNER"], "postgres://packtide_owner:") {
		t.Error("DATABASE_URL_OWNER is not that of packtide_owner")
	}
}

func TestComposeDatabase(t *testing.T) {
	t.Parallel()
	file := readCompose(t)
	db := file.Services["db"]
	if db.Image != "postgres:17" {
		t.Errorf("image %q, want postgres:17", db.Image)
	}
	if len(db.Healthcheck.Test) < 2 || db.Healthcheck.Test[1] != "pg_isready" {
		t.Errorf("health check %v does not call pg_isready", db.Healthcheck.Test)
	}
	if len(db.Ports) > 0 {
		t.Errorf("the database is reachable from outside: %v", db.Ports)
	}
	if _, ok := file.Volumes["db"]; !ok || !slices.Contains(db.Volumes, "db:/var/lib/postgresql/data") {
		t.Errorf("volumes %v: the data must lie in the named volume db", db.Volumes)
	}
	if got := db.Environment["POSTGRES_USER"]; got != "packtide_owner" {
		t.Errorf("the owner is %q, want packtide_owner", got)
	}
	for _, mount := range db.Volumes {
		if source, _, _ := strings.Cut(mount, ":"); strings.HasPrefix(source, "./") {
			projectFile(t, source)
		}
	}
}

// TestComposeSecrets: no password is in the file, none has a default, and .env.example names each.
func TestComposeSecrets(t *testing.T) {
	t.Parallel()
	example := projectFile(t, ".env.example")
	required := regexp.MustCompile(`^\$\{([A-Z_]+):\?[^}]+\}$`)
	inURL := regexp.MustCompile(`^postgres://[a-z_]+:(\$\{[^}]*\})@`)
	seen := 0
	for name, service := range readCompose(t).Services {
		for key, value := range service.Environment {
			if strings.HasPrefix(key, "DATABASE_URL") {
				m := inURL.FindStringSubmatch(value)
				if m == nil {
					t.Errorf("%s: %s has no password from the environment", name, key)
					continue
				}
				value = m[1]
			} else if !strings.Contains(key, "PASSWORD") {
				continue
			}
			seen++
			m := required.FindStringSubmatch(value)
			if m == nil {
				t.Errorf("%s: %s = %q, want ${NAME:?what to do}", name, key, value)
			} else if !strings.Contains(example, "\n"+m[1]+"=\n") {
				t.Errorf(".env.example has no empty %s", m[1])
			}
		}
	}
	if seen != 4 {
		t.Errorf("saw %d passwords, want 4", seen)
	}
}

func TestDockerfile(t *testing.T) {
	t.Parallel()
	text := projectFile(t, "Dockerfile")
	stages := strings.Split("\n"+text, "\nFROM ")[1:]
	if len(stages) < 2 {
		t.Fatalf("%d stages: the compiler does not belong into the image", len(stages))
	}
	if !strings.Contains(stages[0], "CGO_ENABLED=0") || !strings.Contains(stages[0], "-trimpath") {
		t.Error("the binary is not static, or holds the paths of the machine that built it")
	}
	final := stages[len(stages)-1]
	if base, _, _ := strings.Cut(final, "\n"); !strings.Contains(base, "slim") && !strings.Contains(base, "distroless") {
		t.Errorf("base image %q is neither slim nor distroless", base)
	}
	user := regexp.MustCompile(`(?m)^USER (\d+)(:\d+)?$`).FindStringSubmatch(final)
	if user == nil || user[1] == "0" {
		t.Errorf("user %v: want a number other than root's, so that a cluster can check it", user)
	}
	// The build must see each folder of the program: .dockerignore lets in only what it names.
	ignore := projectFile(t, ".dockerignore")
	for _, file := range goFiles(t, filepath.Join("..", "..")) {
		top, _, _ := strings.Cut(file.pkg, "/")
		if !strings.Contains(ignore, "\n!"+top+"\n") {
			t.Errorf(".dockerignore keeps %s/ from the build", top)
		}
	}
}
