// Package demo fills an empty installation with sixty days in the life of two businesses, played through the
// doors of the running program, so that it can't show what the program can't do.
package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"

	"undelivered/models"
	"undelivered/models/intake"
	"undelivered/models/people"
	"undelivered/models/store"
)

// Scene is the installation that is filled, and who is told about it.
type Scene struct {
	Store    *store.Store
	Base     string                              // address of the running program
	Hook     func(provider, token string) string // the address that a provider is told
	Seed     uint64                              // the same number makes the same past
	Progress io.Writer
	Ready    func(Summary) error // called when people can sign in, before the past is filled in
}

// filler plays the past of the businesses.
type filler struct {
	Scene
	client http.Client
	told   Summary
}

// Fill sets up both businesses and plays their past.
func Fill(ctx context.Context, scene Scene) (Summary, error) {
	f := &filler{Scene: scene, told: Summary{URL: scene.Base}}
	f.client.Transport = &http.Transport{MaxIdleConnsPerHost: together}
	defer f.client.CloseIdleConnections()
	sam, _, err := f.Store.People.AddUser(ctx, models.AtCommandLine(""),
		people.NewUser{Email: support.email, Name: support.name, Role: support.role, Password: Password})
	if err != nil {
		return f.told, err
	}
	var shops []shop
	for _, b := range businesses {
		s, err := f.open(ctx, b, sam)
		if err != nil {
			return f.told, fmt.Errorf("the demo of %s: %w", b.name, err)
		}
		shops = append(shops, s)
	}
	f.told.Users = append(f.told.Users, User{support.email, Password, string(support.role), "Support"})
	if err := f.Ready(f.told); err != nil {
		return f.told, err
	}
	for _, s := range shops {
		fmt.Fprintf(f.Progress, "Filling in sixty days of %s ", s.b.name)
		if err := f.fill(ctx, s); err != nil {
			return f.told, fmt.Errorf("the demo of %s: %w", s.b.name, err)
		}
		fmt.Fprintln(f.Progress)
	}
	return f.told, nil
}

// shop is a business that is set up.
type shop struct {
	b     business
	key   string
	staff staff
	fakes map[string]*fakeProvider
}

// open sets up one business: its people can sign in, and nothing has been sent yet.
func (f *filler) open(ctx context.Context, b business, sam models.User) (shop, error) {
	s := shop{b: b}
	account, err := f.Store.AddAccount(ctx, models.AtCommandLine(""),
		models.Account{Name: b.name, Zone: b.zone, Locale: b.locale})
	if err != nil {
		return s, err
	}
	by := models.AtCommandLine(account.ID)
	if s.staff, err = f.hire(ctx, by, b); err != nil {
		return s, err
	}
	s.staff[models.Support] = models.Actor{
		Kind:      models.OnBehalf,
		ID:        sam.ID,
		Name:      sam.Name,
		Role:      models.Support,
		AccountID: account.ID,
	}
	if _, err := f.Store.People.GrantSupport(ctx, by, f.Store.Now().AddDate(0, 0, 30)); err != nil {
		return s, err
	}
	told := Account{
		ID:      account.ID,
		Name:    account.Name,
		Hooks:   map[string]string{},
		Secrets: map[string]map[string]string{},
	}
	if _, told.APIKey, err = f.Store.People.AddKey(ctx, by, people.KeyAPI, "Practice software",
		nil); err != nil {
		return s, err
	}
	if _, told.WidgetKey, err = f.Store.People.AddKey(ctx, by, people.KeyWidget, "Reception screen",
		nil); err != nil {
		return s, err
	}
	s.key = told.APIKey
	if s.fakes, err = f.connect(ctx, by, b, &told); err != nil {
		return s, err
	}
	f.told.Accounts = append(f.told.Accounts, told)
	return s, nil
}

// fill plays the past of a business, and what its people have done lately.
func (f *filler) fill(ctx context.Context, s shop) error {
	p, err := newPlan(s.b, f.Seed, f.Store.Now())
	if err != nil {
		return err
	}
	if err := f.play(ctx, p, s.key, s.fakes); err != nil {
		return err
	}
	return errors.Join(f.desk(ctx, s.staff), f.recentActivity(ctx, s.staff))
}

// hire adds the people who work there.
func (f *filler) hire(ctx context.Context, by models.Actor, b business) (staff, error) {
	staff := staff{}
	for _, one := range b.staff {
		u, _, err := f.Store.People.AddUser(ctx, by,
			people.NewUser{Email: one.email, Name: one.name, Role: one.role, Password: Password})
		if err != nil {
			return nil, err
		}
		staff[one.role] = models.Actor{
			Kind:      models.Person,
			ID:        u.ID,
			Name:      u.Name,
			Role:      one.role,
			AccountID: by.AccountID,
		}
		f.told.Users = append(f.told.Users, User{one.email, Password, string(one.role), b.name})
	}
	return staff, nil
}

// play registers what the business sent, by its API, and then lets the providers report what came of it.
func (f *filler) play(ctx context.Context, p *plan, key string, fakes map[string]*fakeProvider) error {
	byProvider := map[string][]sentMessage{}
	var registrations []intake.Registration
	for _, m := range p.messages {
		registrations = append(registrations, p.written(m))
		byProvider[m.provider] = append(byProvider[m.provider], m)
	}
	for part := range slices.Chunk(registrations, 500) {
		if err := f.api(ctx, key, "/api/v1/notifications", part); err != nil {
			return err
		}
		fmt.Fprint(f.Progress, ".")
	}
	for _, code := range slices.Sorted(maps.Keys(byProvider)) {
		posts, err := fakes[code].posts(byProvider[code])
		if err != nil {
			return err
		}
		if err := deliver(ctx, &f.client, fakes[code].hook, posts); err != nil {
			return fmt.Errorf("%s: %w", code, err)
		}
		fmt.Fprint(f.Progress, ".")
	}
	if err := f.Store.Intake.Settled(ctx); err != nil {
		return err
	}
	return f.resendAndClear(ctx, key, p)
}

// api posts to the business's API, as its own software would.
func (f *filler) api(ctx context.Context, key, path string, content any) error {
	body, err := json.Marshal(content)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.Base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	res, err := f.client.Do(req)
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
