package run

import (
	"testing"

	"contactsync/load"

	"github.com/stretchr/testify/require"
)

func TestAMergeSaysWhatItDidNotLinkAndWhatTheGuardWouldSplit(t *testing.T) {
	const (
		one  = "1 identifier is doubtful: links between records that speak for different people are made all the same; see etl.identity_warnings"
		next = "nothing is split yet: the next run does it, or `sync resolve --apply-guard` now; identity.guard: warn or off keeps them together"
	)
	for name, test := range map[string]struct {
		merged     load.Merged
		configured load.Guard
		want       []string
	}{
		"nothing": {load.Merged{Guard: load.GuardOn}, load.GuardOn, nil},
		"the first time": {
			load.Merged{Guard: load.GuardWarn, Refused: 1, Splits: 2}, load.GuardOn, []string{one, "the guard would split 2 contacts; " + next},
		},
		"as configured": {
			load.Merged{Guard: load.GuardWarn, Refused: 1, Splits: 1}, load.GuardWarn, []string{one, "the guard would split 1 contact"},
		},
		"applied": {
			load.Merged{Guard: load.GuardOn, Refused: 3, Splits: 2}, load.GuardOn,
			[]string{"3 identifiers are doubtful: links between records that speak for different people are not made; see etl.identity_warnings"},
		},
		"not by the guard": {
			load.Merged{Shared: 2, Blocked: 1, Large: 1}, load.GuardOff,
			[]string{
				"2 identifiers are shared by too many people and link nobody; see etl.identity_warnings",
				"1 identifier would join people whom identity.overrides keeps apart, and does not link all who carry it; see etl.identity_warnings",
				"1 identifier would make a person of more records or names than identity.max_records and max_names allow, and links no further ones; see etl.identity_warnings",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, append(unlinked(test.merged), guarded(test.merged, test.configured)...))
		})
	}
}
