package replay

import (
	"context"

	"contactsync/internal/run"
	"contactsync/internal/stage"
	"contactsync/load"
)

// chunk is how many records, people or events a replay works on at a time: it bounds
// memory.
const chunk = 5_000

// payloads are the stored payloads of a pipeline on their way through the rules of
// today.
type payloads struct {
	*run.Execution
	stager *stage.Stager
	origin load.Origin
}

// shown tells the display how far the replay has come.
func (p *payloads) shown(err error) error {
	if err == nil {
		p.Show(func(shown *run.Progress) { shown.Rows = p.Run.RowsRead })
	}
	return err
}

// records makes the records anew from their versions.
func (p *payloads) records(ctx context.Context) error {
	for after := ""; ; {
		ids, err := p.Warehouse().History().RecordIDs(ctx, p.origin, after, chunk)
		if err != nil || len(ids) == 0 {
			return err
		}
		after = ids[len(ids)-1]
		if err := p.shown(p.stager.Records(ctx, ids)); err != nil {
			return err
		}
	}
}

// matches makes the matches anew, a day at a time.
func (p *payloads) matches(ctx context.Context) error {
	days, err := p.Warehouse().History().MatchDays(ctx, p.origin.Pipeline)
	if err != nil {
		return err
	}
	for _, day := range days {
		for after := ""; ; {
			list, err := p.Warehouse().History().Matches(ctx, p.origin.Pipeline, day, after, chunk)
			if err != nil {
				return err
			}
			if len(list) == 0 {
				break
			}
			after = list[len(list)-1].SourceID
			if err := p.shown(p.stager.Matches(ctx, list)); err != nil {
				return err
			}
		}
	}
	return nil
}

// events makes the events anew.
func (p *payloads) events(ctx context.Context) error {
	for after := ""; ; {
		list, err := p.Warehouse().History().Events(ctx, p.origin, after, chunk)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].EventID
		if err := p.shown(p.stager.Events(ctx, list)); err != nil {
			return err
		}
	}
}
