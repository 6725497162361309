package report

import (
	"sync"
	"time"

	"undelivered/models"
)

// zones remembers the time zones that were asked for: the machine's files are read once for each, and not for
// every widget.
type zones struct{ known sync.Map }

// of is the zone of an account, as Account.Location finds it.
func (z *zones) of(a models.Account) *time.Location {
	if zone, known := z.known.Load(a.Zone); known {
		return zone.(*time.Location)
	}
	zone := a.Location()
	z.known.Store(a.Zone, zone)
	return zone
}
