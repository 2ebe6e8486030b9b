package audiencelab

import (
	"sync"

	"contactsync/internal/simulate/api"
)

// account is what clients have made at the vendor: jobs and audiences.
type account struct {
	mu        sync.Mutex
	jobs      []*job // oldest first
	audiences []definition
}

// unknownField is the vendor's answer to a request that it does not understand.
const unknownField = "Malformed JSON/Unknown Field detected: <nil>"

// job finds a job by its id.
func (a *account) job(id string) *job {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, j := range a.jobs {
		if j.id == id {
			return j
		}
	}
	return nil
}

// ofJob is an endpoint for the job that the path names.
func (a *account) ofJob(answer func(*api.Call, *job) api.Answer) api.Endpoint {
	return func(c *api.Call) api.Answer {
		if j := a.job(c.HTTP.PathValue("id")); j != nil {
			return answer(c, j)
		}
		return c.NotFound("Enrichment not found")
	}
}
