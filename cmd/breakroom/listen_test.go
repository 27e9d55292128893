package main

import (
	"net"
	"strings"
	"testing"
)

func TestListenRefusesOtherMachinesUntilTold(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "breakroom.example:0"} {
		l, err := listen(address, false)
		if err == nil {
			l.Close()
			t.Errorf("listen(%q) was not refused", address)
			continue
		}
		if !strings.Contains(err.Error(), "--open-to-network") {
			t.Errorf("listen(%q): %v; expected the setting to be named", address, err)
		}
	}
	l, err := listen("0.0.0.0:0", true)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if !l.open {
		t.Error("an address that others can reach was not marked open")
	}
}

func TestListenTakesAnotherPort(t *testing.T) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	_, port, _ := net.SplitHostPort(first.Addr().String())
	second, err := listen(first.Addr().String(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if second.moved != port {
		t.Errorf("moved = %q, expected %q", second.moved, port)
	}
	if second.Addr().String() == first.Addr().String() {
		t.Error("two listeners on one port")
	}
}

func TestListenWantsHostAndPort(t *testing.T) {
	if _, err := listen("8080", false); err == nil || !strings.Contains(err.Error(), "HOST:PORT") {
		t.Errorf("listen(\"8080\"): %v", err)
	}
}
