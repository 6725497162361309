// Package api answers programs: version 1 of the public API. Shapes of answers live here and nowhere else.
package api

import "undelivered/handlers"

// API answers programs from what the pages are made of.
type API struct{ Pages *handlers.Handlers }
