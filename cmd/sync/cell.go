package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// rounded is a number of seconds that the program measured itself; more digits
// would say nothing.
type rounded float64

func (r rounded) String() string {
	return strings.TrimSuffix(strconv.FormatFloat(float64(r), 'f', 2, 64), ".00")
}

// secondsOf is a duration in seconds, for a column of that name.
func secondsOf(d time.Duration) rounded { return rounded(d.Round(10 * time.Millisecond).Seconds()) }

// isNumber reports whether a value belongs to the right of its column.
func isNumber(v any) bool {
	switch v.(type) {
	case int, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64, rounded, json.Number:
		return true
	}
	return false
}

// cell is a value as people read it.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format(timeOfTable + "Z")
	case float64:
		return float(v, 64)
	case float32:
		return float(float64(v), 32)
	case []string:
		return strings.Join(v, ", ")
	case json.RawMessage:
		return string(v)
	}
	return fmt.Sprint(v)
}

// How a table shows times to people; where it has little width they are of a minute.
const (
	timeOfTable = "2006-01-02 15:04:05"
	briefTime   = "Jan _2 15:04"
)

// localCell is a value as people read it where they are: times are in their zone, and say
// which that is.
func localCell(v any, zone *time.Location, layout string) string {
	at, ok := v.(time.Time)
	switch {
	case !ok || at.IsZero():
		return cell(v)
	case zone == nil || zone == time.UTC:
		return at.UTC().Format(layout + "Z")
	}
	return at.In(zone).Format(layout + " MST")
}

// float is the shortest text that means the number; what is no number has the
// name that DuckDB gives it.
func float(v float64, bits int) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 0):
		return strings.TrimPrefix(strings.ToLower(fmt.Sprint(v)), "+")
	case v != 0 && (math.Abs(v) < 1e-6 || math.Abs(v) >= 1e21):
		return strconv.FormatFloat(v, 'e', -1, bits)
	}
	return strconv.FormatFloat(v, 'f', -1, bits)
}

// csvCell is a value for CSV: times are RFC 3339, lists are JSON arrays.
func csvCell(v any) string {
	switch v := v.(type) {
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.UTC().Format(time.RFC3339Nano)
	case []string:
		list, _ := json.Marshal(v) // texts always encode
		return string(list)
	}
	return cell(v)
}

// jsonCell is a value as JSON. JSON passes as it is, whatever its numbers are.
func jsonCell(v any) ([]byte, error) {
	switch known := v.(type) {
	case json.RawMessage:
		if json.Valid(known) {
			return known, nil
		}
		v = string(known)
	case time.Time:
		if known.IsZero() {
			v = nil
		}
	case float64:
		if !finite(known) {
			v = nil
		}
	case float32:
		if !finite(float64(known)) {
			v = nil
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
