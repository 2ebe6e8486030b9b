package vendors

import (
	"encoding/json"
	"testing"
	"time"

	"contactsync/schema"

	"github.com/stretchr/testify/require"
)

func TestAStoredRecordIsKnownByTheKeyThatItsPageWouldGiveIt(t *testing.T) {
	updated := time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, source, raw, id string
		asOf                  time.Time
	}{
		{"toofr", schema.Toofr, `{"id":17}`, "17", time.Time{}},
		{"toofr without one", schema.Toofr, `{"title":"CEO"}`, "", time.Time{}},
		{"intent", schema.Intent, `{"hem":"ABC"}`, "abc", time.Time{}},
		{"statsocial", schema.StatSocial, `{"md5":"0cc1","ss_id":"s1"}`, "s1", time.Time{}},
		{"statsocial without ss_id", schema.StatSocial, `{"md5":"0cc175b9c0f1b6a831c399e269772661"}`, "md5:0cc175b9c0f1b6a831c399e269772661", time.Time{}},
		{"statsocial line", schema.StatSocial, `"a line that could not be read"`, "", time.Time{}},
		{"audiencelab", schema.AudienceLab, `{"uuid":"u1","SKIPTRACE_LAST_UPDATED":"2026-11-03"}`, "u1", updated},
		{"audiencelab without one", schema.AudienceLab, `{"FIRST_NAME":"Ann"}`, "", time.Time{}},
		{"no JSON", schema.AudienceLab, `{"uuid":`, "", time.Time{}},
		{"no object", schema.AudienceLab, `[1]`, "", time.Time{}},
		{"no such source", "other", `{"id":1}`, "", time.Time{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			id, asOf := Identify(c.source, json.RawMessage(c.raw))
			require.Equal(t, c.id, id)
			require.Equal(t, c.asOf, asOf)
		})
	}
}
