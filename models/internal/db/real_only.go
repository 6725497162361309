package db

// simulatorProvider is the provider that only plays: what is handed to it reaches nobody.
const simulatorProvider = "simulator"

// Trial says whether the simulator takes messages here.
func (s *DB) Trial() bool { return !s.realOnly }

// KnownProviders is Knows as a condition on connections.
func (s *DB) KnownProviders() string {
	if s.realOnly {
		return "provider <> '" + simulatorProvider + "'"
	}
	return "TRUE"
}

// Knows says whether this installation hands messages to a provider: the simulator is for trying out only.
func (s *DB) Knows(provider string) bool { return provider != simulatorProvider || !s.realOnly }
