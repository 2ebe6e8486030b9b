package extract

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"contactsync/schema"
)

// Websites are sites: a list, a column of a CSV file, or what a query of the
// warehouse returns.
type Websites struct {
	List   []string    `yaml:"-"`
	File   schema.Path `yaml:"file" doc:"CSV file with a header, a site in each row"`
	Column string      `yaml:"column" jsonschema:"default=domain" doc:"column of the file that holds the sites"`
	Query  string      `yaml:"query" doc:"SELECT over the warehouse whose first column holds the sites"`
}

// IsZero reports whether no websites are given.
func (w Websites) IsZero() bool { return len(w.List) == 0 && w.File.IsZero() && w.Query == "" }

// PlainList is where the decoder puts what is written as a plain list instead of keys.
func (w *Websites) PlainList() *[]string { return &w.List }

// Website is the bare domain of a website or URL, without "www.".
func Website(s string) (string, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return "", false
	}
	host, err := idna.Lookup.ToASCII(strings.TrimSuffix(u.Hostname(), "."))
	host = strings.TrimPrefix(host, "www.")
	if err != nil || !strings.Contains(host, ".") || strings.ContainsAny(host, ", ") {
		return "", false
	}
	return host, true
}

// listed is a value of a list of websites, and which row of it holds the value.
type listed struct {
	text string
	row  int
}

// Read is the sites themselves: listed in the config, which has checked them, from a
// file, or by query from the warehouse; nil: there is none yet. Values that are no websites are left out with
// a warning; a list without any website is an error, since it is not what anybody
// means and a run of it would quietly find nobody.
func (w Websites) Read(ctx context.Context, query func(context.Context, string) ([]string, error)) (list, warnings []string, err error) {
	switch {
	case !w.File.IsZero():
		values, columns, err := websitesFromFile(w.File.Full, w.Column)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", w.File.Written, err)
		}
		if list, warnings = onlyWebsites(values); len(list) == 0 {
			return nil, nil, fmt.Errorf("%s: none of the %d values of the column %q is a website; the file's columns are %q: set column to the one that holds domains, or fill it",
				w.File.Written, len(values), w.Column, columns)
		}
	case w.Query != "":
		if query == nil {
			return nil, nil, errors.New("the query needs a warehouse; run a pipeline first")
		}
		texts, err := query(ctx, w.Query)
		if err != nil {
			return nil, nil, err
		}
		values := make([]listed, len(texts))
		for i, text := range texts {
			values[i] = listed{text, i + 1}
		}
		if list, warnings = onlyWebsites(values); len(list) == 0 {
			return nil, nil, fmt.Errorf("none of the %d values that the query returns is a website; it must return domains in its first column, so try it with `sync sql`", len(values))
		}
	default:
		return w.List, nil, nil
	}
	return list, warnings, nil
}

// onlyWebsites leaves out what is no website, and says how much and where. The
// values themselves may be anything, so they are not repeated.
func onlyWebsites(values []listed) (list, warnings []string) {
	const most = 5
	var rows []string
	for _, v := range values {
		if _, ok := Website(v.text); ok {
			list = append(list, v.text)
			continue
		}
		rows = append(rows, fmt.Sprint(v.row))
	}
	if len(rows) == 0 {
		return list, nil
	}
	where := strings.Join(rows[:min(most, len(rows))], ", ")
	if len(rows) > most {
		where += ", ..."
	}
	return list, []string{fmt.Sprintf("%d of %d websites are no domains and were left out: row %s", len(rows), len(values), where)}
}

// websitesFromFile reads one column of a CSV file with a header, whatever the case
// of its name; Excel puts a byte order mark before it.
func websitesFromFile(path, column string) (values []listed, header []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, errors.Unwrap(err) // without the path, which the caller names
	}
	defer f.Close()
	rows := csv.NewReader(transform.NewReader(f, unicode.BOMOverride(transform.Nop)))
	header, err = rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil, fmt.Errorf("the file is empty; it needs a header with a column %q and a website in each row below", column)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("header: %w", err)
	}
	at := slices.IndexFunc(header, func(name string) bool { return strings.EqualFold(strings.TrimSpace(name), column) })
	if at < 0 {
		return nil, nil, fmt.Errorf("no column %q; its columns are %q", column, header)
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return values, header, nil
		}
		if err != nil {
			return nil, nil, err
		}
		line, _ := rows.FieldPos(at)
		if text := strings.TrimSpace(row[at]); text != "" {
			values = append(values, listed{text, line})
		}
	}
}
