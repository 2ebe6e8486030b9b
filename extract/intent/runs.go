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

// run is a run in the list of runs. The second generation sends cacheKey,
// dataDate and createdAt; of the third only the run's own fields are documented.
type run struct {
	CacheKey    extract.LenientText `json:"cacheKey"`
	DataDate    extract.LenientText `json:"dataDate"`
	CreatedAt   extract.LenientText `json:"createdAt"`
	ID          extract.LenientText `json:"id"`
	CompletedAt extract.LenientText `json:"completedAt"`
	Status      extract.StatusText  `json:"status"`
}

// state is how far the vendor is with the run. What a word that is not known means,
// the run's own answer tells.
func (r run) state() state {
	switch extract.StatusOf(string(r.Status)) {
	case extract.StatusWaiting:
		return pending
	case extract.StatusFailed:
		return failed
	}
	return ready
}

func (r run) made() string { return string(cmp.Or(r.CompletedAt, r.CreatedAt)) }

// decodeRuns reads the list of days: {"data": [...]}, or {"data": {"runs": [...]}} in
// the manner of the third generation's other answers. Of several runs of one day the
// newest that is ready counts. Days that are not ready come last, so that no day that
// is there waits for them.
func decodeRuns(body []byte) ([]day, error) {
	var answer struct {
		Data json.RawMessage `json:"data"`
	}
	var wrapped struct {
		Runs json.RawMessage `json:"runs"`
	}
	var runs []run
	err := json.Unmarshal(body, &answer)
	if json.Unmarshal(answer.Data, &wrapped) == nil && wrapped.Runs != nil {
		answer.Data = wrapped.Runs
	}
	if err == nil {
		err = json.Unmarshal(answer.Data, &runs)
	}
	if err == nil && runs == nil {
		err = errors.New("it has no data")
	}
	if err != nil {
		return nil, fmt.Errorf("intent: the list of runs has another form than documented: %w", err)
	}
	slices.SortStableFunc(runs, func(a, b run) int { return cmp.Compare(a.made(), b.made()) })
	best := map[schema.Date]day{}
	for _, r := range runs {
		date, err := schema.ParseDate(calendarDay(cmp.Or(string(r.DataDate), r.made())))
		d := day{date: date, listed: string(cmp.Or(r.CacheKey, r.ID)), state: r.state()}
		if before, known := best[date]; err == nil && (!known || d.state <= before.state) {
			best[date] = d
		}
	}
	return slices.SortedFunc(maps.Values(best), func(a, b day) int {
		return cmp.Or(cmp.Compare(a.turn(), b.turn()), a.date.Compare(b.date.Time))
	}), nil
}

// turn puts the days that are not ready last.
func (d day) turn() int {
	if d.state == pending {
		return 1
	}
	return 0
}
