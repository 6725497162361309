package models

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// ContactEdit is what is typed into a customer's form. Empty email or phone: the main one is taken away, and another that
// the customer has is the main one.
type ContactEdit struct {
	CustomerID string
	Version    int // that the page showed; 0: not shown
	Name       string
	Email      string
	Phone      string
	Zone       *string // nil: stays as it is
	Locale     *string
}

// EditResult is what an edit or an addition led to, and what the page should say about it.
type EditResult struct {
	Customer Customer
	Changed  bool
	Hints    []Problem // sentences of the catalogue: worth knowing, nothing is refused
}

// EditContact saves a customer's name and main addresses. Somebody else's change since the page was made is a
// Conflict; a wrong field is Invalid and nothing is saved.
func (s *Store) EditContact(ctx context.Context, a Actor, e ContactEdit) (r EditResult, err error) {
	if err := a.need(Work); err != nil {
		return r, err
	}
	err = s.inTx(ctx, func(t *tx) error {
		c, err := t.lockCustomer(a.AccountID, e.CustomerID)
		if err != nil {
			return err
		}
		if e.Version != 0 && e.Version != c.Version {
			return Conflict{By: c.UpdatedBy, Version: c.Version}
		}
		r, err = t.editContact(a, c, e)
		return err
	})
	return r, err
}

func (t *tx) editContact(a Actor, c Customer, e ContactEdit) (EditResult, error) {
	if c.ErasedAt != nil {
		return EditResult{}, ErrForbidden
	}
	account, err := t.accountByID(a.AccountID)
	if err != nil {
		return EditResult{}, err
	}
	changes, err := t.contactChanges(account, c, e)
	if err != nil {
		return EditResult{}, err
	}
	r := EditResult{Customer: c}
	for _, change := range changes {
		if err := t.changeAddress(a, c, change, &r); err != nil {
			return r, err
		}
	}
	if name := cleanName(e.Name); name != c.Name {
		t.record(a, "customer.rename", AuditEntry{ObjectKind: "customer", ObjectID: c.ID, Before: veil(c.Name), After: veil(name)})
		r.Customer.Name, r.Customer.SortName, r.Changed = name, sortName(name), true
	}
	t.editPlace(a, e, &r)
	if r.Changed {
		err = t.touchCustomer(a, &r.Customer)
	}
	return r, err
}

// editPlace is where the customer lives and what they read; both were checked with the rest.
func (t *tx) editPlace(a Actor, e ContactEdit, r *EditResult) {
	for _, field := range []struct {
		action string
		now    *string
		typed  *string
	}{{"customer.zone", &r.Customer.Zone, e.Zone}, {"customer.locale", &r.Customer.Locale, e.Locale}} {
		if field.typed == nil || strings.TrimSpace(*field.typed) == *field.now {
			continue
		}
		t.record(a, field.action, AuditEntry{ObjectKind: "customer", ObjectID: r.Customer.ID, Before: *field.now, After: strings.TrimSpace(*field.typed)})
		*field.now, r.Changed = strings.TrimSpace(*field.typed), true
	}
}

// checkPlace names a zone that there is not, and a language that is none.
func (e ContactEdit) checkPlace(bad Invalid) {
	if e.Zone != nil {
		if zone := strings.TrimSpace(*e.Zone); zone != "" {
			if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
				bad["zone"] = Problem{Key: "error.zone"}
			}
		}
	}
	if e.Locale != nil {
		if locale := strings.TrimSpace(*e.Locale); locale != "" {
			if _, err := language.Parse(locale); err != nil {
				bad["locale"] = Problem{Key: "error.locale"}
			}
		}
	}
}

// touchCustomer saves a changed customer as the next version, and brings its rows of the report up to date.
func (t *tx) touchCustomer(a Actor, c *Customer) error {
	c.Version, c.UpdatedAt, c.UpdatedBy = c.Version+1, t.now, a.Name
	if err := t.Save(c).Error; err != nil {
		return found(err, "saving a customer")
	}
	return t.refreshRows(*c)
}

