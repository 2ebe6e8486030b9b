package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"contactsync/internal/identity/evidence"
	"contactsync/schema"
)

// person is a record of a table.
type person struct {
	traits    evidence.Traits
	blocks    [rules]string // what it must have in common with another, by rule; "" is nothing
	household string
}

// columns set the fields that are trained on.
var columns = map[string]func(c *schema.SourceContact) *string{
	"first_name":  func(c *schema.SourceContact) *string { return &c.FirstName },
	"last_name":   func(c *schema.SourceContact) *string { return &c.LastName },
	"full_name":   func(c *schema.SourceContact) *string { return &c.FullName },
	"gender":      func(c *schema.SourceContact) *string { return &c.Gender },
	"age_range":   func(c *schema.SourceContact) *string { return &c.AgeRange },
	"city":        func(c *schema.SourceContact) *string { return &c.City },
	"region":      func(c *schema.SourceContact) *string { return &c.Region },
	"postal_code": func(c *schema.SourceContact) *string { return &c.PostalCode },
	"country":     func(c *schema.SourceContact) *string { return &c.Country },
}

func readPeople(table io.Reader) (people []person, err error) {
	rows := csv.NewReader(table)
	header, err := rows.Read()
	if err != nil {
		return nil, err
	}
	if !slices.Contains(header, "first_name") || !slices.Contains(header, "last_name") {
		return nil, errors.New("the header names no first_name and last_name")
	}
	names := evidence.NewReader()
	for {
		row, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return people, nil
		case err != nil:
			return nil, fmt.Errorf("line %d: %w", len(people)+2, err)
		}
		var c schema.SourceContact
		var p person
		for i, value := range row {
			value = strings.TrimSpace(value)
			if field := columns[header[i]]; field != nil {
				*field(&c) = value
			} else if header[i] == "household" {
				p.household = value
			}
		}
		c.Gender = strings.ToLower(c.Gender)
		p.traits, p.blocks = names.Of(&c, nil), blocksOf(&c)
		people = append(people, p)
	}
}
