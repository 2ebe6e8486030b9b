package run

import (
	"context"
	"database/sql"
	"fmt"

	"contactsync/internal/crash"
	"contactsync/load/duckdb"
	"contactsync/load/export"
)

// Unwritten is an export that an erasure could not write anew. Its old files may
// hold who was erased, so they are removed: an erasure waits for no export.
type Unwritten struct {
	Err  error // why, with the export's name
	Left error // why its old files could not be removed; nil: they are gone
}

// String says what happened and what to do.
func (u Unwritten) String() string {
	if u.Left != nil {
		return fmt.Sprintf("%v; nor could its old files be removed, which may hold who was erased: remove them yourself (%v)", u.Err, u.Left)
	}
	return fmt.Sprintf("%v; its old files were removed, since they may hold who was erased", u.Err)
}

// ExportAnew writes every export from nothing and keeps no older file of it. One
// that cannot be written is withdrawn.
func (s *Session) ExportAnew(ctx context.Context, w *duckdb.Warehouse) (written []export.Result, unwritten []Unwritten, err error) {
	conn, err := w.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer conn.Close()
	for _, e := range s.Config.Exports {
		spec := s.exportSpec(e)
		spec.Full = true
		result, err := s.publishExport(ctx, conn, spec)
		if ctx.Err() != nil {
			return written, unwritten, err
		}
		if err != nil {
			unwritten = append(unwritten, Unwritten{Err: err, Left: export.Remove(ctx, spec)})
			if err := w.Withdrawn(ctx, outputKey(e)); err != nil {
				return written, unwritten, err
			}
			continue
		}
		written = append(written, result)
		crash.At(crash.ExportWritten)
		d, err := w.Delivery(ctx, outputKey(e), e.After)
		if err != nil {
			return written, unwritten, err
		}
		if err := w.Delivered(ctx, outputKey(e), d.Change); err != nil {
			return written, unwritten, err
		}
		crash.At(crash.ExportDelivered)
	}
	return written, unwritten, nil
}

func (s *Session) publishExport(ctx context.Context, conn *sql.Conn, spec export.Spec) (export.Result, error) {
	defer s.Publishing()()
	return export.Write(ctx, conn, spec, s.Now())
}

// PublishSnapshot makes the snapshot of a warehouse file.
func (s *Session) PublishSnapshot(ctx context.Context, file string) error {
	defer s.Publishing()()
	return export.Snapshot(ctx, file, s.Config.Warehouse.Snapshot.Full)
}
