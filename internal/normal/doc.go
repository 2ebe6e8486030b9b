// Package normal has what comes before every rule of a field, and the normal forms of
// what tells people apart: e-mail addresses and their hashes, links to profiles. Rows
// are made of them, and so are the keys of records to which their vendor gave none, so
// extract and transform share them.
//
// [Unwrap] takes one value out of whatever it is wrapped in, [Split] a field apart into
// values, [Repair] undoes damage to the texts that people read, [Text] cleans any text,
// and [IsPlaceholder] tells what only stands for a value. [Email], [Hash],
// [LinkedInSlug], [TwitterHandle] and [FacebookHandle] read identifiers, and refuse what
// names nobody; [LinksNobody] tells addresses that do not tell who is one person.
//
// All is pure and idempotent: what is in normal form stays as it is, and allocates
// nothing.
package normal
