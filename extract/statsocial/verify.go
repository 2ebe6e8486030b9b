package statsocial

import (
	"context"
	"fmt"

	"contactsync/extract"
	"contactsync/extract/api"
)

// Verify implements [extract.Verifier]. Get Audience Data is no build and costs no
// credit; a list of audiences is documented nowhere.
func (s Outputs) Verify(ctx context.Context, env extract.Env) ([]extract.Problem, error) {
	if s.AudienceID == 0 {
		return nil, nil
	}
	err := extract.Ask(ctx, env, api.Request{Path: audiencePath(s.AudienceID), Once: true}, &struct{}{})
	if extract.Missing(err) {
		message := fmt.Sprintf("there is no audience %d; its number stands in the address bar of StatSocial", s.AudienceID)
		return []extract.Problem{{Path: "audience_id", Message: message}}, nil
	}
	return nil, err
}
