package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keptKey reads the secret key beside an embedded database, or makes it. Two programs that start together
// agree: the file is written under another name and only then linked, and the link fails for the second.
func keptKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(path); err != nil {
			return nil, err
		}
		key, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("the secret key: %w", err)
	}
	if key = bytes.TrimSpace(key); len(key) < shortestKey {
		return nil, fmt.Errorf("the secret key in %s is shorter than %d characters", path, shortestKey)
	}
	return key, nil
}

func makeKey(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("the secret key: %w", err)
	}
	var raw [32]byte
	rand.Read(raw[:])
	draft, err := os.CreateTemp(filepath.Dir(path), ".secret-*") // readable by its owner only
	if err != nil {
		return fmt.Errorf("the secret key: %w", err)
	}
	defer os.Remove(draft.Name())
	_, err = fmt.Fprintln(draft, base64.StdEncoding.EncodeToString(raw[:]))
	if err := errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return fmt.Errorf("the secret key: %w", err)
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("the secret key: %w", err)
	}
	return nil
}
