package pages_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"breakroom/trainer/debrief"
	"breakroom/trainer/talk"
	"breakroom/web/pages"
)

func newPages(t testing.TB) *pages.Pages {
	t.Helper()
	p, err := pages.New("en")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func render(t testing.TB, p *pages.Pages, page pages.Page) string {
	t.Helper()
	var b strings.Builder
	if err := p.Write(&b, page); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestEveryPageRenders(t *testing.T) {
	p := newPages(t)
	for name, page := range samples(p) {
		t.Run(name, func(t *testing.T) {
			if err := p.Write(io.Discard, page); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestTheGoodExampleListens holds what the page says of its examples: who spoke how much.
func TestTheGoodExampleListens(t *testing.T) {
	share := map[string]float64{}
	for _, s := range newPages(t).Stories() {
		yours, all := 0, 0
		for _, turn := range s.Turns {
			n := len(strings.Fields(turn.Text))
			all += n
			if turn.Yours() {
				yours += n
			}
		}
		share[s.Name] = float64(yours) / float64(all)
	}
	if share["good"] > 0.35 || share["good"] < 0.3 {
		t.Errorf("the good example says that you speak about a third of the words; it is %.2f", share["good"])
	}
	if share["bad"] < 0.6 {
		t.Errorf("the bad example should be a lecture; your share is %.2f", share["bad"])
	}
}

// TestEveryPathHasARoute: an address that a page links to is one that a pattern of the routes takes.
func TestEveryPathHasARoute(t *testing.T) {
	mux := http.NewServeMux()
	for _, route := range []string{pages.RouteHome, pages.RouteScenario, pages.RouteGuide, pages.RouteExamples, pages.RouteMine, pages.RouteTalk,
		pages.RouteEnd, pages.RouteView, pages.RouteDebrief, pages.RouteOut, pages.RouteDelete, pages.RouteLeave} {
		mux.Handle(route, http.NotFoundHandler())
	}
	for page, want := range map[string]string{
		"home": pages.RouteHome, "guide": pages.RouteGuide, "examples": pages.RouteExamples, "mine": pages.RouteMine,
		"scenario": pages.RouteScenario, "talk": pages.RouteTalk, "end": pages.RouteEnd, "view": pages.RouteView,
		"debrief": pages.RouteDebrief, "out": pages.RouteOut, "delete": pages.RouteDelete, "leave": pages.RouteLeave,
	} {
		var id []string
		if strings.Contains(want, "{key}") || strings.Contains(want, "{id}") {
			id = []string{"k3 v/9"}
		}
		at, err := pages.Path(page, id...)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", at, nil)
		if _, got := mux.Handler(r); got != want {
			t.Errorf("the page %q stands at %s, which the route %q takes and not %q", page, at, got, want)
		}
	}
	for _, bad := range [][]string{{"nowhere", "x"}, {"talk"}, {"talk", ""}} {
		if at, err := pages.Path(bad[0], bad[1:]...); err == nil {
			t.Errorf("Path(%q) = %q and should fail", bad, at)
		}
	}
}

// TestAssetsAreNamedByContent: pages name what they load by its hash, and a module names its imports so, too.
func TestAssetsAreNamedByContent(t *testing.T) {
	p := newPages(t)
	page := render(t, p, pages.Talk{State: "open", TalkID: "k3v9", Card: cards[0]})
	loads := regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`)
	imports := regexp.MustCompile(`from "\./([^"]+)"`)
	hashed := regexp.MustCompile(`\.[0-9a-f]{10}\.(js|css|svg)$`)
	var check func(address string)
	seen := map[string]bool{}
	check = func(address string) {
		if seen[address] {
			return
		}
		seen[address] = true
		if !hashed.MatchString(address) {
			t.Errorf("%s has no hash in its name", address)
		}
		asset, ok := p.Asset(address)
		if !ok {
			t.Fatalf("nothing stands at %s", address)
		}
		for _, m := range imports.FindAllStringSubmatch(string(asset.Body), -1) {
			check(pages.AssetPrefix + m[1])
		}
	}
	for _, m := range loads.FindAllStringSubmatch(page, -1) {
		check(m[1])
	}
	if len(seen) < 7 {
		t.Errorf("a talk loads %d assets; the sheet, the icon and five modules were expected: %v", len(seen), seen)
	}
	if _, ok := p.Asset("/assets/talk.js"); ok {
		t.Error("an asset can be had without its hash, and could be stale in a cache")
	}
}

// TestWordsAreEscaped: what people and scenarios write is text on every page, never markup.
func TestWordsAreEscaped(t *testing.T) {
	p := newPages(t)
	evil := `<script>alert(1)</script>" onload="x`
	card := cards[0]
	card.Name, card.Title, card.Told, card.Goal, card.Summary = evil, evil, evil, evil, evil
	turns := []pages.Turn{{N: 1, Speaker: talk.Organizer, Text: evil}}
	for _, page := range []pages.Page{
		pages.Home{Site: pages.Site{Where: pages.Where{Owner: evil, ModelHost: evil}}, Scenarios: []pages.Card{card}},
		pages.Scenario{Card: card, Problem: evil},
		pages.Talk{Card: card, TalkID: "x", State: "open", Turns: turns},
		pages.Debrief{TalkID: "x", ScenarioID: "y", Notes: debrief.Debrief{Name: evil, Note: evil, Story: evil, Skills: []debrief.Skill{{Skill: talk.SkillAsk, Text: evil}}}},
		pages.Failure{Kind: "internal", Detail: evil},
	} {
		if out := render(t, p, page); strings.Contains(out, "<script>alert") || strings.Contains(out, `" onload="x`) {
			t.Errorf("%T lets markup through", page)
		}
	}
}

// TestNothingInline: the content security policy forbids inline scripts and styles, and anything from elsewhere.
func TestNothingInline(t *testing.T) {
	p := newPages(t)
	bad := regexp.MustCompile(`(?i)<style|style="|<script(>| [^>]*>[^<])| on[a-z]+="|(src|href)="(https?:)?//`)
	for name, page := range samples(p) {
		if m := bad.FindString(render(t, p, page)); m != "" {
			t.Errorf("%s holds %q", name, m)
		}
	}
}

// TestNoGradeAnywhere: no page totals, grades or ranks people, or rewards them for it.
func TestNoGradeAnywhere(t *testing.T) {
	p := newPages(t)
	bad := regexp.MustCompile(`(?i)unlock|extracted|streak|your (total|grade|rank)|leaderboard|badge|level up|congratulations|points? earned`)
	for name, page := range samples(p) {
		if m := bad.FindString(render(t, p, page)); m != "" {
			t.Errorf("%s says %q", name, m)
		}
	}
}

// TestWhereWordsGo: the three lines say what is so, and promise nothing that is not.
func TestWhereWordsGo(t *testing.T) {
	p := newPages(t)
	for name, tt := range map[string]struct {
		where      pages.Where
		says, lies []string
	}{
		"nothing set":     {pages.Where{}, []string{"somebody else", "not encrypted", "No language model"}, []string{"only to the computer"}},
		"alone":           {pages.Where{ThisComputer: true, Owner: "Ana"}, []string{"only to the computer that it runs on", "does not leave this computer"}, []string{"Ana"}},
		"a hall":          {pages.Where{Owner: "Ana"}, []string{"run by Ana", "can read what you write", "not encrypted"}, []string{"does not leave"}},
		"encrypted":       {pages.Where{Owner: "Ana", Encrypted: true}, []string{"is encrypted", "can read what you write"}, []string{"not encrypted"}},
		"a model":         {pages.Where{ModelHost: "models.example.net"}, []string{"models.example.net", "only after you agreed"}, []string{"No language model"}},
		"a model beside":  {pages.Where{ModelHost: "127.0.0.1", ModelHere: true}, []string{"same computer", "Nothing is sent anywhere else"}, []string{"after you agreed"}},
		"a name to catch": {pages.Where{Owner: "<b>Ana</b>"}, []string{"&lt;b&gt;Ana"}, []string{"<b>Ana"}},
	} {
		out := render(t, p, pages.Home{Site: pages.Site{Where: tt.where}, Scenarios: cards})
		for _, want := range tt.says {
			if !strings.Contains(out, want) {
				t.Errorf("%s: the page does not say %q", name, want)
			}
		}
		for _, lie := range tt.lies {
			if strings.Contains(out, lie) {
				t.Errorf("%s: the page says %q", name, lie)
			}
		}
		scenario := render(t, p, pages.Scenario{Site: pages.Site{Where: tt.where}, Card: cards[0]})
		if asks, should := strings.Contains(scenario, `name="model"`), tt.where.ModelHost != "" && !tt.where.ModelHere; asks != should {
			t.Errorf("%s: asks whether the model may speak: %v", name, asks)
		}
	}
}