// contactChange is one main address that is to be another.
type contactChange struct {
	channel       Channel
	was           Address
	value, normal string // empty: the customer has none any more
}

// contactChanges checks what was typed as strictly as a form does; what was left as it stood is not asked again.
func (t *tx) contactChanges(account Account, c Customer, e ContactEdit) ([]contactChange, error) {
	bad := Invalid{}
	if name := cleanName(e.Name); name == "" {
		bad["name"] = Problem{Key: "error.name_missing"}
	}
	e.checkPlace(bad)
	var changes []contactChange
	for _, field := range []struct {
		name    string
		channel Channel
		typed   string
	}{{"email", Email, e.Email}, {"phone", SMS, e.Phone}} {
		was, err := t.mainAddress(c.ID, field.channel)
		if err != nil {
			return nil, err
		}
		typed := strings.TrimSpace(field.typed)
		if typed == was.Value {
			continue
		}
		change := contactChange{channel: field.channel, was: was}
		if typed != "" {
			var problem string
			if change.value, change.normal, problem = normalise(field.channel, typed, account.Country); problem != "" {
				bad[field.name] = Problem{Key: problem}
				continue
			}
			if err := t.refuseErased(c.AccountID, field.channel, change.normal, field.name, bad); err != nil {
				return nil, err
			}
		}
		if change.normal != was.Normal || change.value != was.Value {
			changes = append(changes, change)
		}
	}
	return changes, bad.Err()
}

// refuseErased names an address that was a customer's who has been erased: nobody writes to it again, and it is not to be
// read here again either.
func (t *tx) refuseErased(accountID string, channel Channel, normal, field string, bad Invalid) error {
	var erased int64
	err := t.Model(&Address{}).Where("account_id = ? AND channel = ? AND normal = ?", accountID, channel, t.s.seal.addressDigest(channel, normal)).Count(&erased).Error
	if erased > 0 {
		bad[field] = Problem{Key: "error.erased"}
	}
	return found(err, "an erased address")
}

func (t *tx) changeAddress(a Actor, c Customer, change contactChange, r *EditResult) error {
	r.Changed = true
	t.record(a, "customer.address", AuditEntry{ObjectKind: "customer", ObjectID: c.ID, ObjectName: string(change.channel),
		Before: veil(change.was.Value), After: veil(change.value)})
	if change.value == "" {
		if err := t.takeAddress(c, change.was); err != nil {
			return err
		}
		return t.nextMain(a, c, change.was, r)
	}
	address, err := t.typedAddress(c.AccountID, change.channel, change.value, change.normal)
	if err != nil {
		return err
	}
	if err := t.giveAddress(c, address); err != nil {
		return err
	}
	hints, err := t.hintsAbout(c, address)
	r.Hints = append(r.Hints, hints...)
	return err
}

// typedAddress is the row of an address that a person typed: its spelling is the one to send to from now on.
func (t *tx) typedAddress(accountID string, channel Channel, value, normal string) (Address, error) {
	address, err := t.addressOf(accountID, channel, value, normal)
	if err != nil || address.Value == value || address.Normal != normal {
		return address, err
	}
	address.Value = value
	return address, found(t.Model(&Address{}).Where("id = ?", address.ID).Update("value", value).Error, "spelling an address")
}

