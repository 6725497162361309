package models

import (
	"strings"
	"time"

	"golang.org/x/text/language"
)

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
		was, err := t.mainAddress(c.AccountID, c.ID, field.channel)
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
	return address, found(t.Model(&Address{}).
		Where("account_id = ? AND id = ?", address.AccountID, address.ID).Update("value", value).Error, "spelling an address")
}
