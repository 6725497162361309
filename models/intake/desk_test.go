package intake

import (
	"context"
	"crypto/rand"
	"fmt"
	mathrand "math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/callback"
	"undelivered/models/consent"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// desk is the intake on a database of its own, with nobody who applies events but the test.
type desk struct {
	testing.TB
	*Store
	account models.Account
	mail    models.Connection
	list    connectionList
}

// atDesks runs on SQLite, and on the PostgreSQL that TEST_DATABASE_URL names.
func atDesks(t *testing.T, act func(t *testing.T, open func() *desk)) {
	t.Run("sqlite", func(t *testing.T) {
		act(t, func() *desk { return newDesk(t, db.Options{File: filepath.Join(t.TempDir(), rand.Text())}) })
	})
	if address := os.Getenv("TEST_DATABASE_URL"); address != "" {
		t.Run("postgres", func(t *testing.T) {
			act(t, func() *desk { return newDesk(t, db.Options{URL: ownDatabase(t, address)}) })
		})
	}
}

func ownDatabase(t testing.TB, address string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	must(t, err)
	name := "undelivered_desk_" + strings.ToLower(rand.Text())
	_, err = conn.Exec(t.Context(), "CREATE DATABASE "+name)
	must(t, err)
	t.Cleanup(func() {
		ctx := context.Background()
		if _, err := conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		conn.Close(ctx)
	})
	u, err := url.Parse(address)
	must(t, err)
	u.Path = "/" + name
	return u.String()
}

func newDesk(t testing.TB, o db.Options) *desk {
	t.Helper()
	o.Key, o.Now = make([]byte, 32), func() time.Time { return noon }
	d, err := db.Open(t.Context(), o)
	must(t, err)
	t.Cleanup(d.Close)
	d.AtEnd(RematchProven, ledger.WriteDays, callback.TellActions, callback.WriteCalls, consent.AnswerAskers)
	one := &desk{TB: t, Store: &Store{db: d}}
	one.account = models.Account{ID: "acc_1", Name: "Practice", Zone: "Europe/Berlin",
		Locale: "en", Country: "DE", CreatedAt: noon}
	one.mail = models.Connection{ID: "con_1", AccountID: "acc_1", Provider: "sendgrid",
		Name: "Mail", Channels: "email", TokenHash: "t", CreatedAt: noon}
	must(t, d.Main.Create(&one.account).Error)
	must(t, d.Main.Create(&one.mail).Error)
	one.list = connectionList{one.mail}
	return one
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// register registers messages m<from> … m<to>, to forty customers.
func (d *desk) register(from, to int) {
	d.Helper()
	d.registerAll(registrations(from, to, 40))
}

func registrations(from, to, customers int) (all []Registration) {
	for i := from; i < to; i++ {
		at, who := noon.Add(-time.Duration(i%900)*time.Hour), i%customers
		all = append(all, Registration{Ref: fmt.Sprint("r", i), Channel: models.Email,
			To: fmt.Sprintf("c%d@x%d.example", who, i%3), Title: "Reminder",
			Text: "Hello", SentAt: &at, ProviderMessageID: fmt.Sprint("m", i),
			Customer: RegistrationCustomer{Ref: fmt.Sprint("c", who), Name: fmt.Sprint("Customer ", who)}})
	}
	return all
}

func (d *desk) registerAll(all []Registration) {
	d.Helper()
	must(d, d.db.InTx(d.Context(), func(t *db.Tx) error {
		_, err := registerAll(t, models.Itself(d.account.ID), d.account, all)
		return err
	}))
}

// keep stores events that are due.
func (d *desk) keep(events []models.Event) {
	d.Helper()
	slices.SortStableFunc(events, func(a, b models.Event) int { return apart(a) - apart(b) })
	for i := range events {
		events[i].Prepare(d.mail, noon)
		events[i].DueAt = noon.Add(time.Duration(i-len(events)) * time.Millisecond)
	}
	must(d, d.db.InTx(d.Context(),
		func(t *db.Tx) error { return storeBatch(t, []delivery{{from: &d.mail, events: events}}) }))
}

// statements counts what is sent to the database meanwhile.
func (d *desk) statements(act func()) map[string]int {
	d.Helper()
	sent := map[string]int{}
	note := func(g *gorm.DB) { sent[g.Statement.SQL.String()]++ }
	c := d.db.Main.Callback()
	name := rand.Text()
	for _, err := range []error{
		c.Query().After("gorm:query").Register(name, note), c.Row().After("gorm:row").Register(name, note),
		c.Raw().After("gorm:raw").Register(name, note), c.Update().After("gorm:update").Register(name, note),
		c.Delete().After("gorm:delete").Register(name, note),
		c.Create().After("gorm:create").Register(name, note),
	} {
		must(d, err)
	}
	act()
	for _, err := range []error{c.Query().Remove(name), c.Row().Remove(name), c.Raw().Remove(name),
		c.Update().Remove(name), c.Delete().Remove(name), c.Create().Remove(name)} {
		must(d, err)
	}
	return sent
}

// usual are n events such as come all day: half of them of messages that nobody has registered.
func usual(name string, n, known int) []models.Event {
	kinds := []models.Event{{Type: "hard_bounce", Reason: "user-unknown", SuppressionKind: "bounce"},
		{Type: models.Delivered}, {Type: "mailbox_error", Reason: "mailbox-full"}, {Type: models.Complaint},
		{Type: "opened"}}
	events := make([]models.Event, n)
	for i := range events {
		e := kinds[i/2%len(kinds)]
		e.Channel, e.DedupeKey, e.OccurredAt, e.Raw = models.Email, fmt.Sprint(name, i), noon.Add(
			-time.Duration(i)*time.Minute,
		), []byte("{}")
		e.Recipient, e.ProviderMessageID = fmt.Sprintf("%s%d@new%d.example", name, i, i), fmt.Sprint(name, i)
		if i%2 == 0 {
			e.Recipient, e.ProviderMessageID = "", fmt.Sprint("m", known+i)
		}
		events[i] = e
	}
	return events
}

func total(sent map[string]int) (n int) {
	for _, times := range sent {
		n += times
	}
	return n
}

// anything are events of all kinds about registered and unregistered messages, and about addresses alone.
func anything(random *mathrand.Rand, round, n, customers int) (events []models.Event) {
	kinds := []struct {
		kind   models.EventType
		reason string
		list   string
	}{{"hard_bounce", "user-unknown", "bounce"}, {"mailbox_error", "mailbox-full", ""},
		{models.Delivered, "", ""}, {models.Complaint, "", "complaint"}, {"opened", "", ""},
		{
			models.Unsubscribed,
			"",
			"unsubscribe",
		}, {models.Resubscribed, "", ""}, {"dropped", "dropped-bounce", ""}, {models.Deferred, "",
			""}, {"invalid", "domain-not-found", ""}, {"soft_bounce", "other-temporary", ""}}
	for i := range n {
		k := kinds[random.IntN(len(kinds))]
		if round%2 == 1 { // runs of soft failures and what ends them
			k = kinds[1+random.IntN(2)]
		}
		m := random.IntN(60)
		e := models.Event{
			Type:            k.kind,
			Channel:         models.Email,
			Reason:          k.reason,
			SuppressionKind: k.list,
			Recipient:       fmt.Sprintf("c%d@x%d.example", m%customers, m%3),
			DedupeKey:       fmt.Sprint(round, "-", i),
			OccurredAt: noon.Add(-time.Duration(random.IntN(60*24*60)) * time.Minute).
				Add(time.Duration(i) * time.Millisecond),
			Raw: []byte("{}"),
		}
		switch random.IntN(6) {
		case 0:
			e.NotificationRef = fmt.Sprint("r", m)
		case 1:
			e.ProviderMessageID = fmt.Sprint("unknown", random.IntN(30))
			e.Recipient = "u" + e.ProviderMessageID + "@gmial.com"
		case 2:
			e.MessageID = fmt.Sprint("<h", random.IntN(10), "@x>")
			e.Recipient = fmt.Sprint("h", e.MessageID[2:4], "@h.example")
		default:
			e.ProviderMessageID = fmt.Sprint("m", m)
		}
		events = append(events, e)
	}
	return events
}
