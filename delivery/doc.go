// Package delivery carries between the house and the providers: it takes in what they report, and does the
// work that no person waits for.
package delivery
