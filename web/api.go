package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gorilla/websocket"

	"breakroom/scenarios"
	"breakroom/trainer"
	"breakroom/trainer/talk"
)

// routes names every address. Patterns that overlap fail here, at the start.
func (s *Server) routes() {
	api := func(pattern string, h func(w http.ResponseWriter, r *http.Request) error) {
		s.patterns = append(s.patterns, pattern)
		s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := h(w, r); err != nil {
				s.problem(w, r, 0, s.refusalOf(err))
			}
		})
	}
	api("GET /api", s.about)
	api("GET /api/scenarios", s.listScenarios)
	api("GET /api/scenarios/{scenario}", s.showScenario)
	api("POST /api/conversations", s.begin)
	api("GET /api/conversations", s.listConversations)
	api("GET /api/conversations/{id}", s.showConversation)
	api("GET /api/conversations/{id}/transcript", s.transcript)
	api("GET /api/conversations/{id}/debrief", s.debrief)
	api("GET /api/conversations/{id}/socket", s.socket)
	api("POST /api/conversations/{id}/token", s.newToken)
	api("POST /api/conversations/{id}/say", s.say)
	api("POST /api/conversations/{id}/{deed}", s.deed)
	api("DELETE /api/conversations/{id}", s.remove)
	s.pageRoutes(api)
}

// about tells what a client may rely on.
func (s *Server) about(w http.ResponseWriter, _ *http.Request) error {
	s.json(w, http.StatusOK, map[string]any{
		"protocol":   Protocol,
		"model_host": s.opts.ModelHost,
		"limits": map[string]int{
			"frame_bytes": maxFrame, "body_bytes": maxBody,
			"text_characters": trainer.MaxTurnRunes, "text_bytes": trainer.MaxTurnBytes,
			"id_characters": trainer.MaxClientID, "note_characters": trainer.MaxRatedNote, "turns": trainer.MaxTurns, "extend_minutes": trainer.MaxExtend,
			"messages_per_second": messagesEach, "messages_at_once": messagesBurst,
			"sockets_per_person": s.opts.MaxSocketsPerPerson, "sockets": s.opts.MaxSockets,
			"queue_messages": queueMessages, "queue_bytes": queueBytes,
			"handshakes_per_second": joinsEach, "handshakes_at_once": joinsBurst,
			"conversations_per_second": beginsEach, "conversations_at_once": beginsBurst,
			"ping_seconds": pingEvery, "pong_seconds": int(pongWait / time.Second),
		},
	})
	return nil
}

// scenarioJSON is the open part of a scenario.
type scenarioJSON struct {
	ID           string       `json:"id"`
	Title        string       `json:"title"`
	Summary      string       `json:"summary"`
	Sector       string       `json:"sector"`
	Country      string       `json:"country"`
	Setting      string       `json:"setting"`
	Kind         talk.Kind    `json:"kind"`
	Difficulty   int          `json:"difficulty"`
	Language     string       `json:"language"`
	ContentNotes []string     `json:"content_notes"`
	Told         string       `json:"told"`
	Goal         string       `json:"goal"`
	Minutes      int          `json:"minutes"`
	Framework    string       `json:"framework"`
	Practise     []talk.Skill `json:"practise"`
	Series       string       `json:"series,omitempty"`
	Part         int          `json:"part,omitempty"`
	Before       string       `json:"before,omitempty"`
	Coworker     struct {
		Name string `json:"name"`
		Job  string `json:"job"`
	} `json:"coworker"`
}

func scenarioOf(s scenarios.Head) scenarioJSON {
	a := s.About
	j := scenarioJSON{
		ID: s.ID, Title: a.Title, Summary: a.Summary, Sector: a.Sector, Country: a.Country, Setting: a.Setting,
		Kind: a.Kind, Difficulty: a.Difficulty, Language: a.Language, ContentNotes: orEmpty(a.ContentNotes),
		Told: a.Told, Goal: a.Goal, Minutes: a.Minutes, Framework: a.Framework, Practise: orEmpty(a.Practise),
		Series: a.Series, Part: a.Part, Before: a.Before,
	}
	j.Coworker.Name, j.Coworker.Job = s.Name, s.Job
	return j
}

// orEmpty keeps null out of lists.
func orEmpty[E any](list []E) []E {
	if list == nil {
		return []E{}
	}
	return list
}

func (s *Server) listScenarios(w http.ResponseWriter, _ *http.Request) error {
	list := []scenarioJSON{}
	for _, sc := range s.opts.Library.Heads() {
		list = append(list, scenarioOf(sc))
	}
	s.json(w, http.StatusOK, map[string]any{"scenarios": list})
	return nil
}

