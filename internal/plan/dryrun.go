package plan

import (
	"context"
	"errors"
	"fmt"

	"contactsync/extract"
	"contactsync/internal/config"
	"contactsync/internal/run"
	"contactsync/internal/stage"
	"contactsync/schema"
	"contactsync/transform"
)

// Preview is what a dry run of one pipeline shows.
type Preview struct {
	Pipeline string
	Rows     []schema.SourceContact  // the first page, normalised
	Rejected []string                // reasons
	Planned  []extract.PlannedSearch // what would be bought; nothing is asked
	MaxCost  int64                   // the most that it can cost; -1 = no bound is set
	Note     string                  // why there are no rows
	Request  *extract.PlannedRequest // the first that would be sent and may cost; nothing is asked
	Warnings []string                // what a person should look at
}

// DryRun reads one page of each pipeline and normalises it. It writes nothing
// and calls nothing that costs.
func DryRun(ctx context.Context, r *run.Runner, names []string, o run.Options) ([]Preview, error) {
	pipelines, err := r.Named(names)
	if err != nil {
		return nil, err
	}
	var list []Preview
	for _, p := range pipelines {
		shown, err := preview(ctx, r, p, o)
		if err != nil {
			return list, fmt.Errorf("%s: %w", p.Name, err)
		}
		list = append(list, shown)
	}
	return list, nil
}

func preview(ctx context.Context, r *run.Runner, p *config.Pipeline, o run.Options) (Preview, error) {
	plan, err := planOf(ctx, r, p, o, false)
	shown := Preview{Pipeline: p.Name, Planned: plan.Searches, MaxCost: plan.MaxCost, Note: plan.Note, Request: plan.Request, Warnings: plan.Warnings}
	if err != nil || plan.Preview == nil {
		return shown, err
	}
	client, err := r.Client(p.Source)
	if err != nil {
		return shown, err
	}
	env := extract.Env{Client: client, Meter: new(extract.Meter), Log: r.Log, Now: r.Now, MaxRecords: p.MaxRecords}
	source, _, err := plan.Preview.Open(ctx, r.Ask(p, o), env)
	if err != nil {
		return shown, err
	}
	for page, err := range source.Pages(ctx, extract.State{}) {
		if err != nil {
			return shown, err
		}
		if len(page.Records) > 0 {
			return shown, shown.add(p, page)
		}
	}
	shown.Note = "the vendor has no rows"
	return shown, nil
}

// add normalises a page into the preview.
func (v *Preview) add(p *config.Pipeline, page extract.Page) error {
	rules, err := transform.RulesOf(p.Source)
	if err != nil {
		return err
	}
	drop := stage.Dropper(p.DropFields)
	for _, record := range page.Records {
		if raw, err := drop.Apply(record.Raw, rules); err == nil {
			record.Raw = raw
		}
		document, err := rules.Parse(record.ID, string(record.Raw))
		if err == nil {
			_, err = document.Facts(record.AsOf, p.Name, page.Audience)
		}
		if reject, ok := errors.AsType[*transform.RejectError](err); ok {
			v.Rejected = append(v.Rejected, reject.Reason)
			continue
		}
		if err != nil {
			return err
		}
		normal := document.Contact()
		v.Rows = append(v.Rows, schema.SourceContact{
			Source: record.Source, SourceID: record.ID, Profile: normal.Profile, Emails: normal.Emails, Phones: normal.Phones,
			Notes: normal.Notes, Payload: document.Payload(), AsOf: record.AsOf,
		})
	}
	return nil
}
