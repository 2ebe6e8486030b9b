//go:build duckdb_arrow

package rowio

/*
#include <stdint.h>
#include <stdlib.h>

// The C data and C stream interfaces of Arrow.
struct ArrowSchema {
	const char *format, *name, *metadata;
	int64_t flags, n_children;
	struct ArrowSchema **children, *dictionary;
	void (*release)(struct ArrowSchema *);
	void *private_data;
};
struct ArrowArray;
struct ArrowArrayStream {
	int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
	int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
	const char *(*get_last_error)(struct ArrowArrayStream *);
	void (*release)(struct ArrowArrayStream *);
	void *private_data;
};

struct stream {
	struct ArrowArrayStream lent; // DuckDB's
	struct ArrowArrayStream rows; // arrow-go's
	struct ArrowSchema schema;    // of the rows
};

static void give_back(struct ArrowSchema *s) { s->release = NULL; }

static int lend_schema(struct ArrowArrayStream *s, struct ArrowSchema *out) {
	*out = ((struct stream *)s->private_data)->schema;
	out->release = give_back;
	return 0;
}

static int next_rows(struct ArrowArrayStream *s, struct ArrowArray *out) {
	struct stream *in = s->private_data;
	return in->rows.get_next(&in->rows, out);
}

static const char *last_error(struct ArrowArrayStream *s) {
	struct stream *in = s->private_data;
	return in->rows.get_last_error(&in->rows);
}

static void end(struct ArrowArrayStream *s) { s->release = NULL; }

static struct stream *new_stream(void) {
	struct stream *s = calloc(1, sizeof *s);
	if (s != NULL) {
		s->lent = (struct ArrowArrayStream){lend_schema, next_rows, last_error, end, s};
	}
	return s;
}
*/
import "C"

import (
	"database/sql/driver"
	"errors"
	"reflect"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/cdata"
	"github.com/duckdb/duckdb-go/v2/arrowmapping"
	"github.com/duckdb/duckdb-go/v2/mapping"
)

// registerView makes a view of what the reader brings, as the driver's method of
// that name does. Release it when nothing scans the view any more.
//
// With the driver's, memory is lost: DuckDB asks a stream for its schema four
// times while it makes a view and once in each scan, and releases none of them
// (duckdb#16050), 200 bytes a column; a daemon with a run a second grew by 4 MB a
// minute. Here one schema is lent to all who ask, and released with the stream.
func registerView(c driver.Conn, reader array.RecordReader, name string) (release func(), err error) {
	s := C.new_stream()
	if s == nil {
		return nil, errors.New("out of memory")
	}
	rows := (*cdata.CArrowArrayStream)(unsafe.Pointer(&s.rows))
	fields := (*cdata.CArrowSchema)(unsafe.Pointer(&s.schema))
	cdata.ExportRecordReader(reader, rows)
	cdata.ExportArrowSchema(reader.Schema(), fields)
	release = func() {
		cdata.ReleaseCArrowSchema(fields)
		cdata.ReleaseCArrowArrayStream(rows)
		C.free(unsafe.Pointer(s))
	}
	if arrowmapping.ArrowScan(handleOf(c), name, arrowmapping.ArrowStream{Ptr: unsafe.Pointer(&s.lent)}) == mapping.StateError {
		release()
		return nil, errors.New("DuckDB refuses an Arrow view")
	}
	return release, nil
}

// handleOf is the handle of a connection, which the driver shows nobody.
func handleOf(c driver.Conn) mapping.Connection {
	return mapping.Connection{Ptr: reflect.ValueOf(c).Elem().FieldByName("conn").FieldByName("Ptr").UnsafePointer()}
}
