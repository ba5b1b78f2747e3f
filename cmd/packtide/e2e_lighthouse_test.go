package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"testing"

	"packtide/release"
)

// leastScore is what each of Lighthouse's categories has to reach, of 1.
const leastScore = 0.98

// TestLighthouse measures five main pages with the Lighthouse that PACKTIDE_LIGHTHOUSE names, as a phone on a slow line:
// make lighthouse. It depends on how busy the machine is, so no other run has it.
func TestLighthouse(t *testing.T) { //nolint:paralleltest // it measures time
	program := os.Getenv("PACKTIDE_LIGHTHOUSE")
	if program == "" {
		t.Skip("PACKTIDE_LIGHTHOUSE names no program")
	}
	s := worldSite(t)
	email := map[string]string{}
	for _, u := range demoUsers() {
		email[u.Role] = u.Email
	}
	for _, p := range []struct{ name, role, path string }{
		{"packs", "publisher", "/packs"},
		{"pack", "publisher", mainPack(t, s)},
		{"calendar", "publisher", "/calendar"},
		{"home", "admin", "/home"},
		{"install base", "support", "/install-base"},
	} {
		t.Run(p.name, func(t *testing.T) {
			report := lighthouse(t, program, s.baseURL+p.path, signedInCookie(t, s, email[p.role]))
			if report.FinalURL != s.baseURL+p.path {
				t.Fatalf("measured %s instead of %s", report.FinalURL, p.path)
			}
			for _, category := range []string{"performance", "accessibility", "best-practices"} {
				score := report.Categories[category].Score
				t.Logf("%s: %s %.0f", p.name, category, score*100)
				if score < leastScore {
					t.Errorf("%s: %s %.0f, want at least %.0f: %s", p.name, category, score*100, leastScore*100, report.faults())
				}
			}
		})
	}
}

// lighthouseReport is the part of Lighthouse's report that counts here.
type lighthouseReport struct {
	FinalURL   string `json:"finalDisplayedUrl"`
	Categories map[string]struct {
		Score float64 `json:"score"`
	} `json:"categories"`
	Audits map[string]struct {
		Score   *float64 `json:"score"`
		Display string   `json:"displayValue"`
	} `json:"audits"`
}

// faults are the audits that did not get all points.
func (r lighthouseReport) faults() string {
	var b bytes.Buffer
	for name, a := range r.Audits {
		if a.Score != nil && *a.Score < 1 {
			b.WriteString(name + " (" + a.Display + ") ")
		}
	}
	return b.String()
}

func lighthouse(t *testing.T, program, address string, cookie *http.Cookie) lighthouseReport {
	t.Helper()
	headers, err := json.Marshal(map[string]string{"Cookie": cookie.Name + "=" + cookie.Value})
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), program, address, "--quiet", "--output=json", "--output-path=stdout",
		"--only-categories=performance,accessibility,best-practices", "--extra-headers="+string(headers),
		"--chrome-flags=--headless=new --no-sandbox --disable-gpu")
	run.Stderr = t.Output()
	out, err := run.Output()
	if err != nil {
		t.Fatalf("lighthouse: %v", err)
	}
	var report lighthouseReport
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("read Lighthouse's report: %v", err)
	}
	return report
}

// signedInCookie is the session of a person of the demo's cast.
func signedInCookie(t *testing.T, s *site, email string) *http.Cookie {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.baseURL+signInLink(t, s, email), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		t.Fatal(err)
	}
	home, err := url.Parse(s.baseURL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range jar.Cookies(home) {
		if c.Name == "packtide_session" {
			return c
		}
	}
	t.Fatal("signed in without a session")
	return nil
}

// mainPack is the address of the pack that the pictures show.
func mainPack(t *testing.T, s *site) string {
	t.Helper()
	ids, err := s.reader.Packs(t.Context(), release.Operator(), "Incident Desk", "", release.ID{}, 1)
	if err != nil || len(ids) != 1 {
		t.Fatalf("the demo's main pack: %d, %v", len(ids), err)
	}
	return "/packs/" + ids[0].ID.String()
}
