// Package connect is a client of Spark Connect (Spark 4.1, over gRPC) that does one thing: it runs SQL.
//
// A Client is one session of the server: its settings, temporary views and current catalog are seen
// by nobody else, and are gone with Close. It may be used from several goroutines at once; the
// server runs their statements side by side.
//
//	address, err := connect.Parse("sc://127.0.0.1:15002")
//	spark, err := connect.Dial(ctx, address)
//	defer spark.Close()
//	err = spark.Exec(ctx, "INSERT INTO lake.seen VALUES (?, ?)", "a", 1)
//	rows, err := spark.Query(ctx, "SELECT key, n FROM lake.seen WHERE key = ?", "a")
//
// # What becomes of a statement
//
// A statement runs on the server under an id that this client chose, apart from the connection that
// asked for it. When the connection breaks, the client takes the stream up again behind the last
// answer that it got: nothing is run twice, and no row comes twice or is left out.
//
//   - nil: it ran to its end.
//   - *Error: the server refused it, or it failed. A single INSERT, MERGE or DELETE of an Iceberg
//     table has then changed nothing, with one exception that Iceberg names itself:
//     Error.IsCommitUnknown.
//   - *UnknownOutcomeError: the way back to it was lost. It may have run, may be running still, or
//     may never have begun.
//   - the error of the context: the server was told to stop it. What it had committed by then
//     stands, so the outcome is not known here either.
//
// The protocol: https://github.com/apache/spark/tree/v4.1.0/sql/connect
package connect
