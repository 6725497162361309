package connection

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"

	"undelivered/models"
	"undelivered/models/internal/db"
)

// BounceAddress says to which account an address for bounces belongs: to whoever names it first. It is read
// in every mail that its owner sends, so that nobody else may have what comes to it.
type BounceAddress struct {
	Address      string `gorm:"primaryKey"`
	AccountID    string
	ConnectionID string
}

// TableName is the table's name.
func (BounceAddress) TableName() string { return "bounce_addresses" }

// bounceSetting is the setting of a mail connection that names the address.
const bounceSetting = "bounce_address"

// plainAddress is an address for bounces as it is compared.
func plainAddress(address string) string {
	address = strings.ToLower(strings.TrimSpace(address))
	if at := strings.LastIndexByte(address, '<'); at >= 0 {
		address = address[at+1:]
	}
	return strings.Trim(address, "<> ")
}

// claimBounces makes a connection's address its account's, or refuses it when it is another's.
func claimBounces(t *db.Tx, c *models.Connection, settings map[string]string) error {
	if err := t.Where("connection_id = ?", c.ID).Delete(&BounceAddress{}).Error; err != nil {
		return db.Wrap(err, "addresses for bounces")
	}
	address := plainAddress(settings[bounceSetting])
	if c.Provider != MailProvider || address == "" {
		return nil
	}
	taken := models.Invalid{bounceSetting: {Key: "error.bounce_taken"}}
	err := t.Create(&BounceAddress{Address: address, AccountID: c.AccountID, ConnectionID: c.ID}).Error
	if !errors.Is(err, gorm.ErrDuplicatedKey) {
		return db.Wrap(err, "address for bounces")
	}
	return taken
}

// BounceConnection is the connection to which an address for bounces belongs; the zero Connection: nobody's.
func (s *Store) BounceConnection(ctx context.Context, address string) (models.Connection, error) {
	var c models.Connection
	err := s.db.Reading(ctx).
		Raw(`SELECT c.* FROM connections c JOIN bounce_addresses b ON b.connection_id = c.id
		WHERE b.address = ? AND c.removed_at IS NULL`, plainAddress(address)).
		Scan(&c).Error
	return c, db.Wrap(err, "connection of an address")
}

// SettleBounces gives the addresses from before to the accounts that name them. One that two accounts name is
// nobody's until one of them gives it up and the other saves it again.
func (s *Store) SettleBounces(ctx context.Context) error {
	all, err := s.MailConnections(ctx)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(t *db.Tx) error {
		var known int64
		if err := t.Model(&BounceAddress{}).Count(&known).Error; err != nil || known > 0 {
			return db.Wrap(err, "addresses for bounces")
		}
		owner := map[string]models.Connection{}
		disputed := map[string]bool{}
		for _, c := range all {
			settings, err := s.ConnectionSettings(c)
			if err != nil {
				return err
			}
			address := plainAddress(settings[bounceSetting])
			if first, named := owner[address]; named && first.AccountID != c.AccountID {
				disputed[address] = true
			} else if !named && address != "" {
				owner[address] = c
			}
		}
		for address, c := range owner {
			if disputed[address] {
				continue
			}
			if err := t.Create(&BounceAddress{Address: address, AccountID: c.AccountID,
				ConnectionID: c.ID}).Error; err != nil {
				return db.Wrap(err, "addresses for bounces")
			}
		}
		return nil
	})
}
