package web

import (
	"net/http"
	"strings"

	"breakroom/trainer"
)

// cookieName says nothing of what the page is about.
const cookieName = "session"

// cookieDays is how long a browser is known again after it last began a conversation.
const cookieDays = 90

// visitor is who sent a request, as far as it can be known.
type visitor struct {
	// person is who they are; "" for somebody new, and for the holder of a token to one conversation.
	person string
	// conversation is the only one that they may see, where their token opens one only.
	conversation string
	// byToken is set where they came with a bearer token.
	byToken bool
}

// bearer gives the token of an Authorization header.
func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	token = strings.TrimSpace(token)
	return token, token != ""
}

// visitor finds out who sent a request. A cookie that is not known is no
// error, a browser then is somebody new; a bearer token that is not known is one.
func (s *Server) visitor(r *http.Request) (visitor, error) {
	ctx := r.Context()
	if token, ok := bearer(r); ok {
		person, err := s.opts.Trainer.PersonByToken(ctx, token)
		if err == nil {
			return visitor{person: person, byToken: true}, nil
		}
		if trainer.ErrorCode(err) != trainer.CodeNotFound {
			return visitor{}, err
		}
		id, err := s.opts.Trainer.ConversationByToken(ctx, token)
		if err == nil {
			return visitor{conversation: id, byToken: true}, nil
		}
		if trainer.ErrorCode(err) != trainer.CodeNotFound {
			return visitor{}, err
		}
		return visitor{}, refuse("unknown-token", "This server does not know that token. Begin a new conversation to get one.")
	}
	cookie, err := r.Cookie(cookieName)
	if err != nil || cookie.Value == "" {
		return visitor{}, nil
	}
	person, err := s.opts.Trainer.PersonByToken(ctx, cookie.Value)
	if err != nil && trainer.ErrorCode(err) != trainer.CodeNotFound {
		return visitor{}, err
	}
	return visitor{person: person}, nil
}

// own gives the conversation that a request is about, if it belongs to who sent it. For a stranger it is not there.
func (s *Server) own(r *http.Request) (trainer.Conversation, error) {
	v, err := s.visitor(r)
	if err != nil {
		return trainer.Conversation{}, err
	}
	id := r.PathValue("id")
	if v.person == "" && v.conversation != id {
		return trainer.Conversation{}, errNotFound
	}
	c, err := s.opts.Trainer.Conversation(r.Context(), id)
	if err != nil {
		return trainer.Conversation{}, err
	}
	if v.conversation != c.ID && v.person != c.Person {
		return trainer.Conversation{}, errNotFound
	}
	return c, nil
}

// setCookie lets a browser be known again; for as long as it is open only, where nothing is to be kept.
func (s *Server) setCookie(w http.ResponseWriter, r *http.Request, token string, keepNothing bool) {
	c := &http.Cookie{
		Name: cookieName, Value: token, Path: "/",
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.encrypted(r),
	}
	if !keepNothing {
		c.MaxAge = cookieDays * 24 * 60 * 60
	}
	http.SetCookie(w, c)
}
