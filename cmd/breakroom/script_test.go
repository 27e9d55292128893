package main

import (
	"flag"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the expected output in the scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"breakroom": main})
}

// TestStories runs testdata/script: one story a file, told with the program's own commands.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"freeport": freePort,
			"waithttp": waitHTTP,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CONFIG_HOME", env.WorkDir+"/config")
			return nil
		},
	})
}

// freePort puts HOST:PORT of a free loopback port in an environment variable.
func freePort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: freeport VARIABLE")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

// waitHTTP waits until an address answers, half a minute at the most.
func waitHTTP(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waithttp URL")
	}
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if r, err := http.Get(args[0]); err == nil {
			ts.Check(r.Body.Close())
			return
		}
		if time.Since(start) > 30*time.Second {
			ts.Fatalf("waited in vain for %s", args[0])
		}
	}
}