func (s *Server) showScenario(w http.ResponseWriter, r *http.Request) error {
	sc, ok := s.opts.Library.Scenario(r.PathValue("scenario"))
	if !ok {
		return errNotFound
	}
	s.json(w, http.StatusOK, scenarioOf(sc.Head()))
	return nil
}

// conversationJSON is a conversation as its owner sees it. The seed is not in it: it would tell what is hidden.
type conversationJSON struct {
	ID          string       `json:"id"`
	Token       string       `json:"token,omitempty"`
	Scenario    string       `json:"scenario"`
	Title       string       `json:"title"`
	Kind        talk.Kind    `json:"kind"`
	State       string       `json:"state"`
	Begun       int64        `json:"begun"`
	Ended       int64        `json:"ended"`
	EndedBy     string       `json:"ended_by,omitempty"`
	Minutes     int          `json:"minutes"`
	Turns       int          `json:"turns"`
	KeepNothing bool         `json:"keep_nothing"`
	Practise    []talk.Skill `json:"practise"`
	Seq         int64        `json:"seq"`
	Socket      string       `json:"socket"`
}

// state names where a conversation stands.
func state(c trainer.Conversation) string {
	switch {
	case c.SteppedOut:
		return "stepped-out"
	case c.HasEnded():
		return "ended"
	}
	return "open"
}

func socketPath(id string) string { return "/api/conversations/" + id + "/socket" }

func (s *Server) conversationOf(ctx context.Context, c trainer.Conversation) conversationJSON {
	j := conversationJSON{
		ID: c.ID, Scenario: c.ScenarioID, Kind: c.Kind, State: state(c), Begun: c.Begun.UnixMilli(), EndedBy: c.EndedBy,
		Turns: c.Turns, KeepNothing: c.KeepNothing, Practise: orEmpty(c.Practise), Seq: c.LastSeq, Socket: socketPath(c.ID),
	}
	if c.HasEnded() {
		j.Ended = c.Ended.UnixMilli()
	}
	if sc, err := s.scenario(ctx, c); err == nil {
		j.Title, j.Minutes = sc.About.Title, sc.About.Minutes
	}
	return j
}

// beginRequest is the body of POST /api/conversations.
type beginRequest struct {
	Scenario    *string      `json:"scenario"`
	Practise    []talk.Skill `json:"practise"`
	KeepNothing bool         `json:"keep_nothing"`
	Seed        *uint64      `json:"seed"`
	ModelHost   string       `json:"model_host"`
}

func (s *Server) begin(w http.ResponseWriter, r *http.Request) error {
	var req beginRequest
	if err := readJSON(r, &req); err != nil {
		return err
	}
	if req.Scenario == nil {
		return refuse("missing-field", "The body needs \"scenario\", the id of one of GET /api/scenarios.")
	}
	if req.Seed != nil && *req.Seed > maxSeed {
		return refuse("invalid", "\"seed\" must be at most %d.", uint64(maxSeed))
	}
	c, token, err := s.beginAs(w, r, trainer.Begin{
		ScenarioID: *req.Scenario, Practise: req.Practise, KeepNothing: req.KeepNothing, Seed: req.Seed,
	}, req.ModelHost)
	if err != nil {
		return err
	}
	j := s.conversationOf(r.Context(), c)
	j.Token = token
	w.Header().Set("Location", "/api/conversations/"+c.ID)
	s.json(w, http.StatusCreated, j)
	return nil
}

// agree takes a trainee's word that what they type may be sent to the model's
// host, "" for their taking it back. It must be the host that is used here, by its name.
func (s *Server) agree(ctx context.Context, id, host string) error {
	if host != "" && host != s.opts.ModelHost {
		return refuse("invalid", "That is not the host of the model that is used here; GET /api names it as model_host.")
	}
	return s.opts.Trainer.Agree(ctx, id, host)
}

