package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// keptServer is what login keeps of one server.
type keptServer struct {
	Server  string `json:"server"`
	Token   string `json:"token"`
	Person  string `json:"person,omitempty"`
	Account string `json:"account,omitempty"`
}

// keptConfig is the whole file.
type keptConfig struct {
	Profiles map[string]keptServer `json:"profiles"`
}

const defaultProfile = "default"

// configPath is the file that login writes: below $XDG_CONFIG_HOME, else below the home folder.
func configPath(p program) (string, error) {
	dir := p.getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) { // the specification's word: a relative one is not used
		home := p.getenv("HOME")
		if home == "" {
			home = p.getenv("USERPROFILE")
		}
		if home == "" {
			return "", usageError{errors.New("neither XDG_CONFIG_HOME nor HOME tells where settings are kept.\nSet one of them, or PACKTIDE_SERVER and PACKTIDE_TOKEN")}
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "packtide", "config.json"), nil
}

// readConfig reads what was kept; nothing if nobody signed in yet.
func readConfig(path string) (keptConfig, error) {
	kept := keptConfig{Profiles: map[string]keptServer{}}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return kept, nil
	}
	if err != nil {
		return kept, fmt.Errorf("read what login kept: %w", err)
	}
	if err := json.Unmarshal(text, &kept); err != nil {
		return kept, fmt.Errorf("%s can't be understood: %w.\nMend or delete it, then sign in with packtide login", path, err)
	}
	if kept.Profiles == nil {
		kept.Profiles = map[string]keptServer{}
	}
	return kept, nil
}

// writeConfig replaces the file in one step; nobody else may read it.
func writeConfig(path string, kept keptConfig) (err error) {
	text, err := json.MarshalIndent(kept, "", "  ")
	if err != nil {
		return fmt.Errorf("keep the profile: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keep the profile: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*.json") // mode 0600
	if err != nil {
		return fmt.Errorf("keep the profile: %w", err)
	}
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keep the profile: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// keptProfile is the profile of that name; without a name the only one, or the default one. It is empty where nothing fits
// and no name was asked for.
func keptProfile(p program, name string) (keptServer, string, error) {
	path, err := configPath(p)
	if err != nil {
		if p.getenv("PACKTIDE_TOKEN") != "" {
			return keptServer{}, "", nil // settings of the environment need no folder
		}
		return keptServer{}, "", err
	}
	kept, err := readConfig(path)
	if err != nil {
		return keptServer{}, "", err
	}
	names := slices.Sorted(maps.Keys(kept.Profiles))
	switch {
	case name != "":
		one, ok := kept.Profiles[name]
		if !ok {
			return one, name, failure{fmt.Errorf("there is no profile %q; there are: %s.\nSign in with packtide login SERVER --profile %s", name, orNone(names), name), exitSignedOut}
		}
		return one, name, nil
	case len(names) == 1:
		return kept.Profiles[names[0]], names[0], nil
	}
	one, ok := kept.Profiles[defaultProfile]
	if !ok && len(names) > 1 && p.getenv("PACKTIDE_TOKEN") == "" {
		return one, "", usageError{fmt.Errorf("several profiles are kept: %s.\nName one with --profile or PACKTIDE_PROFILE", strings.Join(names, ", "))}
	}
	return one, defaultProfile, nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// maxToken is far beyond a token's length.
const maxToken = 4096

// readToken reads a token and leaves out the space around it.
func readToken(from io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxToken))
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", usageError{errors.New("this is no token: it is one word that begins with ptd_.\nMake one on the settings page")}
	}
	return token, nil
}
