package models

import (
	"cmp"
	"context"
	"time"
)

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
	Channel  Channel
	Customer string
}

// Desk is a list of clear requests, the oldest first, with the counts of all lists.
type Desk struct {
	Lines  []RequestLine
	Counts map[RequestList]int
}

// Requests are the clear requests of the account.
func (s *Store) Requests(ctx context.Context, a Actor, list RequestList) (Desk, error) {
	if err := a.need(Decide); err != nil {
		return Desk{}, err
	}
	return s.requests(ctx, a, []string{a.AccountID}, list)
}

// RequestsAcross are the clear requests of all accounts that let support in now.
func (s *Store) RequestsAcross(ctx context.Context, a Actor, list RequestList) (Desk, error) {
	accounts, err := s.grantedAccounts(ctx, a)
	if err != nil || len(accounts) == 0 {
		return Desk{}, err
	}
	return s.requests(ctx, a, accounts, list)
}

// deskPage is how many requests a list shows.
const deskPage = 200

func (s *Store) requests(ctx context.Context, a Actor, accounts []string, list RequestList) (Desk, error) {
	desk := Desk{Counts: map[RequestList]int{}}
	where, values := requestWhere(a, list)
	order := map[bool]string{true: "r.asked_at, r.id", false: "r.asked_at DESC, r.id DESC"}[list == RequestsWaiting || list == RequestsMine || list == RequestsByHand]
	err := s.reading(ctx).Table("clear_requests r").
		Select(`r.*, ac.name AS account, ad.value AS address, ad.channel, (SELECT c.name FROM customers c
			JOIN customer_addresses ca ON ca.customer_id = c.id WHERE ca.address_id = r.address_id ORDER BY ca.added_at LIMIT 1) AS customer`).
		Joins("JOIN accounts ac ON ac.id = r.account_id").Joins("JOIN addresses ad ON ad.id = r.address_id").
		Where("r.account_id IN ?", accounts).Where(where, values...).Order(order).Limit(deskPage).Scan(&desk.Lines).Error
	if err != nil {
		return desk, found(err, "clear requests")
	}
	for _, each := range []RequestList{RequestsWaiting, RequestsMine, RequestsByHand, RequestsDone, RequestsDeclined} {
		where, values := requestWhere(a, each)
		var n int64
		if err := s.reading(ctx).Table("clear_requests r").Where("r.account_id IN ?", accounts).Where(where, values...).Count(&n).Error; err != nil {
			return desk, found(err, "counts of clear requests")
		}
		desk.Counts[each] = int(n)
	}
	return desk, nil
}

func requestWhere(a Actor, list RequestList) (string, []any) {
	switch list {
	case RequestsMine:
		return "(r.asked_by = ? AND r.state IN ?)", []any{a.ID, OpenStates}
	case RequestsByHand:
		return "r.state = ?", []any{RequestByHand}
	case RequestsDone:
		return "r.state = ?", []any{RequestDone}
	case RequestsDeclined:
		return "r.state IN ?", []any{[]RequestState{RequestDeclined, RequestRefused, RequestLapsed}}
	}
	return "r.state IN ?", []any{[]RequestState{RequestAsked, RequestByHand}}
}

// ClearRequest is one clear request of the account.
func (s *Store) ClearRequest(ctx context.Context, a Actor, id string) (ClearRequest, error) {
	if err := a.need(See); err != nil {
		return ClearRequest{}, err
	}
	var r ClearRequest
	err := s.reading(ctx).Take(&r, "id = ? AND account_id = ?", id, a.AccountID).Error
	return r, found(err, "clear request")
}

// AccountOfRequest is the account of a request, for support on the way from the desk into the account; ErrNotFound
// when that account does not let support in now.
func (s *Store) AccountOfRequest(ctx context.Context, a Actor, id string) (string, error) {
	accounts, err := s.grantedAccounts(ctx, a)
	if err != nil {
		return "", err
	}
	var r ClearRequest
	err = s.reading(ctx).Take(&r, "id = ? AND account_id IN ?", id, accounts).Error
	return r.AccountID, found(err, "clear request")
}

// RequestCase is all that the person who decides should see.
type RequestCase struct {
	Request    ClearRequest
	Account    Account
	Address    AddressState
	Customer   Customer
	Entry      SuppressionLine // zero: no provider lists it
	Consent    Consent
	Earlier    []ClearRequest // of the same address, the latest first
	Complaints int            // opt-outs by a spam report, ever
	Lifted     int            // of these, lifted in the last twelve months
	Rate       ComplaintRate  // of the account
	CausedBy   Notification   // zero: not known
	Since      time.Time      // when what is to be lifted began
	OptOut     OptOut         // of ours, that belongs to it
}

// RequestCase reads one clear request with what belongs to it.
func (s *Store) RequestCase(ctx context.Context, a Actor, id string) (k RequestCase, err error) {
	if k.Request, err = s.ClearRequest(ctx, a, id); err != nil {
		return k, err
	}
	if k.Account, err = s.Account(ctx, a); err != nil {
		return k, err
	}
	r, t := k.Request, s.looking(ctx)
	if err := t.Take(&k.Address.Address, "id = ?", r.AddressID).Error; err != nil {
		return k, found(err, "address")
	}
	if k.Address.Causes, err = t.openCauses(r.AddressID); err != nil {
		return k, err
	}
	if k.Address.Listed, err = t.openSuppressions(k.Address.Address, ""); err != nil {
		return k, err
	}
	if r.SuppressionID != "" {
		if k.Entry, err = s.Suppression(ctx, a, r.SuppressionID); err != nil {
			return k, err
		}
		k.Since = k.Entry.ListedAt
	}
	if k.Rate, err = s.complaints(ctx, r.AccountID); err != nil {
		return k, err
	}
	var complaints, lifted int64
	for _, err := range []error{
		t.Raw(`SELECT c.* FROM customers c JOIN customer_addresses ca ON ca.customer_id = c.id WHERE ca.address_id = ?
			ORDER BY ca.removed_at IS NULL DESC, ca.added_at LIMIT 1`, r.AddressID).Scan(&k.Customer).Error,
		t.Limit(1).Find(&k.Consent, "id = ?", r.ConsentID).Error,
		t.Where("address_id = ? AND id <> ?", r.AddressID, r.ID).Order("asked_at DESC").Limit(20).Find(&k.Earlier).Error,
		t.Model(&OptOut{}).Where("address_id = ? AND cause = ?", r.AddressID, CauseComplaint).Count(&complaints).Error,
		t.Model(&OptOut{}).Where("address_id = ? AND cause = ? AND lifted_at > ?", r.AddressID, CauseComplaint, t.now.AddDate(-1, 0, 0)).Count(&lifted).Error,
		t.Where("address_id = ? AND cause IN ?", r.AddressID, append(r.causes(), "")).Order("occurred_at DESC").Limit(1).Find(&k.OptOut).Error,
	} {
		if err != nil {
			return k, found(err, "clear request")
		}
	}
	if k.Complaints, k.Lifted = int(complaints), int(lifted); k.OptOut.ID != "" {
		k.Since = k.OptOut.OccurredAt
	}
	held := []OptOut{k.OptOut}
	if err := s.whyOptedOut(ctx, held); err != nil {
		return k, err
	}
	k.OptOut = held[0]
	cause := cmp.Or(k.Entry.NotificationID, k.OptOut.NotificationID)
	return k, found(t.Limit(1).Find(&k.CausedBy, "id = ? AND account_id = ?", cause, r.AccountID).Error, "what caused it")
}
