package transform

import (
	"encoding/json"
	"fmt"

	"contactsync/schema"
)

// Facts is [Document.Facts] of a record as served.
func Facts(r schema.Record, pipeline, audience string) (FactRows, error) {
	v, err := RulesOf(r.Source)
	if err != nil {
		return FactRows{}, err
	}
	d, err := v.Parse(r.ID, string(r.Raw))
	if err != nil {
		return FactRows{}, err
	}
	return d.Facts(r.AsOf, pipeline, audience)
}

// Contact is [Document.Contact] of one payload.
func Contact(source, sourceID string, payload json.RawMessage) (schema.Normal, error) {
	v, err := RulesOf(source)
	if err != nil {
		return schema.Normal{}, err
	}
	d, err := v.Parse(sourceID, string(payload))
	if err != nil {
		return schema.Normal{}, fmt.Errorf("%s: payload of record: %w", source, err)
	}
	return d.Contact(), nil
}
