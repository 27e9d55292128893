// Command train learns which questions mean the same from the example questions of the library's scenarios and of the commonplace answers, and writes
// trainer/coworker/sense/sense.bin. Run it from the repository's root, after the examples have changed:
//
//	go run ./trainer/coworker/sense/train
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"breakroom/scenarios"
	"breakroom/trainer/coworker"
	"breakroom/trainer/coworker/sense"
)

func main() {
	out := flag.String("out", "trainer/coworker/sense/sense.bin", "file to write")
	seed := flag.Uint64("seed", 1, "chance")
	flag.Parse()
	began := time.Now()
	list, err := scenarios.Library()
	if err == nil {
		answers := coworker.Examples(list)
		data := sense.Learn(answers, *seed)
		if err = os.WriteFile(*out, data, 0o644); err == nil {
			fmt.Printf("%s: %d bytes, from %d answers, in %s\n", *out, len(data), len(answers), time.Since(began).Round(time.Second))
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}
