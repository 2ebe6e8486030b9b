package enrichment

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"contactsync/extract"
	"contactsync/extract/api"
)

// Question is by what one person is asked for; what is "" is not sent.
type Question struct {
	Email       string
	EmailSHA256 string // hex, of the address in lower case
	LinkedInURL string
}

func (q Question) filter() (o ordered) {
	for _, m := range []member{{"email", q.Email}, {"sha256_personal_email", q.EmailSHA256}, {"linkedin_url", q.LinkedInURL}} {
		if m.value != "" {
			o = append(o, m)
		}
	}
	return o
}

// Forms are the two forms of the vendor's enrichment API: the one that answers in
// practice, and that of the document that users have.
var Forms = []string{apiEnrichments, apiJobs}

// Field is a field of an answer that says something.
type Field struct{ Name, Value string }

// Answer is somebody whom the vendor found.
type Answer struct {
	Raw    json.RawMessage // one object, as served
	Fields []Field         // of it, in their order
}

// Enrich asks for one person, for these fields. The vendor may charge for it, so the
// request is not sent again once the vendor may have got it. No answers: it knows
// nobody who fits.
func Enrich(ctx context.Context, env extract.Env, form string, q Question, fields []string) ([]Answer, error) {
	request := api.Request{Method: http.MethodPost, Path: "/enrich", Once: true}
	request.Body, _ = json.Marshal(struct { // texts always encode
		Filter    ordered  `json:"filter"`
		Fields    []string `json:"fields"`
		IsOrMatch bool     `json:"is_or_match"`
	}{q.filter(), fields, false})
	if form == apiJobs {
		named, _ := json.Marshal(fields)
		request.Path, request.Body = "/enrich/contact", joinedRaw(q.filter(), "fields", named)
	}
	env = env.WithDefaults()
	response, err := env.API.Do(ctx, request)
	if err != nil {
		return nil, err
	}
	rows, err := foundIn(response.Body)
	if err != nil {
		return nil, env.API.Unusable(request, response, err)
	}
	var answers []Answer
	for _, raw := range rows {
		a := Answer{Raw: raw}
		for _, m := range membersOfObject(raw) {
			if m.value != "" {
				a.Fields = append(a.Fields, Field{m.name, m.value})
			}
		}
		answers = append(answers, a)
	}
	return answers, nil
}

// joinedRaw is an object with one more member, which is JSON already.
func joinedRaw(o ordered, name string, value json.RawMessage) []byte {
	own, _ := o.MarshalJSON() // never fails
	separator := ","
	if len(o) == 0 {
		separator = ""
	}
	return []byte(strings.TrimSuffix(string(own), "}") + separator + string(quoted(name)) + ":" + string(value) + "}")
}

// foundIn are the people in an answer: {"found":1,"result":[{...}]}, or under another
// of the names that the vendor's answers have for rows; one object is a list of one.
func foundIn(body []byte) (rows []json.RawMessage, err error) {
	var a struct {
		Found   *extract.LenientInt `json:"found"`
		Status  extract.LenientText `json:"status"`
		Result  json.RawMessage     `json:"result"`
		Results json.RawMessage     `json:"results"`
		Data    json.RawMessage     `json:"data"`
		Contact json.RawMessage     `json:"contact"`
		UUID    extract.LenientText `json:"UUID"`
	}
	if json.Unmarshal(body, &a) != nil {
		return nil, errors.New("the answer has another form than documented")
	}
	told := a.Found != nil || extract.StatusOf(string(a.Status)) == extract.StatusWaiting // "no data"
	for _, list := range []json.RawMessage{a.Result, a.Results, a.Data, a.Contact} {
		told = told || len(list) > 0
		switch {
		case len(list) == 0 || list[0] == 'n':
		case list[0] == '{':
			return []json.RawMessage{list}, nil
		case json.Unmarshal(list, &rows) != nil:
			return nil, errors.New("what was found is no list")
		case len(rows) > 0:
			return rows, nil
		}
	}
	if a.UUID != "" {
		return []json.RawMessage{body}, nil
	}
	if !told {
		return nil, errors.New("the answer says neither whom it found nor that it found nobody")
	}
	return nil, nil
}

// PersonFields are what is asked for of one person: those of the vendor's fields of
// which the common schema makes something.
var PersonFields = []string{
	"UUID", "FIRST_NAME", "LAST_NAME", "BUSINESS_EMAIL", "PERSONAL_EMAILS", "BUSINESS_VERIFIED_EMAILS", "PERSONAL_VERIFIED_EMAILS",
	"MOBILE_PHONE", "MOBILE_PHONE_DNC", "DIRECT_NUMBER", "DIRECT_NUMBER_DNC", "PERSONAL_PHONE", "PERSONAL_PHONE_DNC", "LINKEDIN_URL", "TWITTER_URL",
	"FACEBOOK_URL", "JOB_TITLE", "SENIORITY_LEVEL", "DEPARTMENT", "COMPANY_NAME", "COMPANY_DOMAIN", "COMPANY_INDUSTRY", "COMPANY_EMPLOYEE_COUNT",
	"COMPANY_REVENUE", "COMPANY_PHONE", "PERSONAL_CITY", "PERSONAL_STATE", "PERSONAL_ZIP", "GENDER", "AGE_RANGE",
}
