package consent

import (
	"context"
	"slices"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/people"
)

// askFor makes the clear requests of one obstacle: one for each provider's entry, or one about our own
// opt-out alone. What needs nobody else is approved at once (RULES.md, Clear requests).
func askFor(t *db.Tx, a models.Actor, address models.Address, ask OptInAsk, o obstacle, record models.Consent,
	r *OptInResult) error {
	entries := o.entries
	if len(entries) == 0 {
		kind := "manual"
		if kinds := models.KindsOfCause[o.cause]; len(kinds) > 0 {
			kind = kinds[0]
		}
		entries = []models.Suppression{{Kind: kind}}
	}
	if !o.path.Consent {
		record = models.Consent{} // a failure is lifted by a reason, whatever else was agreed
	}
	for _, entry := range entries {
		request := ClearRequest{
			ID: models.NewID("req", t.Now), AccountID: a.AccountID, SuppressionID: entry.ID,
			AddressID: address.ID, Kind: entry.Kind,
			Causes: joinCauses([]models.Cause{o.cause}), NeedsSecond: o.path.Approval,
			SupportOnly: o.path.SupportOnly,
			State:       RequestAsked, Reason: ask.Reason, Checked: models.CleanText(ask.Checked),
			ConsentID: record.ID,
			AskedBy:   a.ID, AskedByName: a.Name, AskedRole: a.Role, AskedAt: t.Now, ActedAt: t.Now,
			Version: 1,
		}
		if o.path.Consent && record.ID == "" {
			askCustomer(t, ask, &request, r)
		}
		if err := t.Create(&request).Error; err != nil {
			return err // as it is: two people at once are told apart by it
		}
		RecordRequest(t, a, request, "ask", "", ask.Reason)
		if !request.NeedsSecond && !request.WaitsForCustomer() {
			if err := approve(t, models.Itself(a.AccountID), &request); err != nil {
				return err
			}
		}
		r.Requests = append(r.Requests, request)
	}
	return nil
}

// askCustomer gives the requests of one form one link for the customer's own confirmation.
func askCustomer(t *db.Tx, ask OptInAsk, request *ClearRequest, r *OptInResult) {
	if r.Link == "" {
		r.Link, _ = db.NewToken()
	}
	request.ConfirmTokenHash, request.ConfirmSealed = models.TokenHash(r.Link), t.Database.Seal.Seal(
		[]byte(r.Link),
	)
	// What the customer is asked to agree to, and in whose name, is fixed when the link is made.
	request.Reason, request.Checked = ask.Agreement.Purpose, people.CleanName(ask.Agreement.GivenBy)
}

// ConfirmLink is the token of a request's link while the customer has not confirmed, for staff to hand over;
// empty when nothing waits for the customer. A program never gets it.
func (s *Store) ConfirmLink(ctx context.Context, a models.Actor, requestID string) (string, error) {
	if err := a.Need(models.Decide); err != nil {
		return "", err
	}
	r, err := s.ClearRequest(ctx, a, requestID)
	if err != nil || !r.WaitsForCustomer() || r.State != RequestAsked {
		return "", err
	}
	token, err := s.db.Seal.Open(r.ConfirmSealed)
	return string(token), err
}

// LinkRequest is what a customer is asked to agree to by a link.
type LinkRequest struct {
	AccountID string
	Account   string
	Channel   models.Channel
	Address   string
	Purpose   string // necessary or all
	Confirmed bool
	Confirm   bool // it can be confirmed now
}

// LinkRequest is what the link of a token asks; ErrNotFound when there is none, or its requests are closed.
func (s *Store) LinkRequest(ctx context.Context, token string) (LinkRequest, error) {
	var r ClearRequest
	err := s.db.Reading(ctx).
		Where("confirm_token_hash = ? AND confirm_token_hash <> ''", models.TokenHash(token)).
		Order("asked_at DESC").Take(&r).Error
	if err != nil {
		return LinkRequest{}, db.Wrap(err, "link of a customer")
	}
	w := LinkRequest{
		AccountID: r.AccountID,
		Purpose:   r.Reason,
		Confirmed: r.ConfirmedAt != nil,
		Confirm:   r.WaitsForCustomer() && r.State == RequestAsked,
	}
	if !w.Confirm && !w.Confirmed {
		return LinkRequest{}, models.ErrNotFound
	}
	var account models.Account
	var address models.Address
	if err := s.db.Reading(ctx).Take(&account, "id = ?", r.AccountID).Error; err != nil {
		return LinkRequest{}, db.Wrap(err, "account")
	}
	err = s.db.Reading(ctx).Take(&address, "account_id = ? AND id = ?", r.AccountID, r.AddressID).Error
	w.Account, w.Channel, w.Address = account.Name, address.Channel, address.Value
	return w, db.Wrap(err, "address")
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
	bad := models.Invalid{}
	if people.CleanName(c.Name) == "" {
		bad["name"] = models.Problem{Key: "error.name_missing"}
	}
	if !c.Sure {
		bad["sure"] = models.Problem{Key: "error.tick"}
	}
	return bad.Err()
}

// ConfirmWish is the customer's own act: the consent record is written with the words that were shown, and
// the requests that waited for nothing else are approved. Confirming twice changes nothing more.
func (s *Store) ConfirmWish(ctx context.Context, c Confirmation) error {
	if err := c.check(); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var waiting []ClearRequest
		err := t.Where("confirm_token_hash = ? AND confirm_token_hash <> ''", models.TokenHash(c.Token)).
			Order("id").Find(&waiting).Error
		if err != nil || len(waiting) == 0 {
			return notFoundOr(err)
		}
		address, err := lockAddress(t, waiting[0].AccountID, waiting[0].AddressID)
		if err != nil {
			return err
		}
		for i := range waiting {
			if err := t.
				Take(&waiting[i], "account_id = ? AND id = ?", waiting[i].AccountID,
					waiting[i].ID).Error; err != nil {
				return db.Wrap(err, "clear request")
			}
		}
		waiting = slices.DeleteFunc(waiting,
			func(r ClearRequest) bool { return !r.WaitsForCustomer() || r.State != RequestAsked })
		if len(waiting) == 0 {
			return nil
		}
		consent := models.Consent{
			Purpose:  waiting[0].Reason,
			GivenBy:  people.CleanName(c.Name),
			How:      HowLink,
			GivenAt:  t.Now,
			Words:    models.CleanText(c.Words),
			Evidence: models.EvidenceLink + waiting[0].ID,
		}
		return confirmed(t, c.Network, address, waiting, consent)
	})
}

func notFoundOr(err error) error {
	if err == nil {
		return models.ErrNotFound
	}
	return db.Wrap(err, "link of a customer")
}

func confirmed(t *db.Tx, network string, address models.Address, waiting []ClearRequest,
	consent models.Consent) error {
	by := models.Itself(address.AccountID)
	by.Name, by.Network = "the customer", network
	if err := recordConsent(t, by, address, &consent); err != nil {
		return err
	}
	for i := range waiting {
		r := &waiting[i]
		r.ConfirmedAt, r.ConsentID, r.ActedAt = &t.Now, consent.ID, t.Now
		if err := SaveRequest(t, r); err != nil {
			return err
		}
		RecordRequest(t, by, *r, "confirm", "", "")
		if r.NeedsSecond {
			continue
		}
		if err := approve(t, by, r); err != nil {
			return err
		}
	}
	return nil
}
