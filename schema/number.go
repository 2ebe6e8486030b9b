package schema

import (
	"math/big"
	"strings"
)

// maxExponent bounds how long a number may be once it is written out.
const maxExponent = 30

// NumberText writes a JSON number as a person would: 2 for 2.0 and for 2e0, every
// digit of a long id kept.
func NumberText(s string) string {
	if !strings.ContainsAny(s, ".eE") {
		return s
	}
	f, ok := new(big.Float).SetPrec(128).SetString(s)
	if !ok || f.MantExp(nil) > 3*maxExponent {
		return s
	}
	if f.IsInt() {
		return f.Text('f', 0)
	}
	return s
}
