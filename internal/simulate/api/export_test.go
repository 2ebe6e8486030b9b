package api

// Lists is how many searches are remembered.
func (s *Simulation) Lists() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.lists)
}
