package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode/utf16"
)

const upstream = "upstream timeout"

// lie makes of the answer that a request deserves one that only looks like it. What
// is no JSON, or already says that something went wrong, is told as it is.
func (c *Call) lie(fault Fault, honest Answer) (reply Answer, told bool) {
	o, isObject := members(honest.Body)
	if honest.ContentType != "" || honest.Status >= http.StatusMultipleChoices || !isObject {
		return honest, false
	}
	empty := c.emptied(o, []Object{})
	switch fault {
	case ErrorBesideEmpty:
		o = empty.With("error", Object{{"code", "UPSTREAM_TIMEOUT"}, {"message", upstream}})
	case ErrorBesideNull:
		o = c.emptied(o, nil).With("error", upstream)
	case ErrorBesideRows:
		o = o.With("error", upstream)
	case ErrorsList:
		o = empty.With("errors", []Object{{{"message", upstream}}})
	case ErrorInMeta:
		o = inMeta(empty, Field{"error", upstream})
	case NoSuccess:
		o = append(Object{{"success", false}, {"message", upstream}}, empty...)
	case DataObject:
		o = c.emptied(o, Object{})
	case DataText:
		o = c.emptied(o, upstream)
	case FailedWord:
		return c.say("Failed.", honest), true
	default:
		return c.say("hibernating", honest), true
	}
	return Answer{Status: http.StatusOK, Body: Encode(o)}, true
}

// say is an answer without rows whose status is a word.
func (c *Call) say(word string, honest Answer) Answer {
	o, isObject := members(honest.Body)
	if !isObject {
		return honest
	}
	path := c.vendor.Words[0]
	for _, p := range c.vendor.Words {
		if has(o, strings.Split(p, ".")) {
			path = p
			break
		}
	}
	parts := strings.Split(path, ".")
	if !slices.Contains(c.vendor.Rows, parts[0]) { // else the word stands where rows do
		o = c.emptied(o, []Object{})
	}
	return Answer{Status: http.StatusOK, Body: Encode(set(o, parts, word))}
}

// What says how much there is, and that there is more.
var (
	totals   = []string{"total", "total_records", "total_pages", "count", "totalCount"}
	promises = []string{"has_more", "hasMore", "has_next"}
	pointers = []string{"next_page", "nextCursor"}
)

// emptied is an answer with something else for its rows, that says there is nothing more.
func (c *Call) emptied(o Object, rows any) Object {
	changed := make(Object, 0, len(o))
	for _, f := range o {
		switch inner, isObject := members(raw(f.Value)); {
		case slices.Contains(c.vendor.Rows, f.Key):
			f.Value = rows
		case slices.Contains(totals, f.Key):
			f.Value = 0
		case slices.Contains(promises, f.Key):
			f.Value = false
		case slices.Contains(pointers, f.Key):
			f.Value = nil
		case isObject:
			f.Value = c.emptied(inner, rows)
		}
		changed = append(changed, f)
	}
	return changed
}

// inMeta puts a member into the object that says something of the page, or makes one.
func inMeta(o Object, f Field) Object {
	for k, member := range o {
		if inner, isObject := members(Encode(member.Value)); isObject && slices.Contains([]string{"meta", "information"}, member.Key) {
			o[k].Value = append(inner, f)
			return o
		}
	}
	return o.With("meta", Object{f})
}

// habit is what the lasting faults that are on make of a right answer.
func (c *Call) habit(reply Answer) Answer {
	bare, polite := c.On(BareList), c.On(EmptyError)
	if reply.ContentType != "" || reply.Status >= http.StatusMultipleChoices || !bare && !polite {
		return reply
	}
	o, isObject := members(reply.Body)
	if !isObject {
		return reply
	}
	for _, f := range o {
		if bare && slices.Contains(c.vendor.Rows, f.Key) && raw(f.Value)[0] == '[' {
			o = Object{{f.Key, []Object{}}}
		}
	}
	if polite {
		o = append(Object{{"success", true}, {"error", nil}, {"errors", []Object{}}}, o...)
	}
	reply.Body = Encode(o)
	return reply
}

// latin1 is an answer in ISO-8859-1; what that does not have is escaped.
func latin1(reply Answer) Answer {
	if reply.ContentType != "" {
		return reply
	}
	var body []byte
	for _, r := range string(reply.Body) {
		switch {
		case r <= 0xff:
			body = append(body, byte(r))
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				body = append(body, '\\', 'u', hex[unit>>12], hex[unit>>8&15], hex[unit>>4&15], hex[unit&15])
			}
		}
	}
	reply.Body, reply.ContentType = body, "application/json; charset=ISO-8859-1"
	return reply
}

const hex = "0123456789abcdef"

// members are those of a JSON object, in their order; false for what is none.
func members(text []byte) (o Object, isObject bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return nil, false
	}
	for d.More() {
		name, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return nil, false
		}
		o = append(o, Field{name.(string), value}) // names of members are strings
	}
	return o, true
}

// raw is a member's value as it stands; nil where it was made here.
func raw(value any) json.RawMessage {
	text, _ := value.(json.RawMessage)
	return text
}

// has reports whether a path leads to a member.
func has(o Object, path []string) bool {
	for _, f := range o {
		if f.Key == path[0] {
			inner, isObject := members(raw(f.Value))
			return len(path) == 1 || isObject && has(inner, path[1:])
		}
	}
	return false
}

// set is the object with a text at a path.
func set(o Object, path []string, text string) Object {
	for k, f := range o {
		if f.Key != path[0] {
			continue
		}
		o[k].Value = text
		if len(path) > 1 {
			inner, _ := members(Encode(f.Value))
			o[k].Value = set(inner, path[1:], text)
		}
		return o
	}
	if len(path) > 1 {
		return o.With(path[0], set(nil, path[1:], text))
	}
	return o.With(path[0], text)
}
