package coworker

import (
	"context"
	"testing"

	"breakroom/scenarios"
	"breakroom/trainer/talk"
)

func BenchmarkPrepare(b *testing.B) {
	s := libraryScenario(b)
	for b.Loop() {
		newBook(s)
	}
}

// A turn: hear, say, keep the state, take it up again.
func BenchmarkTurn(b *testing.B) {
	s := libraryScenario(b)
	m := New(s, 1)
	open := s.Open()
	turn := talk.Turn{N: 1, Speaker: talk.Organizer, Text: "So you used to have your days, and then you hadn't, and nobody sat you down about it. What happened with the rota on a Thursday?"}
	read := talk.Read{Moves: []talk.Move{talk.OpenQuestion, talk.Reflection, talk.ProbeDetail}}
	b.ReportAllocs()
	for b.Loop() {
		cue := m.Hear(turn, read)
		spoken, err := Embedded{}.Speak(context.Background(), Scene{Open: open, Cue: cue, Heard: turn, Read: read, Seed: 1}, func(string) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		m.Said(talk.Turn{N: 2, Text: spoken.Text}, spoken.Voiced)
		m, err = Restore(s, 1, m.State())
		if err != nil {
			b.Fatal(err)
		}
	}
}

func libraryScenario(tb testing.TB) *scenarios.Scenario {
	tb.Helper()
	list, err := scenarios.Library()
	if err != nil || len(list) == 0 {
		tb.Fatal("no library: ", err)
	}
	return list[0]
}
