package network

import (
	"net"
	"slices"
	"strings"
)

// inner are networks that net does not name private, and that are nobody's on the internet all the same.
var inner = []net.IPNet{
	{IP: net.IPv4(100, 64, 0, 0).To4(), Mask: net.CIDRMask(10, 32)},
	{IP: net.IPv4(192, 0, 0, 0).To4(), Mask: net.CIDRMask(24, 32)},
	{IP: net.IPv4(198, 18, 0, 0).To4(), Mask: net.CIDRMask(15, 32)},
	{IP: net.IPv4(240, 0, 0, 0).To4(), Mask: net.CIDRMask(4, 32)},
	{IP: net.IPv4(0, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
	{IP: net.IPv4(192, 0, 2, 0).To4(), Mask: net.CIDRMask(24, 32)},
	{IP: net.IPv4(192, 88, 99, 0).To4(), Mask: net.CIDRMask(24, 32)},
	{IP: net.IPv4(198, 51, 100, 0).To4(), Mask: net.CIDRMask(24, 32)},
	{IP: net.IPv4(203, 0, 113, 0).To4(), Mask: net.CIDRMask(24, 32)},
	// the inner service of a cloud, at an address of the internet
	{IP: net.IPv4(168, 63, 129, 16).To4(), Mask: net.CIDRMask(32, 32)},
	{IP: net.ParseIP("::"), Mask: net.CIDRMask(96, 128)}, // IPv4 within IPv6, in all its ways
	{IP: net.ParseIP("64:ff9b::"), Mask: net.CIDRMask(96, 128)},
	{IP: net.ParseIP("64:ff9b:1::"), Mask: net.CIDRMask(48, 128)},
	{IP: net.ParseIP("100::"), Mask: net.CIDRMask(64, 128)},
	{IP: net.ParseIP("2001::"), Mask: net.CIDRMask(23, 128)}, // Teredo and what else is no host's
	{IP: net.ParseIP("2001:db8::"), Mask: net.CIDRMask(32, 128)},
	{IP: net.ParseIP("2002::"), Mask: net.CIDRMask(16, 128)},
	{IP: net.ParseIP("3fff::"), Mask: net.CIDRMask(20, 128)},
	{IP: net.ParseIP("5f00::"), Mask: net.CIDRMask(16, 128)},
	{IP: net.ParseIP("fec0::"), Mask: net.CIDRMask(10, 128)},
}

// OwnHost says whether a host is a name of this machine, or an address with a zone, which no host of the
// internet has.
func OwnHost(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.Contains(host, "%")
}

// Outside says whether an address of the network lies on the internet: not on this machine, not in a private
// network.
func Outside(ip net.IP) bool {
	if four := ip.To4(); four != nil { // also where it is written as IPv6
		ip = four
	}
	return ip.IsGlobalUnicast() && !ip.IsPrivate() &&
		!slices.ContainsFunc(inner, func(n net.IPNet) bool { return n.Contains(ip) })
}
