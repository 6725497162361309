package delivery

import (
	"context"
	"errors"
	"net"
	"time"
)

// MailService is what the directory of domain names says about a domain.
type MailService string

// The three answers. Not to know is an answer: nothing is refused because of it.
const (
	MailYes    MailService = "yes"
	MailNo     MailService = "no"
	MailUnsure MailService = "cannot_tell"
)

// directoryLimit is how long a person waits for the directory.
const directoryLimit = 2 * time.Second

// Directory asks whether domains take mail.
type Directory struct {
	MX   func(ctx context.Context, domain string) ([]*net.MX, error)
	Host func(ctx context.Context, domain string) ([]string, error)
}

// NewDirectory asks the machine's resolver.
func NewDirectory() Directory {
	r := net.DefaultResolver
	return Directory{MX: r.LookupMX, Host: r.LookupHost}
}

// TakesMail asks for a domain's mail servers (RFC 5321, 5.1): MX records, else the address of the domain
// itself; a single "." says that it takes no mail (RFC 7505).
func (d Directory) TakesMail(ctx context.Context, domain string) MailService {
	ctx, cancel := context.WithTimeout(ctx, directoryLimit)
	defer cancel()
	servers, err := d.MX(ctx, domain+".")
	switch {
	case err == nil && len(servers) == 1 && servers[0].Host == ".":
		return MailNo
	case err == nil && len(servers) > 0:
		return MailYes
	case err != nil && !absent(err):
		return MailUnsure
	}
	if _, err := d.Host(ctx, domain+"."); err == nil {
		return MailYes
	} else if absent(err) {
		return MailNo
	}
	return MailUnsure
}

func absent(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}
