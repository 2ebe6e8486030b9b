package title

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestScratchValues(t *testing.T) {
	f, _ := os.Open("/work/shared/cases/values.jsonl")
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		var c struct {
			Cause, Value string
			Expected     any
		}
		if json.Unmarshal(sc.Bytes(), &c) != nil {
			continue
		}
		if strings.HasPrefix(c.Cause, "title") || c.Cause == "department-wrong" {
			r, d := Read(c.Value, nil, nil)
			fmt.Printf("%-20s %-35s want %-20v got %s | %s\n", c.Cause, c.Value, c.Expected, r, d)
		}
	}
}
func TestScratchShow(t *testing.T) {
	b, _ := os.ReadFile("/tmp/i11d/show.txt")
	for _, l := range strings.Split(string(b), "\n") {
		if l == "" {
			continue
		}
		r, d := Read(l, nil, nil)
		fmt.Printf("%-60s %s | %s\n", l, r, d)
	}
}
