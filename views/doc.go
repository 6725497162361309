// Package views holds what people see: pages and parts as templ components, and the words on them.
// It knows no SQL, no clock and no request: a page shows what its props say.
package views

//go:generate go tool templ generate
