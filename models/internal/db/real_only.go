package db

// simulatorProvider is the provider that only plays: what is handed to it reaches nobody.
const simulatorProvider = "simulator"

// Knows says whether this installation hands messages to a provider: the simulator is for trying out only.
func (s *DB) Knows(provider string) bool { return provider != simulatorProvider || !s.realOnly }
