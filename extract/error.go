package extract

import (
	"fmt"
	"time"

	"contactsync/extract/api"
)

// The errors of a vendor's API.
type (
	APIError   = api.Error
	LimitError = api.LimitError
)

// NotReadyError says that the vendor is still preparing the data: Toofr 202,
// intent 202 "materializing", StatSocial "running", AudienceLab "no data". It is
// never empty and never a deletion; the checkpoint stays where it was.
type NotReadyError struct {
	Source string
	What   string        // which search, audience or segment
	Status string        // what the vendor called it
	Waited time.Duration // how long the source polled before it gave up
}

func (e *NotReadyError) Error() string {
	return fmt.Sprintf("%s: %s is not ready (%s) after %s; the next run asks again", e.Source, e.What, e.Status, e.Waited.Round(time.Second))
}
