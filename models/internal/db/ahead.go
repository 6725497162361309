package db

import (
	"context"
	"slices"
	"strings"

	"gorm.io/gorm"
)

// What is done in sets reads what it is going to need of one account in a few statements, does its work on
// what it knows, and writes what came of it in a few statements. The same functions do the work one by one:
// each asks what is known, and the database where nothing is.

// slate is what a transaction knows of one account without asking the database.
type slate struct {
	account string
	own     bool // the statements at hand are its own reading or writing
	writers []func(t *Tx) error
	wipe    []func()
}

// ahead are the rows of one table that a transaction knows, in sets by what they are asked for. A set that is
// here is whole.
type ahead[T any] struct {
	keys  func(*T) []string // the sets of a row; the first is its own
	sets  map[string][]*T
	known bool
	due   []*T // to be written
}

// ReadAhead begins to know an account: read reads what is needed, and the writers write what has changed, in
// the order of the tables. What another account's work has changed is written first.
func (t *Tx) ReadAhead(account string, read func() error, writers ...func(t *Tx) error) error {
	if err := t.Unlearn(); err != nil {
		return err
	}
	t.slate = &slate{account: account, writers: writers}
	return t.quietly(read)
}

func (t *Tx) quietly(do func() error) error {
	was := t.slate.own
	t.slate.own = true
	err := do()
	if t.slate != nil {
		t.slate.own = was
	}
	return err
}

// WriteAhead writes what has changed and is not written yet.
func (t *Tx) WriteAhead() error {
	if t.slate == nil {
		return nil
	}
	return t.quietly(func() error {
		for _, write := range t.slate.writers {
			if err := write(t); err != nil {
				return err
			}
		}
		return nil
	})
}

// Unlearn writes what has changed, and knows nothing any more.
func (t *Tx) Unlearn() error {
	err := t.WriteAhead()
	t.forgetAhead()
	return err
}

func (t *Tx) forgetAhead() {
	if t.slate == nil {
		return
	}
	for _, wipe := range t.slate.wipe {
		wipe()
	}
	t.slate = nil
}

// Knows says whether the transaction knows of an account what it needs.
func (t *Tx) Knows(account string) bool { return t.slate != nil && t.slate.account == account }

// Sets has the rows of a table kept in the sets that keys names; the first key is a row's own.
func Sets[T any](t *Tx, keys func(*T) []string) {
	a := KeptIn[ahead[T]](t)
	*a = ahead[T]{keys: keys, sets: map[string][]*T{}, known: true}
	t.slate.wipe = append(t.slate.wipe, func() { *a = ahead[T]{} })
}

// Learn takes in rows that were read, and the keys of the sets that are whole with them.
func Learn[T any](t *Tx, rows []T, whole ...string) {
	a := KeptIn[ahead[T]](t)
	if !a.known {
		return
	}
	for _, key := range whole {
		a.sets[key] = slices.Clip(a.sets[key])
	}
	for _, row := range rows {
		a.put(row, false)
	}
}

// put takes a row into its sets. What is known of it already is the truth, unless it is a change.
func (a *ahead[T]) put(row T, change bool) *T {
	keys := a.keys(&row)
	at := &row
	if known := a.sets[keys[0]]; len(known) > 0 {
		if at = known[0]; !change {
			keys = a.keys(at)
		} else {
			a.leave(at, keys)
			*at = row
		}
	}
	for i, key := range keys {
		if set, whole := a.sets[key]; (whole || i == 0) && !slices.Contains(set, at) {
			a.sets[key] = append(set, at)
		}
	}
	return at
}

// leave takes a row out of the sets that it does not belong to any more.
func (a *ahead[T]) leave(at *T, keys []string) {
	for _, key := range a.keys(at) {
		if set, whole := a.sets[key]; whole && !slices.Contains(keys, key) {
			a.sets[key] = slices.DeleteFunc(slices.Clone(set), func(p *T) bool { return p == at })
		}
	}
}

// Known are copies of the rows of a set; false: the database has to be asked.
func Known[T any](t *Tx, account, key string) ([]T, bool) {
	if t.slate == nil || t.slate.account != account {
		return nil, false
	}
	set, whole := KeptIn[ahead[T]](t).sets[key]
	if !whole {
		return nil, false
	}
	rows := make([]T, len(set))
	for i, row := range set {
		rows[i] = *row
	}
	return rows, true
}

// KnownOne is Known of a set that has at most one row.
func KnownOne[T any](t *Tx, account, key string) (row T, known bool) {
	rows, known := Known[T](t, account, key)
	if len(rows) > 0 {
		row = rows[0]
	}
	return row, known
}

// Later has a new or changed row written with the others; false: nothing is known of the account, and the
// caller writes it.
func Later[T any](t *Tx, account string, row T) bool {
	a := KeptIn[ahead[T]](t)
	if t.slate == nil || t.slate.account != account || !a.known {
		return false
	}
	if at := a.put(row, true); !slices.Contains(a.due, at) {
		a.due = append(a.due, at)
	}
	return true
}

// Due are the rows that are to be written; from now on they count as written.
func Due[T any](t *Tx) []T {
	a := KeptIn[ahead[T]](t)
	rows := make([]T, len(a.due))
	for i, row := range a.due {
		rows[i] = *row
	}
	a.due = nil
	return rows
}

type txKey struct{}

// known lets the statements of a transaction find it.
func (t *Tx) knownBy(g *gorm.DB) *Tx {
	t.DB = g.WithContext(context.WithValue(t.ctx, txKey{}, t))
	return t
}

// watch keeps what a transaction knows true: whoever asks the database itself finds all that has changed, and
// after whoever changes something there, nothing counts as known.
func watch(g *gorm.DB) error {
	reads := func(g *gorm.DB) { passBy(g, !plainRead(g.Statement.SQL.String())) }
	writes := func(g *gorm.DB) { passBy(g, true) }
	c := g.Callback()
	for _, err := range []error{
		c.Query().Before("gorm:query").Register("ahead", reads),
		c.Row().Before("gorm:row").Register("ahead", reads),
		c.Raw().Before("gorm:raw").Register("ahead", writes),
		c.Create().Before("gorm:create").Register("ahead", writes),
		c.Update().Before("gorm:update").Register("ahead", writes),
		c.Delete().Before("gorm:delete").Register("ahead", writes),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// plainRead says whether a statement that returns rows changes none; one that is not written yet is gorm's
// own SELECT.
func plainRead(sql string) bool {
	return sql == "" || strings.HasPrefix(strings.TrimSpace(sql), "SELECT")
}

func passBy(g *gorm.DB, writes bool) {
	t, known := g.Statement.Context.Value(txKey{}).(*Tx)
	if !known || t.slate == nil || t.slate.own {
		return
	}
	if err := t.WriteAhead(); err != nil {
		g.AddError(err)
	}
	if writes {
		t.forgetAhead()
	}
}
