// Command train fits the reader's models to the labelled conversations and writes
// them to trainer/reading/data/model.bin. Run it from the repository's root:
//
//	go run ./trainer/reading/train
//
// The same conversations give the same file.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"breakroom/trainer/reading"
	"breakroom/trainer/reading/learn"
	"breakroom/trainer/transcripts"
)

func main() {
	data := flag.String("data", "trainer/transcripts/data", "folder of the labelled conversations")
	sayings := flag.String("sayings", "trainer/reading/data", "folder of coworker.txt and organizer.txt")
	out := flag.String("out", "trainer/reading/data/model.bin", "file to write")
	flag.Parse()
	if err := run(*data, *sayings, *out); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(data, sayings, out string) error {
	began := time.Now()
	talks, err := transcripts.Talks(os.DirFS(data), os.DirFS(sayings))
	if err != nil {
		return err
	}
	model := learn.Fit(talks, learn.Default(), runtime.NumCPU())
	file := reading.EncodeModel(model)
	if err := os.WriteFile(out, file, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, %d and %d features, from %d talks and sayings, in %s\n",
		out, len(file), len(model.Organizer.Hashes), len(model.Coworker.Hashes), len(talks), time.Since(began).Round(time.Second))
	return nil
}
