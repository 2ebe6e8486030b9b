// Package report answers questions of people and programs about a warehouse: runs,
// rejects, drift, the quality of columns, one person. It only reads.
package report

import "contactsync/load/duckdb/rowio"

// Connector gives a connection to a report: an open warehouse.
type Connector = rowio.Connector
