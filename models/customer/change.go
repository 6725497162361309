package customer

import (
	"strings"
	"time"

	"golang.org/x/text/language"

	"undelivered/models"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
	"undelivered/models/people"
)

// contactChange is one main address that is to be another.
type contactChange struct {
	channel       models.Channel
	was           models.Address
	value, normal string // empty: the customer has none any more
}

// contactChanges checks what was typed as strictly as a form does; what was left as it stood is not asked
// again.
func contactChanges(t *db.Tx, account models.Account, c models.Customer,
	e ContactEdit) ([]contactChange, error) {
	bad := models.Invalid{}
	if name := people.CleanName(e.Name); name == "" {
		bad["name"] = models.Problem{Key: "error.name_missing"}
	}
	e.checkPlace(bad)
	var changes []contactChange
	for _, field := range []struct {
		name    string
		channel models.Channel
		typed   string
	}{{"email", models.Email, e.Email}, {"phone", models.SMS, e.Phone}} {
		was, err := ledger.MainAddress(t, c.AccountID, c.ID, field.channel)
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
			if change.value, change.normal, problem = models.Normalise(field.channel, typed,
				account.Country); problem != "" {
				bad[field.name] = models.Problem{Key: problem}
				continue
			}
			if err := refuseErased(t, c.AccountID, field.channel, change.normal, field.name,
				bad); err != nil {
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
func (e ContactEdit) checkPlace(bad models.Invalid) {
	if e.Zone != nil {
		if zone := strings.TrimSpace(*e.Zone); zone != "" {
			if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
				bad["zone"] = models.Problem{Key: "error.zone"}
			}
		}
	}
	if e.Locale != nil {
		if locale := strings.TrimSpace(*e.Locale); locale != "" {
			if _, err := language.Parse(locale); err != nil {
				bad["locale"] = models.Problem{Key: "error.locale"}
			}
		}
	}
}

// refuseErased names an address that was a customer's who has been erased: nobody writes to it again, and it
// is not to be read here again either.
func refuseErased(t *db.Tx, accountID string, channel models.Channel, normal, field string,
	bad models.Invalid) error {
	var erased int64
	err := t.Model(&models.Address{}).
		Where("account_id = ? AND channel = ? AND normal = ?", accountID, channel,
			t.Database.Seal.AddressDigest(channel, normal)).
		Count(&erased).Error
	if erased > 0 {
		bad[field] = models.Problem{Key: "error.erased"}
	}
	return db.Wrap(err, "an erased address")
}

func changeAddress(t *db.Tx, a models.Actor, c models.Customer, change contactChange, r *EditResult) error {
	r.Changed = true
	t.Record(
		a,
		"customer.address",
		models.AuditEntry{ObjectKind: "customer", ObjectID: c.ID, ObjectName: string(change.channel),
			Before: models.Mask(change.was.Value), After: models.Mask(change.value)},
	)
	if change.value == "" {
		if err := ledger.TakeAddress(t, c, change.was); err != nil {
			return err
		}
		return nextMain(t, a, c, change.was, r)
	}
	address, err := typedAddress(t, c.AccountID, change.channel, change.value, change.normal)
	if err != nil {
		return err
	}
	if err := ledger.GiveAddress(t, c, address); err != nil {
		return err
	}
	r.EmailChanged = r.EmailChanged || change.channel == models.Email
	hints, err := consent.HintsAbout(t, c, address)
	r.Hints = append(r.Hints, hints...)
	return err
}

// typedAddress is the row of an address that a person typed: its spelling is the one to send to from now on.
func typedAddress(t *db.Tx, accountID string, channel models.Channel,
	value, normal string) (models.Address, error) {
	address, err := ledger.AddressOf(t, accountID, channel, value, normal)
	if err != nil || address.Value == value || address.Normal != normal {
		return address, err
	}
	address.Value = value
	return address, db.Wrap(t.Model(&models.Address{}).
		Where("account_id = ? AND id = ?", address.AccountID, address.ID).
		Update("value", value).Error, "spelling an address")
}
