package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"undelivered/delivery"
)

type explainCommand struct {
	output
	Provider string `help:"Whose post it is, such as sendgrid; mail, or reply for the words of a mail server. Left out, it is recognised."`
	File     string `arg:"" help:"A mail that came back, a provider's post (JSON or a form) as it arrived, or the words of a mail server; - reads from the standard input."`
}

// Run says what the program makes of a mail or a post, step by step. It sends nothing and stores nothing.
func (c *explainCommand) Run(_ context.Context, term terminal) error {
	raw, err := c.read()
	if err != nil {
		return err
	}
	told, err := delivery.Explain(raw, c.Provider)
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

func (c *explainCommand) read() ([]byte, error) {
	from := io.Reader(os.Stdin)
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return nil, fmt.Errorf("reading what is to be explained: %w", err)
		}
		defer file.Close()
		from = file
	}
	raw, err := io.ReadAll(io.LimitReader(from, delivery.MailLimit+1))
	if err == nil && len(raw) > delivery.MailLimit {
		err = fmt.Errorf("%s is larger than %d bytes", c.File, int64(delivery.MailLimit))
	}
	return raw, err
}
