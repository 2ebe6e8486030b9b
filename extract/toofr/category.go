package toofr

import (
	_ "embed"
	"strings"
)

var (
	//go:embed titles.txt
	titles string
	//go:embed industries.txt
	industries string
)

// Titles and Industries are the categories of the vendor document, in its order. A
// value must match one exactly.
var (
	Titles     = strings.Fields(titles)
	Industries = strings.Fields(industries)
)
