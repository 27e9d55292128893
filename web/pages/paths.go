package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
)

// The pages' addresses, as patterns of net/http's ServeMux. They stay in a
// browser's history, so none of them says what the page is about: a scenario
// stands under a key, a conversation under its unguessable id.
const (
	RouteHome     = "/{$}"
	RouteScenario = "/s/{key}"      // POST begins a conversation: fields practise (any number), keep_nothing ("yes"), model (the host that was agreed to)
	RouteGuide    = "/guide"        // the rubric
	RouteExamples = "/examples"     // one good and one bad conversation
	RouteMine     = "/mine"         // one's own conversations
	RouteTalk     = "/t/{id}"       //
	RouteEnd      = "/t/{id}/end"   // POST ends the talk and leads to the own view
	RouteView     = "/t/{id}/view"  // POST takes the own view: fields level-SKILL (0 to 3, or empty), note; and leads to the debrief
	RouteDebrief  = "/t/{id}/notes" // query: framework
	RouteOut      = "/t/{id}/out"   // POST steps out and leads to the page of the same address
	RouteDelete   = "/t/{id}/gone"  // GET asks whether to delete, POST deletes and shows that it is gone
	RouteSecond   = "/t/{id}/more"  // a second opinion by a model; POST asks for it: field agree, the model's host
	RouteLeave    = "/t/{id}/leave" // POST, also by beacon: the debrief has been left
)

// ScenarioKey is the key under which a scenario's page stands: 10 hex digits that do not say what it is about.
func ScenarioKey(scenarioID string) string {
	sum := sha256.Sum256([]byte("scenario " + scenarioID))
	return hex.EncodeToString(sum[:5])
}

// Path is a page's address: "home", "guide", "examples", "mine"; "scenario" with a
// scenario's id; "talk", "end", "view", "debrief", "out", "delete", "second" and "leave" with a conversation's id.
func Path(page string, id ...string) (string, error) {
	switch page {
	case "home":
		return "/", nil
	case "guide", "examples", "mine":
		return "/" + page, nil
	}
	if len(id) != 1 || id[0] == "" {
		return "", fmt.Errorf("the address of page %q needs one id", page)
	}
	at := url.PathEscape(id[0])
	switch page {
	case "scenario":
		return "/s/" + ScenarioKey(id[0]), nil
	case "talk":
		return "/t/" + at, nil
	case "end", "view", "out", "leave":
		return "/t/" + at + "/" + page, nil
	case "debrief":
		return "/t/" + at + "/notes", nil
	case "second":
		return "/t/" + at + "/more", nil
	case "delete":
		return "/t/" + at + "/gone", nil
	}
	return "", fmt.Errorf("there is no page %q", page)
}
