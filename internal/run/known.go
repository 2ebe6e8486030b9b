package run

import (
	"context"
	"slices"
	"time"

	"contactsync/extract"
	"contactsync/internal/suppression"
	"contactsync/load"
	"contactsync/load/duckdb/report"
	"contactsync/schema"
	"contactsync/transform"
)

// Query is what a query of the config returns.
func Query(ctx context.Context, w report.Connector, query string) (extract.Rows, error) {
	columns, texts, err := report.Texts(ctx, w, query)
	rows := extract.Rows{Columns: columns}
	for i, values := range texts {
		rows.Rows = append(rows.Rows, extract.Row{Number: i + 1, Values: values})
	}
	return rows, err
}

// KnownBy is what a warehouse knows of people whom a pipeline may ask for.
func KnownBy(ctx context.Context, w interface {
	Lookup() load.Lookup
	Progress() load.Progress
}, pipeline string) (extract.Known, error) {
	hashes, err := w.Lookup().Suppressions(ctx)
	if err != nil {
		return extract.Known{}, err
	}
	k := known(hashes)
	if k.Asked, err = w.Progress().Asked(ctx, pipeline, time.Time{}); err != nil {
		return k, err
	}
	k.Jobs, err = w.Progress().Enrichments(ctx, pipeline, time.Time{})
	return k, err
}

// Suppressed reports whether an address, a hash of one or a profile is of somebody who
// must stay out.
func Suppressed(ctx context.Context, w interface{ Lookup() load.Lookup }, text string) (bool, error) {
	hashes, err := w.Lookup().Suppressions(ctx)
	return err == nil && known(hashes).Suppressed(keysOf(text), text), err
}

// known knows who must stay out, and whom nobody has asked for.
func known(out suppression.Set) extract.Known {
	return extract.Known{
		Keys: keysOf,
		Suppressed: func(keys []schema.Identifier, text string) bool {
			return slices.ContainsFunc(keys, func(k schema.Identifier) bool { return out.Has(k.Kind, k.Value) }) ||
				len(out) > 0 && out.Mentions("", text, false)
		},
	}
}

// keysOf are the identifiers that a value names somebody by, that of the address
// itself before its other hashes.
func keysOf(value string) []schema.Identifier {
	if keys, ok := transform.OptOut(value); ok {
		return keys
	}
	keys, _ := transform.Selector(value)
	return keys
}
