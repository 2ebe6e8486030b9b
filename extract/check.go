package extract

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"contactsync/internal/words"
	"contactsync/schema"
)

// AccountStatus is what a vendor says of the account behind a credential.
type AccountStatus struct {
	Detail string // for people: "2047 credits, plan Expert"
}

// Check asks a vendor for the cheapest thing that needs the credential and costs
// nothing. An [*APIError] with Refused says that the credential is not accepted.
func Check(ctx context.Context, env Env) (AccountStatus, error) {
	switch env.Client.Settings().Source {
	case schema.Toofr:
		return checkToofr(ctx, env)
	case schema.Intent:
		return checkIntent(ctx, env)
	case schema.StatSocial:
		return checkStatSocial(ctx, env)
	default:
		return checkAudienceLab(ctx, env)
	}
}

// checkToofr asks for the balance. The page that documents it left the index in
// 2018, so an account without it may still be in order.
func checkToofr(ctx context.Context, env Env) (AccountStatus, error) {
	var balance struct {
		Credits *lenientInt `json:"credits"`
		Plan    lenientText `json:"plan_name"`
	}
	err := ask(ctx, env, Request{Path: toofrBalance}, &balance)
	switch {
	case absent(err):
		return AccountStatus{Detail: "the vendor has no balance to ask for; the key is first tried by a run"}, nil
	case err != nil:
		return AccountStatus{}, err
	case balance.Credits == nil:
		return AccountStatus{Detail: "the key is accepted; the balance is not told"}, nil
	}
	detail := fmt.Sprintf("%d credits", *balance.Credits)
	if balance.Plan != "" {
		detail += ", plan " + string(balance.Plan)
	}
	return AccountStatus{Detail: detail}, nil
}

func checkIntent(ctx context.Context, env Env) (AccountStatus, error) {
	var answer struct {
		Data []json.RawMessage `json:"data"`
	}
	if err := ask(ctx, env, Request{Path: "/v1/intent/audiences"}, &answer); err != nil {
		return AccountStatus{}, err
	}
	return AccountStatus{Detail: words.Counted(len(answer.Data), "saved audience", "saved audiences")}, nil
}

func checkStatSocial(ctx context.Context, env Env) (AccountStatus, error) {
	var answer struct {
		Response struct {
			Builds *lenientInt `json:"builds"`
		} `json:"response"`
	}
	if err := ask(ctx, env, Request{Path: "/platform/v0/credits"}, &answer); err != nil {
		return AccountStatus{}, err
	}
	switch builds := answer.Response.Builds; {
	case builds == nil:
		return AccountStatus{Detail: "the token is accepted; credits are not told"}, nil
	case *builds < 0:
		return AccountStatus{Detail: "unlimited builds"}, nil
	default:
		return AccountStatus{Detail: words.Counted(int(*builds), "build", "builds") + " left"}, nil
	}
}

// checkAudienceLab counts the audiences, and the attributes where that answers.
func checkAudienceLab(ctx context.Context, env Env) (AccountStatus, error) {
	var audiences struct {
		Total        *lenientInt `json:"total"`
		TotalRecords *lenientInt `json:"total_records"`
	}
	if err := ask(ctx, env, Request{Path: "/audiences", Query: url.Values{"page": {"1"}, "page_size": {"1"}}}, &audiences); err != nil {
		return AccountStatus{}, err
	}
	detail := "the key is accepted"
	for _, total := range []*lenientInt{audiences.Total, audiences.TotalRecords} {
		if total != nil {
			detail = words.Counted(int(*total), "saved audience", "saved audiences")
		}
	}
	var attributes struct {
		Attributes []json.RawMessage `json:"attributes"`
	}
	if ask(ctx, env, Request{Path: "/audiences/attributes", Once: true}, &attributes) == nil && len(attributes.Attributes) > 0 {
		detail += ", " + words.Counted(len(attributes.Attributes), "attribute", "attributes")
	}
	return AccountStatus{Detail: detail}, ctx.Err()
}

// ask reads what an answer has of the fields of into; whatever else it holds is
// no reason to distrust the credential.
func ask(ctx context.Context, env Env, r Request, into any) error {
	r.Method = http.MethodGet
	response, err := env.Client.Do(ctx, env, r)
	if err != nil {
		return err
	}
	_ = json.Unmarshal(response.Body, into)
	return nil
}

// absent reports whether the vendor does not have what was asked for.
func absent(err error) bool {
	var api *APIError
	return errors.As(err, &api) && (api.Status == http.StatusNotFound || api.Status == http.StatusGone || api.Status == http.StatusNotAcceptable || api.Status == http.StatusMethodNotAllowed)
}
