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
// from the system's cache. Half of them were read at the start only: scenarios, templates, tables that are unpacked once. What can be
// written to stays, and what was (a loader may have put addresses in, and locked it afterwards): that is not in the file. Where it
// cannot be done nothing is lost but the room.
func dropProgram() {
	own, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer maps.Close()
	var from, to uintptr // of the part that is being read about, 0 where it is not to be dropped
	for in := bufio.NewScanner(maps); in.Scan(); {
		line := in.Text()
		var changed int
		switch {
		case strings.HasSuffix(line, " "+own):
			var may string
			if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &may); err != nil || strings.Contains(may, "w") {
				from = 0
			}
		case !strings.HasSuffix(line, " kB"):
			if strings.Contains(line, "-") {
				from = 0 // another file's
			}
		case from == 0 || !strings.HasPrefix(line, "Anonymous:"):
		default:
			if _, err := fmt.Sscanf(line, "Anonymous: %d kB", &changed); err == nil && changed == 0 {
				_ = unix.Madvise(unsafe.Slice((*byte)(addressOf(from)), to-from), unix.MADV_DONTNEED)
			}
			from = 0
		}
	}
}

// addressOf makes a pointer of an address outside of what the collector looks after.
func addressOf(at uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&at)) }
