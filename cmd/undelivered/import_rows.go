package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"undelivered/models/customer"
)

// slice is how many lines go in one transaction.
const slice = 1000

// line is one line of the file, by column.
type line struct {
	number int
	fields map[string]string
}

// rows reads the whole file before the first line is taken, so that one that can't be read takes nothing.
func rows(file string, known []string, each func(line) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	columns, all, err := customer.ReadTable(f)
	if broken := (customer.TableError{}); errors.As(err, &broken) {
		return fmt.Errorf("%s: nothing was taken; line %d can't be read: %w", file, broken.Line, broken.Err)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, explained(err))
	}
	for _, name := range columns {
		if name != "" && !slices.Contains(known, name) {
			return fmt.Errorf("%s: unknown column %q; known are %s", file, name, strings.Join(known, ", "))
		}
	}
	for _, row := range all {
		if err := each(line{row.Line, row.Cells}); err != nil {
			return fmt.Errorf("line %d: %w", row.Line, err)
		}
	}
	return nil
}
