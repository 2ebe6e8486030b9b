package transform

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"go/ast"
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"contactsync/internal/lists"
	"contactsync/internal/normal"
	"contactsync/schema"
)

func TestUnusableRecordsAreRejectedWithAReason(t *testing.T) {
	for _, c := range []struct{ source, id, raw, reason string }{
		{schema.Toofr, "", `{}`, "no id, so the record has no stable key"},
		{schema.Intent, " ", `{}`, "no hem, so the record has no stable key"},
		{schema.AudienceLab, "null", `{}`, "no UUID, usable address or LinkedIn profile, so the record has no stable key"},
		{schema.StatSocial, "", `{}`, "no ss_id or other id, so the record has no stable key"},
		{schema.Toofr, "1", `[]`, "not a JSON object"},
		{schema.Toofr, "1", `"secret@example.com"`, "not a JSON object"},
		{schema.Toofr, "1", `{"email":"secret@example.com"`, "not valid JSON in UTF-8"},
		{schema.Intent, normal.SHA256(""), `{}`, "its key is the hash of an empty address or of a placeholder, which many people share"},
		{schema.Intent, normal.SHA256("test@test.com"), `{}`, "its key is the hash of an empty address or of a placeholder, which many people share"},
		{schema.StatSocial, "md5:" + normal.MD5("null"), `{}`, "its key is the hash of an empty address or of a placeholder, which many people share"},
	} {
		_, err := Facts(schema.Record{Source: c.source, ID: c.id, Raw: json.RawMessage(c.raw)}, "p", "a")
		var reject *RejectError
		require.ErrorAs(t, err, &reject, c.reason)
		require.Equal(t, c.reason, reject.Reason)
	}
}

func TestUnknownSourceIsNoReject(t *testing.T) {
	_, err := Facts(schema.Record{Source: "other", ID: "1", Raw: json.RawMessage(`{}`)}, "p", "a")
	require.EqualError(t, err, `transform: unknown source "other"`)
	_, err = Contact("other", "1", json.RawMessage(`{}`))
	require.Error(t, err)
}

func TestEventIDIsTheHashOfUUIDTypeAndTimeAsSent(t *testing.T) {
	raw := `{"Uuid":"b7c8","event_type":"page_view","Event_Timestamp":"2026-11-19 22:05:02+00"}`
	facts, err := Facts(schema.Record{Source: schema.AudienceLab, ID: "b7c8", Raw: json.RawMessage(raw)}, "p", "seg_1")
	require.NoError(t, err)
	sum := sha256.Sum256([]byte("b7c8|page_view|2026-11-19 22:05:02+00"))
	require.Equal(t, []schema.Event{{
		Source: schema.AudienceLab, EventID: hex.EncodeToString(sum[:]), AudienceID: "seg_1", SourceID: "b7c8", EventType: "page_view",
		OccurredAt: time.Date(2026, 11, 19, 22, 5, 2, 0, time.UTC), Payload: raw,
	}}, facts.Events)
}

func TestMatchBelongsToTheDayOfItsRecord(t *testing.T) {
	r := schema.Record{Source: schema.Intent, ID: "k", AsOf: time.Date(2026, 11, 19, 13, 0, 0, 0, time.UTC), Raw: json.RawMessage(`{"hem":"k","topicId":1,"intentScore":5}`)}
	facts, err := Facts(r, "p", "a")
	require.NoError(t, err)
	require.Len(t, facts.Matches, 1)
	require.Equal(t, "2026-11-19", facts.Matches[0].DataDate.String())
	require.True(t, facts.Matches[0].DataDate.Equal(time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)))

	r.AsOf = time.Time{}
	facts, err = Facts(r, "p", "a")
	require.NoError(t, err)
	require.True(t, facts.Matches[0].DataDate.IsZero())
}

func TestTopicsOfAllGenerationsCountOnceEach(t *testing.T) {
	for raw, want := range map[string][]interest{
		`{"topicId":1,"intentScore":70}`:                               {{"1", 70}},
		`{"topicId":"1","matchedTopicIds":[1,2],"intentScore":"70.5"}`: {{"1", 70.5}, {"2", 70.5}},
		`{"matchedTopicIds":"1, 2"}`:                                   {{"1", 0}, {"2", 0}},
		`{"intent":{"score":87,"matchedTopics":[{"topicId":1},{"topicId":2,"score":60},{"topicId":1},"x",{}]}}`: {{"1", 87}, {"2", 60}},
		`{"topicId":null,"matchedTopicIds":null,"intent":[]}`:                                                   nil,
	} {
		o, err := parseObject(raw, nil)
		require.NoError(t, err)
		require.Equal(t, want, intentTopics(o), raw)
	}
}

// TestEveryKnownFieldIsReadOrSaidToBeInThePayloadAlone looks for the names of the
// fields among the texts of the rules: what drift says of them follows the rules.
func TestEveryKnownFieldIsReadOrSaidToBeInThePayloadAlone(t *testing.T) {
	for _, source := range schema.Sources {
		files, err := filepath.Glob(source + "*.go")
		require.NoError(t, err)
		read := map[string]bool{}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := goparser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
					path, err := strconv.Unquote(text.Value)
					require.NoError(t, err)
					for name := range strings.SplitSeq(path, ".") {
						read[name] = true
					}
				}
				return true
			})
		}
		payload := lists.Set(PayloadFields(source)...)
		for _, field := range KnownFields(source) {
			require.NotEqual(t, read[field], payload[field], "%s: %s is read, or stands in known/%[1]s-payload.txt", source, field)
		}
		require.Subset(t, KnownFields(source), PayloadFields(source), source)
	}
}

// TestWhatIsReadIsKnown keeps drift detection from crying at what the rules read.
func TestWhatIsReadIsKnown(t *testing.T) {
	known := map[string]map[string]bool{}
	for _, source := range schema.Sources {
		known[source] = lists.Set(KnownFields(source)...)
		require.Greater(t, len(known[source]), 5)
	}
	require.NotContains(t, KnownFields(schema.AudienceLab), "")
	require.Nil(t, KnownFields("other"))
	require.Len(t, known[schema.AudienceLab], len(KnownFields(schema.AudienceLab)))
	for _, field := range append(intentEmails, intentHashes...) {
		require.True(t, known[schema.Intent][field], field)
	}
	for _, f := range intentPhones {
		require.True(t, known[schema.Intent][f.field], f.field)
	}
	for _, f := range audienceLabNumbers {
		require.True(t, known[schema.AudienceLab][f.field], f.field)
		for _, flags := range f.flags {
			require.True(t, known[schema.AudienceLab][flags], flags)
		}
	}
}
