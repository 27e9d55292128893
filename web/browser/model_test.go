package browser

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"breakroom/trainer/llm/fake"
)

// An answer in two parts: the first is long enough to be shown, the second comes when the test lets it.
const (
	firstPart  = "Well, it has been one of those weeks again"
	secondPart = ", you know."
)

// speaker is a model that stops in the middle of its answers until it is let on.
type speaker struct {
	*fake.Server
	on   chan struct{}
	once sync.Once
}

func (s *speaker) goOn() { s.once.Do(func() { close(s.on) }) }

func halfway(t *testing.T) *speaker {
	t.Helper()
	s := &speaker{on: make(chan struct{})}
	s.Server = fake.New(func(w http.ResponseWriter, q *fake.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		send := func(events ...string) {
			_, _ = w.Write([]byte(strings.Join(events, "")))
			_ = http.NewResponseController(w).Flush()
		}
		for _, piece := range fake.Pieces(firstPart) {
			send(fake.Content(piece))
		}
		select {
		case <-s.on:
		case <-q.Gone:
			return
		}
		send(fake.Content(secondPart), fake.Delta("{}", "stop"), fake.Done)
	})
	t.Cleanup(func() {
		s.goOn()
		s.Close()
	})
	return s
}

func withModel(t *testing.T, s *speaker) *program {
	t.Helper()
	return serve(t, "--llm-url", s.Base(), "--llm-model", "fake", "--llm-pause", "2m", "--llm-first-word", "2m")
}

const (
	lastAnswer = `document.querySelector("#turns > .theirs:last-child .words")?.textContent`
	partShown  = `(` + lastAnswer + ` ?? "").startsWith("Well, it has been one of those weeks")`
)

// TestReloadWhileTheAnswerIsSpoken reloads, and opens a second tab, while a
// model is in the middle of its answer: both show what there is, and then all of it, once.
func TestReloadWhileTheAnswerIsSpoken(t *testing.T) {
	needsBrowser(t)
	s := halfway(t)
	p := withModel(t, s)
	b := open(t, p, nil)
	at := b.begin(p)
	opening := len(b.turns())
	b.write(smallTalk[0])
	b.keys(kb.Enter)
	b.until(partShown)
	b.do(chromedp.Reload())
	b.until(onTalk + " && " + partShown)
	two := open(t, p, b)
	two.visit(at)
	two.until(onTalk + " && " + partShown)
	s.goOn()
	for _, tab := range []*tab{b, two} {
		tab.until(fmt.Sprintf("%s === %d && %s", turnCount, opening+2, isQuiet))
		if got := tab.turns()[opening+1]; got != firstPart+secondPart {
			t.Errorf("the answer is %q", got)
		}
	}
}

// TestTheServerDiesWhileTheAnswerIsSpoken kills the program in the middle of
// an answer: the page drops its piece, and the answer that comes instead stands once.
func TestTheServerDiesWhileTheAnswerIsSpoken(t *testing.T) {
	needsBrowser(t)
	s := halfway(t)
	p := withModel(t, s)
	b := open(t, p, nil)
	b.expect("WebSocket connection to", "ERR_CONNECTION_REFUSED")
	b.begin(p)
	opening := len(b.turns())
	b.write(smallTalk[0])
	b.keys(kb.Enter)
	b.until(partShown)
	p.kill()
	const instead = "Long, if I am honest with you, and it is only Tuesday today."
	s.Then(fake.Say(instead))
	p.again()
	b.until(fmt.Sprintf("%s === %d && %s && %s === %q", turnCount, opening+2, isQuiet, lastAnswer, instead))
	b.do(chromedp.Reload())
	b.until(onTalk + " && " + isQuiet)
	if turns := b.turns(); len(turns) != opening+2 || turns[opening] != smallTalk[0] || turns[opening+1] != instead {
		t.Errorf("the server keeps %q", turns)
	}
}

// TestEndInMidAnswer: ending is taken at once; the answer is cut and says so.
func TestEndInMidAnswer(t *testing.T) {
	needsBrowser(t)
	s := halfway(t)
	p := withModel(t, s)
	b := open(t, p, nil)
	b.begin(p)
	b.write(smallTalk[0])
	b.keys(kb.Enter)
	b.until(partShown)
	b.end()
}

// TestAgreeingInATalk: words go to a model on another computer only between agreeing to it and taking that back, and the page
// says who gave which answer.
func TestAgreeingInATalk(t *testing.T) {
	needsBrowser(t)
	const answer = "Long, if I am honest with you, and it is only Tuesday today."
	f := fake.New(fake.Say(answer), fake.Say("As an AI language model I have no shifts."), fake.Say("Nothing to complain of, or not more than usual, I guess. *sighs*"))
	t.Cleanup(f.Close)
	p := serve(t, "--llm-url", "http://model.example/v1", "--llm-model", "fake", "--llm-proxy", f.URL)
	b := open(t, p, nil)
	b.begin(p)
	said := len(b.turns())
	say := func(words string) {
		t.Helper()
		b.write(words)
		b.keys(kb.Enter)
		said += 2
		b.until(fmt.Sprintf("%s === %d && %s", turnCount, said, isQuiet))
	}
	const asides = `[...document.querySelectorAll("#turns > .theirs")].map(li => li.querySelector(".aside")?.textContent ?? "").join("|")`
	say(smallTalk[0])
	if n := len(f.Requests()); n != 0 {
		t.Fatalf("%d requests before anybody agreed", n)
	}
	b.click("#agree")
	b.until(`"agreed" in document.querySelector("#consent").dataset`)
	say("And how has your week been?")
	b.until(fmt.Sprintf("%s === %q", lastAnswer, answer))
	say("What happened then?")
	say("How is it otherwise?")
	b.click("#agree-back")
	b.until(`!("agreed" in document.querySelector("#consent").dataset)`)
	asked := len(f.Requests())
	say("And at home?")
	if n := len(f.Requests()); n != asked {
		t.Errorf("%d requests after it was taken back", n-asked)
	}
	const want = `||The built-in coworker gave this answer.|The rest of this answer was left out.|`
	for range 2 {
		b.until(fmt.Sprintf("%s.endsWith(%q)", asides, want))
		b.do(chromedp.Reload())
		b.until(onTalk + " && " + isQuiet)
	}
	b.end()
}
