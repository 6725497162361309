package main

import (
	"errors"
	"os"
	"syscall"
)

// alone keeps a second program that serves off an embedded database, for as long as this one runs: two would
// hand jobs to each other, and each would think the other dead.
func (s *settings) alone() (unlock func(), err error) {
	if s.DatabaseURL != "" {
		return func() {}, nil
	}
	if err := s.folder(); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(s.file()+".serving", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, problem{"UNDELIVERED_DATA", "cannot be written to: " + err.Error()}
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		taken := problem{
			"UNDELIVERED_DATA",
			"another undelivered serves from " + s.Data + ": stop it first, or set another folder",
		}
		return nil, errors.Join(taken, f.Close())
	}
	return func() { f.Close() }, nil
}