// hintsAbout says what is known of an address that a customer has just been given.
func (t *tx) hintsAbout(c Customer, a Address) ([]Problem, error) {
	var hints []Problem
	var others []string
	err := t.Raw(`SELECT c.name FROM customers c JOIN customer_addresses ca ON ca.customer_id = c.id
		WHERE ca.address_id = ? AND ca.removed_at IS NULL AND c.id <> ? AND c.account_id = ? ORDER BY c.sort_name LIMIT 3`,
		a.ID, c.ID, c.AccountID).Scan(&others).Error
	if err != nil {
		return nil, found(err, "customers of an address")
	}
	if len(others) > 0 {
		hints = append(hints, Problem{"hint.shared", map[string]string{"address": a.Value, "customer": strings.Join(others, ", ")}})
	}
	causes, err := t.openCauses(a.ID)
	if err != nil {
		return nil, err
	}
	like, err := t.likeSpam(c, a)
	if err != nil {
		return nil, err
	}
	if like != "" && len(causes) == 0 {
		hints = append(hints, Problem{"hint.like_spam", map[string]string{"address": a.Value, "other": like}})
	}
	if len(causes) > 0 {
		return append(hints, Problem{"hint.opted_out", map[string]string{"address": a.Value, "cause": string(causes[0].Cause)}}), nil
	}
	var failed int64
	err = t.Model(&Undelivered{}).Where("customer_id = ? AND address_id = ? AND left_at IS NULL", c.ID, a.ID).Count(&failed).Error
	if failed > 0 {
		hints = append(hints, Problem{"hint.same_address", map[string]string{"address": a.Value}})
	}
	return hints, found(err, "failures of an address")
}

// nearlyTheSame is how many letters of an address may differ from one with a spam report to be worth a warning.
const nearlyTheSame = 2

// likeSpam is an address of the customer from which spam was reported and that the new one is very like; empty: none.
func (t *tx) likeSpam(c Customer, a Address) (string, error) {
	if a.Channel != Email {
		return "", nil
	}
	var reported []Address
	err := t.Raw(`SELECT a.* FROM addresses a JOIN customer_addresses ca ON ca.address_id = a.id WHERE ca.customer_id = ? AND a.channel = ? AND a.id <> ?
		AND EXISTS (SELECT 1 FROM opt_outs o WHERE o.address_id = a.id AND o.cause = ? AND o.lifted_at IS NULL)`,
		c.ID, a.Channel, a.ID, CauseComplaint).Scan(&reported).Error
	for _, one := range reported {
		if plainLocal(one.Normal) == plainLocal(a.Normal) || editDistance(one.Normal, a.Normal) <= nearlyTheSame {
			return one.Value, err
		}
	}
	return "", found(err, "addresses with a spam report")
}

// plainLocal is an email address without what follows a plus in its local part: the same mailbox, as a rule.
func plainLocal(normal string) string {
	local, domain, _ := strings.Cut(normal, "@")
	plain, _, _ := strings.Cut(local, "+")
	return plain + "@" + domain
}

// refreshRows brings the rows of the report of a customer up to date with name and addresses, each held.
func (t *tx) refreshRows(c Customer) error {
	var ids []string
	if err := t.Model(&Undelivered{}).Where("customer_id = ?", c.ID).Order("id").Pluck("id", &ids).Error; err != nil {
		return found(err, "rows of a customer")
	}
	for _, id := range ids {
		n, err := t.lockNotification(c.AccountID, id)
		if err != nil {
			return err
		}
		var attempts []Attempt
		if err := t.Where("notification_id = ?", id).Order("number").Find(&attempts).Error; err != nil {
			return found(err, "attempts")
		}
		if err := t.syncRow(&n, attempts); err != nil {
			return err
		}
	}
	return nil
}

// veil shortens a name or an address for the activity log, which nobody can erase: enough to know it again.
func veil(s string) string {
	local, domain, isEmail := strings.Cut(s, "@")
	switch {
	case s == "":
		return ""
	case isEmail:
		return initial(local) + "…@" + domain
	case strings.HasPrefix(s, "+") && len(s) > 6:
		return s[:3] + "…" + s[len(s)-3:]
	}
	var words []string
	for _, word := range strings.Fields(s) {
		words = append(words, initial(word)+"…")
	}
	return strings.Join(words, " ")
}

func initial(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}
