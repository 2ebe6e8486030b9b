package title

import "testing"

// BenchmarkTitle reads rank and function out of common titles.
func BenchmarkTitle(b *testing.B) {
	titles := []string{
		"Vice President of Sales", "Head of social media", "Director of Demand Generation", "Founder & CEO", "Registered Nurse",
		"Sr. Software Engineer", "Executive Assistant to the CEO", "Leiter Vertrieb", "Account Executive", "Warehouse Associate",
	}
	b.ReportAllocs()
	for i := range b.N {
		Read(titles[i%len(titles)], nil, nil)
	}
}
