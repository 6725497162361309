package wire

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"undelivered/models/network"
)

// ErrInside is a connection to this machine, to a private network, or to what leads there under another name.
var ErrInside = errors.New(
	"the address is not on the internet; whoever runs this installation can allow its host",
)

// Outward says where connections may go whose address somebody has set. The address that is really dialled is
// looked at, because a name may lead anywhere; a redirect or a second answer of the directory changes
// nothing.
type Outward struct {
	anywhere bool
	hosts    []string // named by whoever runs the installation
}

// Anywhere lets everything pass: for the demo, and for tests that play a provider on this machine.
func Anywhere() *Outward { return &Outward{anywhere: true} }

// Internet lets pass what lies on the internet, and the hosts that are named.
func Internet(hosts []string) *Outward {
	o := &Outward{}
	for _, host := range hosts {
		if host = plainHost(host); host != "" {
			o.hosts = append(o.hosts, host)
		}
	}
	return o
}

// plainHost is a host as it is compared: without case, brackets, and the dot at its end.
func plainHost(host string) string {
	return strings.TrimSuffix(strings.Trim(strings.ToLower(strings.TrimSpace(host)), "[]"), ".")
}

// With lets pass these hosts too: an address that whoever runs the installation has set.
func (o *Outward) With(hosts ...string) *Outward {
	more := Internet(hosts)
	if o != nil {
		more.anywhere, more.hosts = o.anywhere, append(more.hosts, o.hosts...)
	}
	return more
}

// Allows says whether a host may be anywhere.
func (o *Outward) Allows(host string) bool {
	return o != nil && (o.anywhere || slices.Contains(o.hosts, plainHost(host)))
}

// DialContext opens a connection to an address, "host:port", if it may go there.
func (o *Outward) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: connectLimit}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, ErrInside
	}
	if !o.Allows(host) {
		dialer.Control = func(_, address string, _ syscall.RawConn) error { return outside(address) }
	}
	conn, err := dialer.DialContext(ctx, network, address)
	if errors.Is(err, ErrInside) {
		return nil, ErrInside // without what the directory has said of inner names
	}
	return conn, err
}

func outside(address string) error {
	host, _, err := net.SplitHostPort(address)
	if zone := strings.IndexByte(host, '%'); zone >= 0 {
		host = host[:zone]
	}
	if ip := net.ParseIP(host); err != nil || ip == nil || !network.Outside(ip) {
		return ErrInside
	}
	return nil
}

// Transport is the way of HTTP. A proxy that the environment names is the installation's own: what is beyond
// it, it guards itself.
func (o *Outward) Transport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         o.With(proxies()...).DialContext,
		TLSHandshakeTimeout: connectLimit,
		MaxIdleConnsPerHost: 8,
		IdleConnTimeout:     90 * time.Second,
	}
}

// proxies are the hosts through which a request to the internet goes.
func proxies() []string {
	var hosts []string
	for _, scheme := range []string{"http", "https"} {
		asked := &http.Request{URL: &url.URL{Scheme: scheme, Host: "internet.example"}}
		if u, err := http.ProxyFromEnvironment(asked); err == nil && u != nil {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}
