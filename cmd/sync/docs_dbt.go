package main

import (
	"io"
	"strings"

	"contactsync/schema"

	"go.yaml.in/yaml/v4"
)

// What dbt calls a source is a schema of the snapshot. The names are those of dbt's
// sources.yml, version 2.
type (
	dbtSources struct {
		Version int         `yaml:"version"`
		Sources []dbtSource `yaml:"sources"`
	}
	dbtSource struct {
		Name        string     `yaml:"name"`
		Description string     `yaml:"description"`
		Database    string     `yaml:"database"`
		Schema      string     `yaml:"schema"`
		Tables      []dbtTable `yaml:"tables"`
	}
	dbtTable struct {
		Name        string      `yaml:"name"`
		Description string      `yaml:"description"`
		Config      *dbtConfig  `yaml:"config,omitempty"`
		Columns     []dbtColumn `yaml:"columns"`
	}
	dbtConfig struct {
		LoadedAt  string       `yaml:"loaded_at_field"`
		Freshness dbtFreshness `yaml:"freshness"`
	}
	dbtFreshness struct {
		Warn  dbtPeriod `yaml:"warn_after"`
		Error dbtPeriod `yaml:"error_after"`
	}
	dbtPeriod struct {
		Count  int    `yaml:"count"`
		Period string `yaml:"period"`
	}
	dbtColumn struct {
		Name        string `yaml:"name"`
		Description string `yaml:"description"`
		Type        string `yaml:"data_type"`
		Quote       bool   `yaml:"quote,omitempty"`
	}
)

// dbtDatabase is the name under which a profile attaches the snapshot.
const dbtDatabase = "contactsync"

// loadedAt are the tables that every night touches, with the column that tells. Other
// tables do not change on a quiet night, however fresh they are.
var loadedAt = map[string]string{
	"contacts": "last_seen_at", "source_contacts": "last_seen_at", schema.Runs.Name: "finished_at",
}

// reserved are the names of columns that SQL knows as words of its own.
var reserved = map[string]bool{"both": true, "left": true}

// writeSources writes the dictionary as dbt's sources.yml. Freshness is for a nightly
// sync: a missed night warns, three are an error.
func writeSources(w io.Writer) error {
	main := dbtSource{Name: "sync", Description: "Contacts, companies, intent and audiences, merged over all vendors", Database: dbtDatabase, Schema: "main"}
	books := dbtSource{Name: "sync_etl", Description: "What runs note of themselves", Database: dbtDatabase, Schema: "etl"}
	for _, t := range schema.Dictionary() {
		table := dbtTable{Description: "A row is " + t.Doc + "."}
		if column := loadedAt[t.Name]; column != "" {
			table.Config = &dbtConfig{LoadedAt: column, Freshness: dbtFreshness{dbtPeriod{36, "hour"}, dbtPeriod{3, "day"}}}
		}
		for _, c := range t.Columns {
			table.Columns = append(table.Columns, dbtColumn{c.Name, c.Doc, string(c.Type), reserved[c.Name]})
		}
		name, isBook := strings.CutPrefix(t.Name, "etl.")
		if table.Name = name; isBook {
			books.Tables = append(books.Tables, table)
		} else {
			main.Tables = append(main.Tables, table)
		}
	}
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := e.Encode(dbtSources{Version: 2, Sources: []dbtSource{main, books}}); err != nil {
		return err
	}
	return e.Close()
}
