package demo

import (
	"context"
	"net"
	"strings"

	"undelivered/delivery"
)

// records are what the directory holds of the domains that the demo's businesses send from: one has no DMARC
// yet.
var records = map[string]string{
	"reminders.marlow.example.":               "v=spf1 include:sendgrid.net ~all",
	"s1._domainkey.reminders.marlow.example.": "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
	"linde.example.":                          "v=spf1 include:mailgun.org ~all",
	"k1._domainkey.linde.example.":            "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
	"_dmarc.linde.example.":                   "v=DMARC1; p=quarantine",
}

// TXT answers for the directory, as delivery.LookupTXT does: of domains that can't exist (RFC 2606, 3) from
// the list, of others as the real one does.
func TXT(ctx context.Context, name string) ([]string, error) {
	if !strings.HasSuffix(name, ".example.") {
		return delivery.LookupTXT(ctx, name)
	}
	if record, ok := records[name]; ok {
		return []string{record}, nil
	}
	return nil, nil
}

// Directory says that every domain of the demo's customers takes mail; of others it asks the real directory.
func Directory() delivery.Directory {
	machine := delivery.NewDirectory()
	return delivery.Directory{
		Host: machine.Host,
		MX: func(ctx context.Context, domain string) ([]*net.MX, error) {
			if strings.HasSuffix(domain, ".example.") {
				return []*net.MX{{Host: "mx." + domain}}, nil
			}
			return machine.MX(ctx, domain)
		},
	}
}
