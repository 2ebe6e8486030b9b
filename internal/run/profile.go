package run

import (
	"context"

	"contactsync/load/duckdb/report"
)

// Profile is the quality of what the warehouse holds.
type Profile struct {
	Vendors  []report.VendorProfile `json:"sources"`  // each vendor's records; the last, without a source, are the contacts
	Causes   []report.CauseProfile  `json:"causes"`   // what normalising dropped or repaired, over all vendors
	Overlaps []report.Overlap       `json:"overlaps"` // how many people exactly these vendors know
	Identity report.Quality         `json:"identity"` // how well records were brought together
}

// ReadProfile measures what the warehouse holds, and what has come of the overrides.
func ReadProfile(ctx context.Context, reader *Reader, overrides Overrides) (p Profile, err error) {
	if err := BringFor(ctx, reader, "FROM source_contacts", "FROM contacts", "FROM etl.identifiers", "FROM vendor_overlap"); err != nil {
		return p, err
	}
	if p.Vendors, err = report.Profile(ctx, reader); err != nil {
		return p, err
	}
	p.Causes = report.TotalCauses(p.Vendors)
	if p.Overlaps, err = report.Overlaps(ctx, reader); err != nil {
		return p, err
	}
	p.Identity, err = report.ReadQuality(ctx, reader, overrides.List)
	return p, err
}
