package intent

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"contactsync/extract"
	"contactsync/schema"
)

// intentRun is a run in the list of runs. The second generation sends cacheKey,
// dataDate and createdAt; of the third only the run's own fields are documented.
type intentRun struct {
	CacheKey    extract.LenientText `json:"cacheKey"`
	DataDate    extract.LenientText `json:"dataDate"`
	CreatedAt   extract.LenientText `json:"createdAt"`
	ID          extract.LenientText `json:"id"`
	CompletedAt extract.LenientText `json:"completedAt"`
	Status      string              `json:"status"`
}

func (r intentRun) made() string { return string(cmp.Or(r.CompletedAt, r.CreatedAt)) }

// day is the day of the run; ok is false while it has none.
func (r intentRun) day() (d intentDay, ok bool) {
	date, err := schema.ParseDate(calendarDay(cmp.Or(string(r.DataDate), r.made())))
	return intentDay{date: date, listed: string(cmp.Or(r.CacheKey, r.ID)), state: stateOf(r.Status)}, err == nil
}

// decodeRuns reads the list of days. Of several runs of one day the newest
// that is ready counts. Days that are not ready come last, so that no day that is
// there waits for them.
func decodeRuns(body []byte) ([]intentDay, error) {
	runs, err := decodeRunList(body)
	if err != nil {
		return nil, fmt.Errorf("intent: the list of runs has another form than documented: %w", err)
	}
	slices.SortStableFunc(runs, func(a, b intentRun) int { return cmp.Compare(a.made(), b.made()) })
	best := map[schema.Date]intentDay{}
	for _, r := range runs {
		day, ok := r.day()
		if before, known := best[day.date]; ok && (!known || day.state <= before.state) {
			best[day.date] = day
		}
	}
	return slices.SortedFunc(maps.Values(best), func(a, b intentDay) int {
		if aWaits, bWaits := a.state == intentPending, b.state == intentPending; aWaits != bWaits {
			if aWaits {
				return 1
			}
			return -1
		}
		return a.date.Compare(b.date.Time)
	}), nil
}

// decodeRunList reads {"data": [...]}, or {"data": {"runs": [...]}} in the
// manner of the third generation's other answers.
func decodeRunList(body []byte) ([]intentRun, error) {
	var answer struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	var wrapped struct {
		Runs *[]intentRun `json:"runs"`
	}
	if json.Unmarshal(answer.Data, &wrapped) == nil && wrapped.Runs != nil {
		return *wrapped.Runs, nil
	}
	var runs *[]intentRun
	if err := json.Unmarshal(answer.Data, &runs); err != nil {
		return nil, err
	}
	if runs == nil {
		return nil, errors.New("it has no data")
	}
	return *runs, nil
}
