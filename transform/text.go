package transform

import "contactsync/internal/normal"

// The normal forms of texts, addresses and links are in internal/normal, since the
// keys of some records are made of them, too. These have short names here, where
// nearly every rule begins with them.

const separators = normal.Separators

func clean(s string) string { return normal.Text(s) }

func isNull(s string) bool { return normal.IsNull(s) }

func split(values []string, separators string) []string { return normal.Split(values, separators) }
