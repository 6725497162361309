package ledger

import (
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// The sets in which rows are known (db.Tx.ReadAhead).
func byID(id string) string                  { return "id:" + id }
func ofNotification(id string) string        { return "notification:" + id }
func ofCustomer(id string) string            { return "customer:" + id }
func ofAddress(id string) string             { return "address:" + id }
func queuedTo(address string) string         { return "queued:" + address }
func readyFor(address string) string         { return "ready:" + address }
func withRef(ref string) string              { return "ref:" + ref }
func byMessage(connection, id string) string { return "message:" + connection + " " + id }
func byMessageHeader(id string) string       { return "header:" + id }
func written(channel models.Channel, normal string) string {
	return "normal:" + string(channel) + " " + normal
}
func mistyped(domain string) string { return "wrong:" + domain }

// BeginAhead says in which sets the rows of the books are known.
func BeginAhead(t *db.Tx) {
	db.Sets(t, func(a *models.Attempt) []string {
		keys := []string{byID(a.ID), ofNotification(a.NotificationID), ofAddress(a.AddressID)}
		if a.ProviderMessageID != "" {
			keys = append(keys, byMessage(a.ConnectionID, a.ProviderMessageID))
		}
		if a.MessageID != "" {
			keys = append(keys, byMessageHeader(a.MessageID))
		}
		if a.OwnState == models.Queued {
			keys = append(keys, queuedTo(a.AddressID))
		}
		return keys
	})
	db.Sets(t, func(o *outcome) []string { return []string{byID(o.ID), ofAddress(o.AddressID)} })
	db.Sets(t, func(n *models.Notification) []string { return []string{byID(n.ID), withRef(n.Ref)} })
	db.Sets(t, func(u *models.Undelivered) []string {
		if u.Ready && u.Status == models.Dropped && u.LeftAt == nil {
			return []string{byID(u.ID), readyFor(u.AddressID)}
		}
		return []string{byID(u.ID)}
	})
	db.Sets(t, func(a *models.Address) []string { return []string{byID(a.ID), written(a.Channel, a.Normal)} })
	db.Sets(t, func(c *models.Customer) []string { return []string{byID(c.ID), withRef(c.Ref)} })
	db.Sets(t, func(c *CustomerAddress) []string {
		return []string{c.CustomerID + " " + c.AddressID, ofCustomer(c.CustomerID), ofAddress(c.AddressID)}
	})
	db.Sets(t, func(c *models.Content) []string { return []string{byID(c.NotificationID)} })
	db.Sets(t, func(d *Dismissal) []string { return []string{d.Address} })
	db.Sets(t,
		func(c *Correction) []string {
			return []string{c.Wrong + " " + c.Corrected + " " + c.ByID, mistyped(c.Wrong)}
		})
}

// WriteAhead writes what has changed of the books, each table after those that it refers to.
func WriteAhead(t *db.Tx) error {
	const account, id = "account_id", "id"
	for _, write := range []func() error{
		func() error { return db.Write(t, db.Due[models.Address](t), account, id) },
		func() error { return db.Write(t, db.Due[models.Customer](t), account, id) },
		func() error { return writeHolders(t) },
		func() error { return db.Write(t, db.Due[models.Notification](t), account, id) },
		func() error { return db.Write(t, db.Due[models.Attempt](t), account, id) },
		func() error { return db.Write(t, db.Due[models.Content](t), account, "notification_id") },
		func() error { return db.Write(t, db.Due[models.Undelivered](t), account, id) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// writeHolders writes who has which address: what is not the main one any more first, because there is one.
func writeHolders(t *db.Tx) error {
	rows := db.Due[CustomerAddress](t)
	slices.SortStableFunc(rows, func(a, b CustomerAddress) int {
		switch {
		case a.Main == b.Main:
			return 0
		case b.Main:
			return -1
		}
		return 1
	})
	return db.Write(t, rows, "account_id", "customer_id", "address_id")
}

func keysOf(key func(string) string, values []string) []string {
	keys := make([]string, len(values))
	for i, value := range values {
		keys[i] = key(value)
	}
	return keys
}

// read reads the rows of an account that a column names, unless it names none.
func read[T any](t *db.Tx, account, column string, values []string) (rows []T, err error) {
	if len(values) == 0 {
		return nil, nil
	}
	err = t.Where("account_id = ? AND ?", account, t.Among(column, values)).Find(&rows).Error
	return rows, db.Wrap(err, "reading ahead")
}

// HoldAhead holds notifications until the transaction ends, and knows all that they are computed from and
// where they show.
func HoldAhead(t *db.Tx, account string, ids, refs []string) error {
	db.Learn[models.Notification](t, nil, keysOf(withRef, refs)...)
	if len(ids) == 0 {
		return nil
	}
	var held []models.Notification
	err := t.Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("account_id = ? AND ?", account, t.Among("id", ids)).Order("id").Find(&held).Error
	if err != nil {
		return db.Wrap(err, "notifications")
	}
	db.Learn(t, held, keysOf(byID, ids)...)
	attempts, err := read[models.Attempt](t, account, "notification_id", ids)
	if err != nil {
		return err
	}
	db.Learn(t, attempts, keysOf(ofNotification, ids)...)
	var events []models.Event
	err = t.Select(append([]string{"account_id", "notification_id", "state"}, eventColumns...)).
		Where("account_id = ? AND ? AND notification_id <> '' AND state = 'applied'", account,
			t.Among("notification_id", ids)).
		Find(&events).Error
	if err != nil {
		return db.Wrap(err, "events")
	}
	db.Learn(t, events, keysOf(ofNotification, ids)...)
	rows, err := read[models.Undelivered](t, account, "id", ids)
	db.Learn(t, rows, keysOf(byID, ids)...)
	return err
}

// AttemptsNamed are the attempts that reports may mean by our id, by the provider's of a connection, or by
// the Message-ID.
func AttemptsNamed(t *db.Tx, account string,
	refs, connections, messages, headers []string) (all []models.Attempt, err error) {
	if all, err = read[models.Attempt](t, account, "id", refs); err != nil {
		return nil, err
	}
	if len(messages) > 0 {
		var rows []models.Attempt
		err := t.Where("account_id = ? AND ? AND ? AND provider_message_id <> ''", account,
			t.Among("connection_id", connections), t.Among("provider_message_id", messages)).
			Find(&rows).Error
		if err != nil {
			return nil, db.Wrap(err, "matching")
		}
		all = append(all, rows...)
	}
	if len(headers) > 0 {
		var rows []models.Attempt
		if err := t.Where("account_id = ? AND ? AND message_id <> ''", account,
			t.Among("message_id", headers)).Find(&rows).Error; err != nil {
			return nil, db.Wrap(err, "matching")
		}
		all = append(all, rows...)
	}
	return all, nil
}

// KnowNames takes in what AttemptsNamed has found, and that there is nothing else of these names.
func KnowNames(t *db.Tx, found []models.Attempt, refs, connections, messages, headers []string) {
	whole := append(keysOf(byID, refs), keysOf(byMessageHeader, headers)...)
	for _, connection := range connections {
		for _, message := range messages {
			whole = append(whole, byMessage(connection, message))
		}
	}
	db.Learn(t, found, whole...)
}

// PeopleOf are the addresses and the customers of held notifications.
func PeopleOf(t *db.Tx, account string, ids []string) (addresses, customers []string) {
	for _, id := range ids {
		if n, _ := db.KnownOne[models.Notification](t, account, byID(id)); n.ID != "" {
			customers = append(customers, n.CustomerID)
		}
		attempts, _ := db.Known[models.Attempt](t, account, ofNotification(id))
		for _, a := range attempts {
			if a.AddressID != "" {
				addresses = append(addresses, a.AddressID)
			}
		}
	}
	slices.Sort(addresses)
	return slices.Compact(addresses), customers
}

// EventsOf is the set of the events that count for a notification.
func EventsOf(notificationID string) string { return ofNotification(notificationID) }

// AddressesAhead holds addresses, knows them by their ids and by how they are written, and returns them.
func AddressesAhead(t *db.Tx, account string, ids []string,
	normals map[models.Channel][]string) ([]models.Address, error) {
	held := func() *gorm.DB { return t.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Order("id") }
	var rows []models.Address
	if len(ids) > 0 {
		if err := held().Where("account_id = ? AND ?", account,
			t.Among("id", ids)).Find(&rows).Error; err != nil {
			return nil, db.Wrap(err, "addresses")
		}
	}
	db.Learn(t, rows, keysOf(byID, ids)...)
	for channel, list := range normals {
		var some []models.Address
		err := held().Where("account_id = ? AND channel = ? AND ?", account, channel,
			t.Among("normal", list)).
			Find(&some).Error
		if err != nil {
			return nil, db.Wrap(err, "addresses")
		}
		db.Learn(t, some, keysOf(func(normal string) string { return written(channel, normal) }, list)...)
		rows = append(rows, some...)
	}
	return rows, nil
}

// CustomersAhead knows customers by the business's own names for them, once their ids are asked for, and
// returns these.
func CustomersAhead(t *db.Tx, account string, refs []string) (ids []string, err error) {
	db.Learn[models.Customer](t, nil, keysOf(withRef, refs)...)
	if len(refs) == 0 {
		return nil, nil
	}
	err = t.Model(&models.Customer{}).
		Where("account_id = ? AND ref <> '' AND ?", account, t.Among("ref", refs)).Pluck("id", &ids).Error
	return ids, db.Wrap(err, "customers")
}

// HoldersAhead knows the customers of addresses, and these customers by their ids, with their main addresses.
// They are shared: nobody changes their name meanwhile.
func HoldersAhead(t *db.Tx, account string, addresses, customers []string) error {
	holders, err := read[CustomerAddress](t, account, "address_id", addresses)
	if err != nil {
		return err
	}
	db.Learn(t, holders, keysOf(ofAddress, addresses)...)
	for _, h := range holders {
		customers = append(customers, h.CustomerID)
	}
	slices.Sort(customers)
	if customers = slices.Compact(customers); len(customers) == 0 {
		return nil
	}
	var shared []models.Customer
	err = t.Clauses(clause.Locking{Strength: "SHARE"}).
		Where("account_id = ? AND ?", account, t.Among("id", customers)).Order("id").Find(&shared).Error
	if err != nil {
		return db.Wrap(err, "customers")
	}
	db.Learn(t, shared, keysOf(byID, customers)...)
	theirs, err := read[CustomerAddress](t, account, "customer_id", customers)
	if err != nil {
		return err
	}
	db.Learn(t, theirs, keysOf(ofCustomer, customers)...)
	var ids []string
	for _, h := range theirs {
		ids = append(ids, h.AddressID)
	}
	others, err := read[models.Address](t, account, "id", ids)
	db.Learn(t, others, keysOf(byID, ids)...)
	return err
}

// OutcomesAhead knows what came of the newest messages to addresses, what waits to be sent to them, and what
// was dropped because of them and is offered.
func OutcomesAhead(t *db.Tx, account string, addresses []string, newest int) error {
	if len(addresses) == 0 {
		return nil
	}
	var outcomes []outcome
	err := t.Raw(`SELECT id, address_id, outcome, status, reason, decided_at FROM (
		SELECT a.*, ROW_NUMBER() OVER (PARTITION BY address_id ORDER BY decided_at DESC, id) AS place
			FROM attempts a
		WHERE account_id = ? AND ? AND outcome IN ('failed', 'delivered')) AS placed
			WHERE place <= ?`, account, t.Among("address_id", addresses), newest).Scan(&outcomes).Error
	if err != nil {
		return db.Wrap(err, "attempts to addresses")
	}
	db.Learn(t, outcomes, keysOf(ofAddress, addresses)...)
	db.Learn[models.Attempt](t, nil, keysOf(ofAddress, addresses)...) // from now on those that change
	var queued []models.Attempt
	if err := t.Where("account_id = ? AND ? AND own_state = 'queued'", account,
		t.Among("address_id", addresses)).Find(&queued).Error; err != nil {
		return db.Wrap(err, "queued attempts")
	}
	db.Learn(t, queued, keysOf(queuedTo, addresses)...)
	var ready []models.Undelivered
	err = t.Where("account_id = ? AND ? AND ready AND status = 'dropped' AND left_at IS NULL", account,
		t.Among("address_id", addresses)).
		Find(&ready).Error
	db.Learn(t, ready, keysOf(readyFor, addresses)...)
	return db.Wrap(err, "what is ready to be sent again")
}

// SuggestionsAhead knows what people have said of mistyped addresses.
func SuggestionsAhead(t *db.Tx, account string, recipients []string) error {
	var lower, domains []string
	for _, r := range recipients {
		lower = append(lower, strings.ToLower(r))
		if _, domain, ok := strings.Cut(models.RepairAt(r), "@"); ok {
			domains = append(domains, strings.ToLower(domain))
		}
	}
	dismissed, err := read[Dismissal](t, account, "address", lower)
	if err != nil {
		return err
	}
	db.Learn(t, dismissed, lower...)
	learnt, err := read[Correction](t, account, "wrong", domains)
	db.Learn(t, learnt, keysOf(mistyped, domains)...)
	return err
}
