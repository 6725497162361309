package wire

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"strings"
	"testing"

	"undelivered/models/network"
)

// What lies on this machine, in a private network, or leads there under another name is not dialled; what is
// named is.
func TestOutward(t *testing.T) {
	server := httptest.NewServer(nil)
	defer server.Close()
	_, port, err := net.SplitHostPort(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "localhost.", "0.0.0.0",
		"::1", "::", "::ffff:127.0.0.1", "0:0:0:0:0:ffff:7f00:1"} {
		if conn, err := Internet(nil).DialContext(context.Background(), "tcp",
			net.JoinHostPort(host, port)); err == nil {
			conn.Close()
			t.Errorf("%s was dialled", host)
		} else if host == "127.0.0.1" && !errors.Is(err, ErrInside) {
			t.Errorf("%s: %v", host, err)
		}
	}
	if _, err := (*Outward)(nil).DialContext(context.Background(), "tcp",
		net.JoinHostPort("127.0.0.1", port)); !errors.Is(
		err,
		ErrInside,
	) {
		t.Errorf("without a way: %v", err)
	}
	for _, hosts := range [][]string{{"127.0.0.1"}, {" 127.0.0.1 ", "x.example"}} {
		conn, err := Internet(
			hosts,
		).DialContext(context.Background(), "tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
	if _, err := Internet([]string{"localhost"}).DialContext(context.Background(), "tcp",
		net.JoinHostPort("127.0.0.1", port)); !errors.Is(
		err,
		ErrInside,
	) {
		t.Errorf("a name allows its address under every name: %v", err)
	}
	if a := NewClientBy(Internet(nil)).Do(context.Background(),
		Call{Method: "GET", URL: server.URL}); !errors.Is(
		a.Err,
		ErrInside,
	) {
		t.Errorf("the client: %v", a.Err)
	}
}

// Addresses of the network that lead inside, in all ways of writing them, are not outside.
func TestInside(t *testing.T) {
	for _, address := range []string{"10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
		"100.100.100.200", "168.63.129.16", "192.0.0.1", "198.18.0.1",
		"240.0.0.1", "255.255.255.255", "0.1.2.3", "224.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1",
		"2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1",
		"ff02::1", "100::1", "3fff::1"} {
		if network.Outside(net.ParseIP(address)) {
			t.Errorf("%s is outside", address)
		}
	}
	for _, address := range []string{"1.1.1.1", "9.9.9.9", "::ffff:1.1.1.1", "2606:4700:4700::1111",
		"2a00:1450:4001:80b::200e"} {
		if !network.Outside(net.ParseIP(address)) {
			t.Errorf("%s is inside", address)
		}
	}
}
