package enrichment

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"contactsync/extract"
	"contactsync/extract/api"
)

// listPage is a page of a list, under whichever name its rows have.
type listPage struct {
	Data         json.RawMessage     `json:"data"`
	Result       json.RawMessage     `json:"result"`
	Results      json.RawMessage     `json:"results"`
	Jobs         json.RawMessage     `json:"jobs"`
	Enrichments  json.RawMessage     `json:"enrichments"`
	HasMore      json.RawMessage     `json:"has_more"`
	Total        *extract.LenientInt `json:"total"`
	TotalRecords *extract.LenientInt `json:"total_records"`
	TotalPages   *extract.LenientInt `json:"total_pages"`
	Status       extract.LenientText `json:"status"`

	rows []json.RawMessage
}

// decodePage reads a page. One whose rows are neither a list nor null is none, and so is
// one without rows that says it is not ready.
func decodePage(body []byte) (p listPage, err error) {
	if len(body) > 0 && body[0] == '[' {
		return p, json.Unmarshal(body, &p.rows)
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return p, errors.New("the answer is no list")
	}
	p.Total = cmp.Or(p.TotalRecords, p.Total)
	told := false
	for _, list := range []json.RawMessage{p.Data, p.Result, p.Results, p.Jobs, p.Enrichments} {
		told = told || len(list) > 0
		if len(list) > 0 && len(p.rows) == 0 && json.Unmarshal(list, &p.rows) != nil {
			return p, errors.New("its rows are no list")
		}
	}
	switch {
	case !told:
		return p, errors.New("the answer is no list")
	case len(p.rows) == 0 && extract.Judge(string(p.Status), false) != extract.StatusReady:
		return p, fmt.Errorf("the list is not ready (%.40s)", string(p.Status))
	}
	return p, nil
}

// ends reports whether the list says that no page follows; silent, that it says nothing.
func (p listPage) ends(page, seen int) (over, silent bool) {
	silent = len(p.HasMore) == 0 && p.TotalPages == nil && p.Total == nil
	return len(p.rows) == 0 || string(p.HasMore) == "false" || p.TotalPages != nil && page >= int(*p.TotalPages) ||
		p.TotalPages == nil && p.Total != nil && seen >= int(*p.Total), silent
}

// Listed is an entry of a list of the vendor's: a job, or an audience.
type Listed struct{ ID, Name string }

// List reads a list of the vendor's until each says that it has seen enough. Without
// an error it was read to its end, or as far as wanted: what was not in it is not there.
func List(ctx context.Context, env extract.Env, path string, each func(Listed) (more bool)) error {
	return listed(ctx, env, path, func(a jobAnswer) bool { return each(Listed{a.ID, a.Name}) })
}

func listed(ctx context.Context, env extract.Env, path string, each func(jobAnswer) (more bool)) error {
	seen := map[string]bool{}
	size := env.Client.Settings().PageSize
	for number := 1; ; number++ {
		request := api.Request{Method: http.MethodGet, Path: path, Page: number, Query: url.Values{
			"page": {strconv.Itoa(number)}, "page_size": {strconv.Itoa(size)},
		}}
		response, err := env.API.Do(ctx, request)
		if err != nil {
			return err
		}
		p, err := decodePage(response.Body)
		if err != nil {
			return env.API.Unusable(request, response, err)
		}
		before := len(seen)
		for _, row := range p.rows {
			told := decodeJob(row)
			seen[cmp.Or(told.ID, "name "+told.Name)] = true
			if !each(told) {
				return nil
			}
		}
		over, silent := p.ends(number, len(seen))
		fresh := len(seen) > before
		switch {
		case (over || silent && !fresh) && p.Total != nil && len(seen) < int(*p.Total):
			return fmt.Errorf("%s: the list %s declares %d entries and shows %d; it is not certain which are there", name, path, *p.Total, len(seen))
		case over, silent && !fresh:
			return nil
		case !fresh:
			return fmt.Errorf("%s: page %d of the list %s repeats entries of the pages before it, and more is promised", name, number, path)
		}
	}
}
