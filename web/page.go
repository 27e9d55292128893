package web

import (
	"bytes"
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"breakroom/scenarios"
	"breakroom/trainer"
	"breakroom/trainer/debrief"
	"breakroom/trainer/scorecard"
	"breakroom/trainer/talk"
	"breakroom/web/pages"
)

// pageRoutes names the addresses of pages; pages.Path is their other end.
func (s *Server) pageRoutes(route func(pattern string, h func(w http.ResponseWriter, r *http.Request) error)) {
	route("GET "+pages.RouteHome, s.homePage)
	route("GET "+pages.RouteGuide, s.guidePage)
	route("GET "+pages.RouteExamples, s.examplesPage)
	route("GET "+pages.RouteScenario, s.scenarioPage)
	route("POST "+pages.RouteScenario, s.beginTalk)
	route("GET "+pages.RouteMine, s.minePage)
	route("GET "+pages.RouteTalk, s.talkPage)
	route("POST "+pages.RouteEnd, s.endTalk)
	route("GET "+pages.RouteView, s.viewPage)
	route("POST "+pages.RouteView, s.takeView)
	route("GET "+pages.RouteDebrief, s.debriefPage)
	route("GET "+pages.RouteOut, s.outPage)
	route("POST "+pages.RouteOut, s.stepOut)
	route("GET "+pages.RouteDelete, s.deletePage)
	route("POST "+pages.RouteDelete, s.deleteTalk)
	route("POST "+pages.RouteLeave, s.leaveTalk)
	route("GET "+pages.RouteSecond, s.coachPage)
	route("POST "+pages.RouteSecond, s.askCoach)
	route("GET "+pages.AssetPrefix+"{file}", s.asset)
	route("GET /robots.txt", s.robots)
}

