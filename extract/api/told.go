package api

import (
	"encoding/json"
	"strings"
)

// mostLevels is how many objects and lists deep a message is looked for. Each level reads what
// is below it once more.
const mostLevels = 8

// told is what an error says to a person where it is a JSON object with a message in one
// of the usual places, so many levels deep; else "".
func told(levels int, body []byte) string {
	var object struct {
		Message, Detail, Title json.RawMessage
		Description            json.RawMessage `json:"error_description"`
		Error, Errors          json.RawMessage
	}
	if json.Unmarshal(body, &object) != nil {
		return ""
	}
	for _, value := range []json.RawMessage{object.Message, object.Description, object.Detail, object.Error, object.Errors, object.Title} {
		if text := toldBy(levels-1, value); text != "" {
			return text
		}
	}
	return ""
}

// toldBy is the message in a member: text, an object that has one, or the first of a list.
func toldBy(levels int, value json.RawMessage) string {
	var text string
	var list []json.RawMessage
	switch {
	case levels == 0, len(value) == 0:
		return ""
	case json.Unmarshal(value, &text) == nil:
		return strings.TrimSpace(text)
	case json.Unmarshal(value, &list) == nil && len(list) > 0:
		return toldBy(levels-1, list[0])
	}
	return told(levels, value)
}
