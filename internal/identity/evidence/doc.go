// Package evidence weighs what two records that may be one person's say of each
// other: names, suffix, gender, age, employer, place, and identifiers other than the one
// that joins them. It is pure, and decides nothing: what follows from a weight is for
// those who ask.
//
// [Of] makes the traits of a record, once, and a [Reader] those of a million records, whose
// identifiers have numbers; [Compare] compares two, and [Bits] does without the words. A
// weight is in bits, after Fellegi and Sunter: how much likelier what is seen is of one
// person than of two, these being relatives, namesakes, colleagues, or strangers by a
// vendor's error, whichever explains it best. Traits that a record does not tell weigh 0.
//
// The weights are those of weights.txt and carry its version. The lists of names are
// embedded, too, so that a verdict depends on nothing but the two records.
package evidence
