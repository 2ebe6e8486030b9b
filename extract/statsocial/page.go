package statsocial

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"contactsync/extract"
	"contactsync/schema"
)

// No public document describes Get Audience Data, the states of a build other than
// running, or the output files. What is assumed of them is in this file and in
// file.go only.

const (
	audiencesPath = "/platform/v0/audiences"
	// credits is documented: {"response":{"builds":-1,...}}, -1 for unlimited.
	creditsPath = "/platform/v0/credits"
)

// audiencePath is where an audience is asked for, by analogy with its siblings.
func audiencePath(id int64) string { return audiencesPath + "/" + strconv.FormatInt(id, 10) }

// audience is the answer of Get Audience Data and of Create Audience.
type audience struct {
	ID      extract.LenientInt  `json:"id"`
	Name    extract.LenientText `json:"name"`
	Status  extract.StatusText  `json:"status"`
	Size    extract.LenientInt  `json:"size"`
	Outputs []output            `json:"outputs"`
}

// output is one output file of an audience.
type output struct {
	Type  string             `json:"type"`
	URL   string             `json:"url"`
	Count extract.LenientInt `json:"count"`
}

// responseOf unwraps the envelope that all answers share. response may
// be an object, an array or a string.
func responseOf(body []byte) (json.RawMessage, error) {
	var envelope struct {
		Response json.RawMessage `json:"response"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, fmt.Errorf("statsocial: the answer has another form than documented: %w", err)
	}
	if len(envelope.Response) == 0 || bytes.Equal(envelope.Response, []byte("null")) {
		return nil, errors.New("statsocial: the answer has no response")
	}
	return envelope.Response, nil
}

// decodeAudience reads an audience. A response that is a string, such
// as "universe for audience 67454 enqueued for generation", is the state of one.
// Of an array the audience with the id counts, or the only one.
func decodeAudience(body []byte, id int64) (a audience, err error) {
	response, err := responseOf(body)
	if err != nil {
		return a, err
	}
	switch response[0] {
	case '"':
		err = json.Unmarshal(response, &a.Status)
	case '[':
		var list []audience
		if err = json.Unmarshal(response, &list); err != nil {
			break
		}
		i := slices.IndexFunc(list, func(a audience) bool { return int64(a.ID) == id && id != 0 || len(list) == 1 })
		if i < 0 {
			err = fmt.Errorf("none of %d audiences is the one that was asked for", len(list))
			break
		}
		a = list[i]
	default:
		err = json.Unmarshal(response, &a)
	}
	switch {
	case err != nil:
		return audience{}, fmt.Errorf("statsocial: the audience has another form than assumed: %w", err)
	case id != 0 && a.ID != 0 && int64(a.ID) != id:
		return audience{}, fmt.Errorf("statsocial: audience %d was asked for, audience %d came", id, a.ID)
	}
	return a, nil
}

// describe is what the warehouse keeps of the audience itself. The addresses of
// its files are signed, so they are secrets and no part of it.
func (a audience) describe(id string) schema.Audience {
	var types []string
	for _, o := range a.Outputs {
		types = append(types, o.Type)
	}
	slices.Sort(types)
	attributes, _ := json.Marshal(struct {
		Status  string   `json:"status"`
		Size    int64    `json:"size,omitempty"`
		Outputs []string `json:"outputs,omitempty"`
	}{string(a.Status), int64(a.Size), types}) // strings and a number always encode
	return schema.Audience{Source: name, AudienceID: id, Kind: schema.KindAudience, Name: string(a.Name), Attributes: string(attributes)}
}

// declaredBy is how many people an audience declares with its files. The rows of a
// file count where it does not say: those of ss_id, of which each person has one.
func declaredBy(a audience, files []output) int64 {
	declared := int64(a.Size)
	for _, f := range files {
		if f.Type == "ss_id" && declared <= 0 {
			declared = int64(f.Count)
		}
	}
	return max(declared, 0)
}

// mismatch is a warning when the file has another number of rows than it declares.
func (o output) mismatch(rows int64) []string {
	declared := int64(o.Count)
	switch {
	case declared <= 0 || rows == declared:
		return nil
	case rows == 0:
		return []string{fmt.Sprintf("statsocial: the %s file declares %d rows and is empty; the next run reads it again", o.Type, declared)}
	}
	return []string{fmt.Sprintf("statsocial: the %s file declares %d rows and has %d", o.Type, declared, rows)}
}
