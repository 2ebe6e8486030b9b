package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the driver that sync uses
	"golang.org/x/sync/errgroup"
)

// fetchers is how many requests are in flight: what sync does by default.
const fetchers = 4

// floorFile is the name of the database that floor makes.
const floorFile = "floor.duckdb"

// floor does the least that anybody can who wants a segment in a DuckDB file: fetch
// the pages, and let DuckDB read them. No program that fetches and stores can be
// much faster, so its time is the unit in which others are measured.
func floor(ctx context.Context, segment string, pageSize int, dir string) error {
	pages := filepath.Join(dir, "pages")
	if err := os.MkdirAll(pages, 0o700); err != nil {
		return err
	}
	if err := fetch(ctx, segment, pageSize, pages); err != nil {
		return err
	}
	return readJSON(ctx, pages, filepath.Join(dir, floorFile))
}

// fetch stores all pages of a segment as files.
func fetch(ctx context.Context, segment string, pageSize int, dir string) error {
	first, err := fetchPage(ctx, segment, 1, pageSize, dir)
	if err != nil {
		return err
	}
	body, err := os.ReadFile(first)
	if err != nil {
		return err
	}
	var answer struct {
		TotalPages int `json:"total_pages"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return fmt.Errorf("%s: page 1: %w", segment, err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(fetchers)
	for page := 2; page <= answer.TotalPages; page++ {
		group.Go(func() error {
			_, err := fetchPage(ctx, segment, page, pageSize, dir)
			return err
		})
	}
	return group.Wait()
}

// fetchPage stores one page and says where.
func fetchPage(ctx context.Context, segment string, page, pageSize int, dir string) (path string, err error) {
	address := fmt.Sprintf("%s?page=%d&page_size=%d", segment, page, pageSize)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", address, answer.Status)
	}
	f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%08d.json", page)))
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, answer.Body)
	return f.Name(), errors.Join(err, f.Close())
}

// readJSON makes a table of the people in pages, with the columns and types that
// DuckDB finds in them.
func readJSON(ctx context.Context, pages, file string) (err error) {
	db, err := sql.Open("duckdb", file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	largest, err := largestFile(pages)
	if err != nil {
		return err
	}
	// A page is one object, and the largest must fit.
	const create = `CREATE TABLE people AS SELECT unnest(data, recursive := true) FROM read_json('%s', maximum_object_size = %d)`
	glob := strings.ReplaceAll(filepath.Join(pages, "*.json"), "'", "''")
	_, err = db.ExecContext(ctx, fmt.Sprintf(create, glob, max(2*largest, duckDBObjectSize)))
	return err
}

// duckDBObjectSize is DuckDB's default for the largest JSON object.
const duckDBObjectSize = 16 << 20

func largestFile(dir string) (size int64, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, err
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			return 0, err
		}
		size = max(size, info.Size())
	}
	return size, nil
}
