package intake

import (
	"maps"
	"slices"
	"strings"

	"undelivered/models"
	"undelivered/models/callback"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// What waits to be matched is known by the names that it gives.
func waitingFor(ref string) string { return "waits for ref:" + ref }
func waitingMessage(connection, id string) string {
	return "waits for message:" + connection + " " + id
}
func waitingHeader(connection, id string) string { return "waits for header:" + connection + " " + id }

func eventKeys(e *models.Event) []string {
	keys := []string{"id:" + e.ID}
	switch e.State {
	case models.EventApplied:
		if e.NotificationID != "" {
			keys = append(keys, ledger.EventsOf(e.NotificationID))
		}
	case models.EventUnmatched:
		keys = append(keys, waitingFor(e.NotificationRef),
			waitingMessage(e.ConnectionID, e.ProviderMessageID), waitingHeader(e.ConnectionID, e.MessageID))
	}
	return keys
}

// namesOf are the names by which reports may wait for an attempt.
func namesOf(a models.Attempt) (names []string) {
	if a.ProviderMessageID != "" {
		names = append(names, waitingMessage(a.ConnectionID, a.ProviderMessageID))
	}
	if a.MessageID != "" {
		names = append(names, waitingHeader(a.ConnectionID, a.MessageID))
	}
	return names
}

// rematchLater gives events that wait by a name another chance; false: it is not known which do.
func rematchLater(t *db.Tx, account string, names []string) bool {
	var waiting []models.Event
	for _, name := range names {
		some, known := db.Known[models.Event](t, account, name)
		if !known {
			return false
		}
		waiting = append(waiting, some...)
	}
	for _, e := range waiting {
		e.State, e.DueAt = models.EventDue, t.Now
		db.Later(t, account, e)
	}
	return true
}

// asked is what a slice of an account's events names: whatever it may touch is found by these.
type asked struct {
	account                              string
	refs, connections, messages, headers []string
	notifications                        []string // by the business's own names
	normals                              map[models.Channel][]string
	recipients, ids                      []string
	customers                            []string // by the business's own names
}

func ask(t *db.Tx, account models.Account, events []models.Event) *asked {
	a := &asked{account: account.ID, normals: map[models.Channel][]string{}}
	for i := range events {
		e := &events[i]
		a.refs, a.connections = with(a.refs, e.AttemptRef), with(a.connections, e.ConnectionID)
		a.messages, a.headers = with(a.messages, e.ProviderMessageID), with(a.headers,
			strings.Trim(e.MessageID, "<>"))
		if e.NotificationRef != "" {
			a.notifications = append(a.notifications, refs(t, e.NotificationRef)...)
		}
		if e.Recipient != "" {
			_, normal := models.Loosely(e.Channel, e.Recipient, account.Country)
			a.normals[e.Channel] = append(a.normals[e.Channel], ledger.Normals(t, e.Channel, normal)...)
			a.recipients = append(a.recipients, e.Recipient)
		}
	}
	a.once()
	return a
}

// once has each name once.
func (a *asked) once() {
	for _, list := range []*[]string{&a.refs, &a.connections, &a.messages, &a.headers, &a.notifications,
		&a.customers} {
		*list = set(*list)
	}
	for channel, list := range a.normals {
		a.normals[channel] = set(list)
	}
}

func with(list []string, value string) []string {
	if value == "" {
		return list
	}
	return append(list, value)
}

func set(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// readAhead knows all that the events of an account may touch, in a number of statements that does not grow
// with theirs.
func readAhead(t *db.Tx, accountID string, events []models.Event) error {
	account, err := ledger.PlaceOf(t, accountID)
	if err != nil {
		return err
	}
	if err := callback.KnowEndpoint(t, accountID); err != nil {
		return err
	}
	return t.ReadAhead(accountID, func() error {
		ledger.BeginAhead(t)
		consent.BeginAhead(t)
		db.Sets(t, eventKeys)
		return ask(t, account, events).read(t, events)
	}, ledger.WriteAhead, consent.WriteAhead, writeMarks)
}

func (a *asked) read(t *db.Tx, events []models.Event) error {
	named, found, err := a.match(t)
	if err != nil {
		return err
	}
	// another instance may be discovering or registering them
	if held := unknownTo(named, found, events); len(held) > 0 {
		if err := ledger.HoldConnections(t, held, "UPDATE"); err != nil {
			return err
		}
		if named, found, err = a.match(t); err != nil {
			return err
		}
	}
	for _, one := range found {
		a.ids = append(a.ids, one.NotificationID)
	}
	for _, one := range named {
		a.ids = append(a.ids, one.ID)
	}
	a.ids = set(a.ids)
	if err := ledger.HoldAhead(t, a.account, a.ids, a.notifications); err != nil {
		return err
	}
	ledger.KnowNames(t, found, a.refs, a.connections, a.messages, a.headers)
	return a.readPeople(t)
}

// match finds the attempts that the events name, and the notifications that they call by the business's own
// names.
func (a *asked) match(t *db.Tx) (named []models.Notification, found []models.Attempt, err error) {
	if len(a.notifications) > 0 {
		err = t.Select("id", "ref").
			Where("account_id = ? AND ? AND ref <> ''", a.account, t.Among("ref", a.notifications)).
			Find(&named).Error
		if err != nil {
			return nil, nil, db.Wrap(err, "matching")
		}
	}
	found, err = ledger.AttemptsNamed(t, a.account, a.refs, a.connections, a.messages, a.headers)
	return named, found, err
}

// unknownTo are the connections of failures that name no attempt that is known.
func unknownTo(named []models.Notification, found []models.Attempt, events []models.Event) (held []string) {
	type name struct{ kind, connection, id string }
	known := map[name]bool{}
	for _, one := range found {
		known[name{kind: "id", id: one.ID}], known[name{kind: "header", id: one.MessageID}] = true, true
		known[name{"message", one.ConnectionID, one.ProviderMessageID}] = true
	}
	for _, one := range named {
		known[name{kind: "ref", id: one.Ref}] = true
	}
	for _, e := range events {
		names := []name{{kind: "id", id: e.AttemptRef}, {"message", e.ConnectionID, e.ProviderMessageID},
			{kind: "header", id: strings.Trim(e.MessageID, "<>")}, {kind: "ref", id: e.NotificationRef}}
		if (e.Type.Failure() || e.Type == models.Complaint) && e.Recipient != "" && !e.Unproven &&
			!slices.ContainsFunc(names, func(n name) bool { return n.id != "" && known[n] }) {
			held = append(held, e.ConnectionID)
		}
	}
	return set(held)
}

// readPeople knows the addresses of the events and of the attempts, who has them, what is held against them,
// and what waits to be matched.
func (a *asked) readPeople(t *db.Tx) error {
	addressIDs, customers := ledger.PeopleOf(t, a.account, a.ids)
	addresses, err := ledger.AddressesAhead(t, a.account, addressIDs, a.normals)
	if err != nil {
		return err
	}
	var ids, normals []string
	for _, one := range addresses {
		ids, normals = append(ids, one.ID), append(normals, one.Normal)
		a.recipients = append(a.recipients, one.Value)
	}
	for list := range maps.Values(a.normals) {
		normals = append(normals, list...)
	}
	ids = set(ids)
	if err := ledger.HoldersAhead(t, a.account, ids, customers); err != nil {
		return err
	}
	if err := ledger.OutcomesAhead(t, a.account, ids, softMemory); err != nil {
		return err
	}
	if err := consent.KnowAhead(t, a.account, ids, set(normals)); err != nil {
		return err
	}
	if err := ledger.SuggestionsAhead(t, a.account, set(a.recipients)); err != nil {
		return err
	}
	return a.readWaiting(t)
}

// waitingColumns are what giving an event another chance needs of it.
var waitingColumns = []string{
	"id",
	"account_id",
	"connection_id",
	"notification_id",
	"attempt_id",
	"provider_message_id",
	"message_id",
	"notification_ref",
	"state",
	"probable",
	"error",
	"due_at",
}

func (a *asked) readWaiting(t *db.Tx) error {
	names := make([]string, 0, len(a.notifications)+len(a.connections)*(len(a.messages)+len(a.headers)))
	for _, ref := range a.notifications {
		names = append(names, waitingFor(ref))
	}
	for _, connection := range a.connections {
		for _, message := range a.messages {
			names = append(names, waitingMessage(connection, message))
		}
		for _, header := range a.headers {
			names = append(names, waitingHeader(connection, header))
		}
	}
	db.Learn[models.Event](t, nil, names...)
	for column, values := range map[string][]string{"notification_ref": a.notifications,
		"provider_message_id": a.messages, "message_id": a.headers} {
		if len(values) == 0 {
			continue
		}
		q := t.Select(waitingColumns).
			Where("state = 'unmatched' AND account_id = ? AND "+column+" <> '' AND ?", a.account,
				t.Among(column, values))
		if column != "notification_ref" {
			q = q.Where(t.Among("connection_id", a.connections))
		}
		var some []models.Event
		if err := q.Find(&some).Error; err != nil {
			return db.Wrap(err, "what waits to be matched")
		}
		db.Learn(t, some)
	}
	return nil
}

// writeMarks writes what became of the events.
func writeMarks(t *db.Tx) error {
	marked := db.Due[models.Event](t)
	if len(marked) == 0 {
		return nil
	}
	return db.Update(t, marked[0].AccountID, marked, "state", "notification_id", "attempt_id", "probable",
		"error", "due_at")
}
