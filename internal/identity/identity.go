// Package identity decides which vendor records are one person, and what is
// known of that person. It is pure: it knows no SQL and no vendor, and the same
// input gives the same output, in whatever order the records once arrived.
//
// Three questions, three files:
//
//   - Who is one person? [Resolve] partitions a [Graph] of numbered records and
//     identifiers; [ContactID] names the parts.
//   - What is known of them? [Golden] merges the records of a person into one
//     row, [Explain] tells where each value came from, [Changes] what is new.
//   - What did a human decide? [ParseOverrides] reads identity.yaml.
//
// # The affected part
//
// Work per run grows with what changed, because people who share no identifier
// with a changed record stay who they are. The affected part is
//
//  1. the changed, new and gone records, every record that an override names, and
//     those of matches (load/duckdb/match) that join now or did before,
//  2. every record that carries an identifier which one of these carries or carried,
//  3. every record that carries an identifier of an affected record which did not join
//     all its carriers, unless it was shared (in doubt, blocked, too large), and
//     every one that carries an identifier of an affected stale record which was
//     not shared, and the other record of each match of an affected one,
//  4. all records of all people met so far, back to 3 until nothing is added;
//  5. as neighbours, the remaining carriers of the identifiers met: they are
//     counted, so that a shared identifier stays shared, but stay with their people.
//
// Resolving that part gives the same people as resolving everything.
package identity

import (
	"crypto/sha256"
	"encoding/hex"
)

// idLength is the number of hex digits in a contact id: 80 bits, so that among
// a billion people a collision has odds of about one in two million.
const idLength = 20

// ContactID is the id of the person whose oldest record this is. It is derived,
// not drawn, so a full rebuild gives the same ids; and since the oldest record
// of a person stays the oldest, the id survives merges and splits.
func ContactID(source, sourceID string) string {
	sum := sha256.Sum256([]byte(source + ":" + sourceID))
	var id [2 + idLength]byte
	copy(id[:], "c_")
	hex.Encode(id[2:], sum[:idLength/2])
	return string(id[:])
}
