package main

import (
	"context"
	"slices"

	"undelivered/models"
	"undelivered/providers"
)

// connect connects the simulator, which sends, and the providers that only report.
func (s *stage) connect(ctx context.Context, by models.Actor, b business, told *toldAccount) (map[string]*pretender, error) {
	all := map[string]*pretender{}
	codes := append([]string{"simulator"}, b.mail...)
	if b.texts != "" {
		codes = append(codes, b.texts)
	}
	for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
		p, err := s.connectTo(ctx, by, code, b.sender)
		if err != nil {
			return nil, err
		}
		told.Hooks[code], told.Secrets[code] = p.hook, p.settings
		all[code] = p
	}
	return all, s.tellGeneric(ctx, by, told)
}

// connectTo connects one provider, and is ready to pretend to be it.
func (s *stage) connectTo(ctx context.Context, by models.Actor, code, sender string) (*pretender, error) {
	p, err := newPretender(code, sender)
	if err != nil {
		return nil, err
	}
	row, _ := providers.ByCode(code)
	full, err := row.Complete(p.settings)
	if err != nil {
		return nil, err
	}
	c := models.Connection{Provider: code, Name: row.Name, Channels: row.ChannelList(), Sends: row.Sends(full)}
	_, token, err := s.program.store.AddConnection(ctx, by, c, full)
	p.hook = hookURL(s.program.base, code, token)
	return p, err
}

// tellGeneric names the address of the connection that every account has.
func (s *stage) tellGeneric(ctx context.Context, by models.Actor, told *toldAccount) error {
	connections, err := s.program.store.Connections(ctx, by)
	if err != nil {
		return err
	}
	for _, c := range connections {
		if c.Provider != models.GenericProvider {
			continue
		}
		token, err := s.program.store.ConnectionToken(c)
		if err != nil {
			return err
		}
		told.Hooks[c.Provider] = hookURL(s.program.base, c.Provider, token)
	}
	return nil
}
