// Package storetest holds an engine to what package load promises: splits and
// merges of people, periods of membership, rejects, positions that are stored with
// their rows or not at all, replays, outputs and erasures. An engine's own tests call
// [Run]; what only that engine has, such as its file, they test themselves.
package storetest

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"contactsync/load"

	"github.com/stretchr/testify/require"
)

// Engine opens warehouses for the suite, which closes them.
type Engine interface {
	// Open opens the warehouse at a path, and creates it where there is none.
	Open(t testing.TB, path string, now func() time.Time) load.Warehouse
	// Succeed begins the successor of the warehouse at a path, which is closed.
	Succeed(t testing.TB, path string, now func() time.Time) load.Successor
	// Query returns the rows of a query about the promised tables, and about the
	// books of the schema etl.
	Query(t require.TestingT, w load.Warehouse, query string) [][]any
}

// Run runs the suite.
func Run(t *testing.T, e Engine) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Engine)
	}{
		{"RecordsOfOnePersonAcrossVendorsBecomeOneContact", testRecordsOfOnePersonAcrossVendorsBecomeOneContact},
		{"SameRowsAgainChangeNothing", testSameRowsAgainChangeNothing},
		{"StagedRowsSurviveUntilAMerge", testStagedRowsSurviveUntilAMerge},
		{"ANewRecordIsInNoViewUntilItsMerge", testANewRecordIsInNoViewUntilItsMerge},
		{"ANewRecordOfAKilledRunIsNotOlderThanWhatMergesFirst", testANewRecordOfAKilledRunIsNotOlderThanWhatMergesFirst},
		{"ANewRecordIsAsIfStagedForAnotherPipelinesMerge", testANewRecordIsAsIfStagedForAnotherPipelinesMerge},
		{"ANewRecordThatComesAgainCountsOnce", testANewRecordThatComesAgainCountsOnce},
		{"ATransactionWhoseContextEndsHarmsNobodyElse", testATransactionWhoseContextEndsHarmsNobodyElse},
		{"ANewRecordWhoseMergeFailedIsOnlyStaged", testANewRecordWhoseMergeFailedIsOnlyStaged},
		{"WhoCameNewAndWaitsForAMergeIsErased", testWhoCameNewAndWaitsForAMergeIsErased},
		{"WhoCameNewIsFoundWithThePersonThatAMergeWouldMake", testWhoCameNewIsFoundWithThePersonThatAMergeWouldMake},
		{"BatchesOfATransactionAreStoredTogetherOrNotAtAll", testBatchesOfATransactionAreStoredTogetherOrNotAtAll},
		{"ARecordThatIsRejectedEveryNightStandsInTheRejectsOnce", testARecordThatIsRejectedEveryNightStandsInTheRejectsOnce},
		{"WhatAnotherPipelineStagedEarlierDoesNotUndoWhatIsMerged", testWhatAnotherPipelineStagedEarlierDoesNotUndoWhatIsMerged},
		{"PositionsAreStoredWithTheirRowsOrNotAtAll", testPositionsAreStoredWithTheirRowsOrNotAtAll},
		{"APersonWhoseRecordsShareNothingAnyMoreIsSplit", testAPersonWhoseRecordsShareNothingAnyMoreIsSplit},
		{"MembershipIsClosedOnlyByACompleteSweepAndReopened", testMembershipIsClosedOnlyByACompleteSweepAndReopened},
		{"MembershipsEndAsTheListingsAreJudged", testMembershipsEndAsTheListingsAreJudged},
		{"ASweepIsJudgedByAllThatItHasListed", testASweepIsJudgedByAllThatItHasListed},
		{"AMembershipCarriesOnUnderAKeyThatAnEarlierPartListed", testAMembershipCarriesOnUnderAKeyThatAnEarlierPartListed},
		{"ADayThatLacksPeopleRemovesNobody", testADayThatLacksPeopleRemovesNobody},
		{"AListingOfAudiencesIsNoSightOfTheirMembers", testAListingOfAudiencesIsNoSightOfTheirMembers},
		{"WhatIsStoredIsGivenBackInChunksForAReplay", testWhatIsStoredIsGivenBackInChunksForAReplay},
		{"AWaitingRejectIsGivenBackUntilItIsReplayedOrDropped", testAWaitingRejectIsGivenBackUntilItIsReplayedOrDropped},
		{"AnOutputIsDueWhenOneOfItsPipelinesChangedSomething", testAnOutputIsDueWhenOneOfItsPipelinesChangedSomething},
		{"AJobIsStoredAsItStandsAndWhoIsInItUntilItIsReleased", testAJobIsStoredAsItStandsAndWhoIsInItUntilItIsReleased},
		{"WhoIsErasedWasNeverAskedFor", testWhoIsErasedWasNeverAskedFor},
		{"EveryKeyOfARequestCounts", testEveryKeyOfARequestCounts},
		{"ErasureByContactIDFollowsMerges", testErasureByContactIDFollowsMerges},
		{"SomebodyElseWhoseRecordMentionsThePersonLosesThatRecordOnly", testSomebodyElseWhoseRecordMentionsThePersonLosesThatRecordOnly},
		{"WhatOthersCarryTooIsNotThePersonsOwn", testWhatOthersCarryTooIsNotThePersonsOwn},
		{"SuppressionsAreStoredOnce", testSuppressionsAreStoredOnce},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, e) })
	}
}

// open opens a new warehouse at a fixed time.
func open(t testing.TB, e Engine) (load.Warehouse, *Clock) {
	t.Helper()
	c := NewClock()
	w := e.Open(t, filepath.Join(t.TempDir(), "warehouse"), c.Now)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w, c
}

// value reads one value.
func value[T any](t testing.TB, e Engine, w load.Warehouse, query string) T {
	t.Helper()
	rows := e.Query(t, w, query)
	require.Len(t, rows, 1, query)
	v, ok := rows[0][0].(T)
	require.True(t, ok, "%s: %T", query, rows[0][0])
	return v
}

// table reads a query's rows as text.
func table(t testing.TB, e Engine, w load.Warehouse, query string) (rows []string) {
	t.Helper()
	for _, v := range e.Query(t, w, query) {
		rows = append(rows, fmt.Sprint(v...))
	}
	return rows
}
