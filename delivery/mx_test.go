package delivery

import (
	"context"
	"net"
	"testing"
)

// A domain without mail service is named as such; a directory that does not answer says nothing against it.
func TestTakesMail(t *testing.T) {
	none, silent := &net.DNSError{IsNotFound: true}, &net.DNSError{IsTimeout: true}
	mx := func(hosts ...string) func() ([]*net.MX, error) {
		return func() ([]*net.MX, error) {
			var all []*net.MX
			for _, h := range hosts {
				all = append(all, &net.MX{Host: h})
			}
			return all, nil
		}
	}
	fails := func(err error) func() ([]*net.MX, error) {
		return func() ([]*net.MX, error) {
			return nil,
				err
		}
	}
	for name, c := range map[string]struct {
		mx   func() ([]*net.MX, error)
		host error
		want MailService
	}{
		"has mail servers":           {mx("mx.a.example."), none, MailYes},
		"says that it takes no mail": {mx("."), nil, MailNo},
		"has only an address":        {fails(none), nil, MailYes},
		"does not exist":             {fails(none), none, MailNo},
		"is not answered":            {fails(silent), nil, MailUnsure},
		"half answered":              {fails(none), silent, MailUnsure},
	} {
		d := Directory{
			MX:   func(context.Context, string) ([]*net.MX, error) { return c.mx() },
			Host: func(context.Context, string) ([]string, error) { return []string{"192.0.2.1"}, c.host },
		}
		if got := d.TakesMail(t.Context(), "a.example"); got != c.want {
			t.Errorf("a domain that %s: %s, want %s", name, got, c.want)
		}
	}
}
