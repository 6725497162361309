package report

import (
	"context"
	"errors"
	"net/url"
	"time"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
	"undelivered/models/people"
)

// View is a query of the report that somebody has kept, for themselves or for everybody of the account.
type View struct {
	ID        string `gorm:"primaryKey"`
	AccountID string `gorm:"primaryKey"`
	UserID    string
	Name      string
	Query     string // as the fields of an address
	Shared    bool
	CreatedAt time.Time
}

// Own says whether the actor made the view.
func (v View) Own(a models.Actor) bool { return v.UserID == a.ID }

// Filter is the view's query.
func (v View) Filter() Filter {
	fields, err := url.ParseQuery(v.Query)
	if err != nil {
		return Filter{}
	}
	f, _ := ParseFilter(fields) // words that no longer exist are left out
	return f
}

// Views are the actor's own views and those shared in the account, by name.
func (s *Store) Views(ctx context.Context, a models.Actor) ([]View, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var all []View
	err := s.db.Reading(ctx).Where("account_id = ? AND (user_id = ? OR shared)", a.AccountID, a.ID).
		Order("name, id").Find(&all).Error
	return all, db.Wrap(err, "views")
}

// ViewCount is how many notifications a view shows, more than CountCap: there are more; -1 when counting them
// would cost a search.
func (s *Store) ViewCount(ctx context.Context, a models.Actor, v View) (int, error) {
	scope, err := s.scope(ctx, a, v.Filter())
	if err != nil || !scope.cheap() {
		return -1, err
	}
	c, err := s.counts(ctx, scope)
	if c.Capped {
		c.Total = CountCap + 1
	}
	return c.Total, err
}

// cheap says whether the day counters, or an index, know the answer.
func (f Filter) cheap() bool {
	indexed := Filter{
		Range:    f.Range,
		From:     f.From,
		To:       f.To,
		State:    f.State,
		Statuses: f.Statuses,
		Channel:  f.Channel,
		Reason:   f.Reason,
		Customer: f.Customer,
		Assigned: f.Assigned,
		View:     f.View,
	}
	searched := f.View == ViewOurSide || f.View == ViewCorrected || f.Assigned == Unassigned
	return indexed.Equal(f.whole()) && !searched
}

// viewNameLimit is how long a view's name may be.
const viewNameLimit = 60

// How many views there may be, and how long the query of one: all of them stand on the report of everybody.
const (
	viewsOfAPerson   = 30
	viewsOfAnAccount = 200
	viewQueryLimit   = 4000 // bytes
)

// SaveView keeps a query under a name.
func (s *Store) SaveView(ctx context.Context, a models.Actor, v View) (View, error) {
	if err := a.Need(models.Work); err != nil {
		return View{}, err
	}
	v.Name = people.CleanName(v.Name)
	if n := len([]rune(v.Name)); n == 0 || n > viewNameLimit {
		return View{}, models.Invalid{"name": {Key: "error.name"}}
	}
	f := v.Filter().First()
	f.Saved = ""
	v.Query, v.AccountID, v.UserID = f.Values().Encode(), a.AccountID, a.ID
	if len(v.Query) > viewQueryLimit {
		return View{}, models.Invalid{"name": {Key: "error.view_long"}}
	}
	err := s.db.InTx(ctx, func(t *db.Tx) error {
		var own, all int64
		if err := t.Model(&View{}).Where("account_id = ?", a.AccountID).Count(&all).Error; err != nil {
			return err
		}
		if err := t.Model(&View{}).Where("account_id = ? AND user_id = ?", a.AccountID,
			a.ID).Count(&own).Error; err != nil {
			return err
		}
		if own >= viewsOfAPerson || all >= viewsOfAnAccount {
			return models.Invalid{"name": {Key: "error.views_many"}}
		}
		v.ID, v.CreatedAt = models.NewID("view", t.Now), t.Now
		if err := t.Create(&v).Error; err != nil {
			return err
		}
		t.Record(a, "view.add",
			models.AuditEntry{ObjectKind: "view", ObjectID: v.ID, ObjectName: v.Name, After: v.Query})
		return nil
	})
	var invalid models.Invalid
	if errors.As(err, &invalid) {
		return View{}, invalid
	}
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return View{}, models.Invalid{"name": {Key: "error.name_taken"}}
	}
	return v, db.Wrap(err, "saving a view")
}

// DeleteView forgets a view of the actor's own; an owner may also forget a shared one.
func (s *Store) DeleteView(ctx context.Context, a models.Actor, id string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var v View
		err := t.Take(&v, "id = ? AND account_id = ? AND (user_id = ? OR shared)", id, a.AccountID,
			a.ID).Error
		if err != nil {
			return db.Wrap(err, "view")
		}
		if !v.Own(a) && !a.May(models.Configure) {
			return models.ErrForbidden
		}
		if err := t.Delete(&View{}, "account_id = ? AND id = ?", a.AccountID, id).Error; err != nil {
			return db.Wrap(err, "deleting a view")
		}
		t.Record(a, "view.delete",
			models.AuditEntry{ObjectKind: "view", ObjectID: v.ID, ObjectName: v.Name, Before: v.Query})
		return nil
	})
}