// beginAs begins a conversation for whoever sent the request, with the
// agreement to the model's host where there is one. Somebody new gets a cookie
// if a browser sent it, and the token otherwise.
func (s *Server) beginAs(w http.ResponseWriter, r *http.Request, b trainer.Begin, agreed string) (c trainer.Conversation, token string, err error) {
	if s.isDraining() {
		return c, "", errDraining
	}
	if !s.begins.allow(s.client(r), s.opts.Now()) {
		return c, "", refuse("too-many", "Too many conversations were begun from here in a short time. Wait a few seconds and try again.")
	}
	if agreed != "" && agreed != s.opts.ModelHost {
		return c, "", refuse("invalid", "The model's host that you agree to is not the one that is used here; GET /api names it as model_host.")
	}
	for _, skill := range b.Practise {
		if !slices.Contains(talk.Skills, skill) {
			return c, "", refuse("invalid", "\"practise\" holds a skill that is not one of %v.", talk.Skills)
		}
	}
	if _, ok := s.opts.Library.Scenario(b.ScenarioID); !ok {
		return c, "", refuse("not-found", "There is no such scenario. GET /api/scenarios lists them.")
	}
	v, err := s.visitor(r)
	if err != nil {
		return c, "", err
	}
	if v.conversation != "" {
		return c, "", refuse("forbidden", "This token opens one conversation only and begins none.")
	}
	browser := len(r.Header.Values("Origin")) > 0 || r.Header.Get("Sec-Fetch-Site") != ""
	if v.person == "" {
		if v.person, token, err = s.opts.Trainer.NewPerson(r.Context()); err != nil {
			return c, "", err
		}
	} else if !v.byToken && browser {
		// A browser that is known is known for longer from here on.
		if cookie, e := r.Cookie(cookieName); e == nil && !b.KeepNothing {
			s.setCookie(w, r, cookie.Value, false)
		}
	}
	b.Person = v.person
	if c, err = s.opts.Trainer.Begin(r.Context(), b); err != nil {
		return c, "", err
	}
	if agreed != "" {
		if err := s.agree(r.Context(), c.ID, agreed); err != nil {
			return c, "", err
		}
		if c, err = s.opts.Trainer.Conversation(r.Context(), c.ID); err != nil {
			return c, "", err
		}
	}
	if token != "" && browser {
		s.setCookie(w, r, token, b.KeepNothing)
		token = ""
	}
	return c, token, nil
}

var errDraining = refuse("unavailable", "The server stops or restarts. Come back in a moment.")

func (s *Server) isDraining() bool {
	select {
	case <-s.draining:
		return true
	default:
		return false
	}
}

func (s *Server) listConversations(w http.ResponseWriter, r *http.Request) error {
	list, err := s.mine(r)
	if err != nil {
		return err
	}
	out := []conversationJSON{}
	for _, c := range list {
		out = append(out, s.conversationOf(r.Context(), c))
	}
	s.json(w, http.StatusOK, map[string]any{"conversations": out})
	return nil
}

// mine lists what whoever sent the request may see.
func (s *Server) mine(r *http.Request) ([]trainer.Conversation, error) {
	v, err := s.visitor(r)
	switch {
	case err != nil:
		return nil, err
	case v.conversation != "":
		c, err := s.opts.Trainer.Conversation(r.Context(), v.conversation)
		return []trainer.Conversation{c}, err
	case v.person == "":
		return nil, nil
	}
	return s.opts.Trainer.Conversations(r.Context(), v.person)
}

func (s *Server) showConversation(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	s.json(w, http.StatusOK, s.conversationOf(r.Context(), c))
	return nil
}

func (s *Server) transcript(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	turns, err := s.opts.Trainer.Transcript(r.Context(), c.ID)
	if err != nil {
		return err
	}
	s.json(w, http.StatusOK, map[string]any{"turns": orEmpty(turns)})
	return nil
}

func (s *Server) debrief(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	notes, err := s.opts.Trainer.Debrief(r.Context(), c.ID, r.URL.Query().Get("framework"))
	if err != nil {
		return err
	}
	s.json(w, http.StatusOK, notes)
	return nil
}

func (s *Server) newToken(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	token, err := s.opts.Trainer.NewToken(r.Context(), c.ID)
	if err != nil {
		return err
	}
	s.json(w, http.StatusCreated, map[string]string{"token": token})
	return nil
}

func (s *Server) say(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	var req struct {
		ID   *string `json:"id"`
		Text *string `json:"text"`
	}
	if err := readJSON(r, &req); err != nil {
		return err
	}
	switch {
	case req.ID == nil || req.Text == nil:
		return refuse("missing-field", "The body needs \"id\" and \"text\".")
	case !validID(*req.ID):
		return refuse("invalid", "\"id\" must be 1 to %d characters of printable ASCII without spaces.", trainer.MaxClientID)
	case s.isDraining():
		return errDraining
	}
	receipt, err := s.opts.Trainer.Say(r.Context(), c.ID, *req.ID, *req.Text)
	if err != nil {
		return err
	}
	s.json(w, http.StatusOK, map[string]any{"seq": receipt.Seq, "turn": receipt.Turn, "resent": receipt.Resent})
	return nil
}

