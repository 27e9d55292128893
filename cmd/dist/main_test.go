package main

import (
	"archive/zip"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// TestArchiveHoldsAProgramThatRuns builds for this machine, unpacks and starts it.
func TestArchiveHoldsAProgramThatRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the whole program")
	}
	out := t.TempDir()
	target := runtime.GOOS + "/" + runtime.GOARCH
	if err := run(out, target); err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(out, "breakroom-"+runtime.GOOS+"-"+runtime.GOARCH+".zip")
	r, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, f := range r.File {
		if f.Mode().Perm()&0o100 == 0 && runtime.GOOS != "windows" {
			t.Errorf("%s cannot be started: its mode is %v", f.Name, f.Mode())
		}
	}
	unzip, err := exec.LookPath("unzip")
	if err != nil {
		return
	}
	if text, err := exec.Command(unzip, "-q", archive, "-d", out).CombinedOutput(); err != nil {
		t.Fatalf("unzip: %v\n%s", err, text)
	}
	program := filepath.Join(out, "breakroom")
	cmd := exec.Command(program, "scenarios", "list")
	cmd.Dir = "/"
	text, err := cmd.CombinedOutput()
	if err != nil || len(text) == 0 {
		t.Errorf("%s scenarios list: %v\n%s", program, err, text)
	}
}

func TestNoSuchTarget(t *testing.T) {
	if err := run(t.TempDir(), "plan9"); err == nil {
		t.Error("a target that there is not was built")
	}
}
