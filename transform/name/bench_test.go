package name

import "testing"

// BenchmarkNormal is of the names that nearly all are.
func BenchmarkNormal(b *testing.B) {
	for what, c := range map[string][3]string{
		"mixed": {"Jane", "Doe", ""}, "mixed with full": {"Jane", "Doe", "Jane Doe"}, "full alone": {"", "", "Jane Doe"},
		"upper": {"ROBIN", "O'HARA", ""}, "lower with full": {"robin", "o'hara", "Robin O'Hara"}, "particles": {"Jane", "van der Berg", ""},
		"middle": {"Jane", "Doe", "Jane Q. Doe"}, "accents": {"Élodie", "Müller", ""},
	} {
		b.Run(what, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Normal(c[0], c[1], c[2])
			}
		})
	}
}
