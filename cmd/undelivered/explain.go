package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"undelivered/providers/dsn"
)

type explainCommand struct {
	output
	File string `arg:"" help:"A mail that came back, as it arrived, or the words of a mail server; - reads them from the standard input."`
}

// Run says what the program makes of a mail that came back, step by step. It sends nothing and stores
// nothing.
func (c *explainCommand) Run(_ context.Context, term terminal) error {
	raw, err := c.read()
	if err != nil {
		return err
	}
	told, err := dsn.Explain(raw)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if c.JSON {
		return term.printJSON(told)
	}
	for _, line := range told.Lines() {
		fmt.Fprintln(term.out, line)
	}
	return nil
}

// explainMost is as much as a mail that comes back may have.
const explainMost = 10 << 20

func (c *explainCommand) read() ([]byte, error) {
	if c.File == "-" {
		return io.ReadAll(io.LimitReader(os.Stdin, explainMost))
	}
	raw, err := os.ReadFile(c.File)
	if err != nil {
		return nil, fmt.Errorf("reading the mail: %w", err)
	}
	return raw, nil
}
