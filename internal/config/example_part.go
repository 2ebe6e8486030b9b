package config

import (
	"regexp"
	"slices"
	"strings"
)

// ExampleOf is the example without what concerns other vendors than these.
func ExampleOf(vendors []string) string {
	var kept strings.Builder
	section, skipping := "", false
	for _, part := range paragraphs(example) {
		if sourced := fromPattern.FindAllStringSubmatch(part, -1); len(sourced) > 0 {
			if !slices.ContainsFunc(sourced, func(m []string) bool { return !slices.Contains(vendors, m[1]) }) {
				kept.WriteString(part)
			}
			continue
		}
		for line := range strings.Lines(part) {
			if top := topPattern.FindStringSubmatch(line); top != nil {
				section, skipping = top[1], false
			} else if source := sourcePattern.FindStringSubmatch(line); source != nil && section == "sources" {
				skipping = !slices.Contains(vendors, source[1])
			} else if strings.TrimSpace(line) == "" {
				skipping = false
			}
			if !skipping {
				kept.WriteString(line)
			}
		}
	}
	return kept.String()
}

// EnvExampleOf is the .env.example that belongs to it.
func EnvExampleOf(vendors []string) string {
	needed := ExampleOf(vendors)
	var kept strings.Builder
	for _, part := range paragraphs(envExample) {
		variable := variablePattern.FindStringSubmatch(part)
		if variable == nil || strings.Contains(needed, "${"+variable[1]+"}") {
			kept.WriteString(part)
		}
	}
	return kept.String()
}

var (
	fromPattern     = regexp.MustCompile(`(?m)^    from: (\w+)\.`)
	topPattern      = regexp.MustCompile(`^(\w+):`)
	sourcePattern   = regexp.MustCompile(`^  (\w+):`)
	variablePattern = regexp.MustCompile(`(?m)^(\w+)=`)
)

// paragraphs cuts a text after its empty lines.
func paragraphs(text string) []string { return strings.SplitAfter(text, "\n\n") }
