// Package example has the complete and commented pipelines.yaml, or the parts of it that some vendors need.
package example

import (
	_ "embed" // the files
	"regexp"
	"slices"
	"strings"
)

// The files below are those of the same names at the top of the repository,
// which embed cannot reach; a test keeps them equal.
var (
	//go:embed pipelines.yaml
	config string
	//go:embed env.example
	env string
)

// Config is a complete and commented pipelines.yaml.
func Config() string { return config }

// Env is the .env.example that belongs to it.
func Env() string { return env }

// ConfigOf is the example without what concerns other vendors than these.
func ConfigOf(vendors []string) string {
	var kept strings.Builder
	section, skipping := "", false
	for _, part := range paragraphs(config) {
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

// EnvOf is the .env.example that belongs to it.
func EnvOf(vendors []string) string {
	needed := ConfigOf(vendors)
	var kept strings.Builder
	for _, part := range paragraphs(env) {
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
