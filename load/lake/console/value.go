package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"contactsync/load/duckdb/console"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/parquet/variant"
)

// Values are what DuckDB's console makes of the same ones. Only a JSON document differs,
// which is a STRING to Spark and so a text in FormJSON, too, and the time zone, which is
// UTC.

// valueOf is a value of a column for a form.
func valueOf(column arrow.Array, i int, form console.Form) (any, error) {
	if null(column, i) {
		return nil, nil
	}
	if text, ok, err := variantText(column, i); ok {
		if form == console.FormJSON && err == nil {
			return json.RawMessage(text), nil
		}
		return text, err
	}
	switch c := column.(type) {
	case *array.Int8:
		return c.Value(i), nil
	case *array.Int16:
		return c.Value(i), nil
	case *array.Int32:
		return c.Value(i), nil
	case *array.Int64:
		return c.Value(i), nil
	case *array.Float32:
		return c.Value(i), nil
	case *array.Float64:
		return c.Value(i), nil
	case *array.Boolean:
		return c.Value(i), nil
	case *array.Decimal128:
		return json.Number(c.Value(i).ToString(c.DataType().(*arrow.Decimal128Type).Scale)), nil
	case *array.Timestamp:
		if form != console.FormTable && zoned(c) {
			return timeOf(c, i).Format("2006-01-02T15:04:05.000000Z"), nil
		}
	case *array.Struct, array.ListLike:
		if form == console.FormTable {
			return nested(column, i)
		}
		var b bytes.Buffer
		if err := appendJSON(&b, column, i); err != nil {
			return nil, err
		}
		if form == console.FormJSON {
			return json.RawMessage(b.Bytes()), nil
		}
		return b.String(), nil
	}
	return plain(column, i)
}

// null reports whether a value is NULL, which all are of a column of NULLs.
func null(a arrow.Array, i int) bool { return a.IsNull(i) || a.DataType().ID() == arrow.NULL }

// plain is a value without parts as text.
func plain(column arrow.Array, i int) (string, error) {
	switch c := column.(type) {
	case *array.String:
		return strings.Clone(c.Value(i)), nil
	case *array.LargeString:
		return strings.Clone(c.Value(i)), nil
	case *array.Binary:
		return blob(c.Value(i)), nil
	case *array.LargeBinary:
		return blob(c.Value(i)), nil
	case *array.Boolean:
		return strconv.FormatBool(c.Value(i)), nil
	case *array.Float32:
		return float(float64(c.Value(i)), 32), nil
	case *array.Float64:
		return float(c.Value(i), 64), nil
	case *array.Decimal128:
		return c.Value(i).ToString(c.DataType().(*arrow.Decimal128Type).Scale), nil
	case *array.Date32:
		return c.Value(i).ToTime().Format(time.DateOnly), nil
	case *array.Timestamp:
		text := timeOf(c, i).Format("2006-01-02 15:04:05.999999")
		if zoned(c) {
			text += "+00"
		}
		return text, nil
	case *array.Time64:
		return c.Value(i).ToTime(c.DataType().(*arrow.Time64Type).Unit).Format("15:04:05.999999"), nil
	case *array.Duration:
		return interval(0, 0, int64(c.Value(i))), nil
	case *array.MonthInterval:
		return interval(int64(c.Value(i)), 0, 0), nil
	case *array.MonthDayNanoInterval:
		v := c.Value(i)
		return interval(int64(v.Months), int64(v.Days), v.Nanoseconds/1000), nil
	case *array.Int8, *array.Int16, *array.Int32, *array.Int64:
		return c.ValueStr(i), nil
	}
	return "", fmt.Errorf("it has the type %s, which is not shown here: cast it to STRING", column.DataType())
}

func timeOf(c *array.Timestamp, i int) time.Time {
	return c.Value(i).ToTime(c.DataType().(*arrow.TimestampType).Unit).UTC()
}

// zoned tells TIMESTAMP from TIMESTAMP_NTZ.
func zoned(c *array.Timestamp) bool { return c.DataType().(*arrow.TimestampType).TimeZone != "" }

