package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// listening is what came of the wish to listen.
type listening struct {
	net.Listener
	// moved is set where the wished port was taken and another one is used.
	moved string
	// open is set where other machines can reach the address.
	open bool
}

// listen opens the address. One that other machines can reach is refused unless
// openToNetwork says so; a loopback port that is taken is exchanged for a free one.
func listen(address string, openToNetwork bool) (listening, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return listening{}, fmt.Errorf("--listen %s: expected HOST:PORT, for example 127.0.0.1:8080", address)
	}
	local := isLoopback(host)
	if !local && !openToNetwork {
		return listening{}, fmt.Errorf(`--listen %s can be reached from other machines, and --open-to-network is not set.
Everyone in the same network could then open the page, and whoever runs this computer can read what they type there.
Over plain http, so can others in that network. Set --open-to-network if that is what you want`, address)
	}
	l, err := net.Listen("tcp", address)
	if err == nil {
		return listening{Listener: l, open: !local}, nil
	}
	if !local || !isTaken(err) {
		return listening{}, fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return listening{}, fmt.Errorf("port %s is taken, and no other could be had: %w", port, err)
	}
	return listening{Listener: l, moved: port}, nil
}

// isLoopback says whether a host to listen on can be reached from this machine only.
func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// isTaken says whether listening failed because the port is in use; Windows has a number of its own for it.
func isTaken(err error) bool {
	const windowsAddressInUse = syscall.Errno(10048)
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsAddressInUse)
}

// pageAddresses are the addresses at which people can open the page.
func pageAddresses(l listening, scheme string) []string {
	tcp, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return []string{scheme + "://" + l.Addr().String() + "/"}
	}
	port := fmt.Sprint(tcp.Port)
	if !tcp.IP.IsUnspecified() {
		return []string{scheme + "://" + net.JoinHostPort(tcp.IP.String(), port) + "/"}
	}
	addresses := []string{scheme + "://127.0.0.1:" + port + "/"}
	nets, err := net.InterfaceAddrs()
	if err != nil {
		return addresses
	}
	for _, a := range nets {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast() {
			addresses = append(addresses, scheme+"://"+net.JoinHostPort(n.IP.String(), port)+"/")
		}
	}
	return addresses
}
