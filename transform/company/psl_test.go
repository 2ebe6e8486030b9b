package company

import (
	_ "embed"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
)

// suffixSuite is the public suffix list's own test data (publicsuffix/list,
// tests/test_psl.txt, CC0), as it was published with the list of 2026-10-23.
//
//go:embed testdata/test_psl.txt
var suffixSuite string

// ownedSuffix is the row of the suite in which we differ on purpose: a name of the
// list's private section is its owner's, who is an employer like any other.
const ownedSuffix = "uk.com"

var suffixRow = regexp.MustCompile(`(?m)^checkPublicSuffix\('([^']*)', (?:'([^']*)'|null)\);`)

func TestRegistrablePassesTheSuiteOfThePublicSuffixList(t *testing.T) {
	rows := suffixRow.FindAllStringSubmatch(suffixSuite, -1)
	require.Greater(t, len(rows), 70)
	for _, row := range rows {
		got := ""
		if host, ok := normal.Host(row[1]); ok {
			if domain, ok := registrable(host); ok {
				got = domain
			}
		}
		want, _ := normal.Host(row[2])
		if row[1] == ownedSuffix {
			want = ownedSuffix
		}
		require.Equal(t, want, got, row[0])
	}
	t.Logf("test_psl.txt: %d right, %d by a rule of our own", len(rows)-1, 1)
}