// blob is bytes as text: what is not plain ASCII, or quotes, is \xAB.
func blob(content []byte) string {
	var b strings.Builder
	for _, c := range content {
		if c < ' ' || c > '~' || c == '\\' || c == '\'' || c == '"' {
			fmt.Fprintf(&b, `\x%02X`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// float is a number with a fraction, always, as those in lists are.
func float(v float64, bits int) string {
	switch size := math.Abs(v); {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 0):
		return strings.TrimPrefix(strings.ToLower(fmt.Sprint(v)), "+")
	case size != 0 && (size < 1e-4 || size >= 1e16):
		return strconv.FormatFloat(v, 'e', -1, bits)
	}
	text := strconv.FormatFloat(v, 'f', -1, bits)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

const microsOfDay = 24 * 60 * 60 * 1_000_000

// interval is how long something takes: 1 year 2 months 3 days 04:05:06.5.
func interval(months, days, micros int64) string {
	var parts []string
	count := func(n int64, one string) {
		switch n {
		case 0:
		case 1, -1:
			parts = append(parts, fmt.Sprint(n, " ", one))
		default:
			parts = append(parts, fmt.Sprint(n, " ", one, "s"))
		}
	}
	count(months/12, "year")
	count(months%12, "month")
	count(days+micros/microsOfDay, "day")
	if micros %= microsOfDay; micros != 0 || len(parts) == 0 {
		sign := ""
		if micros < 0 {
			sign, micros = "-", -micros
		}
		parts = append(parts, sign+time.UnixMicro(micros).UTC().Format("15:04:05.999999"))
	}
	return strings.Join(parts, " ")
}

// nested is a value with parts as DuckDB prints it: [a, b], {'name': a}, {key=a}.
func nested(column arrow.Array, i int) (string, error) {
	var b strings.Builder
	part := func(a arrow.Array, i int) error {
		text, err := part(a, i)
		b.WriteString(text)
		return err
	}
	err := parts(column, i, func(p piece) error {
		b.WriteString(p.before)
		switch {
		case p.key != nil:
			if err := part(p.key, p.at); err != nil {
				return err
			}
			b.WriteByte('=')
		case p.name != "":
			b.WriteString("'" + strings.ReplaceAll(strings.ReplaceAll(p.name, `\`, `\\`), "'", `\'`) + "': ")
		}
		return part(p.value, p.at)
	}, func(bracket string) { b.WriteString(bracket) })
	return b.String(), err
}

// part is a value within another.
func part(a arrow.Array, i int) (string, error) {
	if null(a, i) {
		return "NULL", nil
	}
	switch a.(type) {
	case *array.Struct, array.ListLike:
		return nested(a, i)
	}
	text, err := plain(a, i)
	return quotedPart(text), err
}

// special are the characters for which a text within a list is quoted.
const special = `"'(),:=[]{}`

// quotedPart quotes a text that might be taken for another within a list.
func quotedPart(text string) string {
	if text != "" && !strings.ContainsAny(text, special) && strings.Trim(text, " \t\n\v\f\r") == text && !strings.EqualFold(text, "null") {
		return text
	}
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}

// piece is a part of a value, and what stands before it.
type piece struct {
	before string
	key    arrow.Array // of a map
	name   string      // of a struct
	value  arrow.Array
	at     int
}

// parts goes through the parts of a value, between its brackets.
func parts(column arrow.Array, i int, do func(piece) error, bracket func(string)) error {
	before := ""
	next := func(p piece) error {
		p.before, before = before, ", "
		return do(p)
	}
	switch c := column.(type) {
	case *array.Struct:
		bracket("{")
		for k := range c.NumField() {
			if err := next(piece{name: c.DataType().(*arrow.StructType).Field(k).Name, value: c.Field(k), at: i}); err != nil {
				return err
			}
		}
		bracket("}")
	case *array.Map:
		bracket("{")
		for k, end := c.ValueOffsets(i); k < end; k++ {
			if err := next(piece{key: c.Keys(), value: c.Items(), at: int(k)}); err != nil {
				return err
			}
		}
		bracket("}")
	case array.ListLike:
		bracket("[")
		for k, end := c.ValueOffsets(i); k < end; k++ {
			if err := next(piece{value: c.ListValues(), at: int(k)}); err != nil {
				return err
			}
		}
		bracket("]")
	}
	return nil
}

// appendJSON appends a value as JSON. A number that JSON lacks is null there.
func appendJSON(b *bytes.Buffer, a arrow.Array, i int) error {
	if null(a, i) {
		b.WriteString("null")
		return nil
	}
	switch c := a.(type) {
	case *array.Struct, array.ListLike:
		return parts(a, i, func(p piece) error {
			b.WriteString(strings.TrimSpace(p.before))
			name := p.name
			if p.key != nil {
				var err error
				if name, err = plain(p.key, p.at); err != nil {
					return err
				}
			}
			if p.key != nil || p.name != "" {
				b.WriteString(quotedJSON(name) + ":")
			}
			return appendJSON(b, p.value, p.at)
		}, func(bracket string) { b.WriteString(bracket) })
	case *array.Float32, *array.Float64, *array.Decimal128, *array.Boolean, *array.Int8, *array.Int16, *array.Int32, *array.Int64:
		text, err := plain(c, i)
		if text == "nan" || strings.HasSuffix(text, "inf") {
			text = "null"
		}
		b.WriteString(text)
		return err
	}
	text, err := plain(a, i)
	b.WriteString(quotedJSON(text))
	return err
}

func quotedJSON(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a text always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// variantText is a VARIANT as JSON, and whether a column is one.
func variantText(column arrow.Array, i int) (string, bool, error) {
	c, ok := column.(*array.Struct)
	if !ok || c.NumField() != 2 {
		return "", false, nil
	}
	t := c.DataType().(*arrow.StructType)
	value, is := c.Field(0).(*array.Binary)
	meta, are := c.Field(1).(*array.Binary)
	if !is || !are || t.Field(0).Name != "value" || t.Field(1).Name != "metadata" {
		return "", false, nil
	}
	if mark, ok := t.Field(1).Metadata.GetValue("variant"); !ok || mark != "true" {
		return "", false, nil
	}
	v, err := variant.New(bytes.Clone(meta.Value(i)), bytes.Clone(value.Value(i)))
	if err != nil {
		return "", true, err
	}
	text, err := v.MarshalJSON()
	return string(text), true, err
}
