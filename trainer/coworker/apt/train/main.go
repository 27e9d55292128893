// Command train learns which kinds of answer are apt to a turn from the marked moments, and writes the two tables. Run it from the repository's
// root, after the moments or the reading of questions have changed:
//
//	go run ./trainer/coworker/apt/train
//
// With -folds it writes nothing and says how well moments are judged that were left out of learning.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"

	"breakroom/trainer/coworker"
	"breakroom/trainer/coworker/apt"
)

func main() {
	folder := flag.String("folder", "trainer/coworker/apt", "folder of the moments and the tables")
	folds := flag.Int("folds", 0, "leave out so many parts in turn, and only measure")
	seed := flag.Uint64("seed", 1, "chance")
	flag.Parse()
	if err := run(*folder, *folds, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(folder string, folds int, seed uint64) error {
	if folds == 1 || folds < 0 {
		return fmt.Errorf("-folds %d leaves nothing out: 2 or more", folds)
	}
	acts, replies, err := coworker.Moments(os.DirFS(folder), "moments.txt")
	if err != nil {
		return err
	}
	_, evasions, err := coworker.Moments(os.DirFS(folder), "evasions.txt")
	if err != nil {
		return err
	}
	needsActs, needsReplies := coworker.AptKinds()
	for _, set := range []struct {
		name     string
		examples []apt.Example
		needs    []string
	}{{"acts", acts, needsActs}, {"replies", replies, needsReplies}, {"evasions", evasions, nil}} {
		if folds > 1 {
			s, err := apt.LeaveOut(set.examples, folds, seed)
			if err != nil {
				return err
			}
			fmt.Printf("%s: %d moments, %s\n", set.name, len(set.examples), s)
			continue
		}
		data := apt.Learn(set.examples, seed)
		learned, err := apt.Decode(data)
		if err != nil {
			return err
		}
		for _, name := range set.needs {
			if !slices.Contains(learned.Names, name) {
				return fmt.Errorf("%s: too few moments are marked %q, which the coworker needs; nothing was written", set.name, name)
			}
		}
		name := folder + "/" + set.name + ".bin"
		if err := os.WriteFile(name, data, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s: %d bytes, from %d moments\n", name, len(data), len(set.examples))
	}
	return nil
}
