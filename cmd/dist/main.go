// Command dist builds Breakroom for every desktop that it runs on: one archive
// each, with a program that needs nothing beside it and can be started by a double click.
//
//	go run ./cmd/dist
//
// The archives are written to dist/.
package main

import (
	"archive/zip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	out := flag.String("out", "dist", "the folder for the archives")
	only := flag.String("only", "", "build only targets that begin with this, for example linux or windows/amd64")
	flag.Parse()
	if err := run(*out, *only); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

var targets = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}

// A double click on a bare program opens a terminal on Windows only. Elsewhere
// this small script beside it does, and has the page opened.
const (
	macScript   = "#!/bin/sh\n# Starts Breakroom and opens its page. Close this window to stop it.\ncd \"$(dirname \"$0\")\" && exec ./breakroom --open\n"
	linuxScript = "#!/bin/sh\n# Starts Breakroom and opens its page. Close this window to stop it.\ncd \"$(dirname \"$0\")\" || exit 1\nif [ -t 1 ]; then exec ./breakroom --open; fi\nfor t in x-terminal-emulator gnome-terminal konsole xfce4-terminal xterm; do\n  command -v \"$t\" >/dev/null 2>&1 && exec \"$t\" -e \"$PWD/breakroom --open\"\ndone\nexec ./breakroom --open\n"
)

func run(out, only string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	built := 0
	for _, target := range targets {
		if !strings.HasPrefix(target, only) {
			continue
		}
		system, machine, _ := strings.Cut(target, "/")
		if err := build(out, system, machine); err != nil {
			return fmt.Errorf("%s: %w", target, err)
		}
		built++
	}
	if built == 0 {
		return fmt.Errorf("no target begins with %q; there are %s", only, strings.Join(targets, ", "))
	}
	return nil
}

func build(out, system, machine string) (err error) {
	folder, err := os.MkdirTemp("", "breakroom-dist-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	name := "breakroom"
	if system == "windows" {
		name += ".exe"
	}
	program := filepath.Join(folder, name)
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "breakroom/cmd/breakroom")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+machine)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	archive := filepath.Join(out, fmt.Sprintf("breakroom-%s-%s.zip", system, machine))
	f, err := os.Create(archive)
	if err != nil {
		return err
	}
	z := zip.NewWriter(f)
	data, err := os.Open(program)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	err = errors.Join(add(z, name, 0o755, data), data.Close())
	switch system {
	case "darwin":
		err = errors.Join(err, add(z, "Start Breakroom.command", 0o755, strings.NewReader(macScript)))
	case "linux":
		err = errors.Join(err, add(z, "start-breakroom.sh", 0o755, strings.NewReader(linuxScript)))
	}
	if err = errors.Join(err, z.Close(), f.Close()); err != nil {
		return err
	}
	info, err := os.Stat(archive)
	if err != nil {
		return err
	}
	fmt.Printf("%s (%.1f MB)\n", archive, float64(info.Size())/1e6)
	return nil
}

// add writes a file into the archive with the mode that it has to have once it is unpacked.
func add(z *zip.Writer, name string, mode os.FileMode, from io.Reader) error {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	h.SetMode(mode)
	w, err := z.CreateHeader(h)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, from)
	return err
}
