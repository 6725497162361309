package models_test

import (
	"os"
	"path/filepath"
	"testing"

	"undelivered/models/store"
)

// The database is in the file that was named, whatever characters the path has.
func TestFileName(t *testing.T) {
	for _, name := range []string{"a b", "50%", "q?x=1", "n#1", "ü"} {
		file := filepath.Join(t.TempDir(), name, "undelivered.db")
		s, err := store.Open(t.Context(), store.Options{File: file, Key: make([]byte, 32)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}
