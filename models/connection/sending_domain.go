package connection

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// SendingDomain is what the directory last said of a domain that an account sends from. SPF, DKIM and DMARC
// are the words of the check: found, weak, missing, twice, too_many, unnamed, cannot_tell.
type SendingDomain struct {
	AccountID string `gorm:"primaryKey"`
	Domain    string `gorm:"primaryKey"`
	SPF       string `gorm:"column:spf"`
	DKIM      string `gorm:"column:dkim"`
	DMARC     string `gorm:"column:dmarc"`
	CheckedAt time.Time
}

// TableName is the table's name.
func (SendingDomain) TableName() string { return "sending_domains" }

// Fault is the record for which receivers may refuse the domain's mail; empty: none is known to be wrong.
func (d SendingDomain) Fault() string {
	switch {
	case d.SPF == "missing" || d.SPF == "twice" || d.SPF == "too_many":
		return "spf"
	case d.DKIM == "missing":
		return "dkim"
	case d.DMARC == "missing":
		return "dmarc"
	}
	return ""
}

// SendingDomains are the domains that the account sends from, as they were checked last.
func (s *Store) SendingDomains(ctx context.Context, a models.Actor) ([]SendingDomain, error) {
	if err := a.Need(models.See); err != nil {
		return nil, err
	}
	var all []SendingDomain
	err := s.db.Reading(ctx).Where("account_id = ?", a.AccountID).Order("domain").Find(&all).Error
	return all, db.Wrap(err, "sending domains")
}

// KeepSendingDomain notes what a check found.
func (s *Store) KeepSendingDomain(ctx context.Context, a models.Actor, d SendingDomain) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	d.AccountID, d.CheckedAt = a.AccountID, d.CheckedAt.UTC()
	err := s.db.Main.WithContext(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&d).Error
	return db.Wrap(err, "noting a sending domain")
}

// DropSendingDomains forgets the domains that the account no longer sends from.
func (s *Store) DropSendingDomains(ctx context.Context, a models.Actor, kept []string) error {
	if err := a.Need(models.Work); err != nil {
		return err
	}
	q := s.db.Main.WithContext(ctx).Where("account_id = ?", a.AccountID)
	if len(kept) > 0 {
		q = q.Where("domain NOT IN ?", kept)
	}
	return db.Wrap(q.Delete(&SendingDomain{}).Error, "dropping sending domains")
}
