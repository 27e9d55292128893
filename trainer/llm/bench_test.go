package llm

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	openai "github.com/sashabaranov/go-openai"

	"breakroom/trainer/coworker"
	"breakroom/trainer/llm/fake"
	"breakroom/trainer/talk"
)

// stopwatch is a mock of a model that keeps its own times, so that its delay cancels out of what is added.
type stopwatch struct {
	mu    sync.Mutex
	times map[string][2]time.Time // by marker: the request was read; the first chunk goes out
}

func (m *stopwatch) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	recv := time.Now()
	marker := ""
	if i := bytes.LastIndex(body, []byte("(r")); i >= 0 {
		if j := bytes.IndexByte(body[i:], ')'); j > 0 {
			marker = string(body[i : i+j+1])
		}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	flusher := w.(http.Flusher)
	flusher.Flush()
	time.Sleep(20 * time.Millisecond)
	m.mu.Lock()
	m.times[marker] = [2]time.Time{recv, time.Now()}
	m.mu.Unlock()
	for i, f := range mockFrames {
		if i > 0 {
			time.Sleep(2 * time.Millisecond)
		}
		io.WriteString(w, f)
		flusher.Flush()
	}
}

const mockText = "So it was the week with the trucks again and we were two on the dock and it rained" +
	" and then the second one came in late and nobody had told us and the belt was down since Monday and he said we would" +
	" manage as we always do and we did and I was home by ten and that was that for me."

// mockFrames say about 64 words without a mark among the first six, so that the whole hold is measured.
var mockFrames = func() []string {
	var out []string
	for _, p := range fake.Pieces(mockText) {
		out = append(out, fake.Content(p))
	}
	out[len(out)-1] += fake.Delta("{}", "stop") + fake.Done
	return out
}()

// BenchmarkAdded shows what the actor adds, with 20 conversations at once, to a model that needs 20 ms for the first
// token and 2 ms for each further one: to the first token (request and first chunk together), and to the first visible word, hold included.
func BenchmarkAdded(b *testing.B) {
	m := &stopwatch{times: map[string][2]time.Time{}}
	srv := httptest.NewServer(http.HandlerFunc(m.serve))
	defer srv.Close()
	s, err := NewServer(Config{URL: srv.URL + "/v1", Model: "mock", Slots: 64}, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	a := NewActor(s, coworker.Embedded{}, zerolog.Nop())
	var marker atomic.Int64
	var mu sync.Mutex
	var token, word []float64
	b.SetParallelism(10)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			id := fmt.Sprintf("(r%d)", 10_000+marker.Add(1))
			sc := scene(talk.Cue{Act: talk.ActAnswer, Mood: talk.MoodEven, Least: 1, Most: 80, Manner: "unforeseen"})
			sc.Heard.Text += " " + id
			var first, visible time.Time
			ctx := context.WithValue(context.Background(), firstTokenKey{}, func() { first = time.Now() })
			begun := time.Now()
			out, err := a.Speak(ctx, sc, func(string) error {
				if visible.IsZero() {
					visible = time.Now()
				}
				return nil
			})
			if err != nil || out.Mended != "" {
				b.Errorf("mended %q, error %v", out.Mended, err)
				return
			}
			m.mu.Lock()
			t := m.times[id]
			delete(m.times, id)
			m.mu.Unlock()
			model := t[1].Sub(t[0])
			mu.Lock()
			token = append(token, first.Sub(begun).Seconds()*1000-model.Seconds()*1000)
			word = append(word, visible.Sub(begun).Seconds()*1000-model.Seconds()*1000)
			mu.Unlock()
		}
	})
	b.StopTimer()
	for _, x := range []struct {
		name string
		list []float64
	}{{"first-token", token}, {"first-word", word}} {
		slices.Sort(x.list)
		b.ReportMetric(x.list[len(x.list)/2], "ms-added-p50-"+x.name)
		b.ReportMetric(x.list[len(x.list)*95/100], "ms-added-p95-"+x.name)
	}
}

// BenchmarkTurn is the work of one turn with an answer of 64 chunks and no delay, the mock's work included.
func BenchmarkTurn(b *testing.B) {
	text := strings.Join(mockFrames, "")
	f := start(b, fake.Raw(text))
	c := quick(f)
	c.FirstWord, c.Pause = time.Minute, time.Minute
	a := actor(b, c)
	sc := scene(talk.Cue{Act: talk.ActAnswer, Mood: talk.MoodEven, Least: 1, Most: 80, Manner: "unforeseen"})
	b.ReportAllocs()
	for b.Loop() {
		if out, err := a.Speak(context.Background(), sc, func(string) error { return nil }); err != nil || out.Mended != "" {
			b.Fatalf("mended %q, error %v", out.Mended, err)
		}
	}
}

// BenchmarkRelay is the same answer read and passed on with no logic at all.
func BenchmarkRelay(b *testing.B) {
	text := strings.Join(mockFrames, "")
	f := start(b, fake.Raw(text))
	s := server(b, quick(f))
	oc := openai.DefaultConfig("")
	oc.BaseURL, oc.HTTPClient = s.cfg.URL, s.http
	client := openai.NewClientWithConfig(oc)
	a := NewActor(s, coworker.Embedded{}, zerolog.Nop())
	sc := scene(answering(80))
	messages, _ := prompt(&sc, "", 3800)
	tn := &turn{a: a, scene: &sc, prompt: messages}
	b.ReportAllocs()
	for b.Loop() {
		stream, err := client.CreateChatCompletionStream(withExchange(context.Background(), &exchange{messages: tn.prompt}), tn.request())
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, err := stream.Recv(); err != nil {
				break
			}
		}
		stream.Close()
	}
}

// BenchmarkPrompt is the making of a prompt in the middle of a long talk.
func BenchmarkPrompt(b *testing.B) {
	p := newPartner(library(b)[0], 3)
	var sc coworker.Scene
	for i := range 40 {
		sc = p.hear(listener(p.s, i))
		out, err := coworker.Embedded{}.Speak(b.Context(), sc, func(string) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		p.said(sc, out)
	}
	b.ReportAllocs()
	for b.Loop() {
		prompt(&sc, "", 3800)
	}
}

// BenchmarkGuard is the guard's work for 64 chunks.
func BenchmarkGuard(b *testing.B) {
	sc := scene(answering(80))
	chunks := fake.Pieces(mockText)
	b.ReportAllocs()
	for b.Loop() {
		if _, reason := through(newGuard(&sc, false), chunks); reason != "" {
			b.Fatal(reason)
		}
	}
}