// deed does what a message of the WebSocket without words does, for those who have no socket.
func (s *Server) deed(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	ctx, t := r.Context(), s.opts.Trainer
	var req struct {
		ID      *string        `json:"id"`
		Minutes *int           `json:"minutes"`
		Levels  map[string]int `json:"levels"`
		Note    *string        `json:"note"`
		Host    *string        `json:"host"`
	}
	deed := r.PathValue("deed")
	switch deed {
	case "extend", "rate", "agree":
		if err := readJSON(r, &req); err != nil {
			return err
		}
	}
	switch deed {
	case "help":
		_, err = t.Help(ctx, c.ID)
	case "pause":
		err = t.Pause(ctx, c.ID)
	case "extend":
		if req.Minutes == nil {
			return refuse("missing-field", "The body needs \"minutes\".")
		}
		err = t.Extend(ctx, c.ID, *req.Minutes)
	case "step-out":
		err = t.StepOut(ctx, c.ID)
	case "end":
		err = t.End(ctx, c.ID)
	case "rate":
		err = t.Rate(ctx, c.ID, ratedOf(req.Levels, req.Note))
	case "agree":
		if req.Host == nil {
			return refuse("missing-field", "The body needs \"host\".")
		}
		err = s.agree(ctx, c.ID, *req.Host)
	case "leave":
		err = t.LeaveDebrief(ctx, c.ID)
	default:
		return errNotFound
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request) error {
	c, err := s.own(r)
	if err != nil {
		return err
	}
	if err := s.opts.Trainer.Delete(r.Context(), c.ID); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// socket is the WebSocket's handshake. It returns as soon as that is answered,
// so that the request and its buffers are let go; the socket lives on goroutines of its own.
func (s *Server) socket(w http.ResponseWriter, r *http.Request) error {
	if s.isDraining() {
		return errDraining
	}
	if !s.joins.allow(s.client(r), s.opts.Now()) {
		return refuse("too-many", "Too many connections from here in a short time. Wait a few seconds and try again.")
	}
	after := int64(0)
	if text := r.URL.Query().Get("after"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return refuse("invalid", "\"after\" must be the greatest sequence number that you saw, or 0.")
		}
		after = n
	}
	if offered := websocket.Subprotocols(r); len(offered) > 0 && !slices.Contains(offered, subprotocol) {
		return refuse("invalid", "This server speaks the subprotocol %s, and none of those that you offer.", subprotocol)
	}
	if !s.originAllowed(r) {
		return refuse("forbidden", "A page of another site may not connect, and a program that sends no Origin needs a bearer token. "+
			"If this is your own address, the server must be told it with --public-url.")
	}
	c, err := s.own(r)
	if err != nil {
		return err
	}
	hello := &msgHello{Type: "hello", Protocol: Protocol, ID: c.ID, State: state(c), Seq: c.LastSeq, After: after}
	if after > c.LastSeq {
		hello.After, hello.Reset = 0, true
	}
	if err := s.hub.reserve(); err != nil {
		return err
	}
	ws, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.hub.release()
		return nil // the upgrader has answered
	}
	sock := &socket{server: s, ws: ws, cork: ws.NetConn().(*cork), person: c.Person, conversation: c.ID}
	s.sockets.Add(1)
	oldest, closed := s.hub.enter(sock)
	if oldest != nil {
		oldest.end(closeReplaced, &msgBye{"bye", "too-many", "You opened more connections than one person may; this was the oldest.", -1})
	}
	if closed {
		sock.end(websocket.CloseServiceRestart, byeRestart(s.comeBack()))
	}
	go sock.run(hello)
	return nil
}

// scenario is what a conversation is held with: that of the library where it is still the same text.
func (s *Server) scenario(ctx context.Context, c trainer.Conversation) (*scenarios.Scenario, error) {
	if sc, ok := s.opts.Library.Scenario(c.ScenarioID); ok && sc.Hash == c.ScenarioHash {
		return sc, nil
	}
	return s.opts.Trainer.Scenario(ctx, c.ID)
}

// readJSON reads one JSON object from a request's body, strictly.
func readJSON(r *http.Request, into any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return refuse("media-type", "Send the body with Content-Type: application/json.")
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		var tooLong *http.MaxBytesError
		if errors.As(err, &tooLong) {
			return refuse("too-long", "A body holds at most %d bytes.", maxBody)
		}
		return explainJSON(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return refuse("not-json", "The body holds more than one JSON object.")
	}
	return nil
}
