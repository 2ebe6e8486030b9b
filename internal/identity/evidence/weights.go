package evidence

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"contactsync/internal/lists"
)

//go:embed weights.txt
var weightsText string

// Whose two records may be: those of one person, or of two.
const (
	samePerson = iota
	relative
	namesake
	colleague
	stranger
	hypotheses
)

// share is how often an outcome is met under a hypothesis; where it is chance, the
// frequency of the name in common is added.
type share struct {
	of     float64
	chance bool
}

// weights is a file of weights.
type weights struct {
	version int
	rare    float64 // frequency of a name that is in no list
	shares  [traits][outcomes]*[hypotheses]share
	logs    [traits][outcomes]logs // 0 where there is no row; those of names in common are in the names
}

// table is the embedded weights.
var table = sync.OnceValue(func() *weights {
	w, err := parseWeights(weightsText)
	if err != nil {
		panic("evidence: weights.txt: " + err.Error()) // like regexp.MustCompile: the tests load it
	}
	return w
})

// Version is that of the weights that [Compare] uses.
func Version() int { return table().version }

// parseWeights reads a file of weights, all of whose rows must be there.
func parseWeights(text string) (*weights, error) {
	w := &weights{}
	var errs []error
	for _, line := range lists.Entries(text) {
		if err := w.read(strings.Fields(line)); err != nil {
			errs = append(errs, fmt.Errorf("%q: %w", line, err))
		}
	}
	if w.version < 1 || w.rare <= 0 {
		errs = append(errs, errors.New("version or rare is missing"))
	}
	for t, possible := range outcomesOf {
		for _, o := range possible {
			if w.shares[t][o] == nil {
				errs = append(errs, fmt.Errorf("no row for %s %s", traitNames[t], outcomeNames[o]))
			}
		}
	}
	return w, errors.Join(errs...)
}

func (w *weights) read(fields []string) (err error) {
	const columns = 2 + hypotheses
	switch {
	case len(fields) == 2 && fields[0] == "version":
		w.version, err = strconv.Atoi(fields[1])
		return err
	case len(fields) == 2 && fields[0] == "rare":
		w.rare, err = strconv.ParseFloat(fields[1], 64)
		w.rare /= 1e6
		return err
	case len(fields) != columns && (len(fields) != columns+2 || fields[columns] != "instead"):
		return errors.New("a row is a trait, an outcome, and five shares")
	}
	t, o, err := named(fields[0], fields[1])
	if err != nil {
		return err
	}
	if w.shares[t][o] != nil {
		return errors.New("it is there twice")
	}
	var row [hypotheses]share
	for i := range row {
		number, chance := strings.CutSuffix(fields[2+i], "+f")
		of, err := strconv.ParseFloat(number, 64)
		if err != nil || !(of > 0 && of <= 1) {
			return fmt.Errorf("%s is no share above 0 and up to 1", fields[2+i])
		}
		row[i] = share{of, chance}
		w.logs[t][o][i] = math.Log2(of)
	}
	w.shares[t][o] = &row
	return nil
}

// named is a trait and an outcome by their names in the file.
func named(trait, outcome string) (Trait, Outcome, error) {
	if outcome == "joined" {
		switch trait {
		case "business":
			return Address, JoinedAtWork, nil
		case "personal":
			return Address, JoinedAtHome, nil
		}
	}
	t, o := slices.Index(traitNames[:], trait), slices.Index(outcomeNames[:], outcome)
	if t < 0 || o < 0 || !slices.Contains(outcomesOf[t], Outcome(o)) {
		return 0, 0, errors.New("no such trait and outcome")
	}
	return Trait(t), Outcome(o), nil
}

// inCommon is the logarithms where two have a name in common, given how frequent it is.
func (w *weights) inCommon(t Trait, frequency float64) (l logs) {
	for h, s := range w.shares[t][Equal] {
		if l[h] = math.Log2(s.of); s.chance {
			l[h] = math.Log2(min(1, s.of+frequency))
		}
	}
	return l
}
