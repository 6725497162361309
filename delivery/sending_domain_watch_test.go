package delivery

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/riverqueue/river"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/models/modelstest"
	"undelivered/models/store"
)

// The domains that an account sends from are asked about; one that it no longer sends from is forgotten, and
// a directory that does not answer is no fault.
func TestDomainWatch(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, s *store.Store) {
		cast, answers := modelstest.NewCast(t, s), true
		ask := func(_ context.Context, name string) ([]string, error) {
			if answers {
				return nil, &net.DNSError{IsNotFound: true}
			}
			return nil, errors.New("no answer")
		}
		for _, from := range []string{"Marlow <hello@marlow.example>", "", "+442079460000"} {
			_, _, err := s.Connection.AddConnection(t.Context(), models.AtCommandLine(cast.Account.ID),
				models.Connection{Provider: "simulator", Name: "From " + from, Channels: "email"},
				map[string]string{"signing_secret": "s", "from": from})
			if err != nil {
				t.Fatal(err)
			}
		}
		old := connection.SendingDomain{Domain: "old.example", SPF: Absent, DKIM: CannotTell,
			DMARC: Absent, CheckedAt: s.Now()}
		if err := s.Connection.KeepSendingDomain(t.Context(), cast.Olga, old); err != nil {
			t.Fatal(err)
		}
		w := &DomainWatcher{Store: s, TXT: ask}
		for _, want := range []string{Absent, CannotTell} {
			if err := w.Work(t.Context(), &river.Job[DomainArgs]{}); err != nil {
				t.Fatal(err)
			}
			got, err := s.Connection.SendingDomains(t.Context(), cast.Ada)
			if err != nil || len(got) != 1 || got[0].Domain != "marlow.example" || got[0].SPF != want ||
				got[0].DMARC != want {
				t.Errorf("kept %+v, want %s of marlow.example: %v", got, want, err)
			}
			answers = false
		}
		if other, err := s.Connection.SendingDomains(t.Context(), cast.Bob); err != nil || len(other) != 0 {
			t.Errorf("Bob sees %+v: %v", other, err)
		}
	})
}
