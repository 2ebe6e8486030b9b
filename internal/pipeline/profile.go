package pipeline

import (
	"context"

	"contactsync/load/duckdb"
)

// Profile is the quality of what the warehouse holds.
type Profile struct {
	Vendors  []duckdb.VendorProfile // each vendor's records; the last, without a source, are the contacts
	Overlaps []duckdb.Overlap       // how many people exactly these vendors know
}

// Profile measures what the warehouse holds.
func (r *Runner) Profile(ctx context.Context, reader *Reader) (p Profile, err error) {
	if p.Vendors, err = reader.Profile(ctx); err != nil {
		return p, err
	}
	p.Overlaps, err = reader.Overlaps(ctx)
	return p, err
}
