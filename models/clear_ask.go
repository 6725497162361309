package models

import (
	"context"
	"slices"
)

// askFor makes the clear requests of one obstacle: one for each provider's entry, or one about our own opt-out alone.
// What needs nobody else is approved at once (semantics 8.1, C1 and C2).
func (t *tx) askFor(a Actor, address Address, ask OptInAsk, o obstacle, record Consent, r *OptInResult) error {
	entries := o.entries
	if len(entries) == 0 {
		kind := "manual"
		if kinds := kindsOfCause[o.cause]; len(kinds) > 0 {
			kind = kinds[0]
		}
		entries = []Suppression{{Kind: kind}}
	}
	if !o.path.consent {
		record = Consent{} // a failure is lifted by a reason, whatever else was agreed
	}
	for _, entry := range entries {
		request := ClearRequest{
			ID: newID("req", t.now), AccountID: a.AccountID, SuppressionID: entry.ID, AddressID: address.ID, Kind: entry.Kind,
			Causes: joinCauses([]Cause{o.cause}), NeedsSecond: o.path.approval, SupportOnly: o.path.supportOnly,
			State: RequestAsked, Reason: ask.Reason, Checked: cleanText(ask.Checked), ConsentID: record.ID,
			AskedBy: a.ID, AskedByName: a.Name, AskedRole: a.Role, AskedAt: t.now, ActedAt: t.now, Version: 1,
		}
		if o.path.consent && record.ID == "" {
			t.askCustomer(ask, &request, r)
		}
		if err := t.Create(&request).Error; err != nil {
			return err // as it is: two people at once are told apart by it
		}
		t.recordRequest(a, request, "ask", "", ask.Reason)
		if !request.NeedsSecond && !request.WaitsForCustomer() {
			if err := t.approve(Itself(a.AccountID), &request); err != nil {
				return err
			}
		}
		r.Requests = append(r.Requests, request)
	}
	return nil
}

// askCustomer gives the requests of one form one link for the customer's own confirmation.
func (t *tx) askCustomer(ask OptInAsk, request *ClearRequest, r *OptInResult) {
	if r.Link == "" {
		r.Link, _ = newToken()
	}
	request.ConfirmTokenHash, request.ConfirmSealed = tokenHash(r.Link), t.s.seal.seal([]byte(r.Link))
	// What the customer is asked to agree to, and in whose name, is fixed when the link is made.
	request.Reason, request.Checked = ask.Agreement.Purpose, cleanName(ask.Agreement.GivenBy)
}

// ConfirmLink is the token of a request's link while the customer has not confirmed, for staff to hand over; empty
// when nothing waits for the customer. A program never gets it.
func (s *Store) ConfirmLink(ctx context.Context, a Actor, requestID string) (string, error) {
	if err := a.need(Decide); err != nil {
		return "", err
	}
	r, err := s.ClearRequest(ctx, a, requestID)
	if err != nil || !r.WaitsForCustomer() || r.State != RequestAsked {
		return "", err
	}
	token, err := s.seal.open(r.ConfirmSealed)
	return string(token), err
}

// Wish is what a customer is asked to agree to by a link.
type Wish struct {
	AccountID string
	Account   string
	Channel   Channel
	Address   string
	Purpose   string // necessary or all
	Confirmed bool
	Confirm   bool // it can be confirmed now
}

// WishOf is what the link of a token asks; ErrNotFound when there is none, or its requests are closed.
func (s *Store) WishOf(ctx context.Context, token string) (Wish, error) {
	var r ClearRequest
	err := s.reading(ctx).Where("confirm_token_hash = ? AND confirm_token_hash <> ''", tokenHash(token)).Order("asked_at DESC").Take(&r).Error
	if err != nil {
		return Wish{}, found(err, "link of a customer")
	}
	w := Wish{AccountID: r.AccountID, Purpose: r.Reason, Confirmed: r.ConfirmedAt != nil, Confirm: r.WaitsForCustomer() && r.State == RequestAsked}
	if !w.Confirm && !w.Confirmed {
		return Wish{}, ErrNotFound
	}
	var account Account
	var address Address
	if err := s.reading(ctx).Take(&account, "id = ?", r.AccountID).Error; err != nil {
		return Wish{}, found(err, "account")
	}
	err = s.reading(ctx).Take(&address, "account_id = ? AND id = ?", r.AccountID, r.AddressID).Error
	w.Account, w.Channel, w.Address = account.Name, address.Channel, address.Value
	return w, found(err, "address")
}

// Confirmation is what a customer sends by a link.
type Confirmation struct {
	Token   string
	Name    string
	Sure    bool   // the box was ticked
	Words   string // that were shown
	Network string // network address of the customer, for the log
}

func (c Confirmation) check() error {
	bad := Invalid{}
	if cleanName(c.Name) == "" {
		bad["name"] = Problem{Key: "error.name_missing"}
	}
	if !c.Sure {
		bad["sure"] = Problem{Key: "error.tick"}
	}
	return bad.Err()
}

// ConfirmWish is the customer's own act: the consent record is written with the words that were shown, and the
// requests that waited for nothing else are approved. Confirming twice changes nothing more.
func (s *Store) ConfirmWish(ctx context.Context, c Confirmation) error {
	if err := c.check(); err != nil {
		return err
	}
	return s.inTx(ctx, func(t *tx) error {
		var waiting []ClearRequest
		err := t.Where("confirm_token_hash = ? AND confirm_token_hash <> ''", tokenHash(c.Token)).Order("id").Find(&waiting).Error
		if err != nil || len(waiting) == 0 {
			return notFoundOr(err)
		}
		address, err := t.lockAddress(waiting[0].AccountID, waiting[0].AddressID)
		if err != nil {
			return err
		}
		for i := range waiting {
			if err := t.
				Take(&waiting[i], "account_id = ? AND id = ?", waiting[i].AccountID, waiting[i].ID).Error; err != nil {
				return found(err, "clear request")
			}
		}
		waiting = slices.DeleteFunc(waiting, func(r ClearRequest) bool { return !r.WaitsForCustomer() || r.State != RequestAsked })
		if len(waiting) == 0 {
			return nil
		}
		consent := Consent{Purpose: waiting[0].Reason, GivenBy: cleanName(c.Name), How: HowLink, GivenAt: t.now, Words: cleanText(c.Words),
			Evidence: EvidenceLink + waiting[0].ID}
		return t.confirmed(c.Network, address, waiting, consent)
	})
}

func notFoundOr(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return found(err, "link of a customer")
}

func (t *tx) confirmed(network string, address Address, waiting []ClearRequest, consent Consent) error {
	by := Itself(address.AccountID)
	by.Name, by.Network = "the customer", network
	if err := t.recordConsent(by, address, &consent); err != nil {
		return err
	}
	for i := range waiting {
		r := &waiting[i]
		r.ConfirmedAt, r.ConsentID, r.ActedAt = &t.now, consent.ID, t.now
		if err := t.saveRequest(r); err != nil {
			return err
		}
		t.recordRequest(by, *r, "confirm", "", "")
		if r.NeedsSecond {
			continue
		}
		if err := t.approve(by, r); err != nil {
			return err
		}
	}
	return nil
}
