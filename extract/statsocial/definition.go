// Package statsocial reads the output files of StatSocial's audiences: of existing
// ones, and of ones that it has built from a definition, for a credit each.
//
// Partition "definition" holds which audience was built from which definition, and
// the partition of an audience's id how far its output files were read.
package statsocial

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"contactsync/extract"
	"contactsync/internal/words"
)

// Outputs are the output files of one audience: an existing one, or one that is
// built from a definition.
type Outputs struct {
	AudienceID int64              `yaml:"audience_id" jsonschema:"minimum=1" doc:"existing audience; or give audience and parameters"`
	Audience   AudienceDefinition `yaml:"audience" doc:"name and description of an audience to build, once"`
	Parameters []Parameter        `yaml:"parameters" doc:"who is in it, in the form of the vendor's Create Audience document"`
	Outputs    []string           `yaml:"outputs" jsonschema:"minItems=1,uniqueItems=true,enum=ss_id,enum=twitter_id,enum=twitter_user,enum=md5,enum=email_raw,enum=cint_id,enum=ma_id" doc:"id types to read; left out: what the account may generate"`
	OnChange   string             `yaml:"on_change" jsonschema:"default=error,enum=error,enum=create" doc:"what to do when the definition changed: a new build costs a credit"`
}

// AudienceDefinition names an audience that StatSocial is to build, and says
// whom it notifies when it is done. The names are those of "Create Audience".
type AudienceDefinition struct {
	Name        string `yaml:"name" json:"name"`
	Description string `yaml:"description" json:"description,omitempty"`

	CallbackURL                   string `yaml:"callback_url" json:"-"`
	GenerateInsightsAutomatically bool   `yaml:"generate_insights_automatically" json:"-"`
	InsightCallbackURL            string `yaml:"insight_callback_url" json:"-"`
}

// Problems implements [extract.Definition]. It checks every rule of the Create
// Audience document before anything is sent.
func (s Outputs) Problems(extract.Section) []extract.Problem {
	var p extract.Problems
	for i, output := range s.Outputs {
		path := fmt.Sprintf("outputs[%d]", i)
		if output == "ramp_id" {
			p.Add(path, "ramp_id is a type of uploads only, never an output; one of %s", strings.Join(outputTypes, ", "))
			continue
		}
		p.OneOf(path, "output", output, outputTypes)
	}
	p.Distinct("outputs", s.Outputs)
	if s.OnChange != "" {
		p.OneOf("on_change", "reaction", s.OnChange, []string{extract.OnChangeError, extract.OnChangeCreate})
	}
	defined := s.Audience != AudienceDefinition{} || len(s.Parameters) > 0
	switch {
	case s.AudienceID < 0:
		p.Add("audience_id", "an audience id is a positive number")
	case s.AudienceID > 0 && defined:
		p.Add("audience_id", "names an existing audience, and audience with parameters defines a new one; keep one of the two")
	case s.AudienceID == 0 && !defined:
		p.Add("audience_id", "give the id of an existing audience, or audience and parameters to build one")
	case s.AudienceID == 0:
		s.Audience.check(&p)
		if len(s.Parameters) == 0 {
			p.Add("parameters", "say who is in the audience: at least one parameter")
		}
		for i, parameter := range s.Parameters {
			parameter.check(place{&p, "parameters"}.entry(i), i == 0)
		}
	}
	return p
}

func (d AudienceDefinition) check(p *extract.Problems) {
	if strings.TrimSpace(d.Name) == "" {
		p.Add("audience.name", "the audience needs a name")
	}
	checkCallback(p, "audience.callback_url", d.CallbackURL)
	checkCallback(p, "audience.insight_callback_url", d.InsightCallbackURL)
	if d.InsightCallbackURL != "" && !d.GenerateInsightsAutomatically {
		p.Add("audience.insight_callback_url", "is allowed only with generate_insights_automatically: true")
	}
}

func checkCallback(p *extract.Problems, path, address string) {
	u, err := url.Parse(address)
	if address != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		p.Add(path, "is no http or https address")
	}
}

// Open implements [extract.Definition].
func (s Outputs) Open(_ context.Context, _ extract.Run, env extract.Env) (extract.Source, []string, error) {
	return s.source(env), nil, nil
}

// Plan implements [extract.Definition]. A dry run reads an audience that is built,
// by its id, so that it orders nothing.
func (s Outputs) Plan(ctx context.Context, run extract.Run) (extract.Plan, error) {
	built := s
	if s.AudienceID == 0 {
		from, err := run.State(ctx)
		if err != nil {
			return extract.Plan{}, err
		}
		if _, built.AudienceID, err = s.built(from); err != nil {
			return extract.Plan{}, err
		}
	}
	plan := extract.Plan{Detail: fmt.Sprintf("the outputs of audience %d", built.AudienceID), Preview: &built}
	switch {
	case built.AudienceID == 0:
		plan = extract.Plan{
			Detail:  fmt.Sprintf("the outputs of %q, built first from %s", s.Audience.Name, words.Counted(len(s.Parameters), "parameter", "parameters")),
			MaxCost: 1,
			Note:    "the audience would be built first, which costs a credit",
		}
	case s.AudienceID == 0:
		plan.Detail += fmt.Sprintf(", built from the definition of %q", s.Audience.Name)
	}
	if len(s.Outputs) > 0 {
		plan.Detail += ": " + strings.Join(s.Outputs, ", ")
	}
	return plan, nil
}
