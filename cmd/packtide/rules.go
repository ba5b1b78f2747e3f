package main

import (
	"fmt"
	"io"
	"strings"

	"packtide/packfile"
)

// rulesCmd lists what lint checks.
type rulesCmd struct {
	JSON bool `name:"json" help:"Print one JSON object a line for each rule."`
}

type jsonRule struct {
	Code     string `json:"code"`
	Platform string `json:"platform"`
	Severity string `json:"severity"`
	Check    string `json:"check"`
	Source   string `json:"source"`
	Since    string `json:"since,omitempty"`
}

// Run prints the rules of all platforms in the order of their lists, then the settings that change them.
func (c *rulesCmd) Run(std streams) error {
	var b strings.Builder
	for _, key := range packfile.PlatformKeys() {
		rules := packfile.Rules(key)
		if len(rules) > 0 && !c.JSON {
			fmt.Fprintf(&b, "%s\n", packfile.PlatformLabel(key))
		}
		for _, r := range rules {
			if !c.JSON {
				fmt.Fprintf(&b, "  %-18s %-8s %s\n", r.Code, r.Severity, r.Check)
				continue
			}
			if err := printJSON(&b, jsonRule{r.Code, key, r.Severity, r.Check, r.Source, r.Since}); err != nil {
				return fmt.Errorf("print the rules: %w", err)
			}
		}
	}
	if !c.JSON {
		b.WriteString(settingsText())
	}
	if _, err := io.WriteString(std.out, b.String()); err != nil {
		return fmt.Errorf("print the rules: %w", err)
	}
	return nil
}

func settingsText() string {
	var b strings.Builder
	for _, p := range packfile.Settings() {
		fmt.Fprintf(&b, "Settings for %s\n", p.Label)
		for _, s := range p.Settings {
			values := []string{"a short text"}
			if !s.Free {
				values = nil
				for _, choice := range s.Choices {
					if choice.Value != "" {
						values = append(values, choice.Value)
					}
				}
			}
			fmt.Fprintf(&b, "  --set %s=…  %s (%s)\n", s.Key, s.Help, strings.Join(values, ", "))
		}
	}
	return b.String()
}
