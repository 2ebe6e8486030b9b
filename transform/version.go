package transform

// Version is the version of the rules. Raise it in the commit that makes something
// else of a value: a warehouse remembers by which version its rows were made, and
// `sync check` and `sync status` then advise a replay.
const Version = 2
