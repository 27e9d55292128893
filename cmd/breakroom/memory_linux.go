package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// dropProgram takes the pages of the program's own file out of this process's memory, code and constants; what is used again comes back
// from the system's cache. Half of them were read at the start only: scenarios, templates, tables that are unpacked once. Where it
// cannot be done nothing is lost but the room.
func dropProgram() {
	own, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer maps.Close()
	for in := bufio.NewScanner(maps); in.Scan(); {
		var from, to uintptr
		var may string
		if !strings.HasSuffix(in.Text(), " "+own) {
			continue
		}
		if _, err := fmt.Sscanf(in.Text(), "%x-%x %s", &from, &to, &may); err != nil || strings.Contains(may, "w") {
			continue // what can be written to would be lost
		}
		_ = unix.Madvise(unsafe.Slice((*byte)(addressOf(from)), to-from), unix.MADV_DONTNEED)
	}
}

// addressOf makes a pointer of an address outside of what the collector looks after.
func addressOf(at uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&at)) }
