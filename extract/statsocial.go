package extract

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"

	"contactsync/schema"
)

// StatSocialOutputs reads the output files of one audience: an existing one, or
// one that is built from a definition.
type StatSocialOutputs struct {
	AudienceID int64              // an existing audience; 0: build the definition below
	Audience   AudienceDefinition // name and description
	Parameters []Parameter        // who is in it, in the vendor's own form
	Outputs    []string           // id types to read; none: whatever the vendor generated
	OnChange   string             // what to do when the definition changed: error (default) or create
}

// What to do when the definition of an audience changed.
const (
	onChangeError  = "error"
	onChangeCreate = "create"
)

// Source reads one build of one audience, once: partition "definition" remembers
// which audience was built from which definition, and the partition of an
// audience id how far its output files were read. A build costs a credit, so it
// is ordered once per definition, and its note is stored before the order is sent.
func (s StatSocialOutputs) Source(env Env) Source {
	return statSocialSource{s, env.withDefaults()}
}

type statSocialSource struct {
	StatSocialOutputs
	env Env
}

// statSocialReader reads one audience for one consumer.
type statSocialReader struct {
	statSocialSource
	emit func(Page) error
}

// Pages implements [Source].
func (s statSocialSource) Pages(ctx context.Context, from State) iter.Seq2[Page, error] {
	return func(yield func(Page, error) bool) {
		stopped := false
		r := statSocialReader{s, func(p Page) error {
			if stopped = stopped || !yield(p, nil); stopped {
				return errStopped
			}
			return nil
		}}
		if err := r.run(ctx, from); err != nil && !stopped {
			yield(Page{}, err)
		}
	}
}

func (r statSocialReader) run(ctx context.Context, from State) error {
	id := r.AudienceID
	if id == 0 {
		var err error
		if id, err = r.build(ctx, from[definitionPartition]); err != nil {
			return err
		}
	}
	at := decodeStatSocialPosition(from[strconv.FormatInt(id, 10)])
	if at.AudienceID != id || !slices.Equal(at.Outputs, r.wanted()) {
		at = statSocialPosition{AudienceID: id, Outputs: r.wanted()}
	}
	if at.Done {
		return nil
	}
	audience, warnings, err := r.await(ctx, id)
	if err != nil {
		return err
	}
	return r.read(ctx, audience, at, warnings)
}

// wanted is the outputs to read, in a fixed order; none means all. The document:
// ss_id "will always be present", so it is always read.
func (s StatSocialOutputs) wanted() []string {
	if len(s.Outputs) == 0 {
		return nil
	}
	outputs := append([]string{"ss_id"}, s.Outputs...)
	slices.Sort(outputs)
	return slices.Compact(outputs)
}

// await asks for the audience until its build is done.
func (r statSocialReader) await(ctx context.Context, id int64) (audience statSocialAudience, warnings []string, err error) {
	what := fmt.Sprintf("audience %d", id)
	err = r.env.Poll(ctx, what, func(ctx context.Context) (bool, string, error) {
		answer, err := r.env.Client.Do(ctx, r.env, Request{Method: http.MethodGet, Path: statSocialAudiencePath(id)})
		if notFound(err) {
			return false, "", fmt.Errorf("%w; there is no %s, or not for this token", err, what)
		}
		if err != nil {
			return false, "", err
		}
		if audience, err = decodeStatSocialAudience(answer.Body, id); err != nil {
			return false, "", err
		}
		status := string(audience.Status)
		switch statSocialState(status) {
		case buildDone:
			return true, status, nil
		case buildFailed:
			advice := "`sync run --full` builds it anew, for another credit"
			if r.AudienceID != 0 {
				advice = "regenerate it at StatSocial, and set audience_id to the new id"
			}
			return false, status, fmt.Errorf("statsocial: the build of %s ended with status %s; %s", what, status, advice)
		case buildUnknown:
			warning := fmt.Sprintf("statsocial: %s has a status that is not known, %.40q; it is taken for not ready", what, status)
			if !slices.Contains(warnings, warning) {
				warnings = append(warnings, warning)
				r.env.Log.Warn(warning)
			}
		}
		return false, status, nil
	})
	return audience, warnings, err
}

// page is a page of the audience's sweep.
func (r statSocialReader) page(audience statSocialAudience, next statSocialPosition, records []schema.Record) Page {
	id := strconv.FormatInt(next.AudienceID, 10)
	return Page{
		Partition: id,
		Next:      next.encode(),
		Sweep:     next.sweep(),
		Complete:  next.Done,
		Number:    next.Page,
		Audience:  id,
		Records:   records,
		Audiences: []schema.Audience{audience.describe(next.AudienceID)},
	}
}
