package statsocial

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"

	"contactsync/extract"
	"contactsync/extract/api"
	"contactsync/schema"
)

// What to do when the definition of an audience changed.
const (
	onChangeError  = "error"
	onChangeCreate = "create"
)

// Source reads one build of one audience, once: partition "definition" remembers
// which audience was built from which definition, and the partition of an
// audience id how far its output files were read. A build costs a credit, so it
// is ordered once per definition, and its note is stored before the order is sent.
func (s Outputs) Source(env extract.Env) extract.Source {
	return source{s, env.WithDefaults()}
}

type source struct {
	Outputs
	env extract.Env
}

// reader reads one audience for one consumer.
type reader struct {
	source
	emit func(extract.Page) error
}

// Pages implements [Source].
func (s source) Pages(ctx context.Context, from extract.State) iter.Seq2[extract.Page, error] {
	return func(yield func(extract.Page, error) bool) {
		stopped := false
		r := reader{s, func(p extract.Page) error {
			if stopped = stopped || !yield(p, nil); stopped {
				return extract.ErrStopped
			}
			return nil
		}}
		if err := r.run(ctx, from); err != nil && !stopped {
			yield(extract.Page{}, err)
		}
	}
}

func (r reader) run(ctx context.Context, from extract.State) error {
	id := r.AudienceID
	if id == 0 {
		var err error
		if id, err = r.build(ctx, from[definitionPartition]); err != nil {
			return err
		}
	}
	at := decodePosition(from[strconv.FormatInt(id, 10)])
	if at.AudienceID != id || !slices.Equal(at.Outputs, r.wanted()) {
		at = position{AudienceID: id, Outputs: r.wanted()}
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
func (s Outputs) wanted() []string {
	if len(s.Outputs) == 0 {
		return nil
	}
	outputs := append([]string{"ss_id"}, s.Outputs...)
	slices.Sort(outputs)
	return slices.Compact(outputs)
}

// await asks for the audience until its build is done.
func (r reader) await(ctx context.Context, id int64) (audience statSocialAudience, warnings []string, err error) {
	what := fmt.Sprintf("audience %d", id)
	err = r.env.Poll(ctx, what, func(ctx context.Context) (bool, string, error) {
		answer, err := r.env.API.Do(ctx, api.Request{Method: http.MethodGet, Path: audiencePath(id)})
		if api.NotFound(err) {
			return false, "", fmt.Errorf("%w; there is no %s, or not for this token", err, what)
		}
		if err != nil {
			return false, "", err
		}
		if audience, err = decodeAudience(answer.Body, id); err != nil {
			return false, "", err
		}
		status := string(audience.Status)
		switch stateOf(status) {
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
func (r reader) page(audience statSocialAudience, next position, records []schema.Record) extract.Page {
	id := strconv.FormatInt(next.AudienceID, 10)
	return extract.Page{
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
