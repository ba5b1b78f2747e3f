package release

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// notPublic are the networks of IPv4 that are nobody's on the internet: this host, private ones, link-local ones with the
// metadata services of clouds, those of carriers, of documentation, of multicast.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("224.0.0.0/3"),
	// IPv6 that leads back to IPv4 by a gateway (Teredo and its kin, 6to4), or nowhere.
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("3fff::/20"),
}

// global is all of IPv6 that has been given to anybody: not loopback, local, multicast, mapped or translated addresses.
var global = netip.MustParsePrefix("2000::/3")

// MayCall tells whether a webhook may be sent to the address, as a connection is about to be made: to the internet over TLS, on
// the ports 80, 443 and those above 1023; to the operator's allowed networks on any port, also without TLS.
func MayCall(to netip.AddrPort, plain bool, allowed []netip.Prefix) bool {
	addr := to.Addr().Unmap()
	if !addr.IsValid() || addr.Zone() != "" || addr.IsUnspecified() {
		return false
	}
	for _, network := range allowed {
		if network.Contains(addr) {
			return true
		}
	}
	if port := to.Port(); plain || (port != 80 && port != 443 && port < 1024) {
		return false
	}
	for _, network := range notPublic {
		if network.Contains(addr) {
			return false
		}
	}
	return addr.Is4() || global.Contains(addr)
}

// checkWebhookURL refuses an address that could never be called. Where a name leads is looked at when it is called.
func checkWebhookURL(text string, allowed []netip.Prefix) error {
	if len(text) > MaxWebhookURL {
		return ErrWebhookURLLong
	}
	u, err := url.Parse(text)
	if err != nil || !fitsLine(text, 1, MaxWebhookURL) || strings.ContainsAny(text, " \\") || u.Hostname() == "" || u.Opaque != "" {
		return ErrWebhookURL
	}
	if err := checkWebhookParts(u, len(allowed) > 0); err != nil {
		return err
	}
	plain := u.Scheme == "http"
	port := map[bool]uint64{true: 80, false: 443}[plain]
	if u.Port() != "" {
		if port, err = strconv.ParseUint(u.Port(), 10, 16); err != nil {
			return ErrWebhookURL
		}
	}
	addr, err := netip.ParseAddr(u.Hostname())
	if err != nil { // a name
		if len(allowed) == 0 && insideName(u.Hostname()) {
			return ErrWebhookURL
		}
		addr = netip.MustParseAddr("2600::") // somebody's: the name's own address is looked at later
		plain = false
	}
	if !MayCall(netip.AddrPortFrom(addr, uint16(port)), plain, allowed) {
		return ErrWebhookURL
	}
	return nil
}

// checkWebhookParts refuses what no address of a webhook has; without TLS it may be where there are networks of the operator's own.
func checkWebhookParts(u *url.URL, mayBePlain bool) error {
	switch {
	case u.User != nil:
		return ErrWebhookURL.With("Give the address without a name or password in it.")
	case u.Fragment != "":
		return ErrWebhookURL.With("Give the address without a # in it.")
	case u.Scheme != "https" && (u.Scheme != "http" || !mayBePlain):
		return ErrWebhookURL.With("Give an address that begins with https://.")
	default:
		return nil
	}
}

// insideName tells a name that no server on the internet has.
func insideName(host string) bool {
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || !strings.Contains(name, ".")
}
