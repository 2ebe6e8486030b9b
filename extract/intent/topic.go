package intent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"contactsync/extract"
	"contactsync/extract/api"
)

// Topic is a subject that people may be interested in.
type Topic struct {
	ID       int64
	Name     string
	Type     string // b2b, b2c or both
	Industry string
	Category string
}

// SearchTopics finds topics by name, the best fifty. The routes of topic
// discovery are public, and free.
func SearchTopics(ctx context.Context, env extract.Env, query string) ([]Topic, error) {
	query = strings.TrimSpace(query)
	if n := utf8.RuneCountInString(query); n < 1 || n > 100 {
		return nil, errors.New("intent: a topic query has 1 to 100 characters")
	}
	answer, err := env.WithDefaults().API.Do(ctx, api.Request{
		Method: http.MethodGet,
		Path:   root + "/topics/search",
		Query:  url.Values{"q": {query}, "limit": {"50"}}, // the documented maximum
	})
	if err != nil {
		return nil, err
	}
	var body struct {
		Data []struct {
			TopicID   extract.LenientInt `json:"topicId"`
			TopicName string             `json:"topicName"`
			Type      string             `json:"type"`
			Industry  string             `json:"industry"`
			Category  string             `json:"category"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer.Body, &body); err != nil {
		return nil, fmt.Errorf("intent: the topics have another form than documented: %w", err)
	}
	topics := make([]Topic, len(body.Data))
	for i, t := range body.Data {
		topics[i] = Topic{int64(t.TopicID), t.TopicName, t.Type, t.Industry, t.Category}
	}
	return topics, nil
}
