package intake

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"undelivered/models"
	"undelivered/models/connection"
)

// intakeShare is how many deliveries of one account may wait at once: the others' come in meanwhile.
const intakeShare = intakeQueue / 4

// slices hands a large delivery in a part at a time, so that others' are written in between. What it says is
// kept all or none up to a batch; of a larger one the parts that are kept are copies when its provider tries
// again.
func (d delivery) slices() []delivery {
	if len(d.events) <= intakeBatch {
		return []delivery{d}
	}
	var all []delivery
	for part := range slices.Chunk(d.events, intakeBatch) {
		one := d
		one.events = part
		all = append(all, one)
	}
	return all
}

// storeApart stores the deliveries of a batch that failed each on its own, and those that still fail event by
// event: a bad event is set aside alone, and everybody else's are kept.
func (s *Store) storeApart(batch []delivery) {
	for i := range batch {
		one := batch[i : i+1]
		err := s.storeBatch(one)
		if wrongData(err) {
			err = s.storeEach(one[0])
		}
		if one[0].err == nil {
			one[0].err = err
		}
	}
}

func (s *Store) storeEach(d delivery) error {
	for _, e := range d.events {
		one := d
		one.events = []models.Event{e}
		err := s.storeBatch([]delivery{one})
		if wrongData(err) {
			one.events = []models.Event{setAside(e, err)}
			err = s.storeBatch([]delivery{one})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// setAside is an event that the database would not keep as it is: its own bytes and why, for a person to look
// at.
func setAside(e models.Event, cause error) models.Event {
	return models.Event{
		ID:           e.ID,
		AccountID:    e.AccountID,
		ConnectionID: e.ConnectionID,
		DedupeKey:    models.TokenHash(e.DedupeKey),
		Type:         models.Unrecognised,
		Raw:          e.Raw,
		ReceivedAt:   e.ReceivedAt,
		OccurredAt:   e.ReceivedAt,
		DueAt:        e.DueAt,
		Copies:       1,
		State:        models.EventParked,
		Error:        models.CleanText("The database refused it: " + cause.Error()),
	}
}

// wrongData says whether it was what an event says that the database refused, rather than the database that
// failed.
func wrongData(err error) bool {
	if err == nil || errors.Is(err, ErrSpent) || errors.Is(err, connection.ErrChanged) ||
		errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return strings.HasPrefix(pg.Code, "22") || strings.HasPrefix(pg.Code, "23") || pg.Code == "54000"
	}
	text := err.Error()
	return strings.Contains(text, "constraint failed") || strings.Contains(text, "string or blob too big")
}

func (in *intake) enter(accountID string) {
	in.sharing.Lock()
	defer in.sharing.Unlock()
	in.shares[accountID]++
}

func (in *intake) exit(accountID string) {
	in.sharing.Lock()
	defer in.sharing.Unlock()
	if in.shares[accountID]--; in.shares[accountID] <= 0 {
		delete(in.shares, accountID)
	}
}

func (in *intake) share(accountID string) int {
	in.sharing.Lock()
	defer in.sharing.Unlock()
	return in.shares[accountID]
}
