package normal

// Unwrap is helper A's; until it lands.
func Unwrap(s string) string { return s }
