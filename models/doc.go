// Package models holds the nouns of the house, the rules that change them, and their SQL.
// It knows nothing of HTTP or HTML.
package models
