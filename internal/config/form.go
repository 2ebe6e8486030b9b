package config

import (
	"errors"
	"math"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // so that a zone means the same on every machine

	"contactsync/extract"
	"contactsync/schema"
)

// Path is a file, a folder or an s3:// address.
type Path = schema.Path

// Certainty is a probability from which on something is taken for true.
type Certainty float64

// Size is a number of bytes.
type Size int64

// String is the size as DuckDB reads it.
func (s Size) String() string { return strconv.FormatInt(int64(s), 10) + "B" }

var sizeUnits = map[string]float64{
	"b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
}

// A form is how values of a type are written: one word of text. The errors of
// parse go on from the quoted text, as in `"5x" is not a duration`.
type form struct {
	want    string // what a value is, for messages
	pattern string // for editors: what a JSON Schema can say of it; a ${...} is allowed besides
	parse   func(text string) (any, error)
}

// formOf makes the form of a type.
func formOf[T any](want, pattern string, parse func(string) (T, error)) (reflect.Type, form) {
	return reflect.TypeFor[T](), form{want, pattern, func(text string) (any, error) { return parse(text) }}
}

// forms are the types of the config that are written as one word.
func forms(dir string) map[reflect.Type]form {
	table := map[reflect.Type]form{}
	add := func(t reflect.Type, f form) { table[t] = f }
	add(formOf("a duration", `^([0-9]+d)?([0-9.]+(ns|us|µs|ms|s|m|h))*$`, parseDuration))
	add(formOf("a rate", `^[0-9]+/[smh]$`, parseRate))
	add(formOf("a size", `^[0-9.]+ ?[KMGTkmgt]?[iI]?[Bb]$`, parseSize))
	add(formOf("a probability", `^0\.[0-9]+$`, parseCertainty))
	add(formOf("a day", `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, parseDate))
	add(formOf("a time zone", "", parseZone))
	add(formOf("a path", "", func(text string) (Path, error) { return parsePath(dir, text) }))
	add(formOf("text", "", func(text string) (schema.Secret, error) { return schema.NewSecret(text), nil }))
	add(formOf("an address of Spark", "^sc://", func(text string) (SparkAddress, error) { return SparkAddress{schema.NewSecret(text)}, nil }))
	return table
}

var days = regexp.MustCompile(`^([0-9]{1,6})d(.*)$`)

// parseDuration reads Go's durations and days before them: 90s, 1h30m, 30d, 1d12h.
func parseDuration(text string) (time.Duration, error) {
	whole, rest := time.Duration(0), text
	if m := days.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		if err != nil || n > 100_000 {
			return 0, errors.New("is too long")
		}
		whole, rest = time.Duration(n)*24*time.Hour, m[2]
	}
	var part time.Duration
	if rest != "" || text == "" {
		var err error
		if part, err = time.ParseDuration(rest); err != nil {
			return 0, durationError(text)
		}
	}
	switch {
	case part < 0 || strings.ContainsAny(rest, "+-"):
		return 0, errors.New("is negative or signed; a duration here has no sign")
	case whole > math.MaxInt64-part:
		return 0, errors.New("is too long")
	}
	return whole + part, nil
}

// durationError tells the usual slips from the rest.
func durationError(text string) error {
	if _, err := strconv.Atoi(text); err == nil {
		return hinted(text+"s for seconds, "+text+"m for minutes", "has no unit")
	}
	return hinted("such as 90s, 15m, 1h30m or 30d", "is not a duration")
}

// parseRate reads 5/s, 300/m or 1000/h.
func parseRate(text string) (extract.Rate, error) {
	count, unit, _ := strings.Cut(text, "/")
	n, err := strconv.Atoi(count)
	per := extract.RateUnits[unit]
	if err != nil || n <= 0 || per == 0 {
		return extract.Rate{}, hinted("such as 5/s, 300/m or 1000/h", "is not a rate")
	}
	return extract.Rate{Count: n, Per: per}, nil
}

var sizeParts = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]+)$`)

// parseSize reads 512MB or 1.5GiB, with units of 1000 and of 1024.
func parseSize(text string) (Size, error) {
	m := sizeParts.FindStringSubmatch(text)
	if m == nil {
		return 0, hinted("such as 512MB or 2GiB", "is not a size")
	}
	unit, known := sizeUnits[strings.ToLower(m[2])]
	n, err := strconv.ParseFloat(m[1], 64)
	if !known || err != nil {
		return 0, hinted("such as 512MB or 2GiB", "is not a size")
	}
	if n*unit > 1<<60 {
		return 0, errors.New("is too large")
	}
	return Size(n * unit), nil
}

// parseCertainty reads a probability of more than a half.
func parseCertainty(text string) (Certainty, error) {
	p, err := strconv.ParseFloat(text, 64)
	if err != nil || !(p > 0.5 && p < 1) {
		return 0, hinted("such as 0.995", "is not a probability above 0.5 and below 1")
	}
	return Certainty(p), nil
}

// parseDate reads a day.
func parseDate(text string) (schema.Date, error) {
	d, err := schema.ParseDate(text)
	if err != nil {
		return schema.Date{}, hinted("YYYY-MM-DD, such as 2026-11-01", "is not a day of the calendar")
	}
	return d, nil
}

// parseZone reads the name of a time zone in the IANA database.
func parseZone(text string) (*time.Location, error) {
	if strings.EqualFold(text, "local") {
		return nil, hinted("UTC, or a place such as America/New_York", "depends on the machine")
	}
	zone, err := time.LoadLocation(text)
	if err != nil {
		return nil, hinted("a name of the IANA database, such as America/New_York", "is not a known time zone")
	}
	return zone, nil
}

// parsePath reads a path and sets it against the config's folder.
func parsePath(dir, text string) (Path, error) {
	scheme, rest, remote := strings.Cut(text, "://")
	switch {
	case strings.HasPrefix(text, "~/"):
		return Path{}, hinted("${HOME}"+text[1:], "begins with a tilde, which only shells know")
	case remote && scheme != "s3":
		return Path{}, hinted("a path, or s3://bucket/prefix", "is a kind of address that is not supported")
	case remote && (rest == "" || rest[0] == '/'):
		return Path{}, hinted("s3://bucket/prefix", "has no bucket")
	case remote, filepath.IsAbs(text):
		return Path{Written: text, Full: text}, nil
	}
	return Path{Written: text, Full: filepath.Join(dir, text)}, nil
}
