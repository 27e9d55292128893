package main

import (
	"runtime"
	"runtime/debug"
)

// giveBack returns to the computer what is not in use: what was freed, and the parts of the program's own file that only the start had read.
func giveBack() {
	debug.FreeOSMemory()
	dropProgram()
}

// settle is giveBack once the server is up. To read the library and to open the store leaves more behind than they keep, some of it in
// pools that two collections empty.
func settle() {
	runtime.GC()
	giveBack()
}
