package consent

import (
	"context"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// RequestsFor counts the clear requests that wait for the actor: in the account, or at support's desk in all
// accounts that let support in. What the actor asked for waits for somebody else.
func (s *Store) RequestsFor(ctx context.Context, a models.Actor) (int, error) {
	accounts := []string{a.AccountID}
	if a.AccountID == "" {
		var err error
		if accounts, err = s.people.GrantedAccounts(ctx, a); err != nil || len(accounts) == 0 {
			return 0, err
		}
	} else if err := a.Need(models.Decide); err != nil {
		return 0, err
	}
	where, values := requestWhere(a, RequestsWaiting)
	var n int64
	err := s.db.Reading(ctx).Table("clear_requests r").
		Where("r.account_id IN ? AND r.asked_by <> ?", accounts, a.ID).Where(where, values...).Count(&n).Error
	return int(n), db.Wrap(err, "clear requests that wait")
}

// RequestList names a list of clear requests.
type RequestList string

// The lists of the desk.
const (
	RequestsWaiting  RequestList = "" // for a decision, or to be done by hand
	RequestsMine     RequestList = "mine"
	RequestsByHand   RequestList = "by_hand"
	RequestsDone     RequestList = "done"
	RequestsDeclined RequestList = "declined"
)

// RequestLine is one clear request as the queue shows it.
type RequestLine struct {
	ClearRequest
	Account  string
	Address  string
	Channel  models.Channel
	Customer string
}

// Desk is a list of clear requests, the oldest first, with the counts of all lists.
type Desk struct {
	Lines  []RequestLine
	Counts map[RequestList]int
}

// Requests are the clear requests of the account.
func (s *Store) Requests(ctx context.Context, a models.Actor, list RequestList) (Desk, error) {
	if err := a.Need(models.Decide); err != nil {
		return Desk{}, err
	}
	return s.requests(ctx, a, []string{a.AccountID}, list)
}

// RequestsAcross are the clear requests of all accounts that let support in now.
func (s *Store) RequestsAcross(ctx context.Context, a models.Actor, list RequestList) (Desk, error) {
	accounts, err := s.people.GrantedAccounts(ctx, a)
	if err != nil || len(accounts) == 0 {
		return Desk{}, err
	}
	return s.requests(ctx, a, accounts, list)
}

// deskPage is how many requests a list shows.
const deskPage = 200

func (s *Store) requests(ctx context.Context, a models.Actor, accounts []string,
	list RequestList) (Desk, error) {
	desk := Desk{Counts: map[RequestList]int{}}
	where, values := requestWhere(a, list)
	order := map[bool]string{true: "r.asked_at, r.id",
		false: "r.asked_at DESC, r.id DESC"}[list == RequestsWaiting || list == RequestsMine ||
		list == RequestsByHand]
	err := s.db.Reading(ctx).Table("clear_requests r").
		Select(`r.*, ac.name AS account, ad.value AS address, ad.channel, (SELECT c.name FROM customers c
			JOIN customer_addresses ca ON ca.account_id = c.account_id AND ca.customer_id = c.id
				WHERE ca.address_id = r.address_id ORDER BY ca.added_at LIMIT 1) AS customer`).
		Joins("JOIN accounts ac ON ac.id = r.account_id").
		Joins("JOIN addresses ad ON ad.account_id = r.account_id AND ad.id = r.address_id").
		Where("r.account_id IN ?", accounts).
		Where(where, values...).Order(order).Limit(deskPage).Scan(&desk.Lines).Error
	if err != nil {
		return desk, db.Wrap(err, "clear requests")
	}
	for _, each := range []RequestList{RequestsWaiting, RequestsMine, RequestsByHand, RequestsDone,
		RequestsDeclined} {
		where, values := requestWhere(a, each)
		var n int64
		if err := s.db.Reading(ctx).Table("clear_requests r").Where("r.account_id IN ?",
			accounts).Where(where, values...).Count(&n).Error; err != nil {
			return desk, db.Wrap(err, "counts of clear requests")
		}
		desk.Counts[each] = int(n)
	}
	return desk, nil
}

func requestWhere(a models.Actor, list RequestList) (string, []any) {
	switch list {
	case RequestsMine:
		return "(r.asked_by = ? AND r.state IN ?)", []any{a.ID, OpenStates}
	case RequestsByHand:
		return "r.state = ?", []any{RequestByHand}
	case RequestsDone:
		return "r.state = ?", []any{RequestDone}
	case RequestsDeclined:
		return "r.state IN ?", []any{
			[]RequestState{RequestDeclined, RequestRefused, RequestLapsed, RequestWithdrawn},
		}
	}
	return "r.state IN ?", []any{[]RequestState{RequestAsked, RequestByHand}}
}

// ClearRequest is one clear request of the account.
func (s *Store) ClearRequest(ctx context.Context, a models.Actor, id string) (ClearRequest, error) {
	if err := a.Need(models.See); err != nil {
		return ClearRequest{}, err
	}
	var r ClearRequest
	err := s.db.Reading(ctx).Take(&r, "id = ? AND account_id = ?", id, a.AccountID).Error
	return r, db.Wrap(err, "clear request")
}

// AccountOfRequest is the account of a request, for support on the way from the desk into the account;
// ErrNotFound when that account does not let support in now.
func (s *Store) AccountOfRequest(ctx context.Context, a models.Actor, id string) (string, error) {
	accounts, err := s.people.GrantedAccounts(ctx, a)
	if err != nil {
		return "", err
	}
	var r ClearRequest
	err = s.db.Reading(ctx).Take(&r, "id = ? AND account_id IN ?", id, accounts).Error
	return r.AccountID, db.Wrap(err, "clear request")
}
