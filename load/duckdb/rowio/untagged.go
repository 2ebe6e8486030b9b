//go:build !duckdb_arrow

package rowio

// The warehouse moves rows through DuckDB's Arrow interface, which its Go driver
// compiles only with a build tag. Use `make build`, or:
//
//	go build -tags duckdb_arrow ./cmd/sync
//
// Editors: set gopls "build.buildFlags": ["-tags=duckdb_arrow"].
var _ = build_with_tags_duckdb_arrow__see_load_duckdb_rowio_untagged_go
