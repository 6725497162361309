package demo

import (
	"context"
	"slices"

	"undelivered/models"
	"undelivered/models/connection"
	"undelivered/providers"
)

// connect connects the simulator, which sends, and the providers that only report.
func (f *filler) connect(ctx context.Context, by models.Actor, b business,
	told *Account) (map[string]*fakeProvider, error) {
	all := map[string]*fakeProvider{}
	codes := append([]string{"simulator"}, b.mail...)
	if b.texts != "" {
		codes = append(codes, b.texts)
	}
	for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
		p, err := f.connectTo(ctx, by, code, b.sender)
		if err != nil {
			return nil, err
		}
		told.Hooks[code], told.Secrets[code] = p.hook, p.settings
		all[code] = p
	}
	return all, f.tellGeneric(ctx, by, told)
}

// connectTo connects one provider, and is ready to pretend to be it.
func (f *filler) connectTo(ctx context.Context, by models.Actor, code, sender string) (*fakeProvider, error) {
	p, err := newFakeProvider(code, sender, f.Store.Now)
	if err != nil {
		return nil, err
	}
	row, _ := providers.ByCode(code)
	full, err := row.Complete(p.settings)
	if err != nil {
		return nil, err
	}
	c := models.Connection{
		Provider: code,
		Name:     row.Name,
		Channels: row.ChannelList(),
		Sends:    row.Sends(full),
	}
	_, token, err := f.Store.Connection.AddConnection(ctx, by, c, full)
	p.hook = f.Hook(code, token)
	return p, err
}

// tellGeneric names the address of the connection that every account has.
func (f *filler) tellGeneric(ctx context.Context, by models.Actor, told *Account) error {
	connections, err := f.Store.Connection.Connections(ctx, by)
	if err != nil {
		return err
	}
	for _, c := range connections {
		if c.Provider != connection.GenericProvider {
			continue
		}
		token, err := f.Store.Connection.ConnectionToken(c)
		if err != nil {
			return err
		}
		told.Hooks[c.Provider] = f.Hook(c.Provider, token)
	}
	return nil
}
