package learn

import (
	"fmt"
	"slices"

	"breakroom/trainer/talk"
)

// Dev prints out-of-fold F1s.
func Dev(talks []Talk, list []Options) {
	var use, all []int
	for i := range talks {
		all = append(all, i)
		if !talks[i].Phrase {
			use = append(use, i)
		}
	}
	var sum [][][]float64
	for n, o := range append(list, Options{}) {
		var sc [][][]float64
		if n < len(list) {
			s0 := outOfFold(talks, all, nil, o, 2)
			h := histories(talks, use, s0, thresholds(talks, use, s0))
			sc = outOfFold(talks, all, h, o, 2)
			if sum == nil {
				sum = make([][][]float64, len(sc))
				for i := range sc {
					sum[i] = make([][]float64, len(sc[i]))
					for k := range sc[i] {
						sum[i][k] = make([]float64, len(sc[i][k]))
					}
				}
			}
			for _, i := range use {
				for k := range sc[i] {
					for l := range sc[i][k] {
						sum[i][k][l] += sc[i][k][l] / float64(len(list))
					}
				}
			}
		} else {
			if len(list) == 1 {
				break
			}
			sc = sum
		}
		fmt.Printf("%d", n)
		var tot [3][3]float64
		each := map[string][3]float64{}
		for _, set := range Sets(talks) {
			if set == "w" {
				continue
			}
			var others []int
			for _, i := range use {
				if talks[i].Set != set {
					others = append(others, i)
				}
			}
			th := thresholds(talks, others, sc)
			for _, i := range use {
				if talks[i].Set != set {
					continue
				}
				for k, t := range talks[i].Turns {
					for l, name := range names(t.Speaker) {
						g := 1
						if t.Speaker == talk.Organizer {
							g = 0
							if l >= len(talk.Moves) {
								g = 2
							}
							if l >= len(names(t.Speaker))-3 {
								continue
							}
						}
						yes := slices.Contains(talks[i].Labels[k], name)
						say := sc[i][k][l] >= th[t.Speaker][l]
						e := each[name]
						if yes && say {
							tot[g][0]++
							e[0]++
						} else if say {
							tot[g][1]++
							e[1]++
						} else if yes {
							tot[g][2]++
							e[2]++
						}
						each[name] = e
					}
				}
			}
		}
		for g, n := range []string{"moves", "gives", "faults"} {
			a := tot[g]
			fmt.Printf("  %s %.3f", n, 2*a[0]/(2*a[0]+a[1]+a[2]))
		}
		fmt.Println()
		for _, s := range sides {
			for _, n := range names(s) {
				e := each[n]
				fmt.Printf("%s %.2f  ", n, 2*e[0]/(2*e[0]+e[1]+e[2]+1e-9))
			}
		}
		fmt.Println()
	}
}
