package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"undelivered/models"
)

// stage plays the past of the businesses through the doors of the running program.
type stage struct {
	program *program
	term    terminal
	quiet   bool
	seed    uint64
	client  http.Client
	told    told
}

// remember reads what an earlier demo in the same folder said of itself.
func (s *stage) remember(path string) error {
	raw, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(raw, &s.told)
	}
	s.told.URL = s.program.base
	return err
}

// fill sets up both businesses and plays their past; a note in the folder says that it is complete.
func (s *stage) fill(ctx context.Context, path string) error {
	s.client.Transport = &http.Transport{MaxIdleConnsPerHost: together}
	defer s.client.CloseIdleConnections()
	s.told.URL = s.program.base
	sam, _, err := s.program.store.AddUser(ctx, models.AtCommandLine(""), models.NewUser{Email: support.email, Name: support.name, Role: support.role, Password: demoPassword})
	if err != nil {
		return err
	}
	for _, b := range businesses {
		if err := s.open(ctx, b, sam); err != nil {
			return fmt.Errorf("the demo of %s: %w", b.name, err)
		}
	}
	s.told.Users = append(s.told.Users, toldUser{support.email, demoPassword, string(support.role), "Support"})
	note, err := json.Marshal(s.told)
	if err != nil {
		return err
	}
	return os.WriteFile(path, note, 0o600)
}

// open sets up one business, and plays its past.
func (s *stage) open(ctx context.Context, b business, sam models.User) error {
	store := s.program.store
	account, err := store.AddAccount(ctx, models.AtCommandLine(""), models.Account{Name: b.name, Zone: b.zone, Locale: b.locale})
	if err != nil {
		return err
	}
	by := models.AtCommandLine(account.ID)
	people := staff{models.Support: {Kind: models.OnBehalf, ID: sam.ID, Name: sam.Name, Role: models.Support, AccountID: account.ID}}
	for _, one := range b.staff {
		u, _, err := store.AddUser(ctx, by, models.NewUser{Email: one.email, Name: one.name, Role: one.role, Password: demoPassword})
		if err != nil {
			return err
		}
		people[one.role] = models.Actor{Kind: models.Person, ID: u.ID, Name: u.Name, Role: one.role, AccountID: account.ID}
		s.told.Users = append(s.told.Users, toldUser{one.email, demoPassword, string(one.role), b.name})
	}
	if _, err := store.GrantSupport(ctx, by, time.Now().AddDate(0, 0, 30)); err != nil {
		return err
	}
	told := toldAccount{ID: account.ID, Name: account.Name, Hooks: map[string]string{}, Secrets: map[string]map[string]string{}}
	if _, told.APIKey, err = store.AddKey(ctx, by, models.KeyAPI, "Practice software", nil); err != nil {
		return err
	}
	if _, told.WidgetKey, err = store.AddKey(ctx, by, models.KeyWidget, "Reception screen", nil); err != nil {
		return err
	}
	pretenders, err := s.connect(ctx, by, b, &told)
	if err != nil {
		return err
	}
	s.told.Accounts = append(s.told.Accounts, told)
	if err := s.play(ctx, b, told.APIKey, pretenders); err != nil {
		return err
	}
	return errors.Join(s.desk(ctx, people), s.lives(ctx, people))
}

// play registers what the business sent, by its API, and then lets the providers report what came of it.
func (s *stage) play(ctx context.Context, b business, key string, pretenders map[string]*pretender) error {
	a, err := newAuthor(b, s.seed, time.Now())
	if err != nil {
		return err
	}
	past := a.past()
	byProvider := map[string][]sentMessage{}
	var registrations []models.Registration
	for _, m := range past {
		m.registration.Connection = m.provider
		registrations = append(registrations, m.registration)
		byProvider[m.provider] = append(byProvider[m.provider], m)
	}
	for part := range slices.Chunk(registrations, 500) {
		if err := s.api(ctx, key, "/api/v1/notifications", part); err != nil {
			return err
		}
		s.dot()
	}
	for code, messages := range byProvider {
		posts, err := pretenders[code].posts(messages)
		if err != nil {
			return err
		}
		if err := deliver(ctx, &s.client, pretenders[code].hook, posts); err != nil {
			return fmt.Errorf("%s: %w", code, err)
		}
		s.dot()
	}
	if err := s.program.store.Settled(ctx); err != nil {
		return err
	}
	return s.act(ctx, key, past)
}

// api posts to the business's API, as its own software would.
func (s *stage) api(ctx context.Context, key, path string, content any) error {
	body, err := json.Marshal(content)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.program.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	res, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		said, _ := io.ReadAll(io.LimitReader(res.Body, 2000)) // only to explain
		return fmt.Errorf("%s answered %s: %s", path, res.Status, said)
	}
	return nil
}

// dot shows that something is going on.
func (s *stage) dot() {
	if !s.quiet {
		fmt.Fprint(s.term.err, ".")
	}
}