// page renders a view. A page that cannot be rendered is a fault of ours, told plainly.
func (s *Server) page(w http.ResponseWriter, r *http.Request, status int, view pages.Page) {
	var buf bytes.Buffer
	if err := s.opts.Pages.Write(&buf, view); err != nil {
		s.opts.Log.Error().Err(err).Msg("a page could not be rendered")
		http.Error(w, "Something went wrong inside the program. Nothing that was acknowledged is lost; please try again.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(buf.Bytes())
	}
}

// site is what any page shows of this server, as this visitor reaches it.
func (s *Server) site(r *http.Request) pages.Site {
	return pages.Site{
		Where: pages.Where{
			Owner:        s.opts.Owner,
			ThisComputer: s.opts.Loopback && len(s.opts.TrustedProxies) == 0 && len(s.public) == 0 && isLoopbackName(hostname(r.Host)),
			Encrypted:    s.encrypted(r),
			ModelHost:    s.opts.ModelHost,
			ModelHere:    s.opts.ModelHere,
			ModelPlain:   s.opts.ModelPlain,
		},
		Contacts: s.opts.Contacts,
	}
}

// to sends a browser to a page after a form.
func to(w http.ResponseWriter, r *http.Request, page string, id ...string) error {
	address, err := pages.Path(page, id...)
	if err != nil {
		return err
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

func (s *Server) homePage(w http.ResponseWriter, r *http.Request) error {
	view := pages.Home{Site: s.site(r)}
	for _, sc := range s.opts.Library.Heads() {
		view.Scenarios = append(view.Scenarios, pages.CardOf(sc))
	}
	mine, err := s.mine(r)
	if err != nil {
		return err
	}
	for _, c := range mine {
		if state(c) == "open" {
			view.Open = append(view.Open, s.held(r, c))
		}
	}
	s.page(w, r, http.StatusOK, view)
	return nil
}

func (s *Server) held(r *http.Request, c trainer.Conversation) pages.Held {
	h := pages.Held{ID: c.ID, Begun: c.Begun.UnixMilli(), Turns: c.Turns, State: state(c), KeepNothing: c.KeepNothing}
	if sc, err := s.scenario(r.Context(), c); err == nil {
		h.Title, h.Name = sc.About.Title, sc.Coworker.Name
	}
	return h
}

func (s *Server) guidePage(w http.ResponseWriter, r *http.Request) error {
	view := pages.Guide{Site: s.site(r)}
	for _, kind := range talk.Kinds {
		view.Kinds = append(view.Kinds, pages.KindCounts{Kind: kind, Counts: counting(kind, nil)})
	}
	s.page(w, r, http.StatusOK, view)
	return nil
}

// counting lists the skills that count, in the rubric's order.
func counting(kind talk.Kind, practise []talk.Skill) []talk.Skill {
	var list []talk.Skill
	counts := scorecard.Counts(kind, practise)
	for _, skill := range talk.Skills {
		if counts[skill] {
			list = append(list, skill)
		}
	}
	return list
}

func (s *Server) examplesPage(w http.ResponseWriter, r *http.Request) error {
	s.page(w, r, http.StatusOK, pages.Examples{Site: s.site(r), Stories: s.opts.Pages.Stories()})
	return nil
}

// byKey finds the scenario whose page stands under a key.
func (s *Server) byKey(key string) (scenarios.Head, error) {
	for _, sc := range s.opts.Library.Heads() {
		if pages.ScenarioKey(sc.ID) == key {
			return sc, nil
		}
	}
	return scenarios.Head{}, errNotFound
}

func (s *Server) scenarioView(r *http.Request, sc scenarios.Head) pages.Scenario {
	return pages.Scenario{
		Site: s.site(r), Card: pages.CardOf(sc),
		Counts: counting(sc.About.Kind, sc.About.Practise), Fixed: len(sc.About.Practise) > 0,
		Share: share(sc), Framework: frameworkOf(sc.About.Framework),
	}
}

// frameworkOf gives a framework's names; none for one that is not known.
func frameworkOf(name string) (none debrief.FrameworkName) {
	for _, f := range debrief.Frameworks() {
		if f.Name == name {
			return f
		}
	}
	return none
}

// share is the organizer's share of words aimed at, in percent.
func share(sc scenarios.Head) int {
	if sc.About.TalkTarget > 0 {
		return int(math.Round(sc.About.TalkTarget * 100))
	}
	return scorecard.DefaultTarget(sc.About.Kind)
}

func (s *Server) scenarioPage(w http.ResponseWriter, r *http.Request) error {
	sc, err := s.byKey(r.PathValue("key"))
	if err != nil {
		return err
	}
	s.page(w, r, http.StatusOK, s.scenarioView(r, sc))
	return nil
}

// form reads a form's fields.
func form(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return refuse("invalid", "The form could not be read.")
	}
	return nil
}

func (s *Server) beginTalk(w http.ResponseWriter, r *http.Request) error {
	sc, err := s.byKey(r.PathValue("key"))
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	b := trainer.Begin{ScenarioID: sc.ID, KeepNothing: r.PostForm.Get("keep_nothing") == "yes"}
	for _, skill := range r.PostForm["practise"] {
		b.Practise = append(b.Practise, talk.Skill(skill))
	}
	agreed := ""
	if host := r.PostForm.Get("model"); host != "" {
		if host != s.opts.ModelHost {
			return refuse("invalid", "The model is not at the host that you agreed to. Open the page again to see where it is now.")
		}
		agreed = host
	}
	c, token, err := s.beginAs(w, r, b, agreed)
	if err != nil {
		why := s.refusalOf(err)
		view := s.scenarioView(r, sc)
		view.Problem = why.message
		s.page(w, r, statusOf[why.code], view)
		return nil
	}
	if token != "" {
		// A form comes from a browser, even from one that sends neither Origin nor Sec-Fetch-Site.
		s.setCookie(w, r, token, b.KeepNothing)
	}
	return to(w, r, "talk", c.ID)
}

func (s *Server) minePage(w http.ResponseWriter, r *http.Request) error {
	mine, err := s.mine(r)
	if err != nil {
		return err
	}
	view := pages.Mine{Site: s.site(r)}
	for _, c := range mine {
		view.Talks = append(view.Talks, s.held(r, c))
	}
	s.page(w, r, http.StatusOK, view)
	return nil
}

// story gathers what has been said so far from a replay. An answer that is
// still being given is left to the socket, which resumes after seq.
type story struct {
	seq   int64
	turns []pages.Turn
	piece strings.Builder
	clock trainer.NoticeClock
	// agreed is the model's host that the trainee has agreed to.
	agreed string
	// by names the model that spoke; "" where none did.
	by string
	// here is set where a model speaks to which nobody has to agree.
	here bool
	live bool
}

// Notify takes the replay; what comes after it is the socket's.
func (t *story) Notify(n trainer.Notice) {
	if t.live {
		return
	}
	switch n := n.(type) {
	case trainer.NoticeBegan:
		t.seq = n.Seq
		for _, turn := range n.Opening {
			t.turns = append(t.turns, pages.Turn{N: turn.N, Speaker: turn.Speaker, Text: turn.Text})
		}
	case trainer.NoticeHeard:
		t.seq = n.Seq
		t.turns = append(t.turns, pages.Turn{N: n.Turn, Speaker: talk.Organizer, Text: n.Text})
		t.piece.Reset()
	case trainer.NoticeAgain:
		t.piece.Reset()
	case trainer.NoticePiece:
		t.piece.WriteString(n.Text)
	case trainer.NoticeSaid:
		t.seq = n.Seq
		if n.By != "actor" && n.By != "person" {
			t.by = n.By
		}
		t.turns = append(t.turns, pages.Turn{N: n.Turn, Speaker: talk.Coworker, Text: t.piece.String(), Aside: pages.AsideOf(n.By, n.Mended, n.Cut, t.here || t.agreed != "")})
		t.piece.Reset()
	case trainer.NoticeAgreed:
		t.seq, t.agreed = n.Seq, n.Host
	case trainer.NoticeClock:
		t.clock = n
	case trainer.NoticeCaughtUp:
		t.live = true
	}
}

// story gives what has been said so far in a talk.
func (s *Server) story(ctx context.Context, id string) (*story, error) {
	told := &story{here: s.opts.ModelHere}
	stop, err := s.opts.Trainer.Watch(ctx, id, 0, told)
	if err != nil {
		return nil, err
	}
	stop()
	return told, nil
}

func (s *Server) talkPage(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	sc, err := s.scenario(r.Context(), c)
	if err != nil {
		return err
	}
	told, err := s.story(r.Context(), c.ID)
	if err != nil {
		return err
	}
	s.page(w, r, http.StatusOK, pages.Talk{
		Site: s.site(r), Card: pages.CardOf(sc.Head()), TalkID: c.ID, Socket: socketPath(c.ID),
		Seq: told.seq, Turns: told.turns, Agrees: told.agreed != "" && told.agreed == s.opts.ModelHost,
		TimeBox: int(told.clock.Box / time.Minute), UsedMS: (told.clock.Box - told.clock.Left).Milliseconds(),
		KeepNothing: c.KeepNothing, State: state(c), Longest: trainer.MaxTurnRunes,
	})
	return nil
}

// over lets errors pass that say no more than that the talk is over already.
func over(err error) error {
	if trainer.ErrorCode(err) == trainer.CodeEnded {
		return nil
	}
	return err
}

func (s *Server) endTalk(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	if err := over(s.opts.Trainer.End(r.Context(), c.ID)); err != nil {
		return err
	}
	return to(w, r, "view", c.ID)
}

// shortest is the number of turns below which there is nothing to look at.
const shortest = 4

func (s *Server) viewPage(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	if state(c) == "open" {
		return to(w, r, "talk", c.ID)
	}
	sc, err := s.scenario(r.Context(), c)
	if err != nil {
		return err
	}
	s.page(w, r, http.StatusOK, pages.View{
		Site: s.site(r), TalkID: c.ID, Name: sc.Coworker.Name, Title: sc.About.Title,
		Skills: counting(c.Kind, c.Practise), Short: c.Turns < shortest,
	})
	return nil
}

func (s *Server) takeView(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	levels := map[string]int{}
	for _, skill := range talk.Skills {
		text := r.PostForm.Get("level-" + string(skill))
		if text == "" {
			continue
		}
		level, err := strconv.Atoi(text)
		if err != nil {
			return refuse("invalid", "A level is a whole number.")
		}
		levels[string(skill)] = level
	}
	note := strings.TrimSpace(r.PostForm.Get("note"))
	if len(levels) > 0 || note != "" {
		err := s.opts.Trainer.Rate(r.Context(), c.ID, ratedOf(levels, &note))
		if err != nil && trainer.ErrorCode(err) != trainer.CodeConflict {
			return err
		}
	}
	return to(w, r, "debrief", c.ID)
}

func (s *Server) debriefPage(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	if state(c) == "open" {
		return to(w, r, "talk", c.ID)
	}
	notes, err := s.opts.Trainer.Debrief(r.Context(), c.ID, r.URL.Query().Get("framework"))
	if err != nil {
		return err
	}
	told, err := s.story(r.Context(), c.ID)
	if err != nil {
		return err
	}
	asides := map[int]string{}
	for _, t := range told.turns {
		asides[t.N] = t.Aside
	}
	s.page(w, r, http.StatusOK, pages.Debrief{
		Site: s.site(r), TalkID: c.ID, ScenarioID: c.ScenarioID, KeepNothing: c.KeepNothing, Notes: notes, Asides: asides, By: told.by,
	})
	return nil
}

func (s *Server) outPage(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	sc, err := s.scenario(r.Context(), c)
	if err != nil {
		return err
	}
	s.page(w, r, http.StatusOK, pages.Out{Site: s.site(r), TalkID: c.ID, Name: sc.Coworker.Name, Done: state(c) != "open"})
	return nil
}

func (s *Server) stepOut(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	if err := over(s.opts.Trainer.StepOut(r.Context(), c.ID)); err != nil {
		return err
	}
	return to(w, r, "out", c.ID)
}

func (s *Server) deletePage(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	s.page(w, r, http.StatusOK, pages.Gone{Site: s.site(r), TalkID: c.ID, Title: s.held(r, c).Title})
	return nil
}

func (s *Server) deleteTalk(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	if err := s.opts.Trainer.Delete(r.Context(), c.ID); err != nil {
		return err
	}
	s.page(w, r, http.StatusOK, pages.Gone{Site: s.site(r), Done: true})
	return nil
}

// leaveTalk takes a form, which gets a page, and a beacon, which nobody waits for.
func (s *Server) leaveTalk(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	if err := s.opts.Trainer.LeaveDebrief(r.Context(), c.ID); err != nil {
		return err
	}
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if !c.KeepNothing {
		return to(w, r, "home")
	}
	s.page(w, r, http.StatusOK, pages.Gone{Site: s.site(r), Done: true, KeptNothing: true})
	return nil
}

func (s *Server) asset(w http.ResponseWriter, r *http.Request) error {
	a, ok := s.opts.Pages.Asset(r.URL.Path)
	if !ok {
		return errNotFound
	}
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.Body))
	return nil
}

func (s *Server) robots(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /\n"))
	return nil
}
