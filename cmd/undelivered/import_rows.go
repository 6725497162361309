package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// slice is how many lines go in one transaction.
const slice = 1000

// line is one line of the file, by column.
type line struct {
	number int
	fields map[string]string
}

// rows reads the file line by line, so that it may be of any size.
func rows(file string, known []string, each func(line) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.TrimLeadingSpace = true
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: the header line: %w", file, err)
	}
	for i, name := range header {
		header[i] = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if !contains(known, header[i]) {
			return fmt.Errorf("%s: unknown column %q; known are %s", file, name, strings.Join(known, ", "))
		}
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		number, _ := r.FieldPos(0)
		l := line{number, map[string]string{}}
		for i, value := range record {
			l.fields[header[i]] = strings.TrimSpace(value)
		}
		if err := each(l); err != nil {
			return err
		}
	}
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}
