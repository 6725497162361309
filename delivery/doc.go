// Package delivery carries between the house and the providers.
package delivery
