package modelstest_test

import (
	"testing"

	"undelivered/models"
	"undelivered/models/modelstest"
	"undelivered/models/store"
)

// Every test gets a store of its own on both databases, and what one writes no other sees.
func TestFreshStores(t *testing.T) {
	for range 2 {
		modelstest.Each(t, func(t *testing.T, s *store.Store) {
			cast := modelstest.NewCast(t, s)
			accounts, err := s.People.Accounts(t.Context())
			if err != nil || len(accounts) != 2 {
				t.Fatalf("%d accounts, %v", len(accounts), err)
			}
			modelstest.Keep(t, s, cast.Mail,
				modelstest.Event(models.Email, modelstest.JaneMistyped, models.EventType(models.HardBounce)))
			page, err := s.VerifyAudit(t.Context(), cast.Account.ID)
			if err != nil || page == 0 {
				t.Fatalf("%d lines, %v", page, err)
			}
		})
	}
}
