package main

import "fmt"

// output is how a command that prints data prints it.
type output struct {
	JSON bool `help:"Print JSON."`
}

// say prints a line for people, or the value for programs.
func (o output) say(term terminal, value any, format string, args ...any) error {
	if o.JSON {
		return term.printJSON(value)
	}
	_, err := fmt.Fprintf(term.out, format+"\n", args...)
	return err
}
