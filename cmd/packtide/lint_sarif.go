package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"

	"packtide/packfile"
)

// sarifReport prints a SARIF 2.1.0 log (OASIS standard) with one run, result after result.
type sarifReport struct {
	out     io.Writer
	started bool
	results int
}

type sarifRule struct {
	ID            string         `json:"id"`
	Short         sarifText      `json:"shortDescription"`
	Configuration map[string]any `json:"defaultConfiguration"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact struct {
		URI string `json:"uri"`
	} `json:"artifactLocation"`
	Region *sarifRegion `json:"region,omitempty"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
}

// sarifLevels are SARIF's words for severities.
var sarifLevels = map[packfile.Severity]string{
	packfile.SeverityError: "error", packfile.SeverityWarning: "warning", packfile.SeverityInfo: "note",
}

// begin prints the log up to its first result.
func (r *sarifReport) begin() error {
	if r.started {
		return nil
	}
	r.started = true
	rules := []sarifRule{sarifRuleOf(packfile.Rule{Code: unreadableCode, Severity: packfile.SeverityError, Check: "The package can be read."})}
	for _, key := range packfile.PlatformKeys() {
		for _, rule := range packfile.Rules(key) {
			rules = append(rules, sarifRuleOf(rule))
		}
	}
	driver, err := json.Marshal(map[string]any{"name": "packtide", "version": version(), "rules": rules})
	if err != nil {
		return err //nolint:wrapcheck // Run says what was attempted
	}
	_, err = fmt.Fprintf(r.out, `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"tool":{"driver":%s},"results":[`, driver)
	return err //nolint:wrapcheck // Run says what was attempted
}

func sarifRuleOf(rule packfile.Rule) sarifRule {
	return sarifRule{ID: rule.Code, Short: sarifText{rule.Check}, Configuration: map[string]any{"level": sarifLevels[rule.Severity]}}
}

func (r *sarifReport) one(l linted) error {
	if err := r.begin(); err != nil {
		return err
	}
	for _, f := range l.findings() {
		line, err := json.Marshal(sarifResultOf(l, f))
		if err != nil {
			return err //nolint:wrapcheck // Run says what was attempted
		}
		comma := ","
		if r.results++; r.results == 1 {
			comma = ""
		}
		if _, err := fmt.Fprintf(r.out, "%s\n%s", comma, line); err != nil {
			return err //nolint:wrapcheck // Run says what was attempted
		}
	}
	return nil
}

func sarifResultOf(l linted, f packfile.Finding) sarifResult {
	var at sarifPhysical
	at.Artifact.URI = (&url.URL{Path: filepath.ToSlash(l.place(f.Path))}).String()
	if f.Line > 0 {
		at.Region = &sarifRegion{StartLine: f.Line, StartColumn: f.Column}
	}
	text := f.Message
	if f.Fix != "" {
		text += " " + f.Fix
	}
	return sarifResult{RuleID: f.Code, Level: sarifLevels[f.Severity], Message: sarifText{text}, Locations: []sarifLocation{{at}}}
}

func (r *sarifReport) close() error {
	if err := r.begin(); err != nil {
		return err
	}
	_, err := io.WriteString(r.out, "\n]}]}\n")
	return err //nolint:wrapcheck // Run says what was attempted
}
