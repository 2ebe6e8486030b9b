package lake

import "testing"

// AsALargeOne has tables of any size treated as large ones: they are asked first which keys they
// have, and how many keys there are is taken for more than a machine of Spark holds.
func AsALargeOne(t testing.TB) {
	rows, bytes := probed, broadcast
	probed, broadcast = 0, 0
	t.Cleanup(func() { probed, broadcast = rows, bytes })
}
