package sample

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"strings"
	"time"

	"undelivered/migrations"
	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/ledger"
)

// SeedPlan says how much sample data Seed makes. The same plan makes the same data, but for the ids.
type SeedPlan struct {
	Accounts      int
	Notifications int     // of all accounts together
	Undelivered   float64 // share that failed
	Days          int     // over which they were sent, up to now
	Seed          uint64
	Bare          bool // rows of the report only, without attempts and events: for timing the report
	// Progress is told how many more notifications are stored; may be nil.
	Progress func(more int)
}

// Sizes of the sample data.
const (
	seedSlice     = 2000 // notifications in one transaction
	seedStatement = 100  // rows in one statement
	seedPerPerson = 20   // notifications of one customer
)

func (p *SeedPlan) Check() error {
	bad := models.Invalid{}
	p.Accounts, p.Days = max(p.Accounts, 1), max(p.Days, 1)
	if p.Notifications < 1 {
		bad["notifications"] = models.Problem{Key: "error.required"}
	}
	if p.Undelivered < 0 || p.Undelivered > 1 {
		bad["undelivered"] = models.Problem{Key: "error.choice"}
	}
	return bad.Err()
}

// Tidy brings PostgreSQL's statistics up to date, so that it plans well. SQLite plans by its rules: with the
// samples that ANALYZE takes it would make its plan again for every value.
func (s *Store) Tidy(ctx context.Context) error {
	if s.db.Kind == migrations.SQLite {
		return nil
	}
	return db.Wrap(s.db.Main.WithContext(ctx).Exec("ANALYZE").Error, "statistics")
}

// seeder makes the rows of one account.
type seeder struct {
	account    models.Account
	connection map[models.Channel]string
	plan       SeedPlan
	share      int
	random     *rand.Rand
	ids        *rand.Rand // of the account: the same plan may be made twice
	now        time.Time
	people     []seedPerson
	sent       map[ledger.SentDay]*ledger.SentDay
	rows       map[string][][]any
}

type seedPerson struct {
	id, ref, name string
	address       map[models.Channel]string
	value         map[models.Channel]string
}

func (s *Store) Fill(ctx context.Context, account models.Account, plan SeedPlan, share, number int) error {
	w := &seeder{
		account:    account,
		connection: map[models.Channel]string{},
		plan:       plan,
		share:      share,
		now:        s.db.Now(),
		rows:       map[string][][]any{},
		random:     rand.New(rand.NewPCG(plan.Seed, uint64(number))),
		sent:       map[ledger.SentDay]*ledger.SentDay{},
		ids:        rand.New(rand.NewChaCha8(sha256.Sum256([]byte(account.ID)))),
	}
	for channel, name := range map[models.Channel]string{models.Email: "Mail", models.SMS: "Texts"} {
		c, _, err := s.connection.AddConnection(ctx, models.AtCommandLine(account.ID),
			models.Connection{Provider: "simulator", Name: name, Channels: string(channel), Sends: true},
			map[string]string{})
		if err != nil {
			return err
		}
		w.connection[channel] = c.ID
	}
	for done := 0; done < max(1, share/seedPerPerson); done += seedSlice {
		err := s.db.InTx(ctx, func(t *db.Tx) error {
			w.makePeople(min(seedSlice, max(1, share/seedPerPerson)-done))
			return w.write(t)
		})
		if err != nil {
			return err
		}
	}
	for done := 0; done < share; done += seedSlice {
		n := min(seedSlice, share-done)
		err := s.db.InTx(ctx, func(t *db.Tx) error {
			for i := range n {
				w.makeNotification(t, done+i)
			}
			return w.write(t)
		})
		if err != nil {
			return err
		}
		if plan.Progress != nil {
			plan.Progress(n)
		}
	}
	return s.db.InTx(ctx, w.writeSent)
}

// write stores the rows that have gathered, table by table.
func (w *seeder) write(t *db.Tx) error {
	for _, table := range seedTables {
		rows := w.rows[table.name]
		for start := 0; start < len(rows); start += seedStatement {
			if err := insertRows(t, table.name, table.columns,
				rows[start:min(start+seedStatement, len(rows))]); err != nil {
				return err
			}
		}
		w.rows[table.name] = rows[:0]
	}
	return nil
}

func insertRows(t *db.Tx, table, columns string, rows [][]any) error {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", len(rows[0])), ",") + ")"
	values := make([]any, 0, len(rows)*len(rows[0]))
	for _, row := range rows {
		values = append(values, row...)
	}
	all := strings.TrimSuffix(strings.Repeat(one+",", len(rows)), ",")
	return db.Wrap(t.Exec("INSERT INTO "+table+" ("+columns+") VALUES "+all, values...).Error,
		"sample data in "+table)
}

func (w *seeder) add(table string, values ...any) { w.rows[table] = append(w.rows[table], values) }

// id is a key as newID makes it, which is dearer.
func (w *seeder) id(kind string, at time.Time) string {
	var raw [16]byte
	head, tail := uint64(at.UnixMilli())<<16|w.ids.Uint64()&0xffff, w.ids.Uint64()
	for i := range 8 {
		raw[i], raw[8+i] = byte(head>>(56-8*i)), byte(tail>>(56-8*i))
	}
	return kind + "_" + models.IdLetters.EncodeToString(raw[:])
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func (w *seeder) writeSent(t *db.Tx) error {
	var rows [][]any
	for _, d := range w.sent {
		rows = append(rows,
			[]any{d.AccountID, d.Day, d.Channel, d.ConnectionID, d.Kind, d.Domain, d.Sent, d.Delivered})
	}
	for start := 0; start < len(rows); start += seedStatement {
		err := insertRows(t, "sent_daily",
			"account_id, day, channel, connection_id, kind, domain, sent, delivered",
			rows[start:min(start+seedStatement, len(rows))])
		if err != nil {
			return err
		}
	}
	return nil
}
