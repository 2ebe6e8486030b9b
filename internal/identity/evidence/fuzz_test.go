package evidence

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/schema"
)

// FuzzCompare compares names of any bytes.
func FuzzCompare(f *testing.F) {
	for _, s := range [][6]string{
		{"Ann", "Lee", "", "Annie", "Lee-Cole", "25-34"}, {"", "", "van der Berg, Ludwig III", "L.", "Berg", "65+"},
		{"J", "P", "Jean-Pierre", "Иван", "李", "x1-999999999999999999999"}, {"\xff", "'", "́", "ß", " , ", "-"},
	} {
		f.Add(s[0], s[1], s[2], s[3], s[4], s[5])
	}
	f.Fuzz(func(t *testing.T, first, last, full, otherFirst, otherLast, age string) {
		a := Of(schema.SourceContact{Profile: schema.Profile{FirstName: first, LastName: last, FullName: full, AgeRange: age, City: last}})
		b := Of(schema.SourceContact{Profile: schema.Profile{FirstName: otherFirst, LastName: otherLast, AgeRange: age, City: first}})
		v := Compare(a, b)
		require.Equal(t, v, Compare(b, a))
		require.NotEmpty(t, v.Sentence(""))
		require.GreaterOrEqual(t, Compare(a, a).Bits, 0.0, "nobody is two people by their own record")
	})
}
