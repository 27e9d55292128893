package learn

import (
	"fmt"
	"slices"

	"breakroom/trainer/talk"
)

// Dev prints OOF F1s.
func Dev(talks []Talk, o Options, rounds int, verbose bool) {
	var use []int
	for i := range talks {
		use = append(use, i)
	}
	var hist [][]uint32
	for r := range rounds {
		sc := outOfFold(talks, use, hist, o, 2)
		th := thresholds(talks, use, sc)
		// thresholds per held set from the other sets
		var line string
		tot := map[string][3]float64{}
		for _, side := range sides {
			for l, name := range names(side) {
				var tp, fp, fn float64
				for _, set := range Sets(talks) {
					var others []int
					for _, i := range use {
						if talks[i].Set != set {
							others = append(others, i)
						}
					}
					_ = others
					for _, i := range use {
						if talks[i].Set != set || talks[i].Phrase {
							continue
						}
						for k, t := range talks[i].Turns {
							if t.Speaker != side {
								continue
							}
							yes := slices.Contains(talks[i].Labels[k], name)
							say := sc[i][k][l] >= thFor(talks, sc, set, side, l)
							if yes && say {
								tp++
							} else if say {
								fp++
							} else if yes {
								fn++
							}
						}
					}
				}
				if verbose {
					line += fmt.Sprintf("%s %.2f (%.1f) ", name, 2*tp/(2*tp+fp+fn+1e-9), th[side][l])
				}
				g := "gives"
				if side == talk.Organizer {
					g = "moves"
					if l >= len(talk.Moves) {
						g = "faults"
						if l >= len(talk.Moves)+6 {
							g = "x"
						}
					}
				}
				a := tot[g]
				a[0] += tp
				a[1] += fp
				a[2] += fn
				tot[g] = a
			}
		}
		fmt.Print("round ", r)
		for _, g := range []string{"moves", "gives", "faults"} {
			a := tot[g]
			fmt.Printf("  %s %.3f", g, 2*a[0]/(2*a[0]+a[1]+a[2]))
		}
		fmt.Println()
		if verbose {
			fmt.Println(line)
		}
		hist = histories(talks, use, sc, th)
	}
}

var thCache = map[string]map[talk.Speaker][]float64{}

func thFor(talks []Talk, sc [][][]float64, set string, side talk.Speaker, l int) float64 {
	key := fmt.Sprintf("%p%s", &sc[0], set)
	if thCache[key] == nil {
		var others []int
		for i := range talks {
			if talks[i].Set != set {
				others = append(others, i)
			}
		}
		thCache[key] = thresholds(talks, others, sc)
	}
	return thCache[key][side][l]
}
