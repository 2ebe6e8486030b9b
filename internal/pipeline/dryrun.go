package pipeline

import (
	"context"
	"errors"
	"fmt"

	"contactsync/extract"
	"contactsync/internal/config"
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
	Warnings []string                // what a person should look at
}

// DryRun reads one page of each pipeline and normalises it. It writes nothing
// and calls nothing that costs.
func (r *Runner) DryRun(ctx context.Context, names []string, o Options) ([]Preview, error) {
	pipelines, err := r.pipelines(names)
	if err != nil {
		return nil, err
	}
	var list []Preview
	for _, p := range pipelines {
		preview, err := r.preview(ctx, p, o)
		if err != nil {
			return list, fmt.Errorf("%s: %w", p.Name, err)
		}
		list = append(list, preview)
	}
	return list, nil
}

func (r *Runner) preview(ctx context.Context, p *config.Pipeline, o Options) (Preview, error) {
	plan, err := r.plan(ctx, p, o)
	preview := Preview{Pipeline: p.Name, Planned: plan.Searches, MaxCost: plan.MaxCost, Note: plan.Note, Warnings: plan.Warnings}
	if err != nil || plan.Preview == nil {
		return preview, err
	}
	client, err := r.Client(p.Source)
	if err != nil {
		return preview, err
	}
	source, _, err := plan.Preview.Open(ctx, r.ask(p, o), extract.Env{Client: client, Meter: new(extract.Meter), Log: r.Log, Now: r.Now})
	if err != nil {
		return preview, err
	}
	for page, err := range source.Pages(ctx, extract.State{}) {
		if err != nil {
			return preview, err
		}
		if len(page.Records) > 0 {
			return preview, preview.add(p, page)
		}
	}
	preview.Note = "the vendor has no rows"
	return preview, nil
}

// add normalises a page into the preview.
func (v *Preview) add(p *config.Pipeline, page extract.Page) error {
	drop := dropper(p.DropFields)
	for _, record := range page.Records {
		if raw, err := drop.apply(record.Raw); err == nil {
			record.Raw = raw
		}
		_, err := transform.Facts(record, p.Name, page.Audience)
		if reject, ok := errors.AsType[*transform.RejectError](err); ok {
			v.Rejected = append(v.Rejected, reject.Reason)
			continue
		}
		if err != nil {
			return err
		}
		normal, err := transform.Contact(record.Source, record.ID, record.Raw)
		if err != nil {
			return err
		}
		v.Rows = append(v.Rows, schema.SourceContact{
			Source: record.Source, SourceID: record.ID, Profile: normal.Profile, Emails: normal.Emails, Phones: normal.Phones,
			Notes: normal.Notes, Payload: string(record.Raw), AsOf: record.AsOf,
		})
	}
	return nil
}
