package chaos_test

import (
	"math/rand/v2"
	"strings"
	"time"

	"contactsync/internal/crash"
)

// everyPoint is each point in its turn, on its first passing.
func everyPoint() life {
	var l life
	for night := range l {
		for _, point := range crash.Points {
			if night == 0 || !strings.HasPrefix(point, "create.") {
				l[night] = append(l[night], at(point, 1))
			}
		}
	}
	return l
}

// draw makes up a life: kills in the order in which a night passes the points,
// so that each night dies in each of its stages.
func draw(random *rand.Rand) life {
	var l life
	for night := range l {
		for i, s := range stages {
			if i == 0 && night > 0 {
				continue // the warehouse is there
			}
			for range s.kills {
				l[night] = append(l[night], s.kill(random))
			}
		}
	}
	return l
}

// stage is a part of a night.
type stage struct {
	kills  int
	points []string // none: a random moment
	counts int      // a point is passed up to so often
}

var stages = []stage{
	{1, []string{crash.CreateBefore, crash.CreateRename, crash.CreateAfter}, 1},
	{3, []string{crash.CommitBefore, crash.CommitInside, crash.CommitAfter}, 12},
	{1, []string{crash.MergeGolden}, 1},
	{2, nil, 0},
	{1, []string{crash.TransactionCommit, crash.TransactionDone}, 14},
	{1, []string{crash.MergeBefore, crash.MergeInside, crash.MergeAfter}, 7},
	{1, []string{crash.MergeStep}, 30},
	{1, []string{crash.MergeResolved}, 7},
	{1, []string{crash.ExportStaged, crash.ExportAnnounced, crash.ExportExchanged, crash.ExportRecorded}, 1},
	{1, []string{crash.ExportWritten, crash.ExportDelivered}, 1},
	{1, []string{crash.CloseBefore, crash.CloseAfter}, 1},
	{1, []string{crash.SnapshotCopied, crash.SnapshotRenamed}, 1},
}

func (s stage) kill(random *rand.Rand) kill {
	if s.points == nil {
		return kill{share: 0.1 + 0.5*random.Float64()}
	}
	k := kill{point: s.points[random.IntN(len(s.points))], count: 1 + random.IntN(s.counts)}
	if random.IntN(3) == 0 { // in the middle of what comes after
		k.delay = time.Duration(random.Int64N(int64(5 * time.Millisecond)))
	}
	return k
}
